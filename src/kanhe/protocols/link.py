"""The common shape of a link: what a session tells its owner, the settings all protocols share, and how sessions are driven.

A session owns no socket and no clock. Whoever owns the socket does five things, the same for all four protocol families:

    events = session.receive(data, now)     # bytes arrived
    events = session.tick(now)              # next_deadline() has come
    transport.write(session.take())         # after either, and after accept, refuse, deliver, submit, stop
    if session.closed: transport.close()    # after the write
    events = session.lost(reason, now)      # the transport is gone

Time is monotonic seconds as a float. A *handle* is what the owner gives back to answer a request: it is opaque to the owner.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias

from msgspec import Struct

from kanhe.protocols.states import Action, CarrierState

# --- what a session tells its owner -------------------------------------------------------------------------------------------


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


# --- what an owner hands to a server session for its customer -----------------------------------------------------------------


class TellReceipt(Struct, frozen=True, gc=False):
    """A receipt for a customer, in our own terms; each protocol writes it its own way."""

    ref: object
    message_id: str
    state: CarrierState
    source: str  # the handset
    destination: str  # the original sender
    submitted_at: datetime
    done_at: datetime
    error: str = "000"
    text: str = ""
    delivery_id: str = ""  # the delivery's own id where the protocol has one (CMPP, SMGP); empty: the door gives one


class TellInbound(Struct, frozen=True, gc=False):
    """An inbound message for a customer."""

    ref: object
    source: str
    destination: str
    text: str
    at: datetime | None = None


Tell: TypeAlias = TellReceipt | TellInbound


# --- settings common to all ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Timers:
    """When a silent or slow peer is given up, in seconds (SMPP 3.4 section 7.2 names four and gives no values)."""

    login_wait_s: float = 10.0  # connected and not bound
    keep_alive_s: float = 30.0  # silence before we ask
    keep_alive_tries: int = 3  # unanswered in a row before the link is dead
    response_s: float = 30.0  # a request without its answer is in doubt
    half_frame_s: float = 30.0  # the rest of a frame
    idle_s: float = 0.0  # close a silent link (SGIP); 0: never


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """What one customer's account may do at a door."""

    window: int = 10  # unanswered submissions of one session
    rate_per_s: float = 0.0  # submissions of all sessions together; 0: no limit
    sessions_max: int = 10  # a flood of binds ends here


@dataclass(frozen=True, slots=True)
class Credential:
    """Who may log in at a door, and what it may do then. The secret never appears in a repr."""

    account: str
    secret: str = field(repr=False)
    limits: AccountLimits = field(default_factory=AccountLimits)


# Reconnecting faster than this sequence only feeds the carrier's own flood limits; 60 s keeps an outage's tail short.
RECONNECT_S: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """What every connector can be told, whatever it speaks."""

    window: int = 10  # unanswered submissions of one session
    sessions: int = 1
    rate_per_s: float = 0.0  # of all sessions together; 0: no limit
    reconnect_s: tuple[float, ...] = RECONNECT_S
    jitter: float = 0.2  # share of the back-off that chance may add or take
    refused_tries: int = 3  # refused logins before a person must look
    retry_here: bool = True  # throttled and deferred segments go again by themselves; off: the owner judges them anew
    retry_wait_s: float = 1.0  # before a throttled segment goes again; doubles to a minute
    retry_tries: int = 5
    # How often a submission without an answer is written again, under its own sequence, before it is in doubt. The texts of CMPP, SGIP
    # and SMGP have it so (N - 1 times); gateways that had taken the first one then send it twice: off.
    resend: int = 0
    connect_itself: bool = True  # off: the carrier opens the link (SMPP outbind)
    stay_connected: bool = True  # off: connect again only when there is work (SGIP, whose idle links close)
    timers: Timers = field(default_factory=Timers)


# --- how sessions are driven ---------------------------------------------------------------------------------------------------


class Session(Protocol):
    """One connection, either side."""

    @property
    def closed(self) -> bool:
        """True when the transport is to be closed once take() is written."""

    def receive(self, data: bytes, now: float) -> list[Event]:
        """Take bytes in any cut and say what they mean; answers that need no owner are ready for take()."""

    def tick(self, now: float) -> list[Event]:
        """Do what is due."""

    def next_deadline(self) -> float | None:
        """When tick must be called next."""

    def take(self) -> bytes:
        """Everything to write, joined once."""

    def stop(self, now: float) -> list[Event]:
        """Part in good order: unbind, wait for the answer, close."""

    def lost(self, reason: str, now: float) -> list[Event]:
        """The transport is gone."""


class ServerSession(Session, Protocol):
    """A customer's connection at one of our doors."""

    @property
    def account(self) -> str:
        """Who is bound; empty before."""

    def accept(self, handle: object, message_id: str) -> None:
        """Answer one submission: it is committed."""

    def accept_many(self, pairs: Iterable[tuple[object, str]]) -> None:
        """Answer a whole batch of (handle, message_id)."""

    def refuse(self, handle: object, status: int) -> None:
        """Answer a submission or a request with an error."""

    def reply(self, handle: object, answer: object) -> None:
        """Answer a submission or a request with a PDU of the owner's making."""


class ClientSession(Session, Protocol):
    """Our connection at a carrier; its ClientEndpoint feeds it."""

    @property
    def bound(self) -> bool:
        """True while submissions may go out."""

    def room(self) -> int:
        """How many more segments the window takes now."""

    def submit_many(self, segments: Iterable[tuple["Parcel", int]], now: float) -> None:
        """Write segments of parcels, in this order; never more than room()."""

    def accept(self, handle: object) -> None:
        """Answer a receipt or inbound message: it is kept."""

    def accept_many(self, handles: Iterable[object]) -> None:
        """Answer a batch of receipts and inbound messages."""

    def refuse(self, handle: object, status: int) -> None:
        """Answer a receipt or inbound message with an error: the carrier will send it again."""


class Parcel(Struct, eq=False, gc=False):
    """A submission on its way: all segments of one message, which keep one session and their order."""

    ref: object
    pdus: Sequence[object]
    tries: int = 0


class Hub(Protocol):
    """What a client session asks of the endpoint above it (client.ClientEndpoint)."""

    def bound(self, session: ClientSession, now: float) -> None:
        """The login was accepted: the back-off is over, submissions may go out."""

    def pump(self, session: ClientSession, now: float) -> None:
        """The session's window may have room: give it more."""

    def put_off(self, parcel: Parcel, part: int, action: Action, now: float) -> bool:
        """The carrier cannot take it now: send it again later. False when it has been tried often enough."""

    def ended(self, session: ClientSession, refused: bool, reason: str, now: float) -> list[Event]:
        """The session is over: reconnect or give up, and say which."""

    def wake(self, session: ClientSession) -> None:
        """The session has something to write."""


NewClientSession: TypeAlias = Callable[[Hub, float], ClientSession]
