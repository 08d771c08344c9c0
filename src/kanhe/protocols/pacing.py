"""How fast and how soon: a rate that gives way when a peer throttles, and the waits between tries."""

from collections.abc import Callable, Sequence
from math import inf

# What is throttled in a second is one signal: a burst of answers to one window must not cut the rate to nothing.
CUT_EVERY_S = 1.0

# A throttling answer halves the rate; it recovers by 5 % a second (tables/states: class throttle).
CUT = 0.5
RECOVERY_PER_S = 1.05

# A cut rate that has recovered to this is no limit any more: no carrier gives one session so much.
UNLIMITED_PER_S = 20_000.0

# A token is whole a rounding error early, so that waiting until next_at is always enough.
ONE = 1.0 - 1e-6

# A rate below one message in five seconds is no rate but an outage.
RATE_PER_S_MIN = 0.2


class Rate:
    """A token bucket of one second's worth, refilled continuously. A rate of 0 is no limit, until it is cut."""

    def __init__(self, per_s: float, now: float = 0.0) -> None:
        self._limit = per_s or inf
        self._current = self._limit
        self._tokens = max(1.0, per_s)
        self._at = now
        self._seen = Seen(now)
        self._refused = 0  # throttled messages since the last cut
        self._refused_since = now

    def take(self, now: float) -> bool:
        """One message, if it may go now."""
        if self._current == inf:
            return True
        self._refill(now)
        if self._tokens < ONE:
            return False
        self._tokens -= 1.0
        return True

    def grant(self, wanted: int, now: float) -> int:
        """How many of so many messages may go now."""
        granted = wanted
        if self._current != inf:
            self._refill(now)
            granted = min(wanted, int(self._tokens + 1.0 - ONE))
            self._tokens -= granted
        self._seen.add(granted, now)
        return granted

    def next_at(self) -> float:
        """When the next message may go."""
        return self._at if self._tokens >= ONE else self._at + (1.0 - self._tokens) / self._current

    def cut(self, now: float) -> None:
        """The peer throttled one message: once a second the rate gives way by half the share that was throttled.

        All of a second's messages refused halve the rate; one in twenty, a carrier that always grumbles, costs what a second's
        recovery gives back. Without a limit it starts from what was really sent in a second.
        """
        if not self._refused:
            self._refused_since = now
        self._refused += 1
        if now - self._refused_since < CUT_EVERY_S:
            return
        sent = self._seen.per_s()
        share = min(self._refused / sent, 1.0)
        current = float(sent) if self._current == inf else self._current
        self._current = max(current * (1.0 - share * (1.0 - CUT)), RATE_PER_S_MIN)
        self._tokens, self._at, self._refused = 0.0, now, 0

    def _refill(self, now: float) -> None:
        passed = max(now - self._at, 0.0)
        self._at = max(now, self._at)
        self._tokens = min(self._tokens + passed * self._current, max(1.0, self._current))
        if self._current < self._limit:
            self._current = min(self._current * RECOVERY_PER_S**passed, self._limit)
            if self._current > UNLIMITED_PER_S:
                self._current = self._limit


class Seen:
    """How many messages the last whole second had."""

    def __init__(self, now: float) -> None:
        self._second, self._count, self._before = now, 0, 0

    def add(self, messages: int, now: float) -> None:
        """Count messages that go now."""
        if now - self._second >= 1.0:
            self._second, self._before, self._count = now, self._count, 0
        self._count += messages

    def per_s(self) -> int:
        """The larger of this second so far and the one before; at least one."""
        return max(self._count, self._before, 1)


def wait_before(attempt: int, waits: Sequence[float], jitter: float, chance: Callable[[], float]) -> float:
    """The wait before a try, by how many failed before it; chance (0 to 1) spreads peers that failed together."""
    wait = waits[min(attempt, len(waits) - 1)]
    return wait * (1.0 + jitter * (2.0 * chance() - 1.0))
