"""Checking a whole ledger: every entry, tile and kept checkpoint, and the name of the first that does not fit.

Two trees are grown side by side, one from the entries and one from the level 0 tiles, and both are held against every
signed root on the way. Where one misses a signed root and the other meets it, the first place at which they differ is
the fault, and it is proved whose. A leaf hash covers the whole entry: which field was changed cannot be told.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, zip_longest
from typing import Protocol

from kanhe.ledger.checkpoint import Checkpoint, open_checkpoint
from kanhe.ledger.errors import LedgerError
from kanhe.ledger.faults import Fault, FaultKind
from kanhe.ledger.integrator import NO_ID, StoredEntry
from kanhe.ledger.note import VerifierKey
from kanhe.ledger.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Edge,
    TileAddress,
    addresses,
    decode_tile,
    extend_tiles,
    width_at,
)
from kanhe.ledger.tree import EMPTY_ROOT, HASH_OCTETS, Peaks, grow, leaf_hashes, root_of


class LedgerReader(Protocol):
    """What the store shows of one node's ledger."""

    def entries(self) -> Iterable[StoredEntry]:
        """Every integrated entry, in the order of ids."""
        ...

    def checkpoints(self) -> Sequence[bytes]:
        """The signed checkpoints that are kept, oldest first."""
        ...

    def tile(self, address: TileAddress) -> bytes | None:
        """The octets of a hash tile, at the width asked for."""
        ...


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, and the first fault if there is one."""

    origin: str
    size: int
    root: bytes
    checkpoints: int
    fault: Fault | None

    @property
    def holds(self) -> bool:
        """Whether everything fits."""
        return self.fault is None


def verify_store(
    reader: LedgerReader, log: VerifierKey, progress: Callable[[int], None] = lambda entries: None
) -> Report:
    """Check the ledger of one node whole. `progress` hears how many entries are done."""
    signed, fault = _open_all(reader.checkpoints(), log)
    latest = signed[-1] if signed else Checkpoint(log.name, 0, EMPTY_ROOT)
    return Report(
        log.name, latest.size, latest.root, len(signed), fault or _walk(reader, signed, latest.size, progress)
    )


def _open_all(notes: Sequence[bytes], log: VerifierKey) -> tuple[list[Checkpoint], Fault | None]:
    """Open checkpoints up to the first that its log did not sign or that contradicts the one before."""
    signed = [Checkpoint(log.name, 0, EMPTY_ROOT)]
    why = None
    for octets in notes:
        try:
            signed.append(open_checkpoint(octets, log).checkpoint)
        except LedgerError as error:
            why = str(error)
            break
        if not _may_follow(*signed[-2:]):
            why = f"it contradicts the one before at size {signed.pop().size}"
            break
    opened = len(signed) - 1
    return signed[1:], Fault(FaultKind.CHECKPOINT_BROKEN, opened, why=why) if opened < len(notes) else None


def _may_follow(before: Checkpoint, after: Checkpoint) -> bool:
    return before.size < after.size or (before.size, before.root) == (after.size, after.root)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What belongs to one level 0 tile, with one more row, leaf hash and stored hash to look ahead."""

    address: TileAddress
    before: int  # the id of the entry before the first
    rows: list[StoredEntry]
    leaves: list[bytes]
    stored: list[bytes] | None  # nothing: the tile is not there in full

    @property
    def start(self) -> int:
        return self.address.index * TILE_WIDTH


def _chunks(reader: LedgerReader, size: int) -> Iterator[_Chunk]:
    """Read entries and tiles side by side; the last chunk shows entries beyond the signed size, if there are any."""
    rows = iter(reader.entries())
    window = list(islice(rows, TILE_WIDTH + 1))
    stored = _stored(reader, _address(0, size))
    before = NO_ID
    for start in range(0, size + 1, TILE_WIDTH):
        following = _stored(reader, _address(start + TILE_WIDTH, size))
        hashes = None if stored is None else stored + (following or [])[:1]
        yield _Chunk(_address(start, size), before, window, leaf_hashes(row.octets for row in window), hashes)
        before = window[:TILE_WIDTH][-1].id if window else before
        window = window[TILE_WIDTH:]
        window += islice(rows, TILE_WIDTH + 1 - len(window))
        stored = following


def _address(index: int, size: int) -> TileAddress:
    """Name the level 0 tile that holds the leaf at `index`."""
    return TileAddress(0, index // TILE_WIDTH, width_at(size, 0, index // TILE_WIDTH))


def _stored(reader: LedgerReader, address: TileAddress) -> list[bytes] | None:
    """Give the hashes of a tile, none beyond the tree's end, or nothing if the tile is not there in full."""
    if not address.width:
        return []
    octets = reader.tile(address)
    return decode_tile(octets) if octets is not None and len(octets) == address.width * HASH_OCTETS else None


class _Trees:
    """The tree that the entries give and the one that the tiles give, up to a chunk's start."""

    def __init__(self) -> None:
        self.by_entries: Peaks = ()
        self.by_tiles: Peaks = ()
        self.edge: Edge = ()
        self.tiles: dict[tuple[int, int], bytes] = {}  # those above level 0, as the entries give them

    def meet(self, chunk: _Chunk, signed: Checkpoint) -> tuple[bool, bool]:
        """Say whether the entries, and whether the tiles, lead to a root that was signed within this chunk."""
        count = signed.size - chunk.start
        by_entries = root_of(grow(self.by_entries, chunk.leaves[:count])[0])
        by_tiles = root_of(grow(self.by_tiles, chunk.stored[:count])[0]) if chunk.stored is not None else None
        return by_entries == signed.root, by_tiles == signed.root

    def advance(self, chunk: _Chunk, width: int) -> None:
        """Grow both trees over a chunk."""
        self.by_tiles = grow(self.by_tiles, (chunk.stored or [])[:width])[0]
        self.by_entries, self.edge, tiles = extend_tiles(chunk.start, self.by_entries, self.edge, chunk.leaves[:width])
        self.tiles |= {(tile.address.level, tile.address.index): tile.octets for tile in tiles if tile.address.level}


def _walk(
    reader: LedgerReader, signed: Sequence[Checkpoint], size: int, progress: Callable[[int], None]
) -> Fault | None:
    """Grow both trees chunk by chunk, up to the first signed root that one of them misses."""
    trees, suspect, agreed = _Trees(), None, 0
    by_chunk = {start: list(group) for start, group in groupby(signed, _chunk_start)}
    for chunk in _chunks(reader, size):
        progress(chunk.start)
        suspect = suspect or _first_difference(chunk)
        for checkpoint in by_chunk.get(chunk.start, ()):
            met = trees.meet(chunk, checkpoint)
            if not all(met):
                rewritten = Fault(FaultKind.HISTORY_REWRITTEN, agreed, last=checkpoint.size - 1)
                return _judge(met, suspect, size) or rewritten
            agreed = checkpoint.size
        trees.advance(chunk, min(TILE_WIDTH, size - chunk.start))
    return suspect or _first_wrong_tile(reader, trees.tiles, size)


def _chunk_start(checkpoint: Checkpoint) -> int:
    """Name the chunk that holds the last leaf of a checkpoint."""
    return max(0, checkpoint.size - 1) // TILE_WIDTH * TILE_WIDTH


def _judge(met: tuple[bool, bool], suspect: Fault | None, size: int) -> Fault | None:
    """Say whose the first difference is, given who met the signed root: (the entries, the tiles)."""
    if suspect is None or not any(met):
        return None
    by_entries, _ = met
    if not by_entries or suspect.kind is FaultKind.TILE_MISSING:
        return suspect
    place = suspect.index % TILE_WIDTH * HASH_OCTETS
    path = _address(suspect.index, size).path
    return Fault(FaultKind.TILE_CHANGED, suspect.index, path=path, octets=(place, place + HASH_OCTETS))


def _first_difference(chunk: _Chunk) -> Fault | None:
    """Find the first entry of a chunk whose leaf hash is not the stored one, and say what may have happened to it."""
    if chunk.stored is None:
        return Fault(FaultKind.TILE_MISSING, chunk.start, path=chunk.address.path)
    pairs = zip_longest(chunk.leaves[:TILE_WIDTH], chunk.stored[:TILE_WIDTH])
    place = next((place for place, (leaf, stored) in enumerate(pairs) if leaf != stored), None)
    return None if place is None else _explain(chunk, chunk.stored, place)


def _explain(chunk: _Chunk, stored: list[bytes], place: int) -> Fault:
    """Tell a missing entry (the next stands in its place) from one put in (its place is the next one's) and a change."""
    index = chunk.start + place
    here, after = chunk.leaves[place : place + 1], chunk.leaves[place + 1 : place + 2]
    due, following = stored[place : place + 1], stored[place + 1 : place + 2]
    if not here or (here == following and after not in (following, due)):
        return Fault(FaultKind.ENTRY_MISSING, index, entry_id=chunk.rows[place - 1].id if place else chunk.before)
    row = chunk.rows[place]
    if not due or (after == due and here != following):
        return Fault(FaultKind.ENTRY_ADDED, index, entry_id=row.id)
    return Fault(FaultKind.ENTRY_CHANGED, index, entry_id=row.id, octets=(0, len(row.octets)))


def _first_wrong_tile(reader: LedgerReader, given: dict[tuple[int, int], bytes], size: int) -> Fault | None:
    """Hold the stored tiles above level 0 against those that the entries give."""
    for address in addresses(size):
        if address.level and (stored := reader.tile(address)) != (right := given[address.level, address.index]):
            start = address.index << (TILE_HEIGHT * (address.level + 1))
            if stored is None or len(stored) != len(right):
                return Fault(FaultKind.TILE_MISSING, start, path=address.path)
            pairs = enumerate(zip(decode_tile(stored), decode_tile(right), strict=True))
            place = next(place for place, (one, other) in pairs if one != other) * HASH_OCTETS
            return Fault(FaultKind.TILE_CHANGED, start, path=address.path, octets=(place, place + HASH_OCTETS))
    return None
