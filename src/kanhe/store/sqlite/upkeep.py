"""What is done when nobody waits: merging, sweeping, checkpoints, retention, backups."""

import sqlite3

from kanhe.store.sqlite import books
from kanhe.store.sqlite.books import KEYS, NUMBERS, Book
from kanhe.store.sqlite.read import ID_MAX, Reader
from kanhe.store.sqlite.statements import load

# Rows of a slice: some four milliseconds of the writer's time.
SLICE_ROWS = 2048


def clear_unfinished(connection: sqlite3.Connection) -> None:
    """Take away runs that a crash left half written: their rows still stand where they were made from."""
    sql = load("sorted")
    for book, run in connection.execute(sql["unfinished_runs"].sql).fetchall():
        while connection.execute(sql["clear_run"].sql, (book, run, SLICE_ROWS)).rowcount:
            pass
        connection.execute(sql["forget_run"].sql, (book, run))


def rebuild_tails(reader: Reader) -> None:
    """Fill the tails from the rows behind the watermarks."""
    for columns in _source(reader, NUMBERS):
        for filed in NUMBERS.rows_of(columns):
            reader.numbers.add(columns[2], books.unpack_listed(filed.value))
    for columns in _source(reader, KEYS):
        for keyed in books.unpack_keyed(columns[1]):
            reader.keys.add((keyed.account, keyed.key), keyed)


def _source(reader: Reader, book: Book) -> "sqlite3.Cursor":
    merged = dict(reader.all("metas")).get(book.name, 0)
    return reader.connection.execute(reader.sorted[book.source].sql, (merged, ID_MAX, -1))


def checkpoint(connection: sqlite3.Connection, kind: str) -> None:
    """Move what the log holds into the database."""
    connection.execute(f"PRAGMA wal_checkpoint({kind})").fetchone()
