"""What the ledger keeps in the store: entries under their indexes, tiles, the newest checkpoint."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from kanhe.ledger.entry import decode_entry
from kanhe.ledger.integrator import Growth, StoredEntry
from kanhe.ledger.tiles import TileAddress
from kanhe.store.sqlite.apply import Applier
from kanhe.store.sqlite.connect import connect_reader
from kanhe.store.sqlite.statements import load


class Connected(Protocol):
    """Whoever has a connection that reads."""

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection."""
        ...


class LedgerFile:
    """The ledger in a store's file, read beside the platform that writes it or without one (`kanhe ledger verify`)."""

    def __init__(self, path: Path) -> None:
        self.connection = connect_reader(path)

    def entries_since(self, index: int, limit: int) -> Sequence[StoredEntry]:
        """Up to `limit` entries from `index` on."""
        return entries_since(self, index, limit)

    def entries_of(self, message: int) -> Sequence[StoredEntry]:
        """All entries that speak of a message."""
        return entries_of(self, message)

    def tile(self, address: TileAddress) -> bytes | None:
        """The octets kept at an address of the tree."""
        return tile(self, address)

    def checkpoint(self) -> tuple[int, bytes] | None:
        """The newest checkpoint."""
        return checkpoint(self)

    def close(self) -> None:
        """Read no more."""
        self.connection.close()


def entries_since(reader: Connected, index: int, limit: int) -> list[StoredEntry]:
    """Give up to `limit` entries from `index` on; an entry's id is its index."""
    with closing(reader.connection.execute(load()["entries_from"].sql, (index,))) as rows:
        return list(islice((entry for entry in _unbundled(rows) if entry.id >= index), limit))


def entries_of(reader: Connected, message: int) -> list[StoredEntry]:
    """Give all entries that speak of a message, oldest first."""
    rows = reader.connection.execute(load()["entries_about"].sql, {"id": message}).fetchall()
    return [entry for entry in _unbundled(iter(rows)) if decode_entry(entry.octets).message_id == message]


def tile(reader: Connected, address: TileAddress) -> bytes | None:
    """Give the octets kept at an address, which may be more than it asks for."""
    found = reader.connection.execute(load()["tile"].sql, (address.level, address.index)).fetchone()
    return found[0] if found else None


def checkpoint(reader: Connected) -> tuple[int, bytes] | None:
    """Give the newest checkpoint: the tree's size and the signed note."""
    found: tuple[int, bytes] | None = reader.connection.execute(load()["checkpoint"].sql).fetchone()
    return found


def save_growth(hand: Applier, growth: Growth) -> None:
    """Write what the integrator gave back, all of it or nothing."""
    hand.many("add_tiles", [(t.address.level, t.address.index, t.octets) for t in growth.tiles])
    hand.run("set_checkpoint", growth.state.size, growth.checkpoint)
    hand.run("drop_checkpoints", growth.state.size)


def _unbundled(rows: Iterator[tuple[Any, ...]]) -> Iterator[StoredEntry]:
    for first, _, octets in rows:
        for place, entry in enumerate(_split(octets)):
            yield StoredEntry(first + place, entry)


def _split(octets: bytes) -> Iterator[bytes]:
    """Part the entries of one change, each behind its length in 16 bits; unlike a bundle they may be more than 256."""
    at = 0
    while at < len(octets):
        start = at + 2
        at = start + int.from_bytes(octets[at:start], "big")
        yield octets[start:at]
