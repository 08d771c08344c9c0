"""What a session tells its owner, whatever it speaks."""

from typing import TypeAlias

from msgspec import Struct

from kanhe.protocols.states import Action, CarrierState


class Bound(Struct, frozen=True, gc=False):
    """The login was accepted; `bind` is what the link may carry (SMPP: transmitter, receiver, transceiver)."""

    account: str
    bind: str = ""
    version: int = 0


class BindRefused(Struct, frozen=True, gc=False):
    """The login was refused, by us (a server) or by the carrier (a client); `reason` is a word, `status` the wire's number."""

    account: str
    reason: str
    status: int


class Submission(Struct, frozen=True, gc=False):
    """A peer submits: `handle` is the PDU itself; answer it with accept or refuse, after the commit."""

    handle: object


class Request(Struct, frozen=True, gc=False):
    """A peer asks something else (query, cancel, replace, broadcast): `handle` is the PDU; answer or refuse it."""

    handle: object


class Submitted(Struct, frozen=True, gc=False):
    """The carrier took segment `part` of the submission `ref`; `late` when it had been in doubt."""

    ref: object
    message_id: str
    part: int = 0
    late: bool = False


class Rejected(Struct, frozen=True, gc=False):
    """The carrier refused a segment for good; `action` says what the sender does about it."""

    ref: object
    status: int
    action: Action
    part: int = 0


class Throttled(Struct, frozen=True, gc=False):
    """The carrier asked us to slow down: the rate is cut and the segment goes again by itself (or comes back, see retry_here)."""

    ref: object
    status: int
    part: int = 0


class Deferred(Struct, frozen=True, gc=False):
    """The carrier cannot take the segment now: it goes again later, the rate stays."""

    ref: object
    status: int
    reason: str = ""
    part: int = 0


class InDoubt(Struct, frozen=True, gc=False):
    """A segment was written and never answered: time-out, lost link. It is not sent again by itself."""

    ref: object
    part: int = 0


class Receipt(Struct, frozen=True, gc=False):
    """A receipt from the carrier. `handle` is answered with accept once it is kept; `reading` is the protocol's own parse."""

    handle: object
    message_id: str
    state: CarrierState
    final: bool
    carrier_code: str = ""
    reading: object = None
    matched: bool = True
    duplicate: bool = False
    action: Action = Action.OK  # what a sender does about it (suppress, mark the number), where the code says


class Matched(Struct, frozen=True, gc=False):
    """A receipt that came before its response has found it."""

    ref: object
    message_id: str
    state: CarrierState


class Inbound(Struct, frozen=True, gc=False):
    """A message (or one part of one) from a handset: `handle` is the PDU, answered with accept once it is kept."""

    handle: object


class Message(Struct, frozen=True, gc=False):
    """An inbound message, whole: the text of all its parts in order. No answer is owed: each part's Inbound has its own."""

    source: str
    destination: str
    text: str
    parts: int = 1


class NumberState(Struct, frozen=True, gc=False):
    """The carrier reports on a number (SGIP UserRpt): closed, opened, out of money."""

    number: str
    state: str


class ReceiptTaken(Struct, frozen=True, gc=False):
    """Our customer answered the receipt or inbound message `ref`."""

    ref: object
    message_id: str


class ReceiptInDoubt(Struct, frozen=True, gc=False):
    """Our customer never answered the receipt or inbound message `ref`: it goes again at the next bind."""

    ref: object
    message_id: str


class UnmatchedResponse(Struct, frozen=True, gc=False):
    """A response nobody asked for; it is counted, never answered."""

    command: str
    sequence: int


class PeerFault(Struct, frozen=True, gc=False):
    """The peer sent something wrong. It was answered with `status` (or not at all), and the link lives unless it is closed."""

    fault: str
    status: int
    command: str = ""


class SessionLost(Struct, frozen=True, gc=False):
    """The session ended: peer_closed, peer_unbind, keep_alive, half_frame, broken_stream, no_bind, stopped ..."""

    reason: str


class Stopped(Struct, frozen=True, gc=False):
    """A client gives up connecting and waits for a person: `reason` is a word such as password."""

    reason: str


class Connect(Struct, frozen=True, gc=False):
    """A client endpoint wants a connection for its session number `slot`."""

    slot: int


Event: TypeAlias = (
    Bound
    | BindRefused
    | Submission
    | Request
    | Submitted
    | Rejected
    | Throttled
    | Deferred
    | InDoubt
    | Receipt
    | Matched
    | Inbound
    | Message
    | NumberState
    | ReceiptTaken
    | ReceiptInDoubt
    | UnmatchedResponse
    | PeerFault
    | SessionLost
    | Stopped
    | Connect
)
