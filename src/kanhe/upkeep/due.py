"""When waiting messages are to be looked at again: instants in memory, messages in the store."""

import asyncio
import heapq
from collections.abc import Iterable

from kanhe.kit.clock import Clock

# Looked at in one go: a batch of the journey.
RIPE_MAX = 256
# How long we sleep at most before looking at the wall clock again: it may have been set.
LOOK_AGAIN_S = 5.0


class DueTimes:
    """A heap of (due instant, message id)."""

    def __init__(self, clock: Clock, times: Iterable[tuple[int, int]] = ()) -> None:
        self._clock = clock
        self._heap = list(times)
        heapq.heapify(self._heap)
        self._changed = asyncio.Event()

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, message: int, due: int) -> None:
        """Look at `message` again at `due` (ms)."""
        heapq.heappush(self._heap, (due, message))
        self._changed.set()

    async def ripe(self) -> list[int]:
        """Wait until something is due; ids, earliest first."""
        while not self._heap or self._heap[0][0] > self._clock.now_ms():
            self._changed.clear()
            wait = None
            if self._heap:
                wait = min(max((self._heap[0][0] - self._clock.now_ms()) / 1000, 0.001), LOOK_AGAIN_S)
            try:
                await asyncio.wait_for(self._changed.wait(), wait)
            except TimeoutError:
                continue
        now = self._clock.now_ms()
        ripe: list[int] = []
        while self._heap and self._heap[0][0] <= now and len(ripe) < RIPE_MAX:
            ripe.append(heapq.heappop(self._heap)[1])
        return ripe
