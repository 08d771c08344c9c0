"""Connections, their settings, and what SQLite's errors mean to us."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kanhe.ports.store import CommitFailedError, HeldUp, StoreHeldUpError
from kanhe.store.errors import StoreCorruptError, StoreInUseError
from kanhe.store.sqlite.statements import PREPARED_MAX

# Readers wait only while a database is being opened or recovered, and never this long.
BUSY_TIMEOUT_S = 5.0

# There is one writer, so it waits only to cut the log off, and a reader in its way must not hold up the ticks.
WRITER_PATIENCE_MS = 20

# Lets readers take old pages from the system's cache without copying them: 2 GiB, the most a SQLite of today takes.
MAPPED_OCTETS = 1 << 31

# 32 MiB of pages: the right edges of every table and the upper levels of their trees.
CACHE_KIBIBYTES = 32 * 1024

# What fails whatever is to be written.
HELD_UP = {
    sqlite3.SQLITE_FULL: HeldUp.FULL,
    sqlite3.SQLITE_BUSY: HeldUp.LOCKED,
    sqlite3.SQLITE_LOCKED: HeldUp.LOCKED,
    sqlite3.SQLITE_IOERR: HeldUp.DISK,
    sqlite3.SQLITE_READONLY: HeldUp.DISK,
    sqlite3.SQLITE_CANTOPEN: HeldUp.DISK,
}
CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
# The low octet of an extended code is the plain code.
PLAIN = 0xFF


def connect(path: Path, *, durable: bool = True) -> sqlite3.Connection:
    """Open a connection that writes; nothing is committed but by its own COMMIT."""
    connection = _open(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute(f"PRAGMA busy_timeout = {WRITER_PATIENCE_MS}")
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open a connection that cannot write."""
    connection = _open(path)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, cached_statements=PREPARED_MAX
    )
    connection.execute(f"PRAGMA mmap_size = {MAPPED_OCTETS}")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
    return connection


def checkpoint(connection: sqlite3.Connection, kind: str) -> bool:
    """Move what the write-ahead log holds into the database: PASSIVE disturbs nobody, the others wait for readers.

    False when somebody was in the way.
    """
    (busy, _, _) = connection.execute(f"PRAGMA wal_checkpoint({kind})").fetchone()
    return not busy


def copy_store(path: Path, to: Path) -> None:
    """Copy a database through SQLite's own backup, one consistent state of it, also while it is written."""
    with closing(connect_reader(path)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def look_through(path: Path, *, named: Path) -> None:
    """Raise `StoreCorruptError`, in the name people know it by, unless this is a store whose pages agree with each other."""
    with opening(named), closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if found != "ok" or not tables >= {"messages", "entries", "changes"}:
        raise StoreCorruptError(f"`{named}` is damaged or no store of ours: {found}")


def take_lock(path: Path) -> sqlite3.Connection:
    """Hold the right to write for as long as the process lives: a transaction in an empty database beside the store."""
    lock = sqlite3.connect(
        path.with_name(path.name + ".lock"), timeout=0, isolation_level=None, check_same_thread=False
    )
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        if code_of(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StoreInUseError(f"another process has the store `{path}` open; stop it first") from error
        raise
    return lock


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """Say in our words why a database cannot be opened."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if code_of(error) in CORRUPT:
            raise StoreCorruptError(f"`{path}` is damaged or not a database: {error}; restore a backup") from error
        raise


def code_of(error: sqlite3.Error) -> int:
    """Give SQLite's plain result code (0: the driver's own error)."""
    return getattr(error, "sqlite_errorcode", 0) & PLAIN


def failure_of(error: Exception) -> CommitFailedError:
    """Say in our words why a transaction failed."""
    why = HELD_UP.get(code_of(error)) if isinstance(error, sqlite3.Error) else None
    failure = StoreHeldUpError(why) if why else CommitFailedError(f"the change was not written: {error}")
    failure.__cause__ = error
    return failure
