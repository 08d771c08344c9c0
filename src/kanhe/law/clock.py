"""Wall clocks: which instants a local time means. Pure; the only place that knows of gaps and repeats."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from kanhe.kit.clock import SECOND_MS

# End of year 9999 less two days: later instants have no local date in every zone.
FOREVER_MS = 253_402_128_000_000
LONG_AGO_MS = 0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def local(at: int, zone: str) -> datetime:
    """The wall clock of a zone at an instant."""
    return (_EPOCH + timedelta(milliseconds=at)).astimezone(ZoneInfo(zone))


def local_date(at: int, zone: str) -> str:
    """The local date at an instant, as ISO text."""
    return local(at, zone).date().isoformat()


# A deferral looks 21 days ahead in a few zones, with a handful of edges a day; one batch touches little more.
@lru_cache(maxsize=65_536)
def instants(day: date, minute: int, zone: str) -> tuple[int, ...]:
    """The instants at which a wall clock shows a minute of a day: two when it repeats, the first after a gap."""
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - a wall time has no zone yet
    info = ZoneInfo(zone)
    first, second = (_ms(wall.replace(tzinfo=info, fold=fold)) for fold in (0, 1))
    if first == second:
        return (first,)
    if first < second:
        return (first, second)
    return (_transition(second, first, info),)


def day_start(day: str, zone: str) -> int:
    """The first instant of a local day."""
    return instants(date.fromisoformat(day), 0, zone)[0]


def day_end(day: str, zone: str) -> int:
    """The first instant after a local day."""
    return instants(date.fromisoformat(day) + timedelta(days=1), 0, zone)[0]


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _transition(before: int, after: int, info: tzinfo) -> int:
    """The transition between two instants, by halving."""
    offset = _offset(before, info)
    low, high = before // SECOND_MS, after // SECOND_MS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle * SECOND_MS, info) == offset else (low, middle)
    return high * SECOND_MS


def _offset(at: int, info: tzinfo) -> timedelta | None:
    return (_EPOCH + timedelta(milliseconds=at)).astimezone(info).utcoffset()


@lru_cache(maxsize=4096)  # one entry per zone and day that a deferral looks at
def transitions(day: date, zone: str) -> tuple[int, ...]:
    """The instants of a local day at which its clock is put forward or back."""
    start, end = instants(day, 0, zone)[0], instants(day + timedelta(days=1), 0, zone)[0]
    info = ZoneInfo(zone)
    if _offset(start, info) == _offset(end, info):
        return ()
    return (_transition(start, end, info),)
