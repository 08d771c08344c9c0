"""The youngest rows of a look-up, in memory, until they are merged into a sorted run.

Two generations: `young` takes new rows; `old` is the one that is being merged and is forgotten once its run can be read. So
nothing is ever deleted row by row, and a row may for a moment be found in both places, never in none.
"""

from collections.abc import Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Tail(Generic[K, V]):
    """Rows by key, oldest first. Belongs to the loop's thread."""

    def __init__(self) -> None:
        self._young: dict[K, V | list[V]] = {}
        self._old: dict[K, V | list[V]] = {}
        self.rows = 0  # in the young generation

    def add(self, key: K, value: V) -> None:
        """Keep a row that was committed. Most keys have one row: only the others get a list, which costs and is traced."""
        self.rows += 1
        if (rows := self._young.setdefault(key, value)) is not value:
            if isinstance(rows, list):
                rows.append(value)
            else:
                self._young[key] = [rows, value]

    def find(self, key: K) -> list[V]:
        """Give the rows under a key, oldest first."""
        return [*_listed(self._old.get(key)), *_listed(self._young.get(key))]

    def discard(self, key: K, gone: Sequence[V]) -> None:
        """Let go of rows of a key that are erased."""
        for generation in (self._young, self._old):
            if key in generation:
                generation[key] = [value for value in _listed(generation[key]) if value not in gone]

    def rotate(self) -> None:
        """Start a new generation; the one before is about to be merged."""
        assert not self._old, "one merge at a time"
        self._old, self._young, self.rows = self._young, {}, 0

    def forget(self) -> None:
        """Let go of the merged generation."""
        self._old = {}


def _listed(rows: V | list[V] | None) -> list[V]:
    if isinstance(rows, list):
        return rows
    return [] if rows is None else [rows]
