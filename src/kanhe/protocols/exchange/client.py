"""The session of our connector: log in at a gateway, submit, and take reports and inbound messages.

The client endpoint above it (`protocols.client`) connects, queues and paces; the protocol gives an `Entry`: what to log in with, what the
answer means, and how a delivery reads.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Protocol

from kanhe.protocols.events import (
    BindRefused,
    Bound,
    Deferred,
    Event,
    InDoubt,
    PeerFault,
    Rejected,
    Submitted,
    Throttled,
)
from kanhe.protocols.exchange.dialect import Dialect, Role, Wire
from kanhe.protocols.exchange.inbox import Inbox, Readings
from kanhe.protocols.exchange.memory import Recent
from kanhe.protocols.exchange.session import COMMON, Alarm, ExchangeSession, State
from kanhe.protocols.exchange.status import status_of
from kanhe.protocols.link import Hub, Parcel
from kanhe.protocols.settings import Timers
from kanhe.protocols.states import Action
from kanhe.protocols.window import Window


class Welcome(NamedTuple):
    """What the gateway's answer to our login means; status 0 is a yes, `stop` a no that only a person can change."""

    status: int
    reason: str = ""
    stop: bool = False
    bind: str = ""
    version: int = 0


class Entry(Readings, Protocol):
    """The connector's half of a protocol: how to log in, and how a delivery reads."""

    @property
    def login_name(self) -> str:
        """Who we are there."""

    @property
    def submits(self) -> bool:
        """True when submissions may go up this link."""

    @property
    def takes_deliveries(self) -> bool:
        """True when the gateway may send deliveries down this link."""

    @property
    def linger_s(self) -> float:
        """Part after so long without work (SGIP); 0: never."""

    def login(self) -> Any:
        """The request to log in."""

    def welcome(self, answer: Any, wire: Any) -> Welcome:
        """Read the gateway's answer."""

    def message_id(self, answer: Any) -> str:
        """The id that an accepted submission was given."""


class Sent(NamedTuple):
    """A segment that waits for its answer."""

    parcel: Parcel
    part: int
    packet: bytes = b""  # as written, where it may be written again
    resent: int = 0


# The actions that put a segment off: it goes again by itself.
PUT_OFF = frozenset({Action.RETRY, Action.THROTTLE})
# The actions that wait for the carrier's permission: the owner decides when.
HOLD_REASONS = {Action.HOLD_UNTIL_ALLOWED: "forbidden period", Action.HOLD_UNTIL_NEXT_DAY: "daily volume"}


class ClientExchange(ExchangeSession):
    """Our connection at a gateway."""

    def __init__(
        self,
        dialect: Dialect,
        wire: Wire,
        number: Callable[[], Any],
        timers: Timers,
        entry: Entry,
        hub: Hub,
        now: float,
        *,
        window: int,
        retry_here: bool = True,
        resend: int = 0,
    ) -> None:
        super().__init__(dialect, wire, number, timers, now)
        self._entry = entry
        self._hub = hub
        self._retry_here = retry_here
        self._resend = resend
        self._window: Window[Sent] = Window(window, timers.response_s)
        self._late: Recent[Any, Sent] = Recent()
        self._inbox = Inbox(entry, self._answer, dialect.repeated)
        self._refused: Welcome | None = None
        self._worked = now
        self._ask(entry.login())

    def receive(self, data: bytes, now: float) -> list[Event]:
        """Take octets in any cut; answers, reports and inbound messages come back as events."""
        events = super().receive(data, now)
        self._refill(now)
        return events

    def tick(self, now: float) -> list[Event]:
        """Do what is due."""
        events = super().tick(now)
        self._refill(now)
        return events

    def _refill(self, now: float) -> None:
        if self.bound:
            self._hub.pump(self, now)

    # --- login ---

    @property
    def bound(self) -> bool:
        """True while submissions may go out."""
        return self.state is State.BOUND and self._entry.submits

    def welcomed(self, answer: Any, now: float) -> list[Event]:
        """The gateway answered our login."""
        welcome = self._entry.welcome(answer, self._wire)
        if welcome.status:
            self._refused = welcome
            return [
                BindRefused(self._entry.login_name, welcome.reason, welcome.status),
                *self._close(welcome.reason, now, refused=True),
            ]
        self.state, self._worked = State.BOUND, now
        self._hub.bound(self, now)
        return [Bound(self._entry.login_name, welcome.bind, welcome.version)]

    # --- submissions ---

    def room(self) -> int:
        """How many more segments the window takes now."""
        return self._window.room() if self.bound else 0

    def submit_many(self, segments: Iterable[tuple[Parcel, int]], now: float) -> None:
        """Write segments of parcels, each under a fresh number."""
        self._worked = now
        for parcel, part in segments:
            sequence = self._ask(parcel.pdus[part])
            self._window.add(sequence, Sent(parcel, part, self._out[-1] if self._resend else b""), now)

    def submit_answered(self, answer: Any, now: float) -> list[Event]:
        """The gateway took a segment, put it off or refused it."""
        self._worked = now
        sequence = self._dialect.sequence_of(answer)
        sent = self._window.pop(sequence)
        late = sent is None
        if sent is None and (sent := self._late.pop(sequence)) is None:
            return [self._unmatched(answer)]
        status = self._dialect.status_of(answer)
        if status:
            return self._not_taken(sent, status, now)
        return self._said_taken(sent, answer, late)

    def _said_taken(self, sent: Sent, answer: Any, late: bool) -> list[Event]:
        return [Submitted(sent.parcel.ref, self._entry.message_id(answer), sent.part, late)]

    def _said_doubt(self, sent: Sent) -> Event:
        return InDoubt(sent.parcel.ref, sent.part)

    def _not_taken(self, sent: Sent, status: int, now: float) -> list[Event]:
        action = status_of(status, self._dialect.statuses).action
        ref, part = sent.parcel.ref, sent.part
        if reason := HOLD_REASONS.get(action):
            return [Deferred(ref, status, reason, part)]
        if action not in PUT_OFF:
            return [Rejected(ref, status, action, part)]
        if self._retry_here and not self._hub.put_off(sent.parcel, part, action, now):
            return [Rejected(ref, status, action, part)]
        return [Throttled(ref, status, part)]

    # --- deliveries ---

    def delivered(self, pdu: Any, now: float) -> list[Event]:
        """A report or inbound message."""
        self._worked = now
        if self._entry.takes_deliveries:
            return self._inbox.take(pdu)
        self._answer(pdu, self._dialect.not_served)
        return [PeerFault("not_served", self._dialect.not_served, self._dialect.name_of(pdu))]

    def accept(self, handle: Any) -> None:
        """Answer a report or inbound message: it is kept."""
        self.refuse(handle, 0)

    def accept_many(self, handles: Iterable[Any]) -> None:
        """Answer a batch of reports and inbound messages."""
        for handle in handles:
            self.refuse(handle, 0)

    def refuse(self, handle: Any, status: int) -> None:
        """Answer a report or inbound message with an error: the gateway will send it again."""
        if not self.closed:
            self._inbox.settle(handle, status)

    # --- time and the end ---

    def _alarms(self) -> Iterable[Alarm]:
        yield from super()._alarms()
        yield self._window.due(), self._doubt_overdue
        if self._entry.linger_s and self.state is State.BOUND and not len(self._window):
            yield self._worked + self._entry.linger_s, self.stop

    def _doubt_overdue(self, now: float) -> list[Event]:
        events: list[Event] = []
        for sequence, sent in list(self._window.overdue(now)):
            if sent.resent < self._resend:
                self._out.append(sent.packet)
                self._window.add(sequence, sent._replace(resent=sent.resent + 1), now)
                self._woken()
                continue
            self._late.put(sequence, sent)
            events.append(self._said_doubt(sent))
        return events

    def _woken(self) -> None:
        self._hub.wake(self)

    def _settle(self, _now: float) -> list[Event]:
        return [self._said_doubt(sent) for sent in self._window.drain()]

    def _ended(self, reason: str, now: float) -> list[Event]:
        return self._hub.ended(self, self._refused is not None and self._refused.stop, reason, now)


ClientExchange.moves = {
    State.OPEN: {Role.LOGIN_RESP: ClientExchange.welcomed, Role.DELIVER: ClientExchange.delivered, **COMMON},
    State.BOUND: {
        **COMMON,
        Role.SUBMIT_RESP: ClientExchange.submit_answered,
        Role.DELIVER: ClientExchange.delivered,
    },
    State.PARTING: {
        **COMMON,
        Role.SUBMIT_RESP: ClientExchange.submit_answered,
        Role.DELIVER: ClientExchange.delivered,
        Role.PART_RESP: ClientExchange.part_answered,
    },
    State.CLOSED: {},
}
assert set(ClientExchange.moves) == set(State)
