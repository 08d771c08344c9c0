"""The youngest entries of a look-up, in memory, until they are merged into a sorted run.

Two generations: `young` takes new entries; `old` is the one that is being merged and is forgotten once its run can be read. So
nothing is ever deleted entry by entry, and an entry may for a moment be found in both places, never in none.
"""

from collections.abc import Collection


class Tail:
    """Ids by key, in the order of their commits. Belongs to the loop's thread."""

    def __init__(self) -> None:
        self._young: dict[int, int | list[int]] = {}
        self.old: dict[int, int | list[int]] = {}
        self.entries = 0  # in the young generation

    def add(self, key: int, identifier: int) -> None:
        """Keep what was committed. Most keys have one id: only the others get a list, which costs and is traced."""
        young = self._young
        ids = young.setdefault(key, identifier)
        if ids is identifier:
            self.entries += 1
        elif isinstance(ids, int):
            if ids != identifier:
                self.entries += 1
                young[key] = [ids, identifier]
        elif ids[-1] != identifier:
            self.entries += 1
            ids.append(identifier)

    def find(self, key: int) -> list[int]:
        """Give the ids under a key, in the order of their commits."""
        return [*_listed(self.old.get(key)), *_listed(self._young.get(key))]

    def discard(self, key: int, gone: Collection[int]) -> None:
        """Let go of ids of a key that are erased."""
        for generation in (self._young, self.old):
            if key in generation:
                generation[key] = [identifier for identifier in _listed(generation[key]) if identifier not in gone]

    def rotate(self) -> None:
        """Start a new generation; the one before is about to be merged."""
        assert not self.old, "one merge at a time"
        self.old, self._young, self.entries = self._young, {}, 0

    def pairs(self) -> list[tuple[int, int]]:
        """Give the old generation as (key, id)."""
        return [(key, identifier) for key, ids in self.old.items() for identifier in _listed(ids)]

    def forget(self) -> None:
        """Let go of the merged generation."""
        self.old = {}


def _listed(ids: int | list[int] | None) -> list[int]:
    if isinstance(ids, list):
        return ids
    return [] if ids is None else [ids]
