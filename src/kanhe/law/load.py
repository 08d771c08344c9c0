"""Reading packs: all of them, or an error that names every mistake. A bad pack never replaces the one in force."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace

from kanhe.law.integrity import mistakes_between
from kanhe.law.kinds import Kind
from kanhe.law.library import Library
from kanhe.law.questions import Wrong
from kanhe.law.rules import ALL_CATEGORIES, REACH, REACH_OTHERWISE, Pack
from kanhe.law.schema import check_pack
from kanhe.law.source import Document, Mistake, PackError, read_document
from kanhe.law.words import LAW_FOLDER, vocabulary

PACKS_FOLDER = LAW_FOLDER / "packs"


def load_packs(folder: Path | None = None) -> Library:
    """The library of a folder of packs (default: those of this release), or a `PackError` with every mistake."""
    packs, mistakes = read_packs(folder or PACKS_FOLDER)
    if mistakes:
        raise PackError(mistakes)
    return Library(packs)


def read_packs(folder: Path) -> tuple[dict[str, Pack], tuple[Mistake, ...]]:
    """Every pack of a folder that can be read, and every mistake of all of them."""
    packs: dict[str, Pack] = {}
    mistakes: list[Mistake] = []
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        mistakes.append(Mistake(folder.name, 0, "-", "no pack here"))
    for path in paths:
        try:
            packs[path.stem] = load_pack(path)
        except PackError as error:
            mistakes += error.mistakes
    if not mistakes:
        mistakes += mistakes_between(packs)
    return packs, tuple(mistakes)


def with_draft(library: Library, *paths: Path) -> Library:
    """A library in which drafts, whatever their files are called, stand for the packs of their countries."""
    packs, mistakes = dict(library.packs), list[Mistake]()
    for path in paths:
        try:
            pack = load_pack(path, name_of(path))
            packs[pack.name] = pack
        except PackError as error:
            mistakes += error.mistakes
    if wrong := tuple(mistakes) or tuple(mistakes_between(packs)):
        raise PackError(wrong)
    return Library(packs)


def name_of(path: Path) -> str:
    """The name of a draft's pack: its country's, whatever the file is called."""
    data = read_document(path).data
    return str(data.get("iso", path.stem)).lower() if isinstance(data, dict) else path.stem


class Differing(msgspec.Struct, frozen=True):
    """What sets one library apart from another, by the names of packs and rules."""

    packs: tuple[str, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def differing(old: Library, new: Library) -> Differing:
    """Which packs differ, and which of their rules are new, other, or gone; where a rule stands does not count."""
    before, after = ({one.id: replace(one, line=0) for one in library.rules.values()} for library in (old, new))
    was, now = ({name: pack.digest for name, pack in library.packs.items()} for library in (old, new))
    return Differing(
        packs=tuple(sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name))),
        added=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(sorted(name for name in after.keys() & before.keys() if after[name] != before[name])),
        removed=tuple(sorted(before.keys() - after.keys())),
    )


def load_pack(path: Path, name: str | None = None) -> Pack:
    """One pack, or a `PackError` with every mistake in it."""
    name, document = name or path.stem, read_document(path)
    if wrong := list(check_pack(vocabulary(), name, document.data)):
        raise PackError(tuple(_mistake(document, found) for found in wrong))
    assert isinstance(document.data, dict)
    try:
        return _build(name, document, document.data)
    except msgspec.ValidationError as error:
        raise PackError((Mistake(path.name, 1, "-", str(error)),)) from error


def _mistake(document: Document, wrong: Wrong) -> Mistake:
    at, what = wrong
    rule = "-"
    if at[:1] == ("rules",) and len(at) > 1 and isinstance(document.data, dict):
        raw = document.data["rules"][at[1]]
        rule = str(raw.get("id", "?")) if isinstance(raw, dict) else "?"
    return Mistake(document.file, document.line(at), rule, what)


def _build(name: str, document: Document, raw: Mapping[str, object]) -> Pack:
    rules = [_rule(name, document.line(("rules", index)), rule) for index, rule in enumerate(_maps(raw["rules"]))]
    fields = {key: value for key, value in raw.items() if key != "schema"}
    pack = msgspec.convert({**fields, "name": name, "rules": rules, "digest": b""}, Pack, builtin_types=(bytes,))
    return replace(pack, digest=_digest(pack))


def _rule(name: str, line: int, raw: Mapping[str, object]) -> dict[str, object]:
    """The fields of a `Rule`, with what the file leaves to its kind."""
    kind, effective, parameters = Kind(str(raw["kind"])), raw.get("effective"), raw["parameters"]
    assert isinstance(parameters, dict)
    return {
        **{key: value for key, value in raw.items() if key not in ("effective", "verified")},
        **({"first": effective.get("from"), "last": effective.get("to")} if isinstance(effective, dict) else {}),
        "pack": name,
        "line": line,
        "applies_to": sorted(ALL_CATEGORIES) if raw["applies_to"] == ["all"] else raw["applies_to"],
        "reach": raw.get("reach") or sorted(REACH.get(kind, REACH_OTHERWISE)),
        "when": [_test(test) for test in _maps(raw.get("when"))],
        "parameters": {"kind": kind.value, **parameters},
    }


def _test(raw: Mapping[str, object]) -> dict[str, object]:
    if "any_of" in raw:
        return {"facts": raw["any_of"], "op": "nonempty"}
    op = "in" if "in" in raw else "not_in"
    return {"facts": [raw["fact"]], "op": op, "values": raw[op]}


def _maps(given: object) -> list[Mapping[str, object]]:
    return given if isinstance(given, list) else []


def _digest(pack: Pack) -> bytes:
    """SHA-256 of the canonical content: where a rule stands in its file does not count."""
    content = replace(pack, rules=tuple(replace(rule, line=0) for rule in pack.rules))
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).digest()
