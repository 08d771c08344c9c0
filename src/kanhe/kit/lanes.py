"""A bounded queue with lanes and fair shares: the most urgent lane first, within a lane deficit round robin over owners."""

import asyncio
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")

# What an owner of weight 1 may take before the next owner's turn: long enough to batch, short enough that 64 owners of a full
# queue all move within one batch of 256.
QUANTUM = 4


class _Lane(Generic[T]):
    """One lane: a queue of (item, cost) per owner, and whose turn it is."""

    __slots__ = ("queues", "turns")

    def __init__(self) -> None:
        self.queues: dict[int, deque[tuple[T, int]]] = {}
        self.turns: deque[tuple[int, int]] = deque()  # (owner, weight)

    def put(self, owner: int, weight: int, item: T, cost: int) -> None:
        queue = self.queues.get(owner)
        if queue is None:
            queue = self.queues[owner] = deque()
            self.turns.append((owner, weight))
        queue.append((item, cost))

    def take_into(self, taken: list[T], room: int) -> int:
        """Move items into `taken` until `room` is used up, each owner its share per turn; the room that is left."""
        while room > 0 and self.turns:
            owner, weight = self.turns.popleft()
            queue = self.queues[owner]
            share = min(QUANTUM * weight, room) if self.turns else room
            while queue and share > 0:
                item, cost = queue.popleft()
                taken.append(item)
                share -= cost
                room -= cost
            if queue:
                self.turns.append((owner, weight))
            else:
                del self.queues[owner]
        return room


class LaneQueue(Generic[T]):
    """At most `limit` units of work in numbered lanes, 0 the most urgent; lane 0 alone may exceed the limit by a tenth."""

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

    def offer(self, lane: int, owner: int, item: T, *, cost: int = 1, weight: int = 1) -> bool:
        """Put `item` in, or say that there is no room. `cost` is its share of the limit and of a batch."""
        limit = self._limit if lane else self._limit * 11 // 10
        if self._size >= limit:
            return False
        self._lanes[lane].put(owner, weight, item, cost)
        if not self._size:
            self._filled.set()
        self._size += cost
        return True

    def take(self, room: int) -> list[T]:
        """Items worth about `room`, the most urgent lane first; the last one may overshoot."""
        taken: list[T] = []
        left = room
        for lane in self._lanes:
            if left > 0 and lane.turns:
                left = lane.take_into(taken, left)
        self._size -= room - left
        if not self._size:
            self._filled.clear()
        return taken

    async def wait(self) -> None:
        """Until there is something to take."""
        await self._filled.wait()
