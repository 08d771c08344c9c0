"""Slowing down whoever tries to log in too often."""

from kanhe.console.limits import LOGIN_TRIES_MAX, LOGIN_TRIES_S, PEERS_MAX
from kanhe.kit.clock import Clock


class Throttle:
    """Tries by peer, in windows."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tries: dict[str, tuple[float, int]] = {}  # peer -> (when its window began, tries in it)

    def wait_s(self, peer: str) -> float:
        """How long a peer must wait before its next try; counts this one when it need not."""
        now = self._clock.monotonic()
        began, tries = self._tries.get(peer, (now, 0))
        if now - began >= LOGIN_TRIES_S:
            began, tries = now, 0
        if tries >= LOGIN_TRIES_MAX:
            return began + LOGIN_TRIES_S - now
        if peer not in self._tries and len(self._tries) >= PEERS_MAX:
            self._tries.clear()
        self._tries[peer] = (began, tries + 1)
        return 0.0
