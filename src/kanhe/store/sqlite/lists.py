"""Pages of messages: the spans of ids in which a filter can find something, newest first, each looked through.

An account's spans, a number's messages and those that wait are found in books; for every other filter the messages themselves
are looked through. A page looks into so many spans and no more, however much the store holds.
"""

from collections.abc import Iterator

from kanhe.kit.ids import first_of
from kanhe.ports.store import Filter, Page, Row
from kanhe.store.runs import ID_MAX
from kanhe.store.sqlite.books import SPAN_IDS
from kanhe.store.sqlite.read import PAGE_MAX, Reader
from kanhe.store.sqlite.standing import WAITING

# Messages of a span where there is no book.
CHUNK_ROWS = 512

# What a page looks into at most, some 20 milliseconds each: spans of one message, of an account, of any.
MESSAGES_MAX, ACCOUNT_SPANS_MAX, CHUNKS_MAX = 1500, 100, 64

Span = tuple[int, int]  # the lowest id, and the first behind it


def page(reader: Reader, which: Filter) -> Page:
    """One page of messages, newest first, as one snapshot shows it."""
    with reader.snapshot():
        return _page(reader, which)


def _page(reader: Reader, which: Filter) -> Page:
    first = first_of(which.since) if which.since is not None else 0
    until = first_of(which.until) if which.until is not None else ID_MAX
    before = min(until, which.before if which.before is not None else ID_MAX)
    limit = min(which.limit, PAGE_MAX)
    spans, most = _spans(reader, which, first, before)
    rows: list[Row] = []
    for place, (low, high) in enumerate(spans, 1):
        rows += _query(reader, which, max(low, first), min(high, before), limit - len(rows))
        if len(rows) == limit:
            return Page(rows, rows[-1].message.id)
        if low < first:
            break
        if place == most:
            return Page(rows, low)
    return Page(rows)


def _spans(reader: Reader, which: Filter, first: int, before: int) -> tuple[Iterator[Span], int]:
    """Choose where to look, newest first, and into how many spans."""
    if which.number is not None:
        return ((i, i + 1) for i in reader.books.numbers.down(reader.about, which.number, before)), MESSAGES_MAX
    if which.state in WAITING:
        return ((i, i + 1) for i in _lingering(reader, before)), MESSAGES_MAX
    if which.account is not None:
        accounts = reader.books.accounts
        return ((low, low + SPAN_IDS) for low in accounts.down(reader.about, which.account, before)), ACCOUNT_SPANS_MAX
    return _chunks(reader, first, before), CHUNKS_MAX


def _lingering(reader: Reader, below: int) -> Iterator[int]:
    while found := reader.all("lingering_down", below, CHUNK_ROWS):
        yield from (identifier for (identifier,) in found)
        below = found[-1][0]


def _chunks(reader: Reader, first: int, below: int) -> Iterator[Span]:
    while (low := reader.all("chunk_down", first, below, CHUNK_ROWS)[0][0]) is not None:
        yield low, below
        below = low


def _query(reader: Reader, which: Filter, first: int, before: int, limit: int) -> list[Row]:
    values = {
        "first": first,
        "before": before,
        "account": which.account,
        "category": which.category,
        "sender": which.sender,
        "number": which.number,
        "state": int(which.state) if which.state is not None else None,
        "limit": limit,
    }
    return [reader.row_of(columns) for columns in reader.connection.execute(reader.sql["rows"].sql, values)]
