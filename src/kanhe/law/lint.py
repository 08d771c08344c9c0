"""What `kanhe law list`, `show` and `lint` tell: rules with everything behind them, and the mistakes of packs."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from kanhe.domain.verdict import Citation
from kanhe.law.library import Library
from kanhe.law.load import PACKS_FOLDER, load_packs, read_packs, with_draft
from kanhe.law.reasons import LANGUAGES
from kanhe.law.rules import ALL_CATEGORIES, Pack, Penalty, Rule, Source, spoken
from kanhe.law.source import Mistake, PackError
from kanhe.law.words import Words, vocabulary


class Row(msgspec.Struct, frozen=True):
    """One rule in a list."""

    id: str
    title: str
    kind: str
    applies_to: tuple[str, ...]
    binding: str
    enforce: str
    first: str | None
    last: str | None
    evidence: str
    confidence: str


class Shown(msgspec.Struct, frozen=True):
    """One rule with everything behind it."""

    id: str
    title: str
    jurisdiction: str
    kind: str
    applies_to: tuple[str, ...]
    subject: str
    binding: str
    enforce: str
    first: str | None
    last: str | None
    region: str | None
    reach: tuple[str, ...]
    replaces: tuple[str, ...]
    parameters: dict[str, object]
    citation: tuple[Citation, ...]
    penalty: tuple[Penalty, ...]
    source: tuple[Source, ...]
    evidence: str
    verified: bool
    confidence: str
    note: str | None
    file: str
    line: int
    pack_digest: str
    as_of: str
    gaps: tuple[str, ...]


def lint(path: Path | None = None) -> tuple[Mistake, ...]:
    """Every mistake of a draft among the packs of this release, of a folder of packs, or of the release itself."""
    if path is not None and path.is_file():
        return _lint_draft(path)
    packs, mistakes = read_packs(path or PACKS_FOLDER)
    unused = _unused_keys(packs.values(), vocabulary()) if path is None and not mistakes else ()
    return (*mistakes, *unused)


def _lint_draft(path: Path) -> tuple[Mistake, ...]:
    try:
        with_draft(load_packs(), path)
    except PackError as error:
        return error.mistakes
    return ()


def rows(library: Library, language: str = "en", pack: str | None = None, kind: str | None = None) -> tuple[Row, ...]:
    """The rules of all packs, or of one pack or kind."""
    assert language in LANGUAGES, f"no sentences in `{language}`"
    return tuple(
        Row(
            id=rule.id,
            title=title_of(rule, language),
            kind=rule.kind.value,
            applies_to=_applies_to(rule),
            binding=rule.binding.value,
            enforce=rule.enforce.value,
            first=rule.first,
            last=rule.last,
            evidence=rule.evidence,
            confidence=rule.confidence,
        )
        for rule in library.rules.values()
        if pack in (None, rule.pack) and kind in (None, rule.kind.value)
    )


def show(library: Library, rule_id: str, language: str = "en") -> Shown | None:
    """A rule with its sources, penalties and evidence; `None` when there is no such rule."""
    rule = library.rules.get(rule_id)
    if rule is None:
        return None
    pack = library.packs[rule.pack]
    parameters = msgspec.to_builtins(rule.parameters)
    del parameters["kind"]
    return Shown(
        id=rule.id,
        title=title_of(rule, language),
        jurisdiction=spoken(pack.jurisdiction, pack.jurisdiction_zh, language),
        kind=rule.kind.value,
        applies_to=_applies_to(rule),
        subject=rule.subject,
        binding=rule.binding.value,
        enforce=rule.enforce.value,
        first=rule.first,
        last=rule.last,
        region=rule.region,
        reach=tuple(sorted(rule.reach)),
        replaces=tuple(sorted(rule.replaces)),
        parameters=parameters,
        citation=rule.citation,
        penalty=tuple(pack.penalties[name].told(language) for name in rule.penalty),
        source=tuple(pack.sources[name].told(language) for name in rule.source),
        evidence=rule.evidence,
        verified=rule.verified,
        confidence=rule.confidence,
        note=spoken(rule.note, rule.note_zh, language),
        file=f"{pack.name}.yaml",
        line=rule.line,
        pack_digest=pack.digest.hex(),
        as_of=pack.as_of,
        gaps=spoken(pack.gaps, pack.gaps_zh, language),
    )


def title_of(rule: Rule, language: str) -> str:
    """The title in a language, in English where it has no other."""
    return spoken(rule.title, rule.title_zh, language)


def _applies_to(rule: Rule) -> tuple[str, ...]:
    return ("all",) if rule.applies_to == ALL_CATEGORIES else tuple(sorted(rule.applies_to))


def _unused_keys(packs: Iterable[Pack], words: Words) -> Iterator[Mistake]:
    used: set[str] = set()
    for pack in packs:
        for rule in pack.rules:
            used.add(getattr(rule.parameters, "key", ""))
            used.add(getattr(getattr(rule.parameters, "dnc", None), "key", ""))
    for key in (*words.registry_keys, *words.licence_keys, *words.agreement_keys, *words.dnc_keys):
        if key not in used:
            yield Mistake("vocabulary.yaml", 1, "-", f"key `{key}` is used by no rule")
