"""Merging: the old generation of the tails becomes a sorted run of each book; four runs of a level become one of the next.

A run is written slice by slice, each in a transaction of its own between two ticks, and is read only once it is done; the
watermark rises in the transaction that makes it readable. What a crash leaves half written is cleared at the next start.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from heapq import merge as in_order
from itertools import islice
from operator import attrgetter
from typing import Any

from kanhe.store.sqlite import books
from kanhe.store.sqlite.apply import Applier
from kanhe.store.sqlite.books import BOOKS, KEYS, NUMBERS, Book, Filed
from kanhe.store.sqlite.lists import ID_MAX
from kanhe.store.sqlite.read import Reader
from kanhe.store.sqlite.writer import Writer

# Rows of a slice: some four milliseconds of the writer's time.
SLICE_ROWS = 1024

# Some 20 MB of memory in two generations, and a run long enough that a look-up asks few of them.
MERGE_ROWS = 1 << 16

# A batch is committed within milliseconds of its ids; what is older than this cannot be followed by a smaller id.
SETTLING_MS = 10_000

# As many runs of one level become one of the next (the statement `lengthen` has as many arms).
FAN_IN = 4

# The id below which retention has deleted everything.
FLOOR = "retained_from"

# A place in a run before every row.
BEFORE_ALL = (b"", -1)

by_key = attrgetter("key", "id")


class Merger:
    """Knows which generation is on its way to disk."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer
        self._upto: dict[int, int] = {}  # by book: what the old generation holds at most
        self._rotated_at = 0

    async def merge(self, now_ms: int, at_least: int = MERGE_ROWS) -> int:
        """Merge when the tail has `at_least` rows: rotate at one call, write at a later one. Returns the rows written."""
        if not self._upto:
            if self._reader.numbers.rows >= at_least:
                self._rotate(now_ms)
            return 0
        if now_ms - self._rotated_at < SETTLING_MS:
            return 0
        written = 0
        for book in BOOKS:
            written += await self._write_run(book, self._upto[book.number])
        self._reader.numbers.forget()
        self._reader.keys.forget()
        self._upto = {}
        for book in BOOKS:
            await self._lengthen(book)
        return written

    def _rotate(self, now_ms: int) -> None:
        self._upto = {book.number: self._reader.all(book.newest)[0][0] or 0 for book in BOOKS}
        self._rotated_at = now_ms
        self._reader.numbers.rotate()
        self._reader.keys.rotate()

    async def _write_run(self, book: Book, upto: int) -> int:
        slices = [piece async for piece in self._slices(book, upto) if piece]
        if not slices:
            return 0
        run = await self._writer.run(_open_run, book, 0, max(filed.at for piece in slices for filed in piece))
        filed = in_order(*slices, key=by_key)
        while rows := [(book.number, run, f.key, f.id, f.value) for f in islice(filed, SLICE_ROWS)]:
            await self._writer.run(Applier.many, "add_sorted", rows)
        await self._writer.run(_close_run, book, run, upto)
        return sum(map(len, slices))

    async def _slices(self, book: Book, upto: int) -> AsyncIterator[list[Filed]]:
        """Read the source, some rows at a time, each slice sorted; others may run in between."""
        after = self._reader.mark(book.name)
        while source := self._reader.all(book.source, after, upto, SLICE_ROWS):
            yield sorted((filed for columns in source for filed in book.rows_of(columns)), key=by_key)
            after = source[-1][0]
            await asyncio.sleep(0)

    async def _lengthen(self, book: Book) -> None:
        level = 0
        while found := self._reader.all("runs_of_level", book.number, level, FAN_IN):
            if len(found) == FAN_IN:
                await self._merge_runs(book, level, [run for run, _ in found], max(newest for _, newest in found))
            level += 1

    async def _merge_runs(self, book: Book, level: int, short: list[int], newest: int) -> None:
        run = await self._writer.run(_open_run, book, level + 1, newest)
        floor = self._reader.mark(FLOOR) if book is not KEYS else 0  # the ids of the others are messages
        at: tuple[bytes, int] | None = BEFORE_ALL
        while at is not None:
            at = await self._writer.run(_lengthen_run, book, run, short, floor, at)
        await self._writer.run(_replace_runs, book, run, short)
        for old in short:
            await self._clear_run(book, old)

    async def forget_runs(self, book: Book, before_ms: int) -> None:
        """Drop the runs of a book in which nothing is as young as that."""
        for (run,) in self._reader.all("old_runs", book.number, before_ms):
            await self._writer.run(Applier.run, "retire_run", book.number, run)
            await self._clear_run(book, run)

    async def _clear_run(self, book: Book, run: int) -> None:
        """Take away the rows of a run that nobody reads, then the run."""
        while await self._writer.run(_clear_slice, book.number, run):
            pass
        await self._writer.run(Applier.run, "forget_run", book.number, run)


def _open_run(hand: Applier, book: Book, level: int, newest: int) -> int:
    run: int = hand.run("next_run", book.number).fetchone()[0]
    hand.run("open_run", book.number, run, level, newest)
    return run


def _close_run(hand: Applier, book: Book, run: int, upto: int) -> None:
    hand.run("close_run", book.number, run)
    hand.run("set_meta", book.name, upto)


def _lengthen_run(
    hand: Applier, book: Book, run: int, short: Sequence[int], floor: int, at: tuple[bytes, int]
) -> tuple[bytes, int] | None:
    """Write the next slice of four runs into one; give the place it ends at, or nothing if there was nothing left."""
    names = {f"run{place}": number for place, number in enumerate(short, 1)}
    values = {"book": book.number, "into": run, "floor": floor, "key": at[0], "id": at[1], "limit": SLICE_ROWS, **names}
    hand.connection.execute(hand.sql["lengthen"].sql, values)
    end: tuple[bytes, int] | None = hand.run("end_of_run", book.number, run).fetchone()
    return None if end == at else end


def _replace_runs(hand: Applier, book: Book, run: int, short: Sequence[int]) -> None:
    hand.run("close_run", book.number, run)
    for old in short:
        hand.run("retire_run", book.number, old)


def _clear_slice(hand: Applier, book: int, run: int) -> int:
    values = {"book": book, "run": run, "limit": SLICE_ROWS}
    return hand.connection.execute(hand.sql["clear_run"].sql, values).rowcount


def clear_unfinished(hand: Applier) -> None:
    """Take away runs that a crash left half written or half cleared: their rows stand elsewhere."""
    for book, run in hand.run("unfinished_runs").fetchall():
        while _clear_slice(hand, book, run):
            pass
        hand.run("forget_run", book, run)


def rebuild_tails(reader: Reader) -> None:
    """Fill the tails from the rows behind the watermarks."""
    for columns in _behind(reader, NUMBERS):
        for filed in NUMBERS.rows_of(columns):
            reader.numbers.add(columns[2], books.unpack_listed(filed.value))
    for columns in _behind(reader, KEYS):
        for keyed in books.unpack_keyed(columns[1]):
            reader.keys.add((keyed.account, keyed.key), keyed)


def _behind(reader: Reader, book: Book) -> Iterator[tuple[Any, ...]]:
    after = reader.mark(book.name)
    while rows := reader.all(book.source, after, ID_MAX, SLICE_ROWS):
        yield from rows
        after = rows[-1][0]
