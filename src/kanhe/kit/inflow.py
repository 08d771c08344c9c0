"""Work that arrives in bursts and is taken in batches: what queued while the last commit ran is the next batch."""

import asyncio
from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Inflow(Generic[T]):
    """An unbounded list of arrivals; whoever fills it is bounded at the source (windows of sessions)."""

    def __init__(self) -> None:
        self._items: list[T] = []
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        return len(self._items)

    def put(self, items: Iterable[T]) -> None:
        """Add arrivals."""
        self._items.extend(items)
        self._filled.set()

    async def take(self, count: int) -> list[T]:
        """Wait until there is something; at most `count` of it, oldest first."""
        await self._filled.wait()
        taken, self._items = self._items[:count], self._items[count:]
        if not self._items:
            self._filled.clear()
        return taken
