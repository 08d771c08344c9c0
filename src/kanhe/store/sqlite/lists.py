"""Pages of messages. The young ones are looked through; older ones are found in the book that fits the filter.

So a list never walks through millions of rows for a quiet account, a number, or a state that few messages are in.
"""

from collections.abc import Callable, Iterator
from heapq import merge as in_order
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from kanhe.domain.state import FINAL
from kanhe.kit.ids import first_of
from kanhe.ports.store import Filter, Row
from kanhe.store.sqlite.books import ACCOUNTS, account_key

if TYPE_CHECKING:
    from kanhe.store.sqlite.read import Reader

# The watermark of recovery: what has no end before it stands in `lingering`.
SWEPT_MESSAGES = "swept_messages"

# Ids have 63 bits.
ID_MAX = (1 << 63) - 1

# A page of a list or an export; more is asked for page by page.
PAGE_MAX = 1000

# Ids that are looked at in one query when a filter leaves few of them over.
CANDIDATES = 2048

# Gives ids below one, newest first.
Down = Callable[[int], Iterator[int]]


def page(reader: "Reader", which: Filter) -> list[Row]:
    """One page of messages, newest first."""
    first = first_of(which.since) if which.since is not None else 0
    until = first_of(which.until) if which.until is not None else ID_MAX
    before = min(until, which.before if which.before is not None else ID_MAX)
    known_below, down = _book(reader, which)
    rows = _query(reader, "rows", which, max(first, known_below), before, which.limit)
    ids = down(min(before, known_below))
    limit = min(which.limit, PAGE_MAX)
    while len(rows) < limit and (some := list(islice(ids, CANDIDATES))) and some[0] >= first:
        among = msgspec.json.encode(some).decode()
        rows += _query(reader, "rows_among", which, first, before, limit - len(rows), among)
    return rows


def _book(reader: "Reader", which: Filter) -> tuple[int, Down]:
    """Choose where older messages are found: the id below which the book knows them all, and its ids downwards."""
    if which.number is not None:
        ids = reader.ids_of(which.number)[::-1]
        return ID_MAX, lambda below: (identifier for identifier in ids if identifier < below)
    if which.state is not None and which.state not in FINAL:
        return reader.mark(SWEPT_MESSAGES) + 1, lambda below: _lingering(reader, below)
    if which.account is not None:
        key = account_key(which.account)
        return reader.mark(ACCOUNTS.name) + 1, lambda below: _filed(reader, key, below)
    return 0, lambda _: iter(())


def _lingering(reader: "Reader", below: int) -> Iterator[int]:
    while found := reader.all("lingering_down", below, CANDIDATES):
        yield from (identifier for (identifier,) in found)
        below = found[-1][0]


def _filed(reader: "Reader", key: bytes, below: int) -> Iterator[int]:
    """Give the ids under a key of all runs together, newest first."""
    runs = [_down(reader, run, key, below) for (run,) in reader.all("runs", ACCOUNTS.number)]
    return in_order(*runs, reverse=True)


def _down(reader: "Reader", run: int, key: bytes, below: int) -> Iterator[int]:
    while found := reader.all("ids_down", ACCOUNTS.number, run, key, below, CANDIDATES):
        yield from (identifier for (identifier,) in found)
        below = found[-1][0]


def _query(
    reader: "Reader", name: str, which: Filter, first: int, before: int, limit: int, ids: str | None = None
) -> list[Row]:
    values = {
        "first": first,
        "before": before,
        "account": which.account,
        "category": which.category,
        "sender": which.sender,
        "number": which.number,
        "state": int(which.state) if which.state is not None else None,
        "limit": min(limit, PAGE_MAX),
        "ids": ids,
    }
    return [reader.row_of(columns) for columns in reader.connection.execute(reader.sql[name].sql, values)]
