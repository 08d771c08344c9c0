"""Our side of a session at a carrier: bind, submit within the window, take receipts and inbound messages (3.4 sections 2 and 4).

The ClientEndpoint above feeds it (protocols/client.py). An answer that never comes leaves the segment in doubt; it stays known so
that a late answer settles it. Nothing is sent again from here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from hmac import compare_digest
from typing import Any, TypeAlias

from kanhe.protocols.events import (
    BindRefused,
    Bound,
    Deferred,
    Event,
    Inbound,
    InDoubt,
    NumberState,
    PeerFault,
    Receipt,
    Rejected,
    SessionLost,
    Submitted,
    Throttled,
    UnmatchedResponse,
)
from kanhe.protocols.link import Hub, NewClientSession, Parcel
from kanhe.protocols.settings import ClientSettings
from kanhe.protocols.smpp import status, tlvs
from kanhe.protocols.smpp.codec import Limits, build_acceptance, build_refusal
from kanhe.protocols.smpp.faults import PduFault
from kanhe.protocols.smpp.line import Line
from kanhe.protocols.smpp.pdus import (
    BY_ID,
    RESPONSE_BIT,
    AlertNotification,
    BindReceiver,
    BindReceiverResp,
    BindRequest,
    BindResponse,
    BindTransceiver,
    BindTransceiverResp,
    BindTransmitter,
    BindTransmitterResp,
    DataSm,
    DataSmResp,
    DeliverSm,
    GenericNack,
    Outbind,
    Pdu,
    SubmitMultiResp,
    SubmitSmResp,
    Unbind,
    UnbindResp,
)
from kanhe.protocols.smpp.receipts import NO_WORDS, is_receipt, read_receipt
from kanhe.protocols.smpp.session import SIGNS_OF_LIFE, Handler, SmppSession
from kanhe.protocols.states import Action, CarrierState
from kanhe.protocols.window import Window

# Unanswered segments remembered for a late answer; beyond it the oldest is forgotten, its receipt still tells.
DOUBTFUL_MAX = 10_000


class State(StrEnum):
    """The carrier's states (2.2) as we see them."""

    OPEN = "open"  # waits for the carrier's outbind
    BINDING = "binding"
    BOUND = "bound"
    UNBINDING = "unbinding"
    CLOSED = "closed"


BINDS: dict[str, type[BindRequest]] = {
    "transmitter": BindTransmitter,
    "receiver": BindReceiver,
    "transceiver": BindTransceiver,
}

# Why a bind was refused, in a word; only statuses of class stop count as refusals that need a person.
REFUSALS: dict[int, str] = {
    status.RINVPASWD: "password",
    status.RINVSYSID: "system_id",
    status.RINVSYSTYP: "system_type",
    status.RALYBND: "already_bound",
    status.RBINDFAIL: "bind_failed",
}


@dataclass(frozen=True, slots=True)
class CarrierSettings:
    """What an SMPP connector can be told beside what all connectors can (section 8 of the field notes names the deviations)."""

    system_id: str
    password: str = field(repr=False)
    binds: tuple[str, ...] = ("transceiver",)  # or transmitter and receiver, a session each
    system_type: str = ""
    interface_version: int = 0x34
    addr_ton: int = 0
    addr_npi: int = 0
    address_range: str = ""
    common: ClientSettings = field(default_factory=ClientSettings)
    limits: Limits = field(default_factory=Limits)
    throttle_statuses: frozenset[int] = frozenset()  # beside ESME_RTHROTTLED
    status_map: tuple[tuple[int, Action], ...] = ()  # this carrier's vendor statuses
    stat_words: tuple[tuple[str, CarrierState], ...] = ()  # this carrier's words in receipts
    first_sequence: int = 1
    outbind_password: str = field(default="", repr=False)  # what the carrier's outbind must bring; empty: anything

    def actions(self) -> dict[int, Action]:
        """Statuses that mean something else here than in the table."""
        return dict(self.status_map) | dict.fromkeys(self.throttle_statuses, Action.THROTTLE)


Segment: TypeAlias = tuple[Parcel, int]
"""(parcel, which of its parts)."""


class SmppClientSession(SmppSession[State]):
    """One connection to a carrier."""

    def __init__(self, hub: Hub, settings: CarrierSettings, now: float, bind: str = "") -> None:
        """`bind`: one of those that the settings name; empty: the first."""
        timers = settings.common.timers
        self._window: Window[Segment] = Window(settings.common.window, timers.response_s)
        line = Line(timers, settings.limits, now, settings.first_sequence)
        super().__init__(line, self._window, State.OPEN, now + timers.login_wait_s)
        self._hub = hub
        self._settings = settings
        self._timers = timers
        self.bind = bind or settings.binds[0]
        self._actions = settings.actions()
        self._words = dict(settings.stat_words) or NO_WORDS
        self._doubtful: dict[object, Segment] = {}  # of the window once, oldest first
        if settings.common.connect_itself:
            self._bind(now)

    def _bind(self, now: float) -> None:
        s = self._settings
        pdu = BINDS[self.bind](
            0, 0, s.system_id, s.password, s.system_type, s.interface_version, s.addr_ton, s.addr_npi, s.address_range
        )
        self._line.request(pdu)
        self._enter(State.BINDING)
        self._give_up_at = now + self._timers.response_s

    # --- link.Session ---

    @property
    def bound(self) -> bool:
        """True while submissions may go out."""
        return self._state is State.BOUND

    def stop(self, now: float) -> list[Event]:
        """Ask to part (4.2); the answer, or the response timer, closes the link."""
        events: list[Event] = []
        if self._state is State.BOUND:
            self._line.request(Unbind())
            self._enter(State.UNBINDING)
            self._give_up_at = now + self._timers.response_s
            self._hub.wake(self)
        elif self._state is not State.UNBINDING:
            self._end("stopped", now, events)
        return events

    # --- link.ClientSession ---

    def room(self) -> int:
        """How many more segments the window takes now; a receiver takes none."""
        return self._window.room() if self._state is State.BOUND and self.bind != "receiver" else 0

    def submit_many(self, segments: Iterable[tuple[Parcel, int]], now: float) -> None:
        """Write segments of parcels, each under our next number."""
        request, unanswered = self._line.request, self._window.open
        due = now + self._window.wait_s
        for segment in segments:
            parcel, part = segment
            pdu: Any = parcel.pdus[part]
            unanswered[request(pdu)] = (due, segment)
        self._hub.wake(self)

    def accept(self, handle: Any) -> None:
        """Answer a receipt or inbound message: it is kept."""
        self.accept_many((handle,))

    def accept_many(self, handles: Iterable[Any]) -> None:
        """Answer a batch of receipts and inbound messages."""
        if self._state is State.CLOSED:
            return
        self._out += [build_acceptance(handle.command_id, handle.sequence_number, "") for handle in handles]
        self._hub.wake(self)

    def refuse(self, handle: Any, status: int) -> None:
        """Answer a receipt or inbound message with an error: the carrier will send it again."""
        if self._state is State.CLOSED:
            return
        self._out.append(build_refusal(handle.command_id, handle.sequence_number, status))
        self._hub.wake(self)

    # --- what the carrier sends ---

    def _on_submit_resp(
        self, pdu: SubmitSmResp | DataSmResp | SubmitMultiResp, now: float, events: list[Event]
    ) -> None:
        _, segment = self._window.open.pop(pdu.sequence_number, (0.0, None))
        late = segment is None
        if segment is None:
            segment = self._doubtful.pop(pdu.sequence_number, None)
        if segment is None:
            events.append(UnmatchedResponse(pdu.command, pdu.sequence_number))
        elif not pdu.command_status:
            parcel, part = segment
            events.append(Submitted(parcel.ref, pdu.message_id, part, late))
        else:
            self._refused(segment, pdu.command_status, type(pdu) is DataSmResp, now, events)

    def _refused(self, segment: Segment, wrong: int, data_sm: bool, now: float, events: list[Event]) -> None:
        """What the sender does about a status stands in status.STATUSES and in the carrier's own settings."""
        parcel, part = segment
        action = self._actions.get(wrong) or status.action_of(wrong)
        if action is Action.RETRY_IF_DATA_SM:
            action = Action.RETRY if data_sm else Action.PERMANENT
        if action not in AGAIN or not self._again(parcel, part, action, now):
            events.append(Rejected(parcel.ref, wrong, action, part))
        elif action is Action.THROTTLE:
            events.append(Throttled(parcel.ref, wrong, part))
        else:
            events.append(Deferred(parcel.ref, wrong, status.name_of(wrong), part))
        if action in REBIND:
            self._end("carrier_wants_a_new_bind", now, events)

    def _again(self, parcel: Parcel, part: int, action: Action, now: float) -> bool:
        """Put it off here, or leave it to the owner, who judges it anew."""
        return not self._settings.common.retry_here or self._hub.put_off(parcel, part, action, now)

    def _on_deliver(self, pdu: DeliverSm | DataSm, _now: float, events: list[Event]) -> None:
        if not is_receipt(pdu.esm_class):
            events.append(Inbound(pdu))
            return
        reading = read_receipt(pdu, self._words)
        message_id = reading.ids[0] if reading.ids else ""
        events.append(Receipt(pdu, message_id, reading.state, reading.final, reading.line.err or "", reading))

    def _on_bind_resp(self, pdu: BindResponse, now: float, events: list[Event]) -> None:
        if pdu.command_status:
            self._bind_refused(pdu.command_status, now, events)
            return
        version = tlvs.find_integer(pdu.tlvs, tlvs.SC_INTERFACE_VERSION)
        self._enter(State.BOUND)
        self._give_up_at = None
        events.append(Bound(self._settings.system_id, self.bind, version or 0))
        self._hub.bound(self, now)

    def _bind_refused(self, wrong: int, now: float, events: list[Event]) -> None:
        reason = REFUSALS.get(wrong, "refused")
        events.append(BindRefused(self._settings.system_id, reason, wrong))
        self._close()
        events += self._hub.ended(self, status.action_of(wrong) is Action.STOP, reason, now)

    def _on_outbind(self, pdu: Outbind, now: float, events: list[Event]) -> None:
        """The carrier opened the link and asks us to bind (2.7); a wrong password of its own closes it."""
        wanted = self._settings.outbind_password
        if wanted and not compare_digest(wanted.encode(), pdu.password.encode()):
            self._end("outbind_refused", now, events)
        else:
            self._bind(now)

    def _on_alert(self, pdu: AlertNotification, _now: float, events: list[Event]) -> None:
        events.append(NumberState(pdu.source_addr, "reachable"))

    def _on_unbind(self, pdu: Unbind, now: float, events: list[Event]) -> None:
        self._line.write(UnbindResp(pdu.sequence_number))
        self._end("peer_unbind", now, events)

    def _on_unbind_resp(self, _pdu: UnbindResp, now: float, events: list[Event]) -> None:
        self._end("stopped", now, events)

    def _on_generic_nack(self, pdu: GenericNack, now: float, events: list[Event]) -> None:
        """It answers a submit, or our bind, by its number (4.3)."""
        answer = pdu.command_status or status.RUNKNOWNERR
        if self._state is State.BINDING:
            self._bind_refused(answer, now, events)
        else:
            self._on_submit_resp(SubmitSmResp(pdu.sequence_number, answer), now, events)

    def _on_fault(self, fault: PduFault, now: float, events: list[Event]) -> None:
        """A request that cannot be read is answered; a response counts by its number and status, whatever its body."""
        kind = BY_ID.get(fault.command_id)
        events.append(PeerFault(fault.fault, fault.status, kind.command if kind else ""))
        if not fault.command_id & RESPONSE_BIT:
            self._out.append(build_refusal(fault.command_id, fault.sequence_number, fault.status))
        elif kind is not None:
            self._handle([kind(fault.sequence_number, fault.command_status)], now, events)

    def _out_of_place(self, pdu: Pdu, _now: float, events: list[Event]) -> None:
        """Not in this state: a request gets its own response with ESME_RINVBNDSTS, a response is dropped and counted."""
        if self.closed:
            return
        if pdu.command_id & RESPONSE_BIT:
            events.append(UnmatchedResponse(pdu.command, pdu.sequence_number))
        else:
            self._out.append(build_refusal(pdu.command_id, pdu.sequence_number, status.RINVBNDSTS))

    # --- the end ---

    def pump(self, now: float) -> None:
        """Let the endpoint send while the window has room."""
        if self.bound:
            self._hub.pump(self, now)
        if self._out:
            self._hub.wake(self)

    def _doubt(self, now: float, events: list[Event]) -> None:
        """A segment without an answer for response_s is in doubt; a late answer settles it."""
        for sequence, segment in self._window.overdue(now):
            self._doubtful[sequence] = segment
            if len(self._doubtful) > DOUBTFUL_MAX:
                del self._doubtful[next(iter(self._doubtful))]
            events.append(_in_doubt(segment))

    def _end(self, reason: str, now: float, events: list[Event]) -> None:
        """Everything unanswered is in doubt."""
        if self.closed:
            return
        self._close()
        events.append(SessionLost(reason))
        events += map(_in_doubt, self._window.drain())
        events += self._hub.ended(self, False, reason, now)

    def _close(self) -> None:
        self._line.closed = True
        self._enter(State.CLOSED)


def _in_doubt(segment: Segment) -> InDoubt:
    parcel, part = segment
    return InDoubt(parcel.ref, part)


def new_session(settings: CarrierSettings) -> NewClientSession:
    """The sessions of an SMPP connector, for `ClientEndpoint`: each takes the bind that has the fewest open sessions."""
    here: list[SmppClientSession] = []

    def new(hub: Hub, now: float) -> SmppClientSession:
        here[:] = [session for session in here if not session.closed]
        bind = min(settings.binds, key=lambda bind: sum(bind == session.bind for session in here))
        here.append(SmppClientSession(hub, settings, now, bind))
        return here[-1]

    return new


# A segment the carrier refused for now, and what makes it bind anew first.
REBIND = frozenset({Action.REBIND, Action.REBIND_ONCE})
AGAIN = frozenset({Action.RETRY, Action.THROTTLE}) | REBIND

# --- the table of states -------------------------------------------------------------------------------------------------------

S = SmppClientSession
BIND_RESPONSES: tuple[type[Pdu], ...] = (BindTransmitterResp, BindReceiverResp, BindTransceiverResp)

ALWAYS: dict[type, Handler] = {
    **SIGNS_OF_LIFE,
    GenericNack: S._on_generic_nack,
    PduFault: S._on_fault,
    Unbind: S._on_unbind,
}
ANSWERS: dict[type, Handler] = dict.fromkeys((SubmitSmResp, DataSmResp, SubmitMultiResp), S._on_submit_resp)
ARRIVALS: dict[type, Handler] = {
    DeliverSm: S._on_deliver,
    DataSm: S._on_deliver,
    AlertNotification: S._on_alert,
}

SmppClientSession.moves = {
    State.OPEN: {**ALWAYS, Outbind: S._on_outbind},
    State.BINDING: {**ALWAYS, **dict.fromkeys(BIND_RESPONSES, S._on_bind_resp)},
    State.BOUND: {**ALWAYS, **ANSWERS, **ARRIVALS},
    State.UNBINDING: {**ALWAYS, **ANSWERS, **ARRIVALS, UnbindResp: S._on_unbind_resp},
    State.CLOSED: {},
}

SmppClientSession.given_up = {
    State.OPEN: "no_outbind",
    State.BINDING: "no_answer_to_bind",
    State.UNBINDING: "stopped",
}

assert set(SmppClientSession.moves) == set(State)
assert set(BINDS.values()) == {BindTransmitter, BindReceiver, BindTransceiver}
