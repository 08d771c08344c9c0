"""The earliest lawful moment: every rule on hours and caps that is in force then is satisfied."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from kanhe.gate.case import Bound, Case
from kanhe.gate.stages import frequency
from kanhe.kit.clock import DAY_MS
from kanhe.law.kinds import Kind, QuietHours
from kanhe.law.windows import DEFER_DAYS_MAX, Door, next_open


class Moment(NamedTuple):
    """The moment found, or why there is none: a calendar is missing, or every day of the search is closed."""

    at: int | None
    # No cap was in the way, nothing lifted for this one: true for every recipient of the same place.
    of_hours_alone: bool


# Rules on hours and caps in force at an instant.
TimedAt = Callable[[int], Sequence[Bound[Any]]]


def earliest(case: Case, timed_at: TimedAt, begin: int) -> Moment:
    """The earliest lawful instant from `begin` on, within the days a deferral may take."""
    limit, at, hours_alone = case.now + DEFER_DAYS_MAX * DAY_MS, begin, not _lifted(case, timed_at(begin))
    while at <= limit:
        opening = next_open(at, limit, lambda t: _hours(case, timed_at(t)), case.standing.place)
        if opening.door is not Door.OPEN:
            return Moment(None, hours_alone)
        free = max((frequency.free_at(cap, case, opening.at) for cap in _caps(timed_at(opening.at))), default=0)
        if free <= opening.at:
            return Moment(opening.at, hours_alone)
        at, hours_alone = free, False
    return Moment(None, hours_alone)


def _hours(case: Case, timed: Sequence[Bound[Any]]) -> list[QuietHours]:
    """The hours in force for this recipient: without those that are lifted by what is on file of it."""
    lifted = _lifted(case, timed)
    return [rule.parameters for rule in timed if rule.rule.kind is Kind.QUIET_HOURS and rule not in lifted]


def _lifted(case: Case, timed: Sequence[Bound[Any]]) -> list[Bound[Any]]:
    hours = (rule for rule in timed if rule.rule.kind is Kind.QUIET_HOURS and rule.parameters.lifted_by)
    return [rule for rule in hours if case.ground(rule.parameters.lifted_by, rule.zone) is not None]


def _caps(timed: Sequence[Bound[Any]]) -> list[Bound[Any]]:
    return [rule for rule in timed if rule.rule.kind is Kind.FREQUENCY]
