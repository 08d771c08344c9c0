"""`kanhe.ports.reports.Reports`: complaints on the store's connection, counts on one of their own, in slices."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing

import msgspec

from kanhe.domain.category import Category
from kanhe.domain.channel import Channel, channel_of
from kanhe.domain.complaint import Complaint, Source
from kanhe.domain.facts import Suppression
from kanhe.domain.state import State
from kanhe.kit.ids import first_of
from kanhe.ports.reports import Tally
from kanhe.store.sqlite.apply import Applier
from kanhe.store.sqlite.connect import connect_reader
from kanhe.store.sqlite.listings import COUNTED_ROWS
from kanhe.store.sqlite.shapes import Shapes
from kanhe.store.sqlite.statements import Statement, load
from kanhe.store.sqlite.store import SqliteStore

_suppression = msgspec.msgpack.Decoder(Suppression).decode


class SqliteReports:
    """Complaints, and counts over a time."""

    def __init__(self, store: SqliteStore) -> None:
        self._path, self._reader, self._writer = store.path, store.reader, store.writer

    async def put(self, complaint: Complaint) -> None:
        """Write a complaint, or its new state under its id."""
        await self._writer.run(_put, complaint)

    def complaint(self, identifier: int) -> Complaint | None:
        """One."""
        found = self._reader.all("complaint", identifier)
        return _complaint(found[0]) if found else None

    def complaints(self, account: int, before: int, limit: int) -> Sequence[Complaint]:
        """A page of an account's complaints below an id, newest first."""
        return [_complaint(row) for row in self._reader.all("complaints_before", account, before, limit)]

    async def tally(self, account: int, since: int, until: int, category: Category | None = None) -> Tally:
        """Count what lies from `since` up to `until` (ms)."""
        return await asyncio.to_thread(self._tally, account, since, until, category)

    def _tally(self, account: int, since: int, until: int, category: Category | None) -> Tally:
        sql, first, last = load(), first_of(since) - 1, first_of(until) - 1
        states: Counter[State] = Counter()
        refused: Counter[int] = Counter()
        segments: Counter[State] = Counter()
        with closing(connect_reader(self._path)) as connection:
            sources = dict(connection.execute(sql["complaints_between"].sql, (account, since, until)).fetchall())
            refusers = _refusers(connection, sql, account, since, first, last)
            [(heard,)] = connection.execute(sql["inbound_between"].sql, (account, first + 1, last)).fetchall()
            seen = COUNTED_ROWS
            while seen == COUNTED_ROWS:
                values = {
                    "account": account,
                    "category": category.value if category is not None else None,
                    "first": first,
                    "last": last,
                    "limit": COUNTED_ROWS,
                }
                groups = connection.execute(sql["told_behind"].sql, values).fetchall()
                for mine, state, shape, count, some, _ in groups:
                    if mine:
                        states[State(state)] += count
                        segments[State(state)] += some
                        refused[shape] += count if state == State.REFUSED else 0
                seen = sum(group[3] for group in groups)
                first = max((group[5] for group in groups), default=last)
            shapes = Shapes(connection)
        verdicts = [(shapes.shape(number), count) for number, count in refused.items() if count]
        return Tally(
            states,
            segments,
            verdicts,
            len(set().union(*refusers.values())),
            {channel: len(numbers) for channel, numbers in refusers.items()},
            {Source(name): count for name, count in sources.items()},
            heard,
        )


def _refusers(
    connection: sqlite3.Connection, sql: Mapping[str, Statement], account: int, since: int, first: int, last: int
) -> dict[Channel, set[int]]:
    """Who refused an account's messages, by channel: noted in this time, and not of a time before it."""
    found: dict[Channel, set[int]] = {}
    while page := connection.execute(sql["refusals_behind"].sql, (first, last, COUNTED_ROWS)).fetchall():
        first = page[-1][1]
        for number, _, octets in page:
            refusal = _suppression(octets)
            if refusal.account == account and refusal.at >= since and refusal.clarity != "doubtful":
                found.setdefault(channel_of(refusal.source), set()).add(number)
    return found


def _complaint(row: Sequence[object]) -> Complaint:
    return msgspec.convert(dict(zip(Complaint.__struct_fields__, row, strict=True)), Complaint)


def _put(hand: Applier, c: Complaint) -> None:
    hand.run("put_complaint", c.id, c.account, c.at, c.source.value, c.number, c.message, c.text, c.state.value, c.note)
