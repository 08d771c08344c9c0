"""What a check of the ledger can find: the table of faults and their sentences."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What does not fit."""

    ENTRY_CHANGED = "entry-changed"
    ENTRY_MISSING = "entry-missing"
    ENTRY_ADDED = "entry-added"
    TILE_CHANGED = "tile-changed"
    TILE_MISSING = "tile-missing"
    CHECKPOINT_BROKEN = "checkpoint-broken"
    HISTORY_REWRITTEN = "history-rewritten"


SENTENCES: dict[FaultKind, str] = {
    FaultKind.ENTRY_CHANGED: "entry `{entry_id}` at index {index} was changed somewhere in its octets {octets}",
    FaultKind.ENTRY_MISSING: "the entry of index {index} is missing after entry `{entry_id}`",
    FaultKind.ENTRY_ADDED: "entry `{entry_id}` was put in before index {index}",
    FaultKind.TILE_CHANGED: "`{path}` was changed in its octets {octets}",
    FaultKind.TILE_MISSING: "`{path}` is missing or cut short",
    FaultKind.CHECKPOINT_BROKEN: "the kept checkpoint number {index} does not hold: {why}",
    FaultKind.HISTORY_REWRITTEN: "neither entries nor tiles of index {index} up to {last} lead to the root signed over them",
}
assert set(SENTENCES) == set(FaultKind)


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that does not fit: where, and within which of its octets."""

    kind: FaultKind
    index: int
    last: int | None = None
    entry_id: int | None = None
    path: str | None = None
    octets: tuple[int, int] | None = None  # from the first, up to but without the second
    why: str | None = None

    @property
    def sentence(self) -> str:
        """The fault in words."""
        octets = "{}..{}".format(*self.octets) if self.octets else ""
        return SENTENCES[self.kind].format(
            index=self.index, last=self.last, entry_id=self.entry_id, path=self.path, octets=octets, why=self.why
        )
