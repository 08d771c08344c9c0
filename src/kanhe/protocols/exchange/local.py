"""The wall clock of a Chinese gateway: digests, ids and reports carry Beijing time without a zone."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import TypeAlias

from kanhe.kit.clock import Clock, from_ms

# China keeps one zone and no summer time since 1991.
BEIJING = timezone(timedelta(hours=8))

Wall: TypeAlias = Callable[[], datetime]
"""The local time where the gateway stands."""


def beijing(clock: Clock) -> Wall:
    """Read a clock in Beijing time."""
    return lambda: from_ms(clock.now_ms()).astimezone(BEIJING)


def minute(instant: datetime) -> str:
    """YYMMDDHHMM, as in reports."""
    return instant.astimezone(BEIJING).strftime("%y%m%d%H%M")


def second(instant: datetime) -> str:
    """YYYYMMDDHHMMSS, as in SMGP's RecvTime."""
    return instant.astimezone(BEIJING).strftime("%Y%m%d%H%M%S")
