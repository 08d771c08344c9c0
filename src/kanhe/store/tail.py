"""The youngest rows of a look-up, in memory, until they are merged into a sorted run.

Two generations: `young` takes new rows; `old` is the one that is being merged and is forgotten once its run can be read. So
nothing is ever deleted row by row, and a row may for a moment be found in both places, never in none.
"""

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Tail(Generic[K, V]):
    """Rows by key, oldest first. Belongs to the loop's thread."""

    def __init__(self) -> None:
        self._young: dict[K, list[V]] = {}
        self._old: dict[K, list[V]] = {}
        self.rows = 0  # in the young generation

    def add(self, key: K, value: V) -> None:
        """Keep a row that was committed."""
        self.rows += 1
        if (rows := self._young.get(key)) is None:
            self._young[key] = [value]
        else:
            rows.append(value)

    def find(self, key: K) -> list[V]:
        """Give the rows under a key, oldest first."""
        young, old = self._young.get(key), self._old.get(key)
        if old is None:
            return young or []
        return old + young if young else old

    def rotate(self) -> None:
        """Start a new generation; the one before is about to be merged."""
        assert not self._old, "one merge at a time"
        self._old, self._young, self.rows = self._young, {}, 0

    def forget(self) -> None:
        """Let go of the merged generation."""
        self._old = {}
