"""Everything that is asked: the books for a batch, messages for pages, what a restart must know.

On the loop's thread, under short snapshots of a connection of its own. What memory knows of books is never ahead of the file.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import msgspec
from pyroaring import BitMap64

from kanhe.domain.facts import Asked, Consent, DncAnswer, Sent, Suppression, Wants
from kanhe.domain.lot import Lot
from kanhe.kit.clock import DAY_MS
from kanhe.kit.ids import first_of
from kanhe.ports.change import REASSIGNED, Inbound, Job, KeptPart, Keyed
from kanhe.ports.store import Answers, RefusalOnFile, Row
from kanhe.store import packing
from kanhe.store.consents import unpack_consent
from kanhe.store.runs import ID_MAX
from kanhe.store.sqlite.books import SPAN_IDS, Books, key_number
from kanhe.store.sqlite.registers import Registers
from kanhe.store.sqlite.senders import Senders
from kanhe.store.sqlite.shapes import Shapes
from kanhe.store.sqlite.standing import unpack_story
from kanhe.store.sqlite.statements import load

# How long after its acceptance a message may count as sent: scheduled up to 31 days ahead, then deferred up to 21.
AHEAD_MS = 52 * DAY_MS

_suppression = msgspec.msgpack.Decoder(Suppression).decode
_lot = msgspec.msgpack.Decoder(Lot).decode
# What a consent is once its number belongs to somebody else.
VOID = "superseded"

# A page of a list or an export; more is asked for page by page.
PAGE_MAX = 1000


class Reader:
    """The reading connection with what is kept in memory beside it."""

    def __init__(self, connection: sqlite3.Connection, shapes: Shapes, refused: BitMap64) -> None:
        self.connection = connection
        self.shapes = shapes
        self.refused = refused
        self.sql = load()
        self.revision = 0
        self.uncounted = BitMap64(identifier for (identifier,) in self.all("uncounted"))
        self.books = Books()
        self.senders = Senders()
        self.registers = Registers(self.all("registers"))
        # Of lots, those that people look at.
        self.reviews: dict[int | None, str] = {lot.id: lot.review for lot in self.lots() if lot.review != "none"}

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
        suspects = [(number,) for number in wants.suppressions if number in self.refused]
        with self.snapshot():
            if suspects:
                answers.suppressions = self._suppressions(suspects)
            if wants.consents:
                answers.consents = self._consents(wants.consents)
            if wants.history:
                answers.history = self._history(wants.history, wants.history_since)
            if wants.requests:
                answers.requests = self._requests(wants.requests)
            if wants.dnc:
                answers.dnc = self._dnc(wants.dnc)
            if wants.by_sender:
                read = partial(self._sends_of, first_of(wants.history_since - AHEAD_MS))
                answers.by_sender = self.senders.find(wants.by_sender, wants.history_since, read, self.uncounted)
        return answers

    def about(self, name: str, rows: Iterable[Sequence[object]]) -> list[tuple[Any, ...]]:
        """Run a query about all rows of a batch."""
        return self.sql[name].about(self.connection, rows)

    def _suppressions(self, numbers: Sequence[tuple[int]]) -> dict[int, list[Suppression]]:
        found: dict[int, list[Suppression]] = {}
        for number, octets in self.about("suppressions_of", numbers):
            found.setdefault(number, []).append(_suppression(octets))
        return found

    def _consents(self, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], list[Consent]]:
        found: dict[tuple[int, int], list[Consent]] = {}
        reviews, reassigned = self.reviews, self.registers.reassigned
        for account, number, octets in self.about("consents_of", pairs):
            consent = unpack_consent(octets)
            if consent.lot in reviews or number in reassigned:
                self.as_it_stands(number, consent)
            found.setdefault((account, number), []).append(consent)
        return found

    def as_it_stands(self, number: int, consent: Consent) -> Consent:
        """Put a consent that nobody else has yet under the review of its lot, and void it once its number changed hands."""
        put = msgspec.structs.force_setattr
        if (review := self.reviews.get(consent.lot)) is not None:
            put(consent, "review", review)
        if number in self.registers.reassigned and consent.captured_at < (at := self.registers.reassigned_at(number)):
            put(consent, "status", VOID)
            if consent.ended_at is None:
                put(consent, "ended_at", at)
                put(consent, "ended_by", REASSIGNED)
        return consent

    def _requests(self, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], list[Asked]]:
        found: dict[tuple[int, int], list[Asked]] = {}
        for account, number, at, answer in self.about("requests_of", pairs):
            found.setdefault((account, number), []).append(Asked(at, answer))
        return found

    def _dnc(self, pairs: Collection[tuple[str, int]]) -> dict[tuple[str, int], DncAnswer]:
        """What the newest word of each register is: on one of its lists, or in answer to a question about this number."""
        said = {
            (register, number): DncAnswer(bool(listed), checked_at)
            for register, number, listed, checked_at in self.about("dnc_of", pairs)
        }
        for pair in pairs:
            listed = self.registers.answer(*pair)
            if listed is not None and (pair not in said or said[pair].checked_at <= listed.checked_at):
                said[pair] = listed
        return said

    def _sends_of(self, first: int, key: tuple[int, str]) -> Iterator[tuple[int, Sent]]:
        """What a sender sent from an id on, the newest span first."""
        account, sender = key
        for low in self.books.accounts.down(self.about, account):
            if low + SPAN_IDS <= first:
                return
            span = max(low, first), low + SPAN_IDS
            for identifier, _, _, octets in self.all("sends_of_sender", *span, account, sender):
                if (sent := packing.sent_of(identifier, account, packing.unpack_body(octets))) is not None:
                    yield identifier, sent

    def _history(self, numbers: Iterable[int], since: int) -> dict[int, list[Sent]]:
        """Give each send once, oldest first, given back ones left out."""
        earliest, gone = first_of(since - AHEAD_MS), self.uncounted
        found = self.books.numbers.find(self.about, numbers, earliest)
        asked = {(i,) for ids in found.values() for i in ids if i >= earliest and i not in gone}
        history: dict[int, list[Sent]] = {}
        for identifier, account, number, octets in sorted(self.about("sends_of", asked)) if asked else ():
            sent = packing.sent_of(identifier, account, packing.unpack_body(octets))
            if sent is not None and sent.at >= since:
                history.setdefault(number, []).append(sent)
        return history

    def keyed(self, account: int, key: str) -> Keyed | None:
        """Find the answer of an idempotency key, the newest if it has several."""
        number = key_number(account, key)
        if not (commits := self.books.keys.find(self.about, [number])[number]):
            return None
        for _, octets in sorted(self.about("keyed_at", {(seq,) for seq in commits}), reverse=True):
            for keyed in packing.unpack_keyed(octets):
                if (keyed.account, keyed.key) == (account, key):
                    return keyed
        return None

    def find_carrier_id(self, connector: str, ids: Sequence[str], number: int) -> list[int]:
        """Find the lingering messages to `number` that a carrier once named by one of these ids, newest first."""
        theirs = json.dumps(list(self.books.numbers.down(self.about, number)))
        stories = [(identifier, unpack_story(story)) for identifier, _, story in self.all("stories_among", theirs)]
        return [
            identifier
            for identifier, story in sorted(stories, reverse=True)
            if story.connector == connector and any(name in ids for _, _, name, _ in story.responses)
        ]

    # --- pages ---

    def row(self, identifier: int) -> Row | None:
        """One message as it stands."""
        found = self.all("row", identifier)
        return self.row_of(found[0]) if found else None

    def row_of(self, columns: tuple[Any, ...]) -> Row:
        """Make a message of a row."""
        return packing.row_of(columns, self.shapes.shape(columns[6]))

    def lots(self) -> list[Lot]:
        """All lots of consents, oldest first."""
        return [_lot(octets) for (octets,) in self.all("lots")]

    def refusals_ever(self, number: int) -> list[RefusalOnFile]:
        """Every refusal of a number, the newest first."""
        rows = self.all("refusals_ever", number)
        return [RefusalOnFile(_suppression(octets), at, by or "", why or "") for octets, at, by, why in rows]

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

    def inbound_parts(self) -> list[KeptPart]:
        """Segments from people that wait for others, oldest first."""
        return [packing.unpack_part(octets) for (octets,) in self.all("inbound_parts")]

    def jobs(self, limit: int, *, dead: bool = False) -> list[Job]:
        """Webhooks that wait for delivery, or that were given up, oldest first."""
        return [
            Job(i, account, endpoint, at, body, attempts, bool(gone))
            for i, account, endpoint, at, body, attempts, gone in self.connection.execute(
                self.sql["jobs"].sql, (dead, limit)
            )
        ]
