"""One connection of CMPP, SGIP or SMGP, either side: what server and client sessions have in common.

The state machine is a table (`moves` of the subclass): state and role of a packet give the method that takes it. What no row names is
answered as not served when it is a request, and counted when it is an answer.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, TypeVar

from kanhe.protocols.events import Event, PeerFault, SessionLost, UnmatchedResponse
from kanhe.protocols.exchange.dialect import ANSWERS, Dialect, Role, Wire
from kanhe.protocols.framing import PduFault, StreamBrokenError
from kanhe.protocols.layout import Fault
from kanhe.protocols.settings import Timers

S = TypeVar("S", bound="ExchangeSession")
Alarm = tuple[float | None, Callable[[float], list[Event]]]


class State(Enum):
    """Where a connection is in its life."""

    OPEN = "open"
    BOUND = "bound"
    PARTING = "parting"
    CLOSED = "closed"


Take = Callable[[Any, Any, float], list[Event]]
"""(session, packet, now) -> events."""

Moves = Mapping[State, Mapping[Role, Take]]


class ExchangeSession:
    """Requests and answers over one link."""

    moves: Moves

    def __init__(self, dialect: Dialect, wire: Wire, number: Callable[[], Any], timers: Timers, now: float) -> None:
        self._dialect = dialect
        self._wire = wire
        self._number = number
        self._timers = timers
        self._out: list[bytes] = []
        self.state = State.OPEN
        self._since = now
        self._heard = now
        self._half_since: float | None = None
        self._test_due: float | None = None
        self._tests = 0

    # --- octets and time ---

    @property
    def closed(self) -> bool:
        """True when the transport is to be closed once take() is written."""
        return self.state is State.CLOSED

    def take(self) -> bytes:
        """Everything to write, joined once."""
        data = b"".join(self._out)
        self._out.clear()
        return data

    def receive(self, data: bytes, now: float) -> list[Event]:
        """Take octets in any cut and say what they mean."""
        self._heard, self._tests, self._test_due = now, 0, None
        try:
            found, broken = self._wire.feed(data), None
        except StreamBrokenError as error:
            found, broken = error.events, error.fault
        events: list[Event] = []
        for packet in found:
            if self.closed:
                return events
            events += self._fault(packet, now) if isinstance(packet, PduFault) else self._dispatch(packet, now)
        if broken and not self.closed:
            events.append(PeerFault(broken, 0))
            events += self._close("broken_stream", now)
        self._watch_half(bool(found), now)
        return events

    def _watch_half(self, progress: bool, now: float) -> None:
        """Since when the unfinished packet at the end of the stream has been waiting for its rest."""
        if not self._wire.waiting:
            self._half_since = None
        elif progress or self._half_since is None:
            self._half_since = now

    def _alarms(self) -> Iterable[Alarm]:
        """When something is to be done, and what; the subclasses add theirs."""
        timers = self._timers
        if self.state is State.OPEN:
            yield self._since + timers.login_wait_s, lambda now: self._close("no_bind", now)
        if self.state is State.PARTING:
            yield self._since + timers.response_s, lambda now: self._close("stopped", now)
        if self._half_since is not None:
            yield self._half_since + timers.half_frame_s, lambda now: self._close("half_frame", now)
        if self.state is State.BOUND and timers.idle_s:
            yield self._heard + timers.idle_s, lambda now: self._close("idle", now)
        if self.state is State.BOUND and self._dialect.keep_alive is not None:
            yield self._test_due or self._heard + timers.keep_alive_s, self._ask_for_life

    def next_deadline(self) -> float | None:
        """When tick must be called next."""
        if self.closed:
            return None
        return min((at for at, _ in self._alarms() if at is not None), default=None)

    def tick(self, now: float) -> list[Event]:
        """Do what is due."""
        events: list[Event] = []
        for at, act in list(self._alarms()):
            if at is not None and at <= now and not self.closed:
                events += act(now)
        return events

    def _ask_for_life(self, now: float) -> list[Event]:
        if self._tests >= self._timers.keep_alive_tries:
            return self._close("keep_alive", now)
        self._tests += 1
        self._test_due = now + self._timers.response_s
        self._ask(self._dialect.keep_alive)
        return []

    # --- packets ---

    def _write(self, pdu: Any, sequence: Any) -> None:
        self._out.append(self._wire.build(pdu, sequence))
        self._woken()

    def _ask(self, pdu: Any) -> Any:
        """Write a request under a fresh sequence number."""
        sequence = self._number()
        self._write(pdu, sequence)
        return sequence

    def _answer(self, request: Any, status: int) -> None:
        answer = self._dialect.answer(request, status)
        if answer is not None:
            self._write(answer, self._dialect.sequence_of(request))

    def _dispatch(self, pdu: Any, now: float) -> list[Event]:
        role = self._dialect.role_of(pdu)
        take = self.moves[self.state].get(role)
        if take is not None:
            return take(self, pdu, now)
        if role in ANSWERS:
            return [self._unmatched(pdu)]
        self._answer(pdu, self._dialect.not_served)
        return [PeerFault("not_served", self._dialect.not_served, self._dialect.name_of(pdu))]

    def _unmatched(self, answer: Any) -> UnmatchedResponse:
        sequence = self._dialect.sequence_of(answer)
        counter = sequence[-1] if isinstance(sequence, tuple) else sequence
        return UnmatchedResponse(self._dialect.name_of(answer), counter)

    def _fault(self, fault: PduFault, now: float) -> list[Event]:
        """A packet that cannot be read: answered when it is a request of a logged-in peer, the link lives."""
        if self.state is State.OPEN:
            return [PeerFault(fault.fault, 0), *self._close("no_bind", now)]
        if fault.fault is Fault.UNKNOWN_COMMAND_ID:
            closing = self._close("unknown_command", now) if self._dialect.unknown_command_closes else []
            return [PeerFault(fault.fault, 0), *closing]
        status = self._dialect.fault_status(fault)
        self._answer(fault, status)
        return [PeerFault(fault.fault, status)]

    # --- what every table has ---

    def keep_alive_asked(self, pdu: Any, _now: float) -> list[Event]:
        """The peer asks whether we live."""
        self._answer(pdu, 0)
        return []

    def keep_alive_answered(self, _pdu: Any, _now: float) -> list[Event]:
        """Any octet says that the peer lives; there is nothing more to do."""
        return []

    def parted(self, pdu: Any, now: float) -> list[Event]:
        """The peer parts: answer, then close."""
        self._answer(pdu, 0)
        return self._close(self._dialect.peer_parted, now)

    def part_answered(self, _pdu: Any, now: float) -> list[Event]:
        """We parted, and the peer agrees."""
        return self._close("stopped", now)

    def stop(self, now: float) -> list[Event]:
        """Part in good order."""
        if self.state is State.OPEN:
            return self._close("stopped", now)
        if self.state is State.BOUND:
            self.state, self._since = State.PARTING, now
            self._ask(self._dialect.parting)
        return []

    def lost(self, reason: str, now: float) -> list[Event]:
        """The transport is gone."""
        return self._close(reason, now)

    def _close(self, reason: str, now: float, *, refused: bool = False) -> list[Event]:
        """End the session and say why; after a refused login there was none to lose."""
        if self.closed:
            return []
        self.state = State.CLOSED
        self._woken()
        lost = [] if refused else [SessionLost(reason)]
        return [*self._settle(now), *lost, *self._ended(reason, now)]

    # --- for subclasses ---

    def _woken(self) -> None:
        """Something is there to be written."""

    def _settle(self, _now: float) -> list[Event]:
        """Say what is in doubt when the link is gone."""
        return []

    def _ended(self, _reason: str, _now: float) -> list[Event]:
        """Tell the endpoint."""
        return []


COMMON: Mapping[Role, Take] = {
    Role.KEEP_ALIVE: ExchangeSession.keep_alive_asked,
    Role.KEEP_ALIVE_RESP: ExchangeSession.keep_alive_answered,
    Role.PART: ExchangeSession.parted,
}
"""What is taken in the same way in every state after the login."""
