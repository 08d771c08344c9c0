"""What one change writes, field by field, in the order of `STEPS`. Runs on the writer's thread, inside its transaction.

Refusals come before claims, so that an opt-out of the same change or tick beats them; the rest is in the order in which rows
refer to each other.
"""

import sqlite3
from collections.abc import Callable, Sequence
from itertools import chain
from operator import attrgetter

import msgspec
from pyroaring import BitMap64

from kanhe.domain.facts import Asked, Consent, DncAnswer, Suppression
from kanhe.domain.state import State
from kanhe.ledger.entry import decode_entry
from kanhe.ports.change import (
    UNCOUNTED,
    Accepted,
    Change,
    Claim,
    Committed,
    Document,
    Inbound,
    Job,
    Judged,
    Keyed,
    Posting,
    Settled,
)
from kanhe.store import packing
from kanhe.store.sqlite.shapes import Shapes
from kanhe.store.sqlite.statements import load

# Changes to these fields are news to the gate: they raise the revision of the books.
BOOKS = attrgetter("suppressions", "lifted", "consents", "requests", "dnc", "documents")

# tlog-tiles: each entry of a bundle follows its length in 16 bits; kept so, a bundle is cut from rows without re-packing.
LENGTH_OCTETS = 2


class Counters(msgspec.Struct):
    """What the next row is numbered with; put back when a transaction fails."""

    revision: int
    next_entry: int


class Applier:
    """The writer's hand: holds the connection, the counters and what must be known without asking."""

    def __init__(self, connection: sqlite3.Connection, shapes: Shapes, counters: Counters, refused: BitMap64) -> None:
        self.connection = connection
        self.shapes = shapes
        self.counters = counters
        self.refused = refused  # numbers that a refusal ever named; the negative filter of claims and questions
        self.sql = load()

    def apply(self, change: Change) -> Committed:
        """Write every field of `change` that is not empty."""
        if any(BOOKS(change)):
            self.counters.revision += 1
            self.run("set_meta", "revision", self.counters.revision)
        committed = Committed(self.counters.revision)
        for field, write in STEPS:
            if rows := getattr(change, field):
                write(self, change, rows)
        if change.claims:
            committed.lost = _claims(self, change, change.claims)
        if change.responses or change.receipts:
            _reports(self, change)
        return committed

    def many(self, name: str, rows: Sequence[Sequence[object]]) -> None:
        """Run a statement once for all rows."""
        self.sql[name].many(self.connection, rows)

    def mark(self, name: str) -> int:
        """Give a watermark as this transaction sees it."""
        found = self.run("mark", name).fetchone()
        return found[0] if found else 0

    def run(self, name: str, *values: object) -> sqlite3.Cursor:
        """Run a statement."""
        return self.connection.execute(self.sql[name].sql, values)


def _documents(hand: Applier, change: Change, rows: Sequence[Document]) -> None:
    for paper in rows:
        if paper.body is None:
            hand.run("remove_document", paper.kind, paper.key)
        else:
            hand.run("put_document", paper.kind, paper.key, hand.counters.revision, paper.body)


def _consents(hand: Applier, change: Change, rows: Sequence[tuple[int, int, Consent]]) -> None:
    hand.many("add_consents", [(account, number, c.id, packing.pack(c)) for account, number, c in rows])


def _requests(hand: Applier, change: Change, rows: Sequence[tuple[int, int, Asked]]) -> None:
    hand.many("add_requests", [(account, number, asked.at, asked.answer) for account, number, asked in rows])


def _dnc(hand: Applier, change: Change, rows: Sequence[tuple[str, int, DncAnswer]]) -> None:
    hand.many("add_dnc", [(register, number, said.listed, said.checked_at) for register, number, said in rows])


def _suppressions(hand: Applier, change: Change, rows: Sequence[tuple[int, Suppression]]) -> None:
    revision = hand.counters.revision
    hand.refused.update(number for number, _ in rows)
    hand.many("add_suppressions", [(number, s.id, revision, packing.pack(s)) for number, s in rows])


def _lifted(hand: Applier, change: Change, rows: Sequence[tuple[int, int, int]]) -> None:
    for number, identifier, at in rows:
        hand.run("lift_suppression", at, number, identifier)


def _inbound(hand: Applier, change: Change, rows: Sequence[Inbound]) -> None:
    hand.many("add_inbound", [(i.id, i.account, i.number, i.to, i.text, i.connector, i.at, i.act) for i in rows])


def _accepted(hand: Applier, change: Change, rows: Sequence[Accepted]) -> None:
    """Write messages; plain values only, for the driver looks up an adapter for every other type."""
    numbers = hand.shapes.numbers()
    pack = packing.pack_body
    written = []
    for row in rows:
        m = row.message
        if (shape := numbers.get(row.verdict.shape.digest)) is None:
            shape = hand.shapes.add(hand.connection, row.verdict.shape)
        written.append(
            (m.id, m.account, m.recipient, m.category._value_, row.state._value_, m.sender, shape, row.due,
             m.expires_at, row.segments, row.price, pack(row))
        )  # fmt: skip
    hand.many("add_messages", written)
    if waiting := [(row.due, row.message.id) for row in rows if row.due is not None]:
        hand.many("add_due", waiting)
    if given_back := [(row.message.id,) for row in rows if row.sent is not None and row.state in UNCOUNTED]:
        hand.many("add_uncounted", given_back)


def _judged(hand: Applier, change: Change, rows: Sequence[Judged]) -> None:
    for row in rows:
        octets, due = hand.run("body_of", row.message).fetchone()
        shape = hand.shapes.numbers().get(row.verdict.shape.digest) or hand.shapes.add(
            hand.connection, row.verdict.shape
        )
        body = packing.pack_judged(packing.unpack_body(octets), row)
        hand.run("set_judged", int(row.state), shape, row.due, row.segments, row.price, body, row.message)
        if due is not None:
            hand.run("remove_due", due, row.message)
        if row.due is not None:
            hand.many("add_due", [(row.due, row.message)])
        hand.run("add_uncounted" if row.state in UNCOUNTED else "remove_uncounted", row.message)


def _states(hand: Applier, change: Change, rows: Sequence[tuple[int, State]]) -> None:
    hand.many("clear_due", [(identifier,) for identifier, _ in rows])
    hand.many("set_states", [(identifier, int(state)) for identifier, state in rows])
    if given_back := [(identifier,) for identifier, state in rows if state in UNCOUNTED]:
        hand.many("add_uncounted", given_back)


def _settled(hand: Applier, change: Change, rows: Sequence[Settled]) -> None:
    hand.many("add_settled", [(row.message, row.state._value_, row.trail) for row in rows])
    if given_back := [(row.message,) for row in rows if not row.counted]:
        hand.many("add_uncounted", given_back)


def _entries(hand: Applier, change: Change, rows: Sequence[bytes]) -> None:
    """Put the entries of a change into one row, each behind its length, and give them their indexes."""
    about = [row.message.id for row in change.accepted] + [row.message for row in change.judged]
    about = about or [decode_entry(entry).message_id for entry in rows]
    bundle = b"".join(chain.from_iterable((len(entry).to_bytes(LENGTH_OCTETS, "big"), entry) for entry in rows))
    hand.run("add_entries", hand.counters.next_entry, len(rows), min(about), max(about), bundle)
    hand.counters.next_entry += len(rows)


def _claims(hand: Applier, change: Change, rows: Sequence[Claim]) -> frozenset[int]:
    """Write the claims that no newer refusal of their number has beaten; name the others."""
    named = hand.refused
    lost = frozenset(row.message for row in rows if row.number in named and _refused_since(hand, row))
    kept = [row.message for row in rows if row.message not in lost] if lost else [row.message for row in rows]
    if kept:
        hand.run("add_claims", change.at, change.connector, packing.pack_ids(kept))
    return lost


def _refused_since(hand: Applier, claim: Claim) -> bool:
    newest = hand.run("newest_refusal", claim.number).fetchone()[0]
    return newest is not None and newest > claim.revision


def _reports(hand: Applier, change: Change) -> None:
    responses, receipts = packing.pack(change.responses), packing.pack(change.receipts)
    hand.run("add_reports", change.at, change.connector, responses, receipts)


def _told(hand: Applier, change: Change, rows: Sequence[int]) -> None:
    hand.run("add_told", change.at, packing.pack_ids(rows))


def _postings(hand: Applier, change: Change, rows: Sequence[Posting]) -> None:
    hand.many("add_postings", [(change.at, p.account, p.reserved, p.captured, p.released, p.credited) for p in rows])
    hand.many(
        "move_balances", [(p.account, p.credited - p.captured, p.reserved - p.captured - p.released) for p in rows]
    )


def _keyed(hand: Applier, change: Change, rows: Sequence[Keyed]) -> None:
    hand.run("add_keyed", change.at, packing.pack(rows))


def _jobs(hand: Applier, change: Change, rows: Sequence[Job]) -> None:
    hand.many("add_jobs", [(j.id, j.account, j.endpoint, j.at, j.body, j.attempts, j.dead) for j in rows])


def _finished(hand: Applier, change: Change, rows: Sequence[int]) -> None:
    hand.many("remove_jobs", [(identifier,) for identifier in rows])


# Claims and reports come last and by themselves: they are answered, or written from two fields.
STEPS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("documents", _documents),
    ("consents", _consents),
    ("requests", _requests),
    ("dnc", _dnc),
    ("suppressions", _suppressions),
    ("lifted", _lifted),
    ("inbound", _inbound),
    ("accepted", _accepted),
    ("judged", _judged),
    ("states", _states),
    ("settled", _settled),
    ("entries", _entries),
    ("told", _told),
    ("postings", _postings),
    ("keyed", _keyed),
    ("jobs", _jobs),
    ("finished", _finished),
)
