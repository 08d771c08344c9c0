"""Requests that were written and not yet answered, in the order of their deadlines."""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Window(Generic[T]):
    """Open requests by sequence number. All wait equally long, so the oldest is due first."""

    def __init__(self, size: int, wait_s: float) -> None:
        self._size = size
        self._wait_s = wait_s
        self._open: dict[object, tuple[float, T]] = {}

    def __len__(self) -> int:
        return len(self._open)

    def room(self) -> int:
        """How many more may be written."""
        return max(self._size - len(self._open), 0)

    def add(self, sequence: object, item: T, now: float) -> None:
        """A request was written."""
        self._open[sequence] = (now + self._wait_s, item)

    def pop(self, sequence: object) -> T | None:
        """Its answer came; None: nobody asked."""
        found = self._open.pop(sequence, None)
        return found[1] if found else None

    def due(self) -> float | None:
        """When the oldest has waited long enough."""
        return next((at for at, _ in self._open.values()), None)

    def overdue(self, now: float) -> Iterator[tuple[object, T]]:
        """Take out what has waited too long."""
        while (at := self.due()) is not None and at <= now:
            sequence = next(iter(self._open))
            yield sequence, self._open.pop(sequence)[1]

    def drain(self) -> list[T]:
        """Take out everything: the link is gone."""
        items = [item for _, item in self._open.values()]
        self._open.clear()
        return items
