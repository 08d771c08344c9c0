"""A change: everything one journey wants written, in one transaction with whatever else the tick brings.

Rows are tuples in the order of their field lists, made by the journeys in batch; the store writes each non-empty field with
one statement. Nothing here is read back by the hot path: what must be looked up soon stays in memory (`board`), the rest is
found by id order.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

import msgspec

from kanhe.domain.facts import Asked, Consent, DncAnswer, Sent, Suppression
from kanhe.domain.lot import Happening, Lot
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.domain.verdict import Verdict
from kanhe.protocols.text.joining import Part


class Rank(IntEnum):
    """Order within a tick: what carriers tell us, then people's refusals, then claims, then new work."""

    REPORTS = 0
    INBOUND = 1
    CLAIMS = 2
    SUBMISSIONS = 3


class Accepted(msgspec.Struct, frozen=True, gc=False):
    """A judged message as it is written first."""

    message: Message
    verdict: Verdict
    state: State
    segments: int
    price: int  # micro-units for all segments, reserved
    salt: bytes  # of its ledger commitments
    due: int | None = None  # ms: when it is to be looked at again (deferred, scheduled); None = now or never
    sent: Sent | None = None  # how caps count it as long as its state counts (`UNCOUNTED`); None = they never do


class Judged(msgspec.Struct, frozen=True, gc=False):
    """A second verdict on a message that was already written."""

    message: int
    verdict: Verdict
    state: State
    segments: int
    price: int
    due: int | None = None


# What a message in one of these states before its claim would have counted is given back to the caps (DESIGN.md, section 2).
UNCOUNTED = frozenset({State.PARKED, State.HELD, State.CANCELLED, State.EXPIRED, State.REFUSED})


class Claim(msgspec.Struct, frozen=True, gc=False):
    """The decision to hand a message to a carrier now."""

    message: int
    number: int
    revision: int  # of the books its verdict saw; a newer refusal of this number wins
    connector: str


# What stands in the place of a status when the carrier did not answer.
UNANSWERED = -1
# A receipt's final word on one segment of a message whose others are still open, so that a restart knows it.
FINAL_WORDS: dict[State, int] = {State.DELIVERED: -2, State.UNDELIVERED: -3, State.EXPIRED: -4}


class Response(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What the carrier answered to one segment, or said of it later."""

    message: int
    segment: int
    status: int  # the protocol's own number, 0 = accepted; `UNANSWERED` or a final word when it is negative
    carrier_id: str


class Settled(msgspec.Struct, frozen=True, gc=False):
    """A state after the claim, with the trail of what led to it (packed by `dispatch.trail`)."""

    message: int
    state: State
    trail: bytes
    counted: bool = True  # False: the carrier took no segment of it, so caps give it back


class RawReceipt(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A receipt as it came, kept before anything is made of it."""

    connector: str
    carrier_id: str
    number: int
    stat: str
    code: str
    at: int


class Posting(msgspec.Struct, frozen=True):
    """Money moved for one account in one batch, micro-units."""

    account: int
    reserved: int = 0
    captured: int = 0
    released: int = 0
    credited: int = 0  # paid in; negative: paid back


class Keyed(msgspec.Struct, frozen=True, array_like=True):
    """An idempotency key with the answer it gives from now on."""

    account: int
    key: str
    digest: bytes  # of the request's body
    answer: bytes  # the stored JSON
    at: int


class Inbound(msgspec.Struct, frozen=True):
    """A message from a person, joined and recognised."""

    id: int
    account: int | None
    number: int
    to: str
    text: str
    connector: str
    at: int
    act: str  # stop, start, help, doubtful, none
    missing: int = 0  # segments that never came


class KeptPart(msgspec.Struct, frozen=True, gc=False):
    """A segment of a message from a person that waits for the others."""

    id: int
    carrier: str  # whose connectors share references
    connector: str
    at: int
    part: Part


class Job(msgspec.Struct, frozen=True):
    """A webhook to be delivered; written again under its id when it is tried again later, or is dead."""

    id: int
    account: int
    endpoint: str
    at: int  # ms: not before
    body: bytes
    attempts: int = 0
    dead: bool = False  # kept to be looked at and replayed


class Document(msgspec.Struct, frozen=True):
    """A paper as a versioned document; `body` None removes it."""

    kind: str
    key: str
    body: bytes | None


# The register of numbers that changed hands. Each of its lists is of one day: consents given before it are void.
REASSIGNED = "reassigned"


class RegisterList(msgspec.Struct, frozen=True):
    """All numbers that a register names in one part of the number plan; takes the place of the list before."""

    register: str
    scope: str  # leading digits of the numbers it speaks of; empty = all
    checked_at: int  # ms: what is not on it was not listed then
    count: int
    octets: bytes  # the numbers as a 64-bit roaring bitmap, in its portable form


class Lifted(NamedTuple):
    """A refusal or block that is taken back."""

    number: int
    suppression: int
    at: int
    by: str  # a person's name, or the channel
    why: str = ""


class Change(msgspec.Struct):
    """What one batch of one journey writes."""

    rank: Rank
    at: int
    accepted: Sequence[Accepted] = ()
    judged: Sequence[Judged] = ()
    entries: Sequence[bytes] = ()
    claims: Sequence[Claim] = ()
    responses: Sequence[Response] = ()
    receipts: Sequence[RawReceipt] = ()
    settled: Sequence[Settled] = ()
    states: Sequence[tuple[int, State]] = ()  # moves before the claim: cancelled, expired, due
    told: Sequence[int] = ()  # messages whose final state their SMPP sender has acknowledged
    postings: Sequence[Posting] = ()
    keyed: Sequence[Keyed] = ()
    inbound: Sequence[Inbound] = ()
    parts: Sequence[KeptPart] = ()  # segments from people that wait for others
    parts_gone: Sequence[int] = ()  # those that are needed no more
    suppressions: Sequence[tuple[int, Suppression]] = ()  # (number, suppression)
    lifted: Sequence[Lifted] = ()
    # (account, number, consent); written again under its id when it changes
    consents: Sequence[tuple[int, int, Consent]] = ()
    requests: Sequence[tuple[int, int, Asked]] = ()  # (account, number, consent request)
    dnc: Sequence[tuple[str, int, DncAnswer]] = ()  # (register, number, what it says)
    registers: Sequence[RegisterList] = ()
    lots: Sequence[Happening] = ()  # what happens to lots of consents
    policies: Sequence[int] = ()  # the content policy that judges texts from here on, by the head of its digest
    jobs: Sequence[Job] = ()
    finished: Sequence[int] = ()  # webhooks that were delivered or dropped
    documents: Sequence[Document] = ()


class Committed(msgspec.Struct):
    """What the transaction decided."""

    revision: int
    lost: frozenset[int] = frozenset()  # claims that a newer refusal of their number has beaten
    seq: int = 0  # the number of the commit: rises with every change
    lots: Sequence[Lot] = ()  # as they stand after what happened to them
