"""Merging: the old generation of the tails becomes a sorted run of each book; eight runs of a level become one of the next.

A run's blocks are written in slices, each in a transaction of its own between two ticks; it is read only once its row stands
in `runs`. Blocks that belong to no run (a crash came in between, or a longer run has replaced theirs) are cleared.
"""

import asyncio
from collections.abc import Collection, Iterator, Sequence

from pyroaring import BitMap64

from kanhe.store import packing
from kanhe.store.runs import (
    BLOCK_OCTETS,
    ENTRY_OCTETS,
    ID_MAX,
    PLACE_BITS,
    Run,
    entry,
    in_order,
    split,
    without,
)
from kanhe.store.sqlite.apply import Applier
from kanhe.store.sqlite.books import Book, key_number
from kanhe.store.sqlite.read import Reader
from kanhe.store.sqlite.writer import Writer

# Some 10 MB of memory in two generations, and few runs on disk.
MERGE_ENTRIES = 1 << 16
# Sorted in one go: some three milliseconds.
PIECE_ENTRIES = 8192
# Of each source at a time: eight of them are sorted and written in some three milliseconds.
SLICE_ENTRIES = 1024
SLICE_BLOCKS = 4
# Overwritten with zeros in one transaction: 2 MB.
CLEARED_BLOCKS = 512

# As many runs of one level become one of the next: each entry is rewritten log8 times, and some thirty runs are asked at most.
FAN_IN = 8

# The commit up to which everything stands in runs.
MERGED = "merged"


class Merger:
    """Knows which generation is on its way to disk."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer
        self._upto: int | None = None  # the commit up to which the old generation holds everything
        self._one_at_a_time = asyncio.Lock()

    async def merge(self, at_least: int = MERGE_ENTRIES) -> int:
        """Merge when a tail has `at_least` entries. Returns how many were written."""
        async with self._one_at_a_time:
            if self._upto is None and max(book.tail.entries for book in self._reader.books.all) < at_least:
                return 0
            written = await self._write_tails()
            for book in self._reader.books.all:
                await self._drop_old(book)
                await self._lengthen(book)
            return written

    async def _write_tails(self) -> int:
        """Write the old generation, also one that a full disk has left behind.

        Callers hear of their commits in the order in which the writer made them, and so do we: what was committed before it
        gives us its last number stands in the tails by now.
        """
        books = self._reader.books.all
        if self._upto is None:
            self._upto = await self._writer.run(lambda hand: hand.counters.seq)
            for book in books:
                book.tail.rotate()
        written = 0
        for book in books:
            written += await self._write_tail(book)
        await self._writer.run(Applier.run, "set_meta", MERGED, self._upto)
        self._upto = None
        return written

    async def _write_tail(self, book: Book) -> int:
        pairs = book.tail.pairs()
        pieces = []
        for start in range(0, len(pairs), PIECE_ENTRIES):
            pieces.append(sorted([entry(*pair) for pair in pairs[start : start + PIECE_ENTRIES]]))
            await asyncio.sleep(0)
        if pairs:
            run = Run(0, 0, max(identifier for _, identifier in pairs), [], BitMap64(book.tail.old))
            await self._write_run(book, run, [_cut(piece) for piece in pieces], [])
        book.tail.forget()
        return len(pairs)

    async def _lengthen(self, book: Book) -> None:
        level = 0
        while any(run.level >= level for run in book.runs):
            short = [run for run in book.runs if run.level == level]
            if len(short) >= FAN_IN:
                keys = BitMap64.union(*(run.keys for run in short))
                run = Run(0, level + 1, max(run.newest for run in short), [], keys)
                await self._write_run(book, run, [self._entries(each, self._floor(book)) for each in short], short)
            level += 1

    async def _drop_old(self, book: Book) -> None:
        """Let go of runs in which retention has left nothing."""
        floor = self._floor(book)
        await self._replace(book, [run for run in book.runs if run.newest < floor], [])

    def _floor(self, book: Book) -> int:
        found = self._reader.all(book.first_left)[0][0]
        return ID_MAX if found is None else int(found)

    def _entries(self, run: Run, floor: int) -> Iterator[list[bytes]]:
        """Read a run some blocks at a time; entries of what retention has deleted are left behind."""
        blocks, least = run.blocks, floor.to_bytes(8, "big")
        for start in range(0, len(blocks), SLICE_BLOCKS):
            some = blocks[start : start + SLICE_BLOCKS]
            octets = b"".join(octets for _, octets in self._reader.all("blocks_between", some[0], some[-1]))
            if left := [each for each in split(octets) if each[8:] >= least]:
                yield left

    async def _write_run(
        self, book: Book, run: Run, sources: list[Iterator[list[bytes]]], instead_of: list[Run]
    ) -> None:
        """Write a run's blocks, then the run itself in the place of others."""
        run.number = await self._writer.run(_next_run)
        firsts = run.firsts
        rest, base = b"", run.number << PLACE_BITS
        for piece in in_order(sources):
            octets = rest + b"".join(piece)
            whole = len(octets) - len(octets) % BLOCK_OCTETS
            rest = octets[whole:]
            firsts += await self._write_blocks(base + len(firsts), octets[:whole])
        firsts += await self._write_blocks(base + len(firsts), rest)
        await self._replace(book, instead_of, [run] if firsts else [])

    async def _write_blocks(self, first: int, octets: bytes) -> list[bytes]:
        blocks = [octets[at : at + BLOCK_OCTETS] for at in range(0, len(octets), BLOCK_OCTETS)]
        if blocks:
            await self._writer.run(Applier.many, "put_blocks", list(enumerate(blocks, first)))
        return [block[:ENTRY_OCTETS] for block in blocks]

    async def _replace(self, book: Book, old: Sequence[Run], new: Sequence[Run]) -> None:
        """Put runs in the place of others: on disk, then in memory, and only then are the blocks of the others cleared."""
        if not (old or new):
            return
        await self._writer.run(_put_runs, book, old, new)
        book.runs = [run for run in book.runs if run not in old] + [*new]
        for run in old:
            for start in run.blocks[::CLEARED_BLOCKS]:
                await self._writer.run(Applier.run, "clear_blocks", start, start + CLEARED_BLOCKS - 1, run.blocks[-1])

    async def erase(self, book: Book, key: int, ids: Collection[int]) -> None:
        """Take entries out of a book, and the key out of the runs that have no other of it."""
        async with self._one_at_a_time:
            book.tail.discard(key, ids)
            gone = frozenset(entry(key, identifier) for identifier in ids)
            for run in [run for run in book.runs if key in run.keys]:
                touched = run.blocks_of(key)
                octets = dict(self._reader.all("blocks_between", touched[0], touched[-1]))
                blocks, left = without(run, octets, gone)
                if not any(each.startswith(entry(key, 0)[:8]) for block in blocks.values() for each in split(block)):
                    left.keys = run.keys - BitMap64([key])
                await self._writer.run(_put_run_without, book, left, blocks)
                book.runs[book.runs.index(run)] = left


def _cut(piece: list[bytes]) -> Iterator[list[bytes]]:
    return (piece[start : start + SLICE_ENTRIES] for start in range(0, len(piece), SLICE_ENTRIES))


def _next_run(hand: Applier) -> int:
    """Give a number that no run and no block bears."""
    return 1 + max(hand.run("last_run").fetchone()[0] or 0, (hand.run("last_block").fetchone()[0] or 0) >> PLACE_BITS)


def _put_runs(hand: Applier, book: Book, old: Sequence[Run], new: Sequence[Run]) -> None:
    for run in new:
        hand.run("put_run", run.number, book.number, run.level, run.newest, b"".join(run.firsts), run.keys.serialize())
    for run in old:
        hand.run("remove_run", run.number)


def _put_run_without(hand: Applier, book: Book, run: Run, blocks: dict[int, bytes]) -> None:
    _put_runs(hand, book, [], [run])
    hand.many("put_blocks", list(blocks.items()))


def open_books(reader: Reader, hand: Applier) -> None:
    """Load what memory holds of the runs, clear blocks of none, and fill the tails from the commits behind the watermark."""
    known = {book.number: book for book in reader.books.all}
    for number, book, level, newest, firsts, keys in reader.all("runs"):
        known[book].runs.append(Run(number, level, newest, split(firsts), BitMap64.deserialize(keys)))
    _clear_unread(hand, {run.number for book in reader.books.all for run in book.runs})
    mark = reader.mark(MERGED)
    for (accepted,) in reader.connection.execute(reader.sql["accepted_after"].sql, (mark,)):
        ids = packing.unpack_ids(accepted)
        for identifier, account, number in reader.all("filed_between", min(ids), max(ids)):
            reader.books.add_message(identifier, account, number)
    for seq, octets in reader.connection.execute(reader.sql["keyed_after"].sql, (mark,)):
        for keyed in packing.unpack_keyed(octets):
            reader.books.keys.tail.add(key_number(keyed.account, keyed.key), seq)


def _clear_unread(hand: Applier, read: set[int]) -> None:
    block = 0
    while (found := hand.run("block_from", block).fetchone()[0]) is not None:
        run = found >> PLACE_BITS
        block = (run + 1) << PLACE_BITS
        if run not in read:
            hand.run("clear_blocks", found, block - 1, block - 1)
