"""Requests that were written and not yet answered, in the order of their deadlines."""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Window(Generic[T]):
    """Open requests by sequence number. All wait equally long, so the oldest is due first.

    Where every call counts (SMPP), requests go into `open` and out of it by hand, with the time they are due.
    """

    def __init__(self, size: int, wait_s: float) -> None:
        self._size = size
        self.wait_s = wait_s
        self.open: dict[object, tuple[float, T]] = {}

    def __len__(self) -> int:
        return len(self.open)

    def room(self) -> int:
        """How many more may be written."""
        return max(self._size - len(self.open), 0)

    def add(self, sequence: object, item: T, now: float) -> None:
        """A request was written."""
        self.open[sequence] = (now + self.wait_s, item)

    def pop(self, sequence: object) -> T | None:
        """Its answer came; None: nobody asked."""
        found = self.open.pop(sequence, None)
        return found[1] if found else None

    def due(self) -> float | None:
        """When the oldest has waited long enough."""
        return next((at for at, _ in self.open.values()), None)

    def overdue(self, now: float) -> Iterator[tuple[object, T]]:
        """Take out what has waited too long."""
        while (at := self.due()) is not None and at <= now:
            sequence = next(iter(self.open))
            yield sequence, self.open.pop(sequence)[1]

    def drain(self) -> list[T]:
        """Take out everything: the link is gone."""
        items = [item for _, item in self.open.values()]
        self.open.clear()
        return items
