"""A verdict in words: each finding with what, why, under which provision, on what evidence, and what to do next.

The same words stand in the API, the command line, the console and the ledger; sentences are in `law/reasons.yaml`.
"""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from kanhe.domain.message import Message
from kanhe.domain.verdict import Change, Citation, Effect, Finding, Outcome, Verdict
from kanhe.gate.findings import Mode
from kanhe.gate.stages.platform import SPAN_BITS
from kanhe.kit.clock import iso
from kanhe.law.clock import FOREVER_MS
from kanhe.law.library import Library
from kanhe.law.lint import title_of
from kanhe.law.reasons import LANGUAGES, UNTOLD, reasons
from kanhe.law.rules import Penalty, Rule, Source

# Slots that hold instants; every other slot holds the id or the revision of a record.
INSTANTS = frozenset({"until", "asked_at", "checked_at"})
# Holds the characters of a text, the first and the last as people count them.
SPAN = "span"


class Words(msgspec.Struct, frozen=True):
    """A finding in one language."""

    title: str
    what: str
    why: str
    next: str | None  # None: nothing to be done


class Explained(msgspec.Struct, frozen=True):
    """One finding with everything behind it."""

    stage: str
    code: str
    effect: str
    mode: str
    decided: bool  # whether it gave the verdict
    would: str | None
    rule: str | None
    version: str | None
    binding: str | None
    citation: tuple[Citation, ...]
    penalty: tuple[Penalty, ...]
    source: tuple[Source, ...]
    evidence: str | None
    confidence: str | None
    noted: Mapping[str, str]  # slot -> instant or record used
    words: Mapping[str, Words]  # by language


class Explanation(msgspec.Struct, frozen=True):
    """Why a message may go, must wait, or may not go."""

    message: int
    outcome: Outcome
    category: str
    declared: str
    pack_digest: str
    valid_until: str
    not_before: str | None
    route: str | None
    changes: tuple[Change, ...]
    findings: tuple[Explained, ...]  # those that decided first, then by weight


def instant(at: int) -> str:
    """An instant as it is written; what never ends has no date of its own and shows the last there is."""
    return iso(min(at, FOREVER_MS))


def explain(verdict: Verdict, message: Message, library: Library, when: Callable[[int], str] = instant) -> Explanation:
    """Join a verdict with the sentences and provisions of its findings; `when` writes the instants in them."""
    told = [_explained(finding, note, verdict, library, when) for finding, note in noted(verdict)]
    ranked = sorted(told, key=lambda one: (not one.decided, -Effect[one.effect.upper()].value))
    return Explanation(
        message=message.id,
        outcome=verdict.outcome,
        category=verdict.category.value,
        declared=message.category.value,
        pack_digest=verdict.shape.pack_digest.hex(),
        valid_until=instant(verdict.valid_until),
        not_before=None if verdict.not_before is None else iso(verdict.not_before),
        route=verdict.route,
        changes=verdict.changes,
        findings=tuple(ranked),
    )


def noted(verdict: Verdict) -> Iterator[tuple[Finding, int | None]]:
    """Each finding with what it noted: notes stand in the order of the findings that have a slot."""
    notes = iter(verdict.noted)
    for finding in verdict.shape.findings:
        yield finding, next(notes) if finding.slot is not None else None


def _explained(
    finding: Finding, note: int | None, verdict: Verdict, library: Library, when: Callable[[int], str]
) -> Explained:
    rule = library.rules.get(finding.rule) if finding.rule is not None else None
    pack = library.packs[rule.pack] if rule is not None else None
    slots = {} if finding.slot is None or note is None else {finding.slot: _shown(finding.slot, note, when)}
    return Explained(
        stage=finding.stage,
        code=finding.code,
        effect=finding.effect.name.lower(),
        mode=finding.mode,
        decided=decided(finding, verdict),
        would=finding.would.name.lower() if finding.would is not None else None,
        rule=finding.rule,
        version=finding.version,
        binding=finding.binding,
        citation=finding.citation,
        penalty=tuple(pack.penalties[name] for name in rule.penalty) if pack is not None and rule is not None else (),
        source=tuple(pack.sources[name] for name in rule.source) if pack is not None and rule is not None else (),
        evidence=rule.evidence if rule is not None else None,
        confidence=rule.confidence if rule is not None else None,
        noted=slots,
        words={language: _words(finding, rule, slots, language) for language in LANGUAGES},
    )


def decided(finding: Finding, verdict: Verdict) -> bool:
    """Whether a finding gave the verdict."""
    if verdict.outcome is Outcome.PARK:
        return True
    return finding.mode == Mode.DECIDES and finding.effect.name.lower() == verdict.outcome.value


def _shown(slot: str, note: int, when: Callable[[int], str]) -> str:
    if slot == SPAN:
        start, end = divmod(note, 1 << SPAN_BITS)
        return f"{start + 1}–{end}" if end else UNTOLD
    return when(note) if slot in INSTANTS else f"{slot} {note}"


def _words(finding: Finding, rule: Rule | None, slots: Mapping[str, str], language: str) -> Words:
    told = dict(slots)
    if records := [value for slot, value in slots.items() if slot not in INSTANTS]:
        told["record"] = records[0].rpartition(" ")[2]  # the sentence says what it is
    told["provision"] = "; ".join(map(str, finding.citation))
    title = title_of(rule, language) if rule is not None else ""
    said = reasons().say(finding.code, finding.stage, language, {"rule": title, **told})
    return Words(title or said.what, said.what, said.why, said.next)
