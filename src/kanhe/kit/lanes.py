"""A bounded queue with lanes and fair shares: the most urgent lane first, within a lane deficit round robin over owners."""

import asyncio
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")

# Items an owner of weight 1 may take before the next owner's turn: long enough to batch, short enough that 100 owners of a
# full queue each move within one 256-item batch and a half.
QUANTUM = 4


class _Lane(Generic[T]):
    """One lane: a queue per owner and whose turn it is."""

    __slots__ = ("queues", "turns")

    def __init__(self) -> None:
        self.queues: dict[int, deque[T]] = {}
        self.turns: deque[tuple[int, int]] = deque()  # (owner, weight)

    def put(self, owner: int, weight: int, item: T) -> None:
        queue = self.queues.get(owner)
        if queue is None:
            queue = self.queues[owner] = deque()
            self.turns.append((owner, weight))
        queue.append(item)

    def take_into(self, taken: list[T], count: int) -> None:
        """Move up to `count` items into `taken`, each owner its share per turn."""
        turns, queues = self.turns, self.queues
        if len(turns) == 1:  # one owner alone needs no turns
            owner = turns[0][0]
            queue = queues[owner]
            if len(queue) <= count:
                taken.extend(queue)
                turns.clear()
                del queues[owner]
            else:
                taken.extend(queue.popleft() for _ in range(count))
            return
        while count and turns:
            owner, weight = turns.popleft()
            queue = queues[owner]
            share = min(QUANTUM * weight, count, len(queue))
            taken.extend(queue.popleft() for _ in range(share))
            count -= share
            if queue:
                turns.append((owner, weight))
            else:
                del queues[owner]


class LaneQueue(Generic[T]):
    """A queue of at most `limit` items in numbered lanes, 0 the most urgent; lane 0 alone may exceed it by a tenth."""

    def __init__(self, lanes: int, limit: int) -> None:
        self._lanes: list[_Lane[T]] = [_Lane() for _ in range(lanes)]
        self._limit = limit
        self._size = 0
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        return self._size

    @property
    def full(self) -> bool:
        """True when `offer` would refuse anything but the most urgent lane."""
        return self._size >= self._limit

    def offer(self, lane: int, owner: int, item: T, weight: int = 1) -> bool:
        """Put `item` in, or say that there is no room."""
        if self._size >= self._limit and (lane or self._size >= self._limit * 11 // 10):
            return False
        self._lanes[lane].put(owner, weight, item)
        self._size += 1
        if self._size == 1:
            self._filled.set()
        return True

    def take(self, count: int) -> list[T]:
        """Up to `count` items, the most urgent lane first."""
        taken: list[T] = []
        for lane in self._lanes:
            if len(taken) == count:
                break
            if lane.turns:
                lane.take_into(taken, count - len(taken))
        self._size -= len(taken)
        if not self._size:
            self._filled.clear()
        return taken

    async def wait(self) -> None:
        """Until there is something to take."""
        await self._filled.wait()
