"""A timer wheel: thousands of things due later cost one list each ten milliseconds, not a timer each."""

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import Generic, TypeVar

T = TypeVar("T")

# Receipts and answers of a carrier are not known to be punctual: ten milliseconds are below what anybody notices.
BUCKET_S = 0.01


class Wheel(Generic[T]):
    """Items by the bucket of time in which they are due."""

    def __init__(self) -> None:
        self._buckets: dict[int, list[T]] = {}
        self._order: list[int] = []

    def __len__(self) -> int:
        return sum(map(len, self._buckets.values()))

    def add(self, at: float, items: Iterable[T]) -> None:
        """These are due at `at`, and never before it."""
        bucket = int(at / BUCKET_S) + 1
        found = self._buckets.get(bucket)
        if found is None:
            found = self._buckets[bucket] = []
            heappush(self._order, bucket)
        found.extend(items)

    def due(self, now: float) -> list[T]:
        """What is due by now, in the order of the buckets."""
        found: list[T] = []
        while self._order and self._order[0] * BUCKET_S <= now:
            found += self._buckets.pop(heappop(self._order))
        return found

    def next_at(self) -> float | None:
        """When something is due next."""
        return self._order[0] * BUCKET_S if self._order else None
