"""Files of worked cases: a case's facts are laid together from a common base, its jurisdiction, its situation and its own."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kanhe.law.source import At, Document, Mistake, PackError, read_document

# A file has `scenarios`, each with `id`, `jurisdiction` (or that of the file), perhaps the name of one of the file's `situations`,
# `facts` of its own and what to `expect`; and a `base` (or the name of the file beside it to `include`): facts `common`
# to all, then by jurisdiction.
Given = Mapping[str, Any]
NEEDED = ("id", "expect")


def load_cases(path: Path) -> list[dict[str, Any]]:
    """The cases of a file with all their facts, or a `PackError` that names every mistake with its line."""
    document = read_document(path)
    if not isinstance(document.data, dict) or not {"scenarios", "base"} & set(document.data):
        raise PackError((Mistake(path.name, 1, "-", "a file of cases is a map with `scenarios`"),))
    base = _base(path, document)
    if mistakes := tuple(_mistakes(document, base)):
        raise PackError(mistakes)
    told = document.data
    cases = enumerate(told.get("scenarios", ()))
    return [{**_whole(case, told, base), "line": document.line(("scenarios", place))} for place, case in cases]


def merged(under: Given, over: Given) -> dict[str, Any]:
    """Maps merge key by key; lists and plain values replace."""
    found = dict(under)
    for key, value in over.items():
        known = found.get(key)
        found[key] = merged(known, value) if isinstance(known, Mapping) and isinstance(value, Mapping) else value
    return found


def _base(path: Path, document: Document) -> Given:
    """The base of this file, or of the one beside it that it includes."""
    told: Any = document.data
    base = told.get("include", told.get("base", {}))
    if isinstance(base, str):
        beside = path.with_name(base)
        if not beside.is_file():
            line = document.line(("include",) if "include" in told else ("base",))
            raise PackError((Mistake(path.name, line, "-", f"there is no file `{base}` beside it"),))
        other: Any = read_document(beside).data
        base = other.get("base") if isinstance(other, dict) else None
    if not isinstance(base, dict):
        raise PackError((Mistake(path.name, document.line(("base",)), "-", "`base` is a map of facts"),))
    return base


def _mistakes(document: Document, base: Given) -> Iterator[Mistake]:
    told: Any = document.data
    cases = told.get("scenarios", [])
    if not isinstance(cases, list):
        yield Mistake(document.file, document.line(("scenarios",)), "-", "`scenarios` is a list of cases")
        return
    for place, case in enumerate(cases):
        at: At = ("scenarios", place)
        name = str(case.get("id", "?")) if isinstance(case, dict) else "?"
        for what in _wrong(case, told, base):
            yield Mistake(document.file, document.line(at), name, what)


def _wrong(case: Any, told: Given, base: Given) -> Iterator[str]:
    """What is missing in one case before its facts are looked at."""
    if not isinstance(case, dict):
        yield "a case is a map"
        return
    for key in NEEDED:
        if key not in case:
            yield f"`{key}` is missing"
    country = case.get("jurisdiction", told.get("jurisdiction"))
    if country is None:
        yield "`jurisdiction` is missing"
    situation = case.get("situation")
    if situation is not None and situation not in (told.get("situations") or {}):
        yield f"there is no situation `{situation}` in this file"


def _whole(case: Given, told: Given, base: Given) -> dict[str, Any]:
    country = case.get("jurisdiction", told.get("jurisdiction"))
    situation = (told.get("situations") or {}).get(case.get("situation"), {})
    facts = merged(base.get("common", {}), base.get(country, {}))
    facts = merged(merged(facts, situation.get("facts") or {}), case.get("facts") or {})
    now = case.get("now") or situation.get("now")
    return {**case, "jurisdiction": country, "facts": facts, **({"now": now} if now else {})}
