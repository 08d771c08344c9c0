"""Time, handed in. Instants are whole milliseconds since 1970-01-01T00:00:00Z (`int`), durations are seconds (`float`)."""

import time
from datetime import UTC, datetime, tzinfo
from typing import Protocol

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


class Clock(Protocol):
    """What the platform asks of time."""

    def now_ms(self) -> int:
        """Wall-clock instant, milliseconds since the Unix epoch, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back, for deadlines and durations."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """Wall-clock instant in milliseconds."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds since an arbitrary start."""
        return time.perf_counter()


class FixedClock:
    """A clock that stands still until it is told to move; for rules, tests and replays."""

    def __init__(self, now_ms: int) -> None:
        self.instant_ms = now_ms

    def now_ms(self) -> int:
        """The instant it was set to."""
        return self.instant_ms

    def monotonic(self) -> float:
        """The same instant in seconds."""
        return self.instant_ms / 1000

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`."""
        self.instant_ms += int(seconds * 1000)


def to_ms(instant: datetime) -> int:
    """Milliseconds since the epoch of an aware `instant`."""
    assert instant.tzinfo is not None, "instants are aware"
    return int(instant.timestamp() * 1000)


def from_ms(instant_ms: int) -> datetime:
    """The aware UTC datetime of `instant_ms`."""
    return datetime.fromtimestamp(instant_ms / 1000, UTC)


def iso(instant_ms: int) -> str:
    """RFC 3339 text of `instant_ms`, UTC, milliseconds."""
    return from_ms(instant_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_ms(written: str, zone: tzinfo) -> int | None:
    """The instant that somebody wrote (ISO 8601), on the wall clock of `zone` unless it has an offset; None: it is none."""
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        return None
    return to_ms(read if read.tzinfo else read.replace(tzinfo=zone))
