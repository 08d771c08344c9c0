"""What one change writes, field by field, in the order of `STEPS`. Runs on the writer's thread, inside its transaction.

Refusals come before claims, so that an opt-out of the same change or tick beats them; the rest is in the order in which rows
refer to each other.
"""

import sqlite3
from collections.abc import Callable, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

import msgspec
from pyroaring import BitMap64

from kanhe.domain.facts import Asked, Consent, DncAnswer, Suppression
from kanhe.domain.lot import Happening, Joined, Looked, Lot
from kanhe.domain.state import FINAL, State
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
    KeptPart,
    Keyed,
    Lifted,
    Posting,
    RegisterList,
    Settled,
)
from kanhe.protocols.numbers import number_of
from kanhe.records.lots import becomes
from kanhe.store import packing
from kanhe.store.consents import pack_consent
from kanhe.store.sqlite.shapes import Shapes
from kanhe.store.sqlite.standing import NO_STORY, WAITING, owes
from kanhe.store.sqlite.statements import load

_lot = msgspec.msgpack.Decoder(Lot).decode

# Changes to these fields are news to the gate: they raise the revision of the books.
BOOKS = attrgetter(
    "suppressions", "lifted", "consents", "requests", "dnc", "registers", "lots", "policies", "documents"
)

# The content policy that judges texts, and the revision of the books that it came with.
POLICY, POLICY_SINCE = "policy", "policy_since"

# tlog-tiles: each entry of a bundle follows its length in 16 bits; kept so, a bundle is cut from rows without re-packing.
LENGTH_OCTETS = 2


class Counters(msgspec.Struct):
    """What the next row is numbered with; put back when a transaction fails."""

    revision: int
    next_entry: int
    seq: int  # of the last change


class Applier:
    """The writer's hand: holds the connection, the counters and what must be known without asking."""

    def __init__(self, connection: sqlite3.Connection, shapes: Shapes, counters: Counters, refused: BitMap64) -> None:
        self.connection = connection
        self.sql = load()
        self.shapes = shapes
        self.counters = counters
        self.refused = refused  # numbers that a refusal ever named; the negative filter of claims and questions
        # All that ever lingered; a negative filter too.
        self.lingering = BitMap64(identifier for identifier, _, _ in self.all("lingering"))

    def apply(self, change: Change) -> Committed:
        """Write every field of `change` that is not empty."""
        if any(BOOKS(change)):
            self.counters.revision += 1
            self.run("set_meta", "revision", self.counters.revision)
        self.counters.seq += 1
        committed = Committed(self.counters.revision, seq=self.counters.seq)
        for field, write in STEPS:
            if rows := getattr(change, field):
                write(self, change, rows)
        if change.lots:
            committed.lots = _lots(self, change.lots)
        if change.claims:
            committed.lost = _lost(self, change.claims)
        _note(self, change, committed.lost)
        return committed

    def many(self, name: str, rows: Sequence[Sequence[object]]) -> None:
        """Run a statement once for all rows."""
        self.sql[name].many(self.connection, rows)

    def all(self, name: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a query."""
        return self.run(name, *values).fetchall()

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


def _policies(hand: Applier, change: Change, rows: Sequence[int]) -> None:
    hand.run("set_meta", POLICY, rows[-1])
    hand.run("set_meta", POLICY_SINCE, hand.counters.revision)


def _consents(hand: Applier, change: Change, rows: Sequence[tuple[int, int, Consent]]) -> None:
    hand.many("add_consents", [(account, number, c.id, pack_consent(c)) for account, number, c in rows])


def _requests(hand: Applier, change: Change, rows: Sequence[tuple[int, int, Asked]]) -> None:
    hand.many("add_requests", [(account, number, asked.at, asked.answer) for account, number, asked in rows])


def _dnc(hand: Applier, change: Change, rows: Sequence[tuple[str, int, DncAnswer]]) -> None:
    hand.many("add_dnc", [(register, number, said.listed, said.checked_at) for register, number, said in rows])


def _registers(hand: Applier, change: Change, rows: Sequence[RegisterList]) -> None:
    for each in rows:
        revision = hand.counters.revision
        hand.run("put_register", each.register, each.scope, each.checked_at, revision, each.count, each.octets)


def _suppressions(hand: Applier, change: Change, rows: Sequence[tuple[int, Suppression]]) -> None:
    revision = hand.counters.revision
    hand.refused.update(number for number, _ in rows)
    hand.many("add_suppressions", [(number, s.id, revision, packing.pack(s)) for number, s in rows])


def _lifted(hand: Applier, change: Change, rows: Sequence[Lifted]) -> None:
    for each in rows:
        hand.run("lift_suppression", each.at, each.by, each.why, each.number, each.suppression)


def _inbound(hand: Applier, change: Change, rows: Sequence[Inbound]) -> None:
    hand.many("add_inbound", [(i.id, i.account, i.number, i.to, i.text, i.connector, i.at, i.act) for i in rows])
    hand.many("add_inbound_gaps", [(i.id, i.missing) for i in rows if i.missing])


def _parts(hand: Applier, change: Change, rows: Sequence[KeptPart]) -> None:
    hand.many("add_inbound_parts", [(kept.id, number_of(kept.part.source), packing.pack(kept)) for kept in rows])


def _parts_gone(hand: Applier, change: Change, rows: Sequence[int]) -> None:
    hand.many("remove_inbound_parts", [(identifier,) for identifier in rows])


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
    if waiting := [(row.message.id, _owes(row)) for row in rows if row.state in WAITING]:
        _linger(hand, waiting)


def _owes(row: Accepted) -> bool:
    return owes(row.message.door, row.message.receipt_wanted, row.state)


def _linger(hand: Applier, waiting: Sequence[tuple[int, bool]]) -> None:
    """Put down what waits for a person or an instant, and whether its end is owed, where lists and a restart find it."""
    hand.many("add_lingering", [(identifier, owing, NO_STORY) for identifier, owing in waiting])
    hand.lingering.update([identifier for identifier, _ in waiting])


def _end(hand: Applier, ids: Sequence[int]) -> None:
    """What has come to its end lingers no longer, unless its sender is to be told."""
    if ended := [(identifier,) for identifier in ids if identifier in hand.lingering]:
        hand.many("end_lingering", ended)


def _judged(hand: Applier, change: Change, rows: Sequence[Judged]) -> None:
    for row in rows:
        octets, due = hand.run("body_of", row.message).fetchone()
        shape = hand.shapes.numbers().get(row.verdict.shape.digest) or hand.shapes.add(
            hand.connection, row.verdict.shape
        )
        old = packing.unpack_body(octets)
        body = packing.pack_judged(old, row)
        hand.run("set_judged", int(row.state), shape, row.due, row.segments, row.price, body, row.message)
        if row.state in WAITING:
            _linger(hand, [(row.message, owes(old.door, old.receipt_wanted, State.HELD))])
        if due is not None:
            hand.run("remove_due", due, row.message)
        if row.due is not None:
            hand.many("add_due", [(row.due, row.message)])
        hand.run("add_uncounted" if row.state in UNCOUNTED else "remove_uncounted", row.message)
    _end(hand, [row.message for row in rows if row.state in FINAL])


def _states(hand: Applier, change: Change, rows: Sequence[tuple[int, State]]) -> None:
    hand.many("clear_due", [(identifier,) for identifier, _ in rows])
    hand.many("set_states", [(identifier, int(state)) for identifier, state in rows])
    if given_back := [(identifier,) for identifier, state in rows if state in UNCOUNTED]:
        hand.many("add_uncounted", given_back)
    _end(hand, [identifier for identifier, state in rows if state in FINAL])


def _settled(hand: Applier, change: Change, rows: Sequence[Settled]) -> None:
    hand.many("add_settled", [(row.message, row.state._value_, row.trail) for row in rows])
    if given_back := [(row.message,) for row in rows if not row.counted]:
        hand.many("add_uncounted", given_back)
    _end(hand, [row.message for row in rows])


def _entries(hand: Applier, change: Change, rows: Sequence[bytes]) -> None:
    """Put the entries of a change into one row, each behind its length, and give them their indexes."""
    about = [row.message.id for row in change.accepted] + [row.message for row in change.judged]
    about = about or [decode_entry(entry).message_id for entry in rows]
    bundle = b"".join(chain.from_iterable((len(entry).to_bytes(LENGTH_OCTETS, "big"), entry) for entry in rows))
    hand.run("add_entries", hand.counters.next_entry, len(rows), min(about), max(about), bundle)
    hand.counters.next_entry += len(rows)


def _lots(hand: Applier, rows: Sequence[Happening]) -> list[Lot]:
    """Put what happens to lots on them as they stand here; a word on a sample that is gone leaves its lot alone."""
    after: dict[int, Lot] = {}
    for happened in rows:
        identifier = happened.lot.id if isinstance(happened, Joined) else happened.lot
        if (lot := becomes(after.get(identifier) or _stored(hand, identifier), happened)) is not None:
            after[identifier] = msgspec.structs.replace(lot, revision=hand.counters.revision)
    hand.many("add_lots", [(lot.id, packing.pack(lot)) for lot in after.values()])
    return list(after.values())


def too_late(hand: Applier, happened: Happening) -> bool:
    """Whether the sample that a word speaks of was decided before."""
    return isinstance(happened, Looked) and becomes(_stored(hand, happened.lot), happened) is None


def _stored(hand: Applier, lot: int) -> Lot | None:
    found = hand.all("lot", lot)
    return _lot(found[0][0]) if found else None


def _lost(hand: Applier, rows: Sequence[Claim]) -> frozenset[int]:
    """Name the claims that a newer refusal of their number has beaten."""
    named = hand.refused
    return frozenset(row.message for row in rows if row.number in named and _refused_since(hand, row))


def _refused_since(hand: Applier, claim: Claim) -> bool:
    newest = hand.run("newest_refusal", claim.number).fetchone()[0]
    return newest is not None and newest > claim.revision


def _told(hand: Applier, change: Change, rows: Sequence[int]) -> None:
    if lingering := [(identifier,) for identifier in rows if identifier in hand.lingering]:
        hand.many("remove_lingering", lingering)


def _note(hand: Applier, change: Change, lost: frozenset[int]) -> None:
    """Write down what recovery and the tails must be able to read again in the order of commits: a row for each connector."""
    accepted, ids = change.accepted, packing.pack_ids
    (connector, handed), *others = _handed(change, lost) or [("", b"")]
    noted = (
        ids(change.told),
        ids([row.message.id for row in accepted if _owes(row)]),
        ids([row.message.id for row in accepted]),
        handed,
        packing.pack(change.responses) if change.responses else b"",
        packing.pack(change.receipts) if change.receipts else b"",
    )
    if any(noted):
        hand.run("add_change", hand.counters.seq, change.at, connector, *noted)
    for connector, handed in others:
        hand.counters.seq += 1
        hand.run("add_change", hand.counters.seq, change.at, connector, b"", b"", b"", handed, b"", b"")


def _handed(change: Change, lost: frozenset[int]) -> list[tuple[str, bytes]]:
    """The claims that hold, of each connector."""
    handed: dict[str, list[int]] = {}
    for row in change.claims:
        if row.message not in lost:
            handed.setdefault(row.connector, []).append(row.message)
    return [(connector, packing.pack_ids(ids)) for connector, ids in handed.items()]


def _postings(hand: Applier, change: Change, rows: Sequence[Posting]) -> None:
    hand.many("add_postings", [(change.at, p.account, p.reserved, p.captured, p.released, p.credited) for p in rows])
    hand.many(
        "move_balances", [(p.account, p.credited - p.captured, p.reserved - p.captured - p.released) for p in rows]
    )


def _keyed(hand: Applier, change: Change, rows: Sequence[Keyed]) -> None:
    hand.run("add_keyed", hand.counters.seq, change.at, packing.pack(rows))


def _jobs(hand: Applier, change: Change, rows: Sequence[Job]) -> None:
    hand.many("add_jobs", [(j.id, j.account, j.endpoint, j.at, j.body, j.attempts, j.dead) for j in rows])


def _finished(hand: Applier, change: Change, rows: Sequence[int]) -> None:
    hand.many("remove_jobs", [(identifier,) for identifier in rows])


# Lots and claims come last and by themselves, for they are answered; then what the whole change says of messages is noted in one row.
STEPS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("documents", _documents),
    ("policies", _policies),
    ("consents", _consents),
    ("requests", _requests),
    ("dnc", _dnc),
    ("registers", _registers),
    ("suppressions", _suppressions),
    ("lifted", _lifted),
    ("inbound", _inbound),
    ("parts", _parts),
    ("parts_gone", _parts_gone),
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
