"""What both sides of an SMPP session have in common: PDUs walk a table, silence is asked about, a broken stream ends it (3.4 section 2).

The state machine is the table `moves` of the subclass: state and kind of a PDU give the method that takes it. What no row names is
out of place. Numbers, signs of life and what is to be written are the line's (`line.py`).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

from kanhe.protocols.events import Event, PeerFault, UnmatchedResponse
from kanhe.protocols.smpp import status
from kanhe.protocols.smpp.faults import StreamBrokenError
from kanhe.protocols.smpp.line import Line
from kanhe.protocols.smpp.pdus import EnquireLink, EnquireLinkResp, GenericNack, Pdu
from kanhe.protocols.window import Window

StateT = TypeVar("StateT", bound=StrEnum)

Handler: TypeAlias = Callable[[Any, Any, float, list[Event]], None]
"""(session, PDU, now, events): what it makes of the PDU is written, or added to the events."""


class SmppSession(ABC, Generic[StateT]):
    """One connection, either side."""

    moves: ClassVar[Mapping[Any, Mapping[type, Handler]]]
    given_up: ClassVar[Mapping[Any, str]]
    """Why a session ends whose peer lets us wait, by state."""

    def __init__(self, line: Line, unanswered: Window[Any], state: StateT, give_up_at: float) -> None:
        self._line = line
        self._out = line.out
        self._unanswered = unanswered
        self._give_up_at: float | None = give_up_at
        self._enter(state)

    def _enter(self, state: StateT) -> None:
        self._state = state
        self._handlers = self.moves[state]

    # --- octets and time ---

    @property
    def closed(self) -> bool:
        """True when the transport is to be closed once take() is written."""
        return self._line.closed

    def take(self) -> bytes:
        """Everything to write, joined once."""
        return self._line.take()

    def receive(self, data: bytes, now: float) -> list[Event]:
        """Take bytes in any cut; what needs no owner is answered here."""
        events: list[Event] = []
        try:
            pdus = self._line.feed(data, now)
        except StreamBrokenError as broken:
            self._handle(broken.events, now, events)
            self._break_off(broken, now, events)
            return events
        self._handle(pdus, now, events)
        self.pump(now)
        return events

    def tick(self, now: float) -> list[Event]:
        """Give up what is overdue."""
        events: list[Event] = []
        if self.closed:
            return events
        if self._give_up_at is not None and now >= self._give_up_at:
            self._end(self.given_up[self._state], now, events)
            return events
        self._doubt(now, events)
        if reason := self._line.overdue(now):
            self._end(reason, now, events)
        self.pump(now)
        return events

    def next_deadline(self) -> float | None:
        """When tick must be called next."""
        if self.closed:
            return None
        times = (self._line.deadline(), self._give_up_at, self._unanswered.due())
        return min(time for time in times if time is not None)

    def lost(self, reason: str, now: float) -> list[Event]:
        """The transport is gone."""
        events: list[Event] = []
        self._end(reason, now, events)
        return events

    # --- what a side does its own way ---

    @abstractmethod
    def pump(self, now: float) -> None:
        """Send what waits while the window has room, and say that there is something to write."""

    @abstractmethod
    def _doubt(self, now: float, events: list[Event]) -> None:
        """What stayed without an answer is in doubt."""

    @abstractmethod
    def _end(self, reason: str, now: float, events: list[Event]) -> None:
        """Close, and say why; nothing when it is closed."""

    @abstractmethod
    def _out_of_place(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        """Not in this state: a request gets its own response with ESME_RINVBNDSTS, a response is dropped and counted."""

    # --- what the peer sends ---

    def _handle(self, pdus: Iterable[object], now: float, events: list[Event]) -> None:
        misplaced = type(self)._out_of_place
        for pdu in pdus:
            self._handlers.get(type(pdu), misplaced)(self, pdu, now, events)

    def _on_enquire_link(self, pdu: EnquireLink, _now: float, _events: list[Event]) -> None:
        self._line.write(EnquireLinkResp(pdu.sequence_number))

    def _on_enquire_link_resp(self, pdu: EnquireLinkResp, _now: float, events: list[Event]) -> None:
        if not self._line.answered(pdu.sequence_number):
            events.append(UnmatchedResponse(pdu.command, pdu.sequence_number))

    def _break_off(self, broken: StreamBrokenError, now: float, events: list[Event]) -> None:
        """The stream cannot be found again (3.2): generic_nack without a number, close."""
        self._line.write(GenericNack(0, status.RINVCMDLEN))
        events.append(PeerFault(broken.fault, status.RINVCMDLEN))
        self._end("broken_stream", now, events)


# In any state (an enquire_link before the bind is answered too: it harms nobody).
SIGNS_OF_LIFE: Mapping[type, Handler] = {
    EnquireLink: SmppSession._on_enquire_link,
    EnquireLinkResp: SmppSession._on_enquire_link_resp,
}
