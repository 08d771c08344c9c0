"""Quiet hours: is the window open now, until when does that hold, and when does it open next.

Windows are wall-clock hours of every zone the number may lie in. An instant is inside when it is inside in all of them.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from enum import IntEnum
from functools import lru_cache

import msgspec

from kanhe.domain.facts import Recipient
from kanhe.kit.clock import DAY_MS
from kanhe.law.clock import instants, local, transitions
from kanhe.law.holiday import is_holiday
from kanhe.law.kinds import QuietHours
from kanhe.law.questions import WEEK

PUBLIC_HOLIDAY = "public_holiday"
MINUTES_OF_DAY = 24 * 60
# A text deferred for longer says something else than its sender meant; a person decides then.
DEFER_DAYS_MAX = 21
# How far ahead `until` looks: a week passes every weekday's window; what stays longer is asked again then.
LOOK_AHEAD_DAYS = 8
# Quiet-hours rules of all packs times the places numbers lie in; the rest is made again.
CLOCKS_MAX = 16_384


class Door(IntEnum):
    """What a window says of an instant; the higher wins over zones."""

    OPEN = 0
    UNKNOWN = 1  # the holiday calendar does not have that year yet
    SHUT = 2


class Span(msgspec.Struct, frozen=True, gc=False):
    """An answer, and between which instants it holds."""

    door: Door
    since: int
    until: int


class Opening(msgspec.Struct, frozen=True, gc=False):
    """When every window is open next: OPEN at an instant, UNKNOWN when a calendar lacks the year, SHUT when not in time."""

    door: Door
    at: int = 0


class WindowClock:
    """One rule's window for one place."""

    def __init__(self, rule: QuietHours, zones: tuple[str, ...], regions: tuple[str, ...]) -> None:
        self._rule = rule
        self._regions = regions
        self.zones = zones if rule.tz_basis == "recipient" else (rule.tz_basis.removeprefix("fixed:"),)
        self._hours = {day: _hours(rule, day) for day in WEEK}
        self.starts = tuple(sorted({0, *(start for hours in self._hours.values() for start, _ in hours)}))
        self._edges = tuple(sorted({*self.starts, *(end for hours in self._hours.values() for _, end in hours)}))
        self._last = Span(Door.SHUT, 0, 0)

    def at(self, now: int) -> Span:
        """The answer at an instant; asked again within its span it costs next to nothing."""
        last = self._last
        if not last.since <= now < last.until:
            last = self._last = self._span(now)
        return last

    def door(self, at: int) -> Door:
        """The answer at any instant, unremembered: for looking ahead."""
        return max(self._door_in(zone, at) for zone in self.zones)

    def _door_in(self, zone: str, at: int) -> Door:
        wall = local(at, zone)
        hours = self._hours[WEEK[wall.weekday()]]
        minute = wall.hour * 60 + wall.minute
        if not any(start <= minute < end for start, end in hours):
            return Door.SHUT
        if PUBLIC_HOLIDAY not in self._rule.deny_days or self._rule.holiday_calendar is None:
            return Door.OPEN
        denied = is_holiday(self._rule.holiday_calendar, self._regions, wall.date())
        return Door.UNKNOWN if denied is None else Door.SHUT if denied else Door.OPEN

    def _span(self, now: int) -> Span:
        edges = self._edges_around(now)
        index = bisect_right(edges, now)
        door = self.door(now)
        until = next((edge for edge in edges[index:] if self.door(edge) is not door), edges[-1])
        return Span(door, edges[index - 1], until)

    def _edges_around(self, now: int) -> list[int]:
        found: set[int] = set()
        for zone in self.zones:
            for day in (local(now, zone).date() + timedelta(days=n) for n in range(-1, LOOK_AHEAD_DAYS)):
                found.update(transitions(day, zone))
                found.update(instant for minute in self._edges for instant in instants(day, minute, zone))
        return sorted(found)


def _hours(rule: QuietHours, day: str) -> tuple[tuple[int, int], ...]:
    if day in rule.deny_days:
        return ()
    return tuple((_minute(window.start), _minute(window.end)) for window in rule.allow if day in window.days)


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


@lru_cache(maxsize=CLOCKS_MAX)
def _clock(rule: QuietHours, zones: tuple[str, ...], regions: tuple[str, ...]) -> WindowClock:
    return WindowClock(rule, zones, regions)


def clock_of(rule: QuietHours, recipient: Recipient) -> WindowClock:
    """The window of a rule where a recipient is, shared by all who are there."""
    return _clock(rule, recipient.zones, recipient.regions)


# The quiet-hours rules that count at an instant: dates may pass while a message waits.
RulesAt = Callable[[int], Sequence[QuietHours]]


def next_open(at: int, limit: int, rules_at: RulesAt, recipient: Recipient) -> Opening:
    """The earliest instant from `at` on, up to `limit`, that is inside every window."""
    for moment in _candidates(at, limit, rules_at, recipient):
        door = max((clock_of(rule, recipient).door(moment) for rule in rules_at(moment)), default=Door.OPEN)
        if door is not Door.SHUT:
            return Opening(door, moment)
    return Opening(Door.SHUT)


def _candidates(at: int, limit: int, rules_at: RulesAt, recipient: Recipient) -> Iterator[int]:
    """`at` itself, then the instants at which a window can open: each local day's 00:00 and each `from`, in each zone."""
    yield at
    for begin in range(at, limit, DAY_MS):
        end = min(begin + DAY_MS, limit)
        clocks = {clock_of(rule, recipient) for moment in (begin, end) for rule in rules_at(moment)}
        yield from sorted({moment for clock in clocks for moment in _openings(clock, begin) if begin < moment <= end})


def _openings(clock: WindowClock, begin: int) -> Iterator[int]:
    for zone in clock.zones:
        today = local(begin, zone).date()
        for day in (today + timedelta(days=n) for n in range(3)):
            for minute in clock.starts:
                yield from instants(day, minute, zone)
