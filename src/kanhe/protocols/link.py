"""The common shape of a link: how sessions are driven, and what their owner hands them.

A session owns no socket and no clock. Whoever owns the socket does five things, the same for all four protocol families:

    events = session.receive(data, now)     # bytes arrived
    events = session.tick(now)              # next_deadline() has come
    transport.write(session.take())         # after either, and after accept, refuse, deliver, submit, stop
    if session.closed: transport.close()    # after the write
    events = session.lost(reason, now)      # the transport is gone

Time is monotonic seconds as a float. A *handle* is what the owner gives back to answer a request: it is opaque to the owner.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeAlias

from msgspec import Struct

from kanhe.protocols.events import Event
from kanhe.protocols.states import Action, CarrierState


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


# --- what a customer is told ---


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
