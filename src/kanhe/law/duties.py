"""The duty calendar: what the law asks outside the message path, as dated tasks of a case.

A case is something that happened: a person asked about their data, complained, data leaked, data is to leave the country. Its
rules come from every seat involved (`Selection.duties`); each is a task of its own, and the earliest date is the one to keep.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from kanhe.kit.clock import HOUR_MS
from kanhe.law.clock import day_end, local
from kanhe.law.holiday import is_business_day
from kanhe.law.kinds import Breach, Complaint, CrossBorder, Deadline, Dsr, Kind, Retention
from kanhe.law.rules import Pack, Rule

# A right goes by several words in the laws; a request for one is met by any of them.
SAME_RIGHT = (
    frozenset({"access", "copy"}),
    frozenset({"delete", "erase", "erasure", "deletion"}),
    frozenset({"correct", "rectify", "rectification"}),
    frozenset({"withdraw", "object"}),
)
ERASURE = SAME_RIGHT[1]


def words_of(right: str) -> frozenset[str]:
    """Every word for a right."""
    return next((words for words in SAME_RIGHT if right in words), frozenset({right}))


class Work(StrEnum):
    """What is to be done."""

    ANSWER = "answer"  # the person's request
    ANSWER_EXTENDED = "answer_extended"  # at the latest, when the extension was told in time
    ACKNOWLEDGE = "acknowledge"  # the complaint
    RESOLVE = "resolve"  # the complaint
    NOTIFY_AUTHORITY = "notify_authority"
    NOTIFY_INDIVIDUAL = "notify_individual"
    MEET_CONDITION = "meet_condition"  # before data leaves the country


class Case(msgspec.Struct, frozen=True):
    """What happened, when and under whose clock."""

    kind: Kind
    at: int  # ms
    zone: str
    calendar: str | None = None  # whose business days count under a rule of a layer, which has none of its own
    right: str | None = None  # what a person asks: access, delete, ...


class Task(msgspec.Struct, frozen=True):
    """One duty under one rule."""

    rule: Rule
    work: Work
    due: int  # the first instant that is too late; the instant of the event itself means at once
    to: str | None = None  # authority, channel or condition


class Keeping(msgspec.Struct, frozen=True):
    """How long one kind of record is kept, over all rules that speak of it."""

    item: str
    rules: tuple[Rule, ...]
    min_months: int | None
    max_months: int | None

    @property
    def storage_only_after(self) -> int | None:
        """Months after which a record may only be stored, not used: the maximum, where the minimum is longer."""
        both = self.min_months is not None and self.max_months is not None
        return self.max_months if both and (self.min_months or 0) > (self.max_months or 0) else None

    @property
    def erase_after(self) -> int | None:
        """Months after which it is erased; the minimum stands where the two are at odds."""
        return self.min_months if self.storage_only_after is not None else self.max_months


class Request(msgspec.Struct, frozen=True):
    """What becomes of a person's request about their data."""

    granted: bool  # some law involved gives the right that is asked
    tasks: tuple[Task, ...]
    kept: tuple[Keeping, ...]  # records that must outlive an erasure, with the rules that say so


def request(rules: Iterable[Rule], case: Case, packs: Mapping[str, Pack]) -> Request:
    """Who must answer by when, and what a law orders to be kept even when erasure is asked."""
    rules = tuple(rules)
    found = tasks(rules, case, packs)
    ordered = tuple(one for one in keeping(rules) if one.min_months is not None)
    return Request(granted=bool(found), tasks=found, kept=ordered if case.right in ERASURE else ())


def tasks(rules: Iterable[Rule], case: Case, packs: Mapping[str, Pack]) -> tuple[Task, ...]:
    """The tasks of a case, earliest first. Business days are those of the pack of each rule."""
    found: list[Task] = []
    for rule in rules:
        if rule.kind is case.kind and rule.kind in TASKS:
            calendar = packs[rule.pack].holiday_calendar or case.calendar
            found += TASKS[rule.kind](rule, msgspec.structs.replace(case, calendar=calendar))
    return tuple(sorted(found, key=lambda task: (task.due, task.rule.id, task.work)))


def keeping(rules: Iterable[Rule]) -> tuple[Keeping, ...]:
    """How long each kind of record is kept: the longest minimum, the shortest maximum."""
    of_item: dict[str, list[tuple[Rule, Retention]]] = {}
    for rule in rules:
        if isinstance(rule.parameters, Retention):
            for item in rule.parameters.items:
                of_item.setdefault(item, []).append((rule, rule.parameters))
    return tuple(_kept(item, found) for item, found in sorted(of_item.items()))


def _kept(item: str, found: list[tuple[Rule, Retention]]) -> Keeping:
    shortest = [asked.max_months for _, asked in found if asked.max_months is not None]
    longest = [asked.min_months for _, asked in found if asked.min_months is not None]
    return Keeping(
        item=item,
        rules=tuple(rule for rule, _ in found),
        min_months=max(longest, default=None),
        max_months=min(shortest, default=None),
    )


# ------------------------------------------------------------------ what each kind of rule asks


def _request(rule: Rule, case: Case) -> Iterator[Task]:
    asked = rule.parameters
    assert isinstance(asked, Dsr)
    if case.right is not None and words_of(case.right).isdisjoint(asked.rights):
        return
    yield Task(rule, Work.ANSWER, due(asked.respond, case.at, case.zone, case.calendar))
    if asked.extend is not None:
        first = due(asked.respond, case.at, case.zone, case.calendar)
        yield Task(rule, Work.ANSWER_EXTENDED, due(asked.extend, first - 1, case.zone, case.calendar))


def _complaint(rule: Rule, case: Case) -> Iterator[Task]:
    asked = rule.parameters
    assert isinstance(asked, Complaint)
    for work, deadline in ((Work.ACKNOWLEDGE, asked.acknowledge), (Work.RESOLVE, asked.resolve)):
        if deadline is not None:
            yield Task(rule, work, due(deadline, case.at, case.zone, case.calendar), ", ".join(asked.channels))


def _breach(rule: Rule, case: Case) -> Iterator[Task]:
    asked = rule.parameters
    assert isinstance(asked, Breach)
    if asked.notify_authority is not None:
        at = due(asked.notify_authority, case.at, case.zone, case.calendar)
        yield Task(rule, Work.NOTIFY_AUTHORITY, at, asked.authority)
    if asked.notify_individual is not None:
        yield Task(rule, Work.NOTIFY_INDIVIDUAL, due(asked.notify_individual, case.at, case.zone, case.calendar))


def _cross_border(rule: Rule, case: Case) -> Iterator[Task]:
    asked = rule.parameters
    assert isinstance(asked, CrossBorder)
    yield Task(rule, Work.MEET_CONDITION, case.at, asked.condition)


TASKS: dict[Kind, Callable[[Rule, Case], Iterator[Task]]] = {
    Kind.DSR: _request,
    Kind.COMPLAINT: _complaint,
    Kind.BREACH: _breach,
    Kind.CROSS_BORDER: _cross_border,
}


# ------------------------------------------------------------------ arithmetic of deadlines


def due(deadline: Deadline, at: int, zone: str, calendar: str | None) -> int:
    """The first instant that is too late. The day of the event does not count; a term of days ends with its last day."""
    if deadline.unit == "immediate":
        return at
    if deadline.unit == "hours":
        return at + deadline.value * HOUR_MS
    return day_end(COUNT[deadline.unit](local(at, zone).date(), deadline.value, calendar).isoformat(), zone)


def plus_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    after = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), after - timedelta(days=1))


def _business_days(day: date, count: int, calendar: str | None) -> date:
    while count > 0:
        day += timedelta(days=1)
        count -= is_business_day(calendar, day)
    return day


COUNT: dict[str, Callable[[date, int, str | None], date]] = {
    "calendar_days": lambda day, count, _: day + timedelta(days=count),
    "business_days": _business_days,
    "months": lambda day, count, _: plus_months(day, count),
}
