"""Slowing down whoever tries to log in and fails too often."""

from kanhe.console.limits import LOGIN_TRIES_MAX, LOGIN_TRIES_S, PEERS_MAX
from kanhe.kit.clock import Clock


class Throttle:
    """Failed tries by peer, in windows. Who gets in is never counted: many users may stand behind one address."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failed: dict[str, tuple[float, int]] = {}  # peer -> (when its window began, failures in it)

    def wait_s(self, peer: str) -> float:
        """How long a peer must wait before its next try."""
        began, failures = self._window(peer)
        return began + LOGIN_TRIES_S - self._clock.monotonic() if failures >= LOGIN_TRIES_MAX else 0.0

    def fail(self, peer: str) -> None:
        """Count a failure."""
        began, failures = self._window(peer)
        if peer not in self._failed and len(self._failed) >= PEERS_MAX:
            self._failed.clear()
        self._failed[peer] = (began, failures + 1)

    def _window(self, peer: str) -> tuple[float, int]:
        now = self._clock.monotonic()
        began, failures = self._failed.get(peer, (now, 0))
        return (began, failures) if now - began < LOGIN_TRIES_S else (now, 0)
