"""The rules in force: a list, and one rule with everything behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kanhe.console import problems
from kanhe.console.desk import Desk
from kanhe.console.law_terms import BINDINGS, ENFORCED, KINDS
from kanhe.console.terms import CATEGORIES
from kanhe.console.visit import Answer, Shown, Visit, trouble
from kanhe.domain.category import Category
from kanhe.law.kinds import Kind
from kanhe.law.library import Library
from kanhe.law.lint import Row, rows, show
from kanhe.law.lint import Shown as ShownRule
from kanhe.law.rules import Binding, Enforce, spoken

ALL = "all"


@dataclass(frozen=True, slots=True)
class Line:
    """One rule of the list."""

    row: Row
    kind: str
    binding: str
    decides: bool  # in some way; False: it only advises


@dataclass(frozen=True, slots=True)
class List:
    """The list."""

    lines: Sequence[Line]
    packs: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, str]]
    pack: str
    kind: str
    words: str
    digest: str


@dataclass(frozen=True, slots=True)
class One:
    """One rule."""

    rule: ShownRule
    titles: tuple[str, str]  # in the page's language, in the other
    kind: str
    binding: str
    enforce: str
    categories: Sequence[str]  # none: every category
    parameters: Sequence["Parameter"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a rule, as its pack writes it: a value, or more parameters."""

    name: str
    value: str
    inside: Sequence["Parameter"] = ()


async def list_rules(desk: Desk, visit: Visit) -> Answer:
    """All rules, or those of one pack, one kind, or with some words in their title."""
    library = desk.world.gate.library
    pack, kind, words = (visit.query.get(name, "").strip() for name in ("pack", "kind", "words"))
    found = rows(library, visit.language, pack or None, kind or None)
    model = List(
        lines=[_line(row) for row in found if _has(row, words)],
        packs=_packs(library, visit.language),
        kinds=[(each.value, word) for each, word in KINDS.items()],
        pack=pack,
        kind=kind,
        words=words,
        digest=library.digest.hex(),
    )
    return Shown("rules.html", model)


async def show_rule(desk: Desk, visit: Visit) -> Answer:
    """One rule with its parameters, provisions, penalties, sources, evidence and what is not known."""
    library, identifier = desk.world.gate.library, visit.args["rule"]
    here, there = visit.language, "en" if visit.language == "zh" else "zh"
    rule, other = show(library, identifier, here), show(library, identifier, there)
    if rule is None or other is None:
        return trouble(problems.NO_RULE)
    model = One(
        rule=rule,
        titles=(rule.title, other.title),
        kind=KINDS[Kind(rule.kind)],
        binding=BINDINGS[Binding(rule.binding)],
        enforce=ENFORCED[Enforce(rule.enforce)],
        categories=[] if rule.applies_to == (ALL,) else [CATEGORIES[Category(each)] for each in rule.applies_to],
        parameters=_parameters(rule.parameters),
    )
    return Shown("rule.html", model)


def _packs(library: Library, language: str) -> list[tuple[str, str]]:
    return [
        (name, f"{spoken(pack.jurisdiction, pack.jurisdiction_zh, language)} ({name})")
        for name, pack in library.packs.items()
    ]


def _line(row: Row) -> Line:
    decides = Enforce(row.enforce) is not Enforce.ADVISE and Binding(row.binding) is not Binding.GUIDANCE
    return Line(row, KINDS[Kind(row.kind)], BINDINGS[Binding(row.binding)], decides)


def _has(row: Row, words: str) -> bool:
    return all(word in f"{row.id} {row.title}".casefold() for word in words.casefold().split())


def _parameters(given: Mapping[str, object]) -> list[Parameter]:
    """Those that say something, nested as they are."""
    return [_parameter(name, value) for name, value in given.items() if value not in NOTHING]


NOTHING: tuple[object, ...] = (None, "", [], (), {}, False)


def _parameter(name: str, value: object) -> Parameter:
    if isinstance(value, dict):
        return Parameter(name, "", _parameters(value))
    if isinstance(value, list | tuple) and any(isinstance(each, dict) for each in value):
        return Parameter(name, "", [_parameter(str(place + 1), each) for place, each in enumerate(value)])
    if isinstance(value, list | tuple):
        return Parameter(name, ", ".join(str(each) for each in value))
    return Parameter(name, "true" if value is True else str(value))
