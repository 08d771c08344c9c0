"""Which rules stand over a message: by reach, layer, region and date; then by category, tests and replacement.

The order of judging begins here: *select* depends on who sends where on which date and is kept until a date passes;
*narrow* depends on the message.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from kanhe.domain.category import Category
from kanhe.law.clock import FOREVER_MS, LONG_AGO_MS, day_end, day_start
from kanhe.law.kinds import DUTIES, Consent
from kanhe.law.rules import Rule, Test


class Selection(msgspec.Struct, frozen=True):
    """The rules in force for one pairing of recipient, operator and sender, and how long that holds."""

    rules: tuple[Rule, ...]  # of the message path, in the order of their packs
    duties: tuple[Rule, ...]  # of the duty calendar
    by_category: Mapping[Category, tuple[Rule, ...]]
    since: int  # ms
    until: int  # ms: the next instant at which a rule begins or ends in any zone


class Brought(msgspec.Struct, frozen=True):
    """A rule that a role brings in, and the instants between which it is in force there."""

    rule: Rule
    since: int
    until: int


def brought(rule: Rule, zones: Iterable[str]) -> Brought:
    """A rule is in force while its local dates hold in any of the zones."""
    zones = tuple(zones)
    since = min(day_start(rule.first, zone) for zone in zones) if rule.first else LONG_AGO_MS
    until = max(day_end(rule.last, zone) for zone in zones) if rule.last else FOREVER_MS
    return Brought(rule, since, until)


class Timeline:
    """Every selection of one pairing over time; each is made when first asked for."""

    def __init__(self, found: Sequence[Brought]) -> None:
        edges = {edge for one in found for edge in (one.since, one.until)} | {LONG_AGO_MS, FOREVER_MS}
        self._found = found
        self._edges = sorted(edges)
        self._made: dict[int, Selection] = {}

    def at(self, now: int) -> Selection:
        """The selection at an instant."""
        index = bisect_right(self._edges, now, hi=len(self._edges) - 1) - 1
        made = self._made.get(index)
        if made is None:
            made = self._made[index] = self._make(self._edges[index], self._edges[index + 1])
        return made

    def _make(self, since: int, until: int) -> Selection:
        rules = {one.rule.id: one.rule for one in self._found if one.since <= since < one.until}.values()
        judged = tuple(rule for rule in rules if rule.kind not in DUTIES)
        return Selection(
            rules=judged,
            duties=tuple(rule for rule in rules if rule.kind in DUTIES),
            by_category={c: tuple(rule for rule in judged if c in rule.applies_to) for c in Category},
            since=since,
            until=until,
        )


# ------------------------------------------------------------------ narrow


class _Unknown:
    """A fact whose book did not answer."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()
# What a rule's test asks: the value of a fact by its name, None when absent, UNKNOWN when its book did not answer.
Ask = Callable[[str], object]

# A test on one of these without a value counts as passed: the rule applies.
_PASSED_WITHOUT_VALUE = frozenset({"message.subcategory", "basis.kind"})


def holds(test: Test, ask: Ask) -> bool:
    """Whether a test holds, or cannot be answered."""
    values = [ask(fact) for fact in test.facts]
    if any(value is UNKNOWN for value in values):
        return True
    if test.op == "nonempty":
        return any(values)
    if values[0] is None and test.facts[0] in _PASSED_WITHOUT_VALUE:
        return True
    return (values[0] in test.values) is (test.op == "in")


def narrow(rules: Iterable[Rule], ask: Ask, waived: frozenset[str] = frozenset()) -> tuple[Rule, ...]:
    """The rules of a category that apply to one message: tests hold, not waived by the route, not replaced."""
    applying = [rule for rule in rules if rule.id not in waived and all(holds(test, ask) for test in rule.when)]
    replaced = {name for rule in applying for name in rule.replaces}
    return tuple(rule for rule in applying if rule.id not in replaced)


def rests_on_consent(rules: Iterable[Rule]) -> bool:
    """Whether a consent rule other than one on the source of the number is among them."""
    return any(isinstance(rule.parameters, Consent) and rule.parameters.model != "source" for rule in rules)
