"""A sorted run: entries of a key and an id, 16 octets each, in blocks of a page. What is searched in memory, and in a block.

Spelled big-endian, entries sort as their octets do; so a block is its sorted entries joined, and nothing is ever decoded but
the entries that are asked for.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from struct import Struct, iter_unpack

import msgspec
from pyroaring import BitMap64

_ENTRY = Struct(">qq")
ENTRY_OCTETS = _ENTRY.size
_KEY_OCTETS = 8

# 4,032 octets: with its header a block fills one page of 4,096, so that reading it is reading one page.
BLOCK_ENTRIES = 252
BLOCK_OCTETS = BLOCK_ENTRIES * ENTRY_OCTETS

# Blocks lie in one table: the upper bits of their id are the run. 2^32 blocks are 10^12 entries.
PLACE_BITS = 32

# Ids and keys have 63 bits.
ID_MAX = (1 << 63) - 1
# Where an emptied block at the end of a run is taken to begin.
AFTER_ALL = _ENTRY.pack(ID_MAX, ID_MAX)

entry = _ENTRY.pack


class Run(msgspec.Struct):
    """What memory holds of a run: which keys it has, and the first entry of each of its blocks."""

    number: int
    level: int
    newest: int  # the highest id
    firsts: list[bytes]
    keys: BitMap64

    @property
    def blocks(self) -> range:
        """Its blocks' ids."""
        base = self.number << PLACE_BITS
        return range(base, base + len(self.firsts))

    def blocks_of(self, key: int, below: int = ID_MAX) -> range:
        """Ids of the blocks that can hold ids of `key` below one."""
        low, high = bisect_right(self.firsts, entry(key, 0)), bisect_left(self.firsts, entry(key, below))
        return self.blocks[max(low - 1, 0) : high]


def split(octets: bytes) -> list[bytes]:
    """Part a block into its entries."""
    return [each for (each,) in iter_unpack("16s", octets)]


def ids_of(octets: bytes, key: int) -> Iterator[int]:
    """Give the ids under a key in a block, rising."""
    wanted = key.to_bytes(_KEY_OCTETS, "big")
    places = range(0, len(octets), ENTRY_OCTETS)
    for at in places[bisect_left(places, wanted, key=lambda at: octets[at : at + _KEY_OCTETS]) :]:
        if octets[at : at + _KEY_OCTETS] != wanted:
            return
        yield int.from_bytes(octets[at + _KEY_OCTETS : at + ENTRY_OCTETS], "big")


def in_order(sources: Iterable[Iterator[list[bytes]]]) -> Iterator[list[bytes]]:
    """Merge sorted sources that come in pieces into sorted pieces. Sorting what is sorted in parts is merging, done in C."""
    left = list(sources)
    heads = [next(source, []) for source in left]
    while any(heads):
        end = min(head[-1] for head in heads if head)
        piece: list[bytes] = []
        for place, head in enumerate(heads):
            cut = bisect_right(head, end)
            piece += head[:cut]
            heads[place] = head[cut:] or next(left[place], [])
        piece.sort()
        yield piece


def without(run: Run, blocks: dict[int, bytes], gone: frozenset[bytes]) -> tuple[dict[int, bytes], Run]:
    """Take entries out of some blocks of a run: (the changed blocks, what memory holds of the run then)."""
    kept = {block: b"".join(e for e in split(octets) if e not in gone) for block, octets in blocks.items()}
    firsts = [*run.firsts, AFTER_ALL]
    for block in sorted(kept, reverse=True):
        place = run.blocks.index(block)
        old, firsts[place] = firsts[place], kept[block][:ENTRY_OCTETS] or firsts[place + 1]
        while place > 0 and firsts[place - 1] == old:  # an emptied block begins where the next one does
            place -= 1
            firsts[place] = firsts[place + 1]
    return kept, msgspec.structs.replace(run, firsts=firsts[:-1])
