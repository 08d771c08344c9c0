"""How the parts of a message that no query asks for are packed into its row, and unpacked again.

One msgpack array a message, written as a tuple and read as `Body`; new fields are only ever added at the end, with a default,
so that old rows stay readable.
"""

import struct
from collections.abc import Sequence

import msgspec

from kanhe.domain.category import Category
from kanhe.domain.facts import Sent
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.domain.verdict import Change, Outcome, Shape, Verdict
from kanhe.ports.change import Accepted, Judged, KeptPart, Keyed, RawReceipt, Response
from kanhe.ports.store import Row

_encode = msgspec.msgpack.Encoder().encode


class Body(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What `messages.body` holds, in the order of the packed array."""

    # of the message
    text: str | None
    accepted_at: int
    at: int | None
    template: str | None
    ref: str | None
    program: str | None
    subject: str | None
    requested_at: int | None
    live: bool
    receipt_wanted: bool
    door: str
    # of how caps count it; no instant: they never do
    sent_at: int | None
    sent_category: Category | None
    entity: str | None
    signature: str | None
    salt: bytes | None
    # of the verdict
    outcome: Outcome
    category: Category
    noted: tuple[int, ...]
    valid_until: int
    revision: int
    route: str | None
    not_before: int | None
    final_text: str | None
    final_sender: str | None
    changes: tuple[Change, ...]
    judged: int  # how many verdicts came after the first


_decode = msgspec.msgpack.Decoder(Body).decode


def pack_body(accepted: Accepted) -> bytes:
    """Pack what the columns of a message do not hold."""
    m, v, sent = accepted.message, accepted.verdict, accepted.sent
    at, counts_as, entity, signature = (
        (sent.at, sent.category, sent.entity, sent.signature) if sent is not None else (None, None, None, None)
    )
    return _encode(
        (
            m.text, m.accepted_at, m.at, m.template, m.ref, m.program, m.subject, m.requested_at,
            m.live, m.receipt_wanted, m.door, at, counts_as, entity, signature, accepted.salt,
            v.outcome, v.category, v.noted, v.valid_until, v.revision, v.route, v.not_before, v.text, v.sender, v.changes, 0,
        )
    )  # fmt: skip


def unpack_body(octets: bytes) -> Body:
    """Read a packed body."""
    return _decode(octets)


def pack_judged(old: Body, judged: Judged) -> bytes:
    """Put a later verdict in the place of the one a body holds."""
    v = judged.verdict
    return _encode(
        msgspec.structs.replace(
            old, outcome=v.outcome, category=v.category, noted=v.noted, valid_until=v.valid_until, revision=v.revision,
            route=v.route, not_before=v.not_before, final_text=v.text, final_sender=v.sender, changes=v.changes,
            judged=old.judged + 1,
        )
    )  # fmt: skip


def pack_erased(old: Body) -> bytes:
    """Take out of a body whatever tells of the person: texts, the caller's reference, the salt."""
    return _encode(
        msgspec.structs.replace(old, text=None, ref=None, subject=None, salt=None, final_text=None, changes=())
    )


def sent_of(identifier: int, account: int, body: Body) -> Sent | None:
    """Say how caps count a stored message."""
    if body.sent_at is None or body.sent_category is None:
        return None
    return Sent(
        body.sent_at, body.sent_category, account, body.entity, body.signature, body.template, body.subject, identifier
    )


# The columns of `messages` and `settled` as every query that makes rows names them.
Columns = tuple[int, int, int, str, int, str, int, int | None, int, int, int, bytes, int | None, bytes | None]


def row_of(columns: Columns, shape: Shape) -> Row:
    """Make a message and its verdict of a stored row."""
    (identifier, account, recipient, category, state, sender, _, due, expires, segments, price, octets, end, trail) = (
        columns
    )
    body = _decode(octets)
    message = Message(
        identifier, account, recipient, body.text or "", sender, Category(category), body.accepted_at, expires, body.at,
        body.template, body.ref, body.program, body.subject, body.requested_at, body.live, body.receipt_wanted, body.door,
    )  # fmt: skip
    verdict = Verdict(
        body.outcome, shape, body.category, body.noted, body.valid_until, body.revision, body.route, body.not_before,
        body.final_text, body.final_sender, body.changes,
    )  # fmt: skip
    return Row(message, verdict, State(end or state), segments, price, due, body.salt or b"", trail, body.judged)


def pack_ids(ids: Sequence[int]) -> bytes:
    """Pack ids, 8 octets each."""
    return struct.pack(f">{len(ids)}q", *ids)


def unpack_ids(octets: bytes) -> tuple[int, ...]:
    """Read packed ids."""
    return struct.unpack(f">{len(octets) // 8}q", octets)


def pack(value: object) -> bytes:
    """Pack a record, or the rows of one change."""
    return _encode(value)


def anonymous(receipt: RawReceipt) -> RawReceipt:
    """Give a receipt without the number it names."""
    return msgspec.structs.replace(receipt, number=0)


unpack_responses = msgspec.msgpack.Decoder(list[Response]).decode
unpack_receipts = msgspec.msgpack.Decoder(list[RawReceipt]).decode
unpack_keyed = msgspec.msgpack.Decoder(list[Keyed]).decode
unpack_part = msgspec.msgpack.Decoder(KeptPart).decode
