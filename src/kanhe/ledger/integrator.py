"""The integrator: gives committed entries their indexes, and grows tiles and a signed checkpoint over them.

Entries are committed with their messages and bear no index; here they get one, in the order of their ids, once. It is a
state machine without I/O: the store hands in what lies after `state.last_id`, writes what `extend` gives back, in one
transaction, and only then is the new state the state. A node's ledger is signed with that node's key, also by whoever
integrates a dead node's rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from kanhe.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from kanhe.ledger.errors import OrderError, ResumeError
from kanhe.ledger.note import SigningKey
from kanhe.ledger.tiles import Edge, FetchTile, Tile, extend_tiles, fetch_edge, peaks_of_edge
from kanhe.ledger.tree import Peaks, leaf_hashes, root_of

# An id before every id.
NO_ID = -1


class StoredEntry(msgspec.Struct, frozen=True, gc=False):
    """An entry as the store keeps it: under an id that rises with every commit of its node."""

    id: int
    octets: bytes


@dataclass(frozen=True, slots=True)
class LedgerState:
    """How far the ledger of a node has grown, and what growing on needs."""

    size: int = 0
    last_id: int = NO_ID
    peaks: Peaks = ()
    edge: Edge = ()

    @property
    def root(self) -> bytes:
        """The root of the tree so far."""
        return root_of(self.peaks)


@dataclass(frozen=True, slots=True)
class Growth:
    """What one batch adds: entry k of the batch has the index `first_index + k`."""

    first_index: int
    tiles: tuple[Tile, ...]  # new or wider; a wider one takes the place of the narrower
    checkpoint: bytes
    state: LedgerState


@dataclass(frozen=True, slots=True)
class Integrator:
    """The ledger of one node at one state, with the key it signs with."""

    key: SigningKey
    state: LedgerState = LedgerState()

    def extend(self, entries: Sequence[StoredEntry]) -> Growth:
        """Append a batch of entries in the order of their ids and sign the tree they lead to."""
        before = self.state
        last_id = _check_order(before.last_id, entries)
        leaves = leaf_hashes(entry.octets for entry in entries)
        peaks, edge, tiles = extend_tiles(before.size, before.peaks, before.edge, leaves)
        state = LedgerState(before.size + len(leaves), last_id, peaks, edge)
        return Growth(before.size, tuple(tiles), self._sign(state), state)

    def _sign(self, state: LedgerState) -> bytes:
        return sign_checkpoint(Checkpoint(self.key.verifier.name, state.size, state.root), self.key)


def _check_order(last_id: int, entries: Sequence[StoredEntry]) -> int:
    for entry in entries:
        if entry.id <= last_id:
            raise OrderError(f"entry `{entry.id}` comes after `{last_id}`, whose index is already given")
        last_id = entry.id
    return last_id


def resume(key: SigningKey, checkpoint: bytes | None, last_id: int, fetch: FetchTile) -> Integrator:
    """Take up a ledger where its last stored checkpoint left it, if the stored tiles still lead to its root."""
    if checkpoint is None:
        return Integrator(key)
    stands = open_checkpoint(checkpoint, key.verifier).checkpoint
    edge = fetch_edge(fetch, stands.size)
    state = LedgerState(stands.size, last_id, peaks_of_edge(edge), edge)
    if state.root != stands.root:
        raise ResumeError(f"the stored tiles of `{stands.origin}` do not lead to its root at size {stands.size}")
    return Integrator(key, state)
