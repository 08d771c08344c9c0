"""The store as the platform sees it: opening, and who does what. Every method is called on the loop's thread."""

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from pyroaring import BitMap64

from kanhe.domain.facts import Consent, Wants
from kanhe.domain.lot import Lot
from kanhe.domain.state import State
from kanhe.ledger.integrator import Growth, StoredEntry
from kanhe.ledger.tiles import TileAddress
from kanhe.ports.change import UNCOUNTED, Change, Committed, Inbound, Job, KeptPart, Keyed
from kanhe.ports.store import Answers, Filter, ListOnFile, Page, RefusalOnFile, Row, Unsettled
from kanhe.store.migrate import migrate
from kanhe.store.sqlite import ledger, lists, recovery, retain
from kanhe.store.sqlite.apply import POLICY, POLICY_SINCE, Applier, Counters
from kanhe.store.sqlite.books import key_number
from kanhe.store.sqlite.checkpoints import Checkpoints
from kanhe.store.sqlite.connect import connect, connect_reader, copy_store, opening, take_lock
from kanhe.store.sqlite.merge import MERGE_ENTRIES, Merger, open_books
from kanhe.store.sqlite.read import Reader
from kanhe.store.sqlite.shapes import Shapes
from kanhe.store.sqlite.statements import load
from kanhe.store.sqlite.sweep import sweep
from kanhe.store.sqlite.writer import Writer


def open_store(path: Path, *, inline: bool = False, durable: bool = True) -> "SqliteStore":
    """Open the store at `path`, made or migrated as needed; `inline` has no threads, for the simulator."""
    lock = take_lock(path)
    try:
        with opening(path):
            connection = connect(path, durable=durable)
            migrate(connection, path)
            return SqliteStore(path, lock, connection, inline=inline)
    except BaseException:
        lock.close()
        raise


class SqliteStore:
    """`kanhe.ports.store.Store` on one SQLite file."""

    def __init__(self, path: Path, lock: sqlite3.Connection, connection: sqlite3.Connection, *, inline: bool) -> None:
        self.path = path
        self._lock = lock
        self._closed = False
        self._connection = connection
        shapes = Shapes(connection)
        sql = load()
        refused = BitMap64(number for (number,) in connection.execute(sql["refused_numbers"].sql))
        marks = dict(connection.execute(sql["metas"].sql))
        next_entry = connection.execute(sql["next_entry"].sql).fetchone()
        last_commit = connection.execute(sql["last_commit"].sql).fetchone()[0]
        counters = Counters(marks.get("revision", 0), next_entry[0] if next_entry else 0, last_commit)
        self.reader = Reader(connect_reader(path), shapes, refused)
        self.reader.revision = counters.revision
        hand = Applier(connection, shapes, counters, refused)
        self.writer = Writer(hand, self.remember, inline=inline)
        self.merger = Merger(self.reader, self.writer)
        self.checkpoints = Checkpoints(path, connection, inline=inline)
        self.writer.after_tick = self.checkpoints.after_tick
        open_books(self.reader, hand)

    @property
    def revision(self) -> int:
        """Rises with every commit that touches a book."""
        return self.reader.revision

    def ask(self, wants: Wants) -> Answers:
        """Each book's answer for a whole batch."""
        return self.reader.ask(wants)

    async def commit(self, change: Change) -> Committed:
        """Write `change` durably."""
        return await self.writer.commit(change)

    def keyed(self, account: int, key: str) -> Keyed | None:
        """The stored answer of an idempotency key."""
        return self.reader.keyed(account, key)

    def row(self, identifier: int) -> Row | None:
        """One message as stored."""
        return self.reader.row(identifier)

    def rows(self, which: Filter) -> Sequence[Row]:
        """Messages, newest first, one page."""
        return self.page(which).rows

    def page(self, which: Filter) -> Page:
        """Messages, newest first, and where the next page begins."""
        return lists.page(self.reader, which)

    def lots(self) -> Sequence[Lot]:
        """All lots of consents, oldest first."""
        return self.reader.lots()

    def as_it_stands(self, number: int, consent: Consent) -> Consent:
        """A consent read from a list, under the review of its lot and void once its number changed hands."""
        return self.reader.as_it_stands(number, consent)

    def policy(self) -> tuple[int, int]:
        """The content policy that judges texts, and the revision that it came with."""
        return self.reader.mark(POLICY), self.reader.mark(POLICY_SINCE)

    def refusals_ever(self, number: int) -> Sequence[RefusalOnFile]:
        """Every refusal of a number, standing and lifted, the newest first."""
        return self.reader.refusals_ever(number)

    def registers(self) -> Sequence[ListOnFile]:
        """The lists of every register."""
        return self.reader.registers.on_file()

    def register_list(self, register: str, scope: str) -> bytes | None:
        """The numbers of one list, as they were written."""
        found = self.reader.all("register_numbers", register, scope)
        return found[0][0] if found else None

    def newest_list(self, number: int, seen: int) -> int:
        """The revision of the newest list that names a number, if it came after `seen`."""
        return self.reader.registers.newest(number, seen)

    def documents(self) -> Sequence[tuple[str, str, int, bytes]]:
        """All papers: kind, key, revision, body."""
        return self.reader.documents()

    def balance(self, account: int) -> tuple[int, int]:
        """(balance, reserved) of an account in micro-units."""
        return self.reader.balance(account)

    def unsettled(self) -> Unsettled:
        """Everything without a final state (or untold), for recovery."""
        return recovery.unsettled(self.reader)

    def last_id(self) -> int:
        """The highest message id ever written."""
        return self.reader.last_id()

    def inbound(self, account: int | None, before: int | None, limit: int) -> Sequence[Inbound]:
        """Inbound messages, newest first."""
        return self.reader.inbound(account, before, limit)

    def inbound_parts(self) -> Sequence[KeptPart]:
        """Segments from people that wait for others, oldest first."""
        return self.reader.inbound_parts()

    def jobs(self, limit: int, *, dead: bool = False) -> Sequence[Job]:
        """Webhooks that wait for delivery, or that were given up."""
        return self.reader.jobs(limit, dead=dead)

    def find_carrier_id(self, connector: str, ids: Sequence[str], number: int) -> Sequence[int]:
        """Messages to `number` that a carrier once named so, newest first, among what is merged."""
        return self.reader.find_carrier_id(connector, ids, number)

    # --- the ledger ---

    def entries_since(self, index: int, limit: int) -> Sequence[StoredEntry]:
        """Up to `limit` entries from `index` on; an entry's id is its index."""
        return ledger.entries_since(self.reader, index, limit)

    def entries_of(self, message: int) -> Sequence[StoredEntry]:
        """All entries that speak of a message, oldest first."""
        return ledger.entries_of(self.reader, message)

    def tile(self, address: TileAddress) -> bytes | None:
        """The octets kept at an address of the tree; the widest there are."""
        return ledger.tile(self.reader, address)

    def checkpoint(self) -> tuple[int, bytes] | None:
        """The newest checkpoint: the tree's size and the signed note."""
        return ledger.checkpoint(self.reader)

    async def save_growth(self, growth: Growth) -> None:
        """Write what the integrator gave back, all of it or nothing."""
        await self.writer.run(ledger.save_growth, growth)

    # --- upkeep ---

    async def merge(self, at_least: int = MERGE_ENTRIES) -> int:
        """Merge the tails into sorted runs when they have grown; called now and then."""
        return await self.merger.merge(at_least)

    async def sweep(self, until_ms: int) -> int:
        """Move recovery's watermark up to `until_ms`; called now and then with an instant some minutes ago."""
        return await sweep(self.writer, until_ms)

    async def forget_keys(self, before_ms: int) -> None:
        """Delete idempotency keys that are older than that."""
        await retain.forget_keys(self.writer, before_ms)

    async def delete_range(self, first_id: int, last_id: int) -> int:
        """Delete messages of a range of ids, oldest first, little by little."""
        deleted = await retain.delete_range(self.reader, self.writer, first_id, last_id)
        self.checkpoints.cut()
        return deleted

    async def erase(self, ids: Sequence[int], numbers: Sequence[int] = ()) -> Sequence[int]:
        """Forget the persons of these messages; the ledger stays valid. Those without an end are left alone, and returned."""
        left = await retain.erase(self.reader, self.writer, self.merger, ids, numbers)
        self.checkpoints.cut()
        return left

    async def backup(self, path: Path) -> None:
        """Copy the store as it stands, while it works."""
        if self.writer.inline:
            copy_store(self.path, path)
        else:
            await asyncio.to_thread(copy_store, self.path, path)

    def close(self) -> None:
        """Finish the tick at hand and close; twice is as good as once."""
        if self._closed:
            return
        self._closed = True
        self.writer.close()
        self.reader.connection.close()
        self.checkpoints.close()
        self._connection.close()
        self._lock.close()

    def remember(self, change: Change, committed: Committed) -> None:
        """Keep in memory what was committed, before its caller hears of it."""
        reader = self.reader
        reader.revision = max(reader.revision, committed.revision)
        add = reader.books.add_message
        for row in change.accepted:
            message = row.message
            add(message.id, message.account, message.recipient)
            reader.senders.add(row)
        for one in change.registers:
            reader.registers.put(one, committed.revision)
        reader.reviews.update((lot.id, lot.review) for lot in committed.lots if lot.review != "none")
        for keyed in change.keyed:
            reader.books.keys.tail.add(key_number(keyed.account, keyed.key), committed.seq)
        reader.uncounted.update(_given_back(change))
        reader.uncounted.difference_update(BitMap64(j.message for j in change.judged if j.state not in UNCOUNTED))


def _given_back(change: Change) -> list[int]:
    """Name the messages that caps no longer count after this change."""
    moved: list[tuple[int, State]] = [
        *((row.message.id, row.state) for row in change.accepted if row.state in UNCOUNTED and row.sent is not None),
        *((row.message, row.state) for row in change.judged),
        *change.states,
    ]
    return [i for i, state in moved if state in UNCOUNTED] + [row.message for row in change.settled if not row.counted]
