"""Everything that is asked: the books for a batch, messages for pages, what a restart must know.

On the loop's thread, under short snapshots of a connection of its own. Tails are looked at before the snapshot begins: what is
merged meanwhile is then found twice, and told apart by its id, but never missed.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from pyroaring import BitMap64

from kanhe.domain.facts import Asked, Consent, DncAnswer, Sent, Suppression, Wants
from kanhe.ports.change import Inbound, Job, Keyed
from kanhe.ports.store import Answers, Filter, Row
from kanhe.store import packing
from kanhe.store.sqlite import books, lists
from kanhe.store.sqlite.books import CARRIERS, KEYS, NUMBERS, Listed
from kanhe.store.sqlite.lists import ID_MAX, PAGE_MAX
from kanhe.store.sqlite.shapes import Shapes
from kanhe.store.sqlite.statements import load
from kanhe.store.tail import Tail

_consent = msgspec.msgpack.Decoder(Consent).decode
_suppression = msgspec.msgpack.Decoder(Suppression).decode


class Reader:
    """The reading connection with what is kept in memory beside it."""

    def __init__(self, connection: sqlite3.Connection, shapes: Shapes, refused: BitMap64) -> None:
        self.connection = connection
        self.shapes = shapes
        self.refused = refused
        self.sql = load()
        self.revision = 0
        self.uncounted = BitMap64(identifier for (identifier,) in self.all("uncounted"))
        self.numbers: Tail[int, Listed] = Tail()
        self.keys: Tail[tuple[int, str], Keyed] = Tail()

    def all(self, name: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a query."""
        return self.connection.execute(self.sql[name].sql, values).fetchall()

    def mark(self, name: str) -> int:
        """Give a watermark."""
        found = self.all("mark", name)
        return found[0][0] if found else 0

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let several queries see one state."""
        self.connection.execute(self.sql["begin_read"].sql)
        try:
            yield
        finally:
            self.connection.execute(self.sql["end_read"].sql)

    # --- the gate's questions ---

    def ask(self, wants: Wants) -> Answers:
        """Ask each book once for the whole batch."""
        answers = Answers(self.revision)
        tails = {number: self.numbers.find(number) for number in wants.history}
        suspects = [(number,) for number in wants.suppressions if number in self.refused]
        with self.snapshot():
            if suspects:
                answers.suppressions = self._suppressions(suspects)
            if wants.consents:
                answers.consents = self._consents(wants.consents)
            if wants.history:
                answers.history = self._history(tails, wants.history_since)
            if wants.requests:
                answers.requests = self._requests(wants.requests)
            if wants.dnc:
                answers.dnc = self._dnc(wants.dnc)
        return answers

    def _about(self, name: str, rows: Iterable[Sequence[object]]) -> list[tuple[Any, ...]]:
        return self.sql[name].about(self.connection, rows)

    def _suppressions(self, numbers: Sequence[tuple[int]]) -> dict[int, list[Suppression]]:
        found: dict[int, list[Suppression]] = {}
        for number, octets in self._about("suppressions_of", numbers):
            found.setdefault(number, []).append(_suppression(octets))
        return found

    def _consents(self, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], list[Consent]]:
        found: dict[tuple[int, int], list[Consent]] = {}
        for account, number, octets in self._about("consents_of", pairs):
            found.setdefault((account, number), []).append(_consent(octets))
        return found

    def _requests(self, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], list[Asked]]:
        found: dict[tuple[int, int], list[Asked]] = {}
        for account, number, at, answer in self._about("requests_of", pairs):
            found.setdefault((account, number), []).append(Asked(at, answer))
        return found

    def _dnc(self, pairs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], DncAnswer]:
        return {
            (register, number): DncAnswer(bool(listed), checked_at)
            for register, number, listed, checked_at in self._about("dnc_of", pairs)
        }

    def _history(self, tails: dict[int, list[Listed]], since: int) -> dict[int, list[Sent]]:
        """Join what is merged and what is not; each send once, oldest first, given back ones left out."""
        sends: dict[int, dict[int, Sent]] = {}
        for number, listed in self._merged(tails, since):
            if listed.sent is not None:
                sends.setdefault(number, {})[listed.id] = listed.sent
        for number, rows in tails.items():
            for listed in rows:
                if listed.sent is not None and listed.sent.at >= since:
                    sends.setdefault(number, {})[listed.id] = listed.sent
        gone = self.uncounted
        return {
            number: [sent for identifier, sent in sorted(of.items()) if sent.at >= since and identifier not in gone]
            for number, of in sends.items()
        }

    def _merged(self, numbers: Iterable[int], since: int) -> Iterator[tuple[int, Listed]]:
        keys = [(books.number_key(number),) for number in numbers]
        for key, _, value in self.sql["found"].about(self.connection, keys, NUMBERS.number, since):
            yield int.from_bytes(key, "big"), books.unpack_listed(value)

    def keyed(self, account: int, key: str) -> Keyed | None:
        """Find the answer of an idempotency key, the newest if it has several."""
        if young := self.keys.find((account, key)):
            return young[-1]
        asked = [(books.idempotency_key(account, key),)]
        found = self.sql["found"].about(self.connection, asked, KEYS.number, 0)
        if not found:
            return None
        said = books.unpack_answered(max(found)[2])
        return Keyed(account, key, said.digest, said.answer, said.at)

    def find_carrier_id(self, connector: str, ids: Sequence[str], number: int) -> list[int]:
        """Find the messages to `number` that a carrier once named by one of these ids, newest first."""
        asked = [(books.carrier_key(connector, identifier),) for identifier in ids]
        found = {row[1] for row in self.sql["found"].about(self.connection, asked, CARRIERS.number, 0)}
        return [i for i in sorted(found, reverse=True) if (row := self.row(i)) and row.message.recipient == number]

    # --- pages ---

    def row(self, identifier: int) -> Row | None:
        """One message as it stands."""
        found = self.all("row", identifier)
        return self.row_of(found[0]) if found else None

    def row_of(self, columns: tuple[Any, ...]) -> Row:
        """Make a message of a row."""
        return packing.row_of(columns, self.shapes.shape(columns[6]))

    def rows(self, which: Filter) -> list[Row]:
        """One page of messages, newest first."""
        with self.snapshot():
            return lists.page(self, which)

    def ids_of(self, number: int) -> list[int]:
        """All messages to a number, oldest first."""
        young = {listed.id for listed in self.numbers.find(number)}
        return sorted(young | {listed.id for _, listed in self._merged([number], 0)})

    def documents(self) -> list[tuple[str, str, int, bytes]]:
        """All papers: kind, key, revision, body."""
        return self.all("documents")

    def balance(self, account: int) -> tuple[int, int]:
        """What an account has, and how much of it is reserved."""
        found = self.all("balance", account)
        return found[0] if found else (0, 0)

    def last_id(self) -> int:
        """The highest message id."""
        return self.all("last_id")[0][0] or 0

    def inbound(self, account: int | None, before: int | None, limit: int) -> list[Inbound]:
        """Messages from people, newest first."""
        values = {"account": account, "before": before if before is not None else ID_MAX, "limit": min(limit, PAGE_MAX)}
        return [Inbound(*row) for row in self.connection.execute(self.sql["inbound"].sql, values)]

    def jobs(self, limit: int, *, dead: bool = False) -> list[Job]:
        """Webhooks that wait for delivery, or that were given up, oldest first."""
        return [
            Job(i, account, endpoint, at, body, attempts, bool(gone))
            for i, account, endpoint, at, body, attempts, gone in self.connection.execute(
                self.sql["jobs"].sql, (dead, limit)
            )
        ]
