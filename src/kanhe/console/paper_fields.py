"""The fields of a paper, made from the shape of what it says (`records.contents`): drawn as a form, read back, and shown."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec.inspect import (
    DictType,
    EnumType,
    Field,
    ListType,
    LiteralType,
    NoneType,
    StrType,
    StructType,
    Type,
    UnionType,
    type_info,
)

from kanhe.console.faults import EMPTY, MISFIT, Fault
from kanhe.console.paper_terms import VALUES, field_of
from kanhe.console.terms import CATEGORIES
from kanhe.console.words import catalogue
from kanhe.domain.category import Category
from kanhe.domain.dossier import Version
from kanhe.kit.misfit import read_misfit
from kanhe.law.words import vocabulary
from kanhe.records.books import APPROVED, Books
from kanhe.records.checks import WORDS
from kanhe.records.contents import Content, Day
from kanhe.records.documents import KEYS
from kanhe.records.kinds import KINDS, PaperKind

# Texts that may be longer are written in several lines.
LINE_CHARS_MAX = 200
_DAY = type_info(Day)
_INDEX = re.compile(r"\[.*")


@dataclass(frozen=True, slots=True)
class Place:
    """A field of a content: its name with dots where it lies deeper, its type, whether it must be there."""

    name: str
    type: Type
    needed: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A field as the form shows it."""

    name: str
    label: str
    note: str
    as_: str  # of `DRAWS`
    needed: bool
    value: str
    options: Sequence[tuple[str, str]]
    fixed: bool  # it names the paper: another value is another paper
    longest: int


def places(content: type[Content]) -> Iterator[Place]:
    """Every field of a content, in its order."""
    shape = type_info(content)
    assert isinstance(shape, StructType), "contents are structs"
    yield from _places(shape.fields, "")


def _places(fields: Sequence[Field], before: str) -> Iterator[Place]:
    for field in fields:
        kind = _there(field.type)
        if isinstance(kind, StructType):
            yield from _places(kind.fields, f"{before}{field.name}.")
        else:
            yield Place(before + field.name, kind, field.required)


def _there(kind: Type) -> Type:
    """A type without the possibility that nothing is there."""
    if not isinstance(kind, UnionType):
        return kind
    return next(each for each in kind.types if not isinstance(each, NoneType))


# --- the form ---


def draw(kind: PaperKind, books: Books, account: int, written: Mapping[str, str], *, again: bool) -> list[Drawn]:
    """The form's fields with what is written in them; `again`: of a new version, whose name stays."""
    return [_drawn(kind, place, books, account, _shown(place, written), again) for place in places(kind.content)]


def _drawn(kind: PaperKind, place: Place, books: Books, account: int, value: str, again: bool) -> Drawn:
    label, note = field_of(kind.word, place.name) or (place.name, "")
    fixed = again and place.name in KEYS[kind.word]
    options = [] if isinstance(place.type, StrType) and fixed else list(_options(kind, place, books, account))
    if value and options and value not in dict(options) and _as(place) == "line":
        options.append((value, value))
    longest = getattr(place.type, "max_length", None) or 0
    chosen = bool(options) or ((kind.word, place.name) in FROM_BOOKS and not fixed)
    as_ = "pick" if chosen and _as(place) == "line" else _as(place)
    return Drawn(place.name, label, note, as_, place.needed, value, options, fixed, longest)


def _shown(place: Place, written: Mapping[str, str]) -> str:
    ticked = _ticks(written, place) if _as(place) == "ticks" else ()
    return "\n".join(ticked) or written.get(place.name, "")


def _as(place: Place) -> str:
    """How a field is drawn."""
    match place.type:
        case StrType() as text if text == _DAY:
            return "day"
        case StrType(max_length=longest) if (longest or 0) > LINE_CHARS_MAX:
            return "text"
        case StrType():
            return "line"
        case ListType(item_type=LiteralType()):
            return "ticks"
        case ListType():
            return "lines"
        case DictType():
            return "variables"
        case _:
            return "pick"


# Values that stand in the books.
FROM_BOOKS: Mapping[tuple[str, str], Callable[[Books, int], Sequence[str]]] = {
    ("sender", "entity"): lambda books, account: sorted(
        entity for (of, entity), each in books.qualifications.items() if of == account and each.status == APPROVED
    ),
    ("agreement", "key"): lambda books, account: sorted(books.operator.agreements),
    ("agreement", "version"): lambda books, account: sorted(
        {version for versions in books.operator.agreements.values() for version, _ in versions}
    ),
}


def _options(kind: PaperKind, place: Place, books: Books, account: int) -> Iterator[tuple[str, str]]:
    """What may be chosen, each with its word."""
    if (of_books := FROM_BOOKS.get((kind.word, place.name))) is not None:
        yield from ((each, each) for each in of_books(books, account))
        return
    words = dict(WORDS.get(kind.content, ())).get(place.name)
    if words is not None:
        meanings = vocabulary().licence_keys if words == "licence_keys" else VALUES
        yield from ((each, meanings.get(each, each)) for each in vocabulary().allowed(words))
        return
    item = place.type.item_type if isinstance(place.type, ListType) else place.type
    if isinstance(item, EnumType):
        yield from ((category.value, CATEGORIES[category]) for category in Category)
    elif isinstance(item, LiteralType):
        yield from ((str(each), VALUES.get(str(each), str(each))) for each in item.values)


def as_written(kind: PaperKind, version: Version) -> dict[str, str]:
    """What a version says, as it stands in the fields of the form."""
    body: Any = msgspec.json.decode(version.content)
    found = {place.name: _written(_at(body, place.name)) for place in places(kind.content)}
    return {name: value for name, value in found.items() if value}


def _at(body: Any, name: str) -> object:
    for part in name.split("."):
        body = (body or {}).get(part)
    found: object = body
    return found


def _written(value: object) -> str:
    if isinstance(value, dict):
        return "\n".join(
            " ".join(str(part) for part in (name, each.get("kind", "text"), each.get("max_chars")) if part is not None)
            for name, each in value.items()
        )
    if isinstance(value, list):
        return "\n".join(str(each) for each in value)
    return "" if value is None else str(value)


# --- what came back ---


def read_form(kind: PaperKind, form: Mapping[str, str], language: str) -> Content | list[Fault]:
    """What the form says, or everything that is missing in it, or the first thing that does not fit."""
    body: dict[str, Any] = {}
    say = catalogue(language).gettext
    lacking = []
    for place in places(kind.content):
        given = READS[_as(place)](form, place)
        if given:
            _put(body, place.name, given)
        elif place.needed:
            lacking.append(Fault(place.name, say(EMPTY), "", name=_label(kind, place.name, say)))
    if lacking:
        return lacking
    try:
        return msgspec.convert(body, kind.content)
    except msgspec.ValidationError as error:
        detail, where = read_misfit(error)
        name = _INDEX.sub("", where or "")
        note = (field_of(kind.word, name) or ("", ""))[1]
        return [Fault(name, say(MISFIT), say(note) if note else "", detail, _label(kind, name, say))]


def _label(kind: PaperKind, name: str, say: Callable[[str], str]) -> str:
    return say((field_of(kind.word, name) or (name, ""))[0])


def _put(body: dict[str, Any], name: str, value: object) -> None:
    *above, last = name.split(".")
    for part in above:
        body = body.setdefault(part, {})
    body[last] = value


def _line(form: Mapping[str, str], place: Place) -> str:
    return form.get(place.name, "").strip()


def _text(form: Mapping[str, str], place: Place) -> str:
    return form.get(place.name, "").replace("\r\n", "\n").strip()


def _lines(form: Mapping[str, str], place: Place) -> list[str]:
    return [line.strip() for line in form.get(place.name, "").splitlines() if line.strip()]


def _ticks(form: Mapping[str, str], place: Place) -> list[str]:
    assert isinstance(place.type, ListType)
    assert isinstance(place.type.item_type, LiteralType)
    return [str(each) for each in place.type.item_type.values if f"{place.name}-{each}" in form]


def _variables(form: Mapping[str, str], place: Place) -> dict[str, dict[str, object]]:
    """One a line: name, kind, most characters."""
    read = dict[str, dict[str, object]]()
    for line in _lines(form, place):
        name, *said = line.split()
        most = said[1] if len(said) > 1 else None
        limit = {} if most is None else {"max_chars": int(most) if most.isdecimal() and len(most) < 10 else most}
        read[name] = {"kind": said[0] if said else "text", **limit}
    return read


READS: Mapping[str, Callable[[Mapping[str, str], Place], object]] = {
    "line": _line,
    "day": _line,
    "pick": _line,
    "text": _text,
    "lines": _lines,
    "ticks": _ticks,
    "variables": _variables,
}


# --- shown ---

# Shown in other places of the page.
ELSEWHERE = frozenset({"account", "status", "registrations"})
# Parts of a paper that are shown field by field.
OPENED = frozenset({"id", "owner"})


def content_lines(kind: str, version: Version, language: str) -> list[tuple[str, str]]:
    """What a version says, field by field, in the reader's words."""
    body: dict[str, Any] = msgspec.json.decode(version.content)
    say = catalogue(language).gettext
    lines = []
    order = [place.name for place in places(KINDS[kind].content)]
    opened = dict(_opened(body))
    for name in sorted(opened, key=lambda name: order.index(name) if name in order else len(order)):
        value = opened[name]
        label, _ = field_of(kind, name) or (name, "")
        lines.append((say(label), _plain(value, say)))
    return lines


def _opened(body: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for name, value in body.items():
        if name in OPENED and isinstance(value, dict):
            yield from ((f"{name}.{part}", each) for part, each in value.items() if each not in (None, [], {}, ""))
        elif name not in ELSEWHERE:
            yield name, value


def _plain(value: object, say: Callable[[str], str]) -> str:
    """A value, or all of a list, in the reader's words where it has words."""
    if isinstance(value, dict):
        return "; ".join(
            f"{name}: {_plain(each, say)}" for name, each in value.items() if each not in (None, [], {}, "")
        )
    if isinstance(value, list):
        return ", ".join(_plain(each, say) for each in value)
    return say(VALUES[str(value)]) if str(value) in VALUES else str(value)
