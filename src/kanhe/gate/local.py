"""Lengths of time as laws write them: months, calendar days, weeks and months, in a zone."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from kanhe.law.clock import day_start, local, local_date

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


# Papers of one batch ask for the same few dates again and again.
@lru_cache(maxsize=4096)
def today(now: int, zone: str) -> str:
    """The local date of the moment judged."""
    return local_date(now, zone)


@lru_cache(maxsize=4096)
def begins(day: str, zone: str) -> int:
    """The first instant of a local day."""
    return day_start(day, zone)


def next_day(day: str) -> str:
    """The date after a date."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


# Consents of a batch and the terms of a few laws; instants repeat from dispatch to dispatch.
@lru_cache(maxsize=16_384)
def plus_months(instant: int, months: int, zone: str) -> int:
    """The same wall-clock time some months later; the last day of a shorter month."""
    given = local(instant, zone)
    years, month = divmod(given.month - 1 + months, 12)
    first = given.replace(year=given.year + years, month=month + 1, day=1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return (first.replace(day=min(given.day, last.day)) - _EPOCH) // timedelta(milliseconds=1)


def period_begins(day: str, window: str) -> str:
    """The first date of the calendar day, week or month that holds a date; weeks begin on Monday (ISO 8601)."""
    given = date.fromisoformat(day)
    if window == "calendar_week":
        return (given - timedelta(days=given.weekday())).isoformat()
    return given.replace(day=1).isoformat() if window == "calendar_month" else day


def period_after(day: str, window: str, zone: str) -> int:
    """The first instant after the calendar day, week or month that holds a date."""
    begins = date.fromisoformat(period_begins(day, window))
    length = {"calendar_day": 1, "calendar_week": 7}.get(window)
    after = begins + timedelta(days=length) if length else (begins + timedelta(days=31)).replace(day=1)
    return day_start(after.isoformat(), zone)
