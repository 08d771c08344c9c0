"""Whether the wall clock can be trusted: quiet hours, consents and papers hang on it, so after a jump nothing leaves."""

import asyncio

from kanhe.kit.clock import MINUTE_MS, Clock

# Time servers correct by seconds. A minute at once is a wrong battery, a restored snapshot, a machine that slept.
JUMP_MS_MAX = MINUTE_MS


class Steadiness:
    """The wall clock against the monotonic one, looked at before every batch that leaves and in every round of upkeep."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._apart_ms = self._apart()
        self._steady = asyncio.Event()
        self._steady.set()
        self.jumped_ms = 0  # how far it has jumped, until somebody has looked

    def look(self) -> bool:
        """Compare with the last look; whether the clock can be trusted."""
        apart, before = self._apart(), self._apart_ms
        self._apart_ms = apart
        if abs(apart - before) > JUMP_MS_MAX:
            self.jumped_ms += apart - before
            self._steady.clear()
        return self._steady.is_set()

    async def wait(self) -> None:
        """Until the clock can be trusted; at once when it can."""
        self.look()
        await self._steady.wait()

    def trust(self) -> None:
        """An operator has looked: the clock is right as it is now."""
        self.look()
        self.jumped_ms = 0
        self._steady.set()

    def _apart(self) -> int:
        return self._clock.now_ms() - int(self._clock.monotonic() * 1000)
