"""The carrier's side of a session: a customer binds to our door, submits, and takes receipts (3.4 sections 2 and 4).

What is allowed in which state stands at the end of the file. Nothing is accepted before the owner says so: a Submission event leaves
the session with one more open submission, accept or refuse answers it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any

from kanhe.protocols.events import (
    BindRefused,
    Bound,
    Event,
    PeerFault,
    ReceiptInDoubt,
    ReceiptTaken,
    Request,
    SessionLost,
    Submission,
    UnmatchedResponse,
)
from kanhe.protocols.link import Tell, TellReceipt
from kanhe.protocols.server import Account, Barred, ServerEndpoint
from kanhe.protocols.settings import Credential, Timers
from kanhe.protocols.smpp import status
from kanhe.protocols.smpp.binding import BINDS, FIRST_VERSION_WITH_TLVS, State, bind_response
from kanhe.protocols.smpp.checks import STATUS_OF
from kanhe.protocols.smpp.codec import Limits, build, build_acceptance, build_refusal
from kanhe.protocols.smpp.faults import PduFault
from kanhe.protocols.smpp.inbound import write_inbound
from kanhe.protocols.smpp.line import Line
from kanhe.protocols.smpp.pdus import (
    BY_ID,
    RESPONSE_BIT,
    BindRequest,
    DataSm,
    DataSmResp,
    DeliverSm,
    DeliverSmResp,
    GenericNack,
    Outbind,
    Pdu,
    SubmitMulti,
    SubmitSm,
    Unbind,
    UnbindResp,
)
from kanhe.protocols.smpp.receipts import write_receipt
from kanhe.protocols.smpp.requests import REQUESTS
from kanhe.protocols.smpp.session import SIGNS_OF_LIFE, Handler, SmppSession
from kanhe.protocols.states import Action
from kanhe.protocols.window import Window

# Receipts come in batches of a hundred and more: a smaller window cuts each into as many writes and waits. A customer that cannot
# keep up answers ESME_RMSGQFUL or reads slowly, and both are heard.
TELL_WINDOW = 100

# What a customer answers who cannot take a receipt now.
WANTED_AGAIN = frozenset({Action.RETRY, Action.THROTTLE})


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """What an SMPP door can be told beside its accounts."""

    system_id: str = "KANHE"
    timers: Timers = field(default_factory=Timers)
    limits: Limits = field(default_factory=Limits)
    tell_window: int = TELL_WINDOW  # unanswered deliver_sm of one session
    requests: frozenset[type[Pdu]] = frozenset()  # query_sm and the like that the owner answers


class SmppServerSession(SmppSession[State]):
    """One customer's connection."""

    def __init__(self, endpoint: ServerEndpoint, settings: DoorSettings, now: float) -> None:
        timers = settings.timers
        # Our deliver_sm without an answer.
        self._telling: Window[Tell] = Window(settings.tell_window, timers.response_s)
        line = Line(timers, settings.limits, now)
        super().__init__(line, self._telling, State.OPEN, now + timers.login_wait_s)
        self._endpoint = endpoint
        self._settings = settings
        self._account: Account | None = None
        self._version = FIRST_VERSION_WITH_TLVS
        self._open = 0  # submissions without an answer
        self._sequences: set[int] = set()  # of these
        self._leave: Unbind | None = None

    @property
    def account(self) -> str:
        """Who is bound; empty before."""
        return self._account.name if self._account else ""

    # --- link.Session ---

    def receive(self, data: bytes, now: float) -> list[Event]:
        """Take bytes in any cut; submissions come back as events, all else is answered here."""
        self._endpoint.now = now
        return super().receive(data, now)

    def tick(self, now: float) -> list[Event]:
        """Give up what is overdue."""
        self._endpoint.now = now
        return super().tick(now)

    def stop(self, now: float) -> list[Event]:
        """Ask to part (4.2); the answer, or the response timer, closes the link."""
        events: list[Event] = []
        if self._state is State.OPEN:
            self._end("stopped", now, events)
        elif not self.closed and self._state is not State.UNBINDING:
            self._line.request(Unbind())
            self._enter(State.UNBINDING)
            self._give_up_at = now + self._settings.timers.response_s
            self._wake()
        return events

    def call(self, pdu: Outbind) -> None:
        """We opened the link: ask the customer to bind on it (4.1.7)."""
        self._line.request(pdu)

    # --- link.ServerSession ---

    def accept(self, handle: Any, message_id: str) -> None:
        """Answer one submission: it is committed."""
        self.accept_many(((handle, message_id),))

    def accept_many(self, pairs: Iterable[tuple[Any, str]]) -> None:
        """Answer a whole batch; a session that is gone answers nobody, the messages stay accepted."""
        pairs = list(pairs)
        self._out += [
            build_acceptance(handle.command_id, handle.sequence_number, message_id) for handle, message_id in pairs
        ]
        self._settled([handle.sequence_number for handle, _ in pairs])

    def refuse(self, handle: Any, status: int) -> None:
        """Answer a submission or a request with an error."""
        self._out.append(build_refusal(handle.command_id, handle.sequence_number, status))
        self._settled((handle.sequence_number,) if type(handle) in SUBMITS else ())

    def reply(self, handle: Any, answer: Any) -> None:
        """Answer with a response of the owner's making: query_sm_resp, a submit_multi_resp with its failures."""
        self._out.append(build(answer))
        self._settled((handle.sequence_number,) if type(handle) in SUBMITS else ())

    def _settled(self, submissions: Sequence[int]) -> None:
        """Submissions have their answers: receipts that waited for them may follow, and a peer that waits to leave may go."""
        if self._state is State.CLOSED:
            self._out.clear()
            return
        self._open -= len(submissions)
        assert self._open >= 0, "a submission was answered twice"
        self._sequences.difference_update(submissions)
        if self._account is not None and submissions:
            self._account.answered(len(submissions), self._endpoint.now)
        self._leave_when_done()
        self._endpoint.wake(self)

    # --- server.DoorSession ---

    @property
    def receives(self) -> bool:
        """True while receipts and inbound messages may leave on it."""
        return self._state in (State.BOUND_RX, State.BOUND_TRX)

    def pump(self, now: float) -> None:
        """Send from the account's outbox while the window has room."""
        if self._account is not None and self.receives:
            outbox, telling, request = self._account.outbox, self._telling.open, self._line.request
            due = now + self._telling.wait_s
            for _ in range(min(len(outbox), self._telling.room())):
                tell = outbox.popleft()
                telling[request(self._as_pdu(tell))] = (due, tell)
        self._wake()

    def _as_pdu(self, tell: Tell) -> DeliverSm:
        if isinstance(tell, TellReceipt):
            return write_receipt(tell, self._version >= FIRST_VERSION_WITH_TLVS)
        return write_inbound(tell)

    # --- what the peer sends ---

    def _on_submit(self, pdu: SubmitSm | SubmitMulti | DataSm, now: float, events: list[Event]) -> None:
        """Window and rate are the account's (ESME_RTHROTTLED, 5.1.3); what passes waits for the owner's answer."""
        account = self._account
        assert account is not None
        if wrong := STATUS_OF[type(pdu)](pdu, self._version):
            self._object(pdu, "value", wrong, events)
        elif self._open >= account.limits.window:
            self._object(pdu, "window_full", status.RTHROTTLED, events)
        elif not account.rate.take(now):
            self._object(pdu, "rate", status.RTHROTTLED, events)
        else:
            if pdu.sequence_number in self._sequences:
                # SMPP has no rule for it: both are messages, and their customer cannot tell the answers apart.
                events.append(PeerFault("sequence_repeated", status.ROK, pdu.command))
            self._sequences.add(pdu.sequence_number)
            self._open += 1
            account.received += 1
            events.append(Submission(pdu))

    def _on_bind(self, pdu: BindRequest, now: float, events: list[Event]) -> None:
        credential = self._endpoint.credential(pdu.system_id)
        if credential is None:
            self._refuse_bind(pdu, status.RINVPASWD, "system_id", events)
        elif not compare_digest(credential.secret.encode(), pdu.password.encode()):
            self._refuse_bind(pdu, status.RINVPASWD, "password", events)
        else:
            self._let_in(pdu, credential, now, events)

    def _let_in(self, pdu: BindRequest, credential: Credential, now: float, events: list[Event]) -> None:
        account = self._endpoint.enter(self, credential, now)
        if isinstance(account, Barred):
            self._refuse_bind(pdu, status.RBINDFAIL, account, events)
            return
        state, bind = BINDS[type(pdu)]
        self._account, self._version = account, pdu.interface_version
        self._give_up_at = None
        self._enter(state)
        self._out.append(build(bind_response(pdu, self._settings.system_id)))
        events.append(Bound(account.name, bind, pdu.interface_version))
        if self.receives:
            account.pay(now, all_of_it=True)

    def _refuse_bind(self, pdu: BindRequest, wrong: int, reason: str, events: list[Event]) -> None:
        """The answer is written, then the link is closed (2.2)."""
        self._refuse(pdu, wrong)
        events.append(BindRefused(pdu.system_id, reason, wrong))
        self._close()

    def _on_bound_already(self, pdu: BindRequest, _now: float, events: list[Event]) -> None:
        self._object(pdu, "second_login", status.RALYBND, events)

    def _on_stopping(self, pdu: Pdu, _now: float, events: list[Event]) -> None:
        self._object(pdu, "parting", status.RSYSERR, events)

    def _on_request(self, pdu: Pdu, _now: float, events: list[Event]) -> None:
        if type(pdu) in self._settings.requests:
            events.append(Request(pdu))
        else:
            self._object(pdu, "not_served", status.RINVCMDID, events)

    def _on_deliver_resp(self, pdu: DeliverSmResp | DataSmResp, now: float, events: list[Event]) -> None:
        """A customer took a receipt, or wants it again later."""
        _, tell = self._telling.open.pop(pdu.sequence_number, (0.0, None))
        if tell is None:
            events.append(UnmatchedResponse(pdu.command, pdu.sequence_number))
            return
        if pdu.command_status and status.action_of(pdu.command_status) in WANTED_AGAIN:
            if self._account is not None:
                self._account.owe(tell, now)
            events.append(ReceiptInDoubt(*_named(tell)))
        else:
            events.append(ReceiptTaken(*_named(tell)))

    def _on_unbind(self, pdu: Unbind, now: float, _events: list[Event]) -> None:
        """Answer what was received, then unbind_resp, then close; not for ever (limit: the response timer)."""
        self._leave = pdu
        self._enter(State.LEAVING)
        self._give_up_at = now + self._settings.timers.response_s
        self._leave_when_done()

    def _leave_when_done(self) -> None:
        if self._leave is not None and self._open == 0 and not self.closed:
            self._out.append(build(UnbindResp(self._leave.sequence_number)))
            self._close()

    def _on_unbind_resp(self, _pdu: UnbindResp, _now: float, _events: list[Event]) -> None:
        self._close()

    def _on_generic_nack(self, pdu: GenericNack, now: float, events: list[Event]) -> None:
        self._on_deliver_resp(DeliverSmResp(pdu.sequence_number, pdu.command_status or status.RUNKNOWNERR), now, events)

    def _out_of_place(self, pdu: Pdu, _now: float, events: list[Event]) -> None:
        """Not in this state: a request gets its own response with ESME_RINVBNDSTS, a response is dropped and counted."""
        if self.closed:
            return
        if pdu.command_id & RESPONSE_BIT:
            events.append(UnmatchedResponse(pdu.command, pdu.sequence_number))
        else:
            self._object(pdu, "wrong_state", status.RINVBNDSTS, events)

    def _on_fault(self, fault: PduFault, now: float, events: list[Event]) -> None:
        """A PDU that cannot be read: answered with the status of its fault; a response never is."""
        kind = BY_ID.get(fault.command_id)
        events.append(PeerFault(fault.fault, fault.status, kind.command if kind else ""))
        if fault.command_id & RESPONSE_BIT:
            if kind in (DeliverSmResp, DataSmResp):
                self._on_deliver_resp(DeliverSmResp(fault.sequence_number, fault.command_status), now, events)
            return
        self._out.append(build_refusal(fault.command_id, fault.sequence_number, fault.status))
        if kind in BINDS and self._state is State.OPEN:
            self._close()

    # --- the end ---

    def _doubt(self, now: float, events: list[Event]) -> None:
        """A receipt without an answer for response_s goes again at the next bind."""
        account = self._account
        if account is None:
            return
        for _, tell in self._telling.overdue(now):
            account.owe(tell, now)
            events.append(ReceiptInDoubt(*_named(tell)))

    def _end(self, reason: str, now: float, events: list[Event]) -> None:
        """Unanswered receipts go to the account's other sessions, or wait for the next."""
        if not self.closed:
            self._close()
            events.append(SessionLost(reason))

    def _close(self) -> None:
        """Close, and leave the account: what it is owed stays with it."""
        if self.closed:
            return
        self._line.closed = True
        self._enter(State.CLOSED)
        self._endpoint.leave(self, self._account)
        if self._account is not None:
            now = self._endpoint.now
            self._account.answered(self._open, now)
            self._account.outbox.extendleft(reversed(self._telling.drain()))
            self._account.pump(now)

    def _object(self, pdu: Pdu, fault: str, wrong: int, events: list[Event]) -> None:
        """Refuse what should not have come, and say so."""
        self._refuse(pdu, wrong)
        events.append(PeerFault(fault, wrong, pdu.command))

    def _refuse(self, pdu: Pdu, wrong: int) -> None:
        self._out.append(build_refusal(pdu.command_id, pdu.sequence_number, wrong))

    def _wake(self) -> None:
        if self._out:
            self._endpoint.wake(self)


def _named(tell: Tell) -> tuple[object, str]:
    return tell.ref, tell.message_id if isinstance(tell, TellReceipt) else ""


# --- the table of states -------------------------------------------------------------------------------------------------------

S = SmppServerSession
SUBMITS: frozenset[type[Pdu]] = frozenset({SubmitSm, SubmitMulti, DataSm})

ALWAYS: dict[type, Handler] = {
    **SIGNS_OF_LIFE,
    GenericNack: S._on_generic_nack,
    PduFault: S._on_fault,
}
BOUND: dict[type, Handler] = {
    **ALWAYS,
    **dict.fromkeys(BINDS, S._on_bound_already),
    Unbind: S._on_unbind,
}
SENDING: dict[type, Handler] = {
    **dict.fromkeys(SUBMITS, S._on_submit),
    **dict.fromkeys(REQUESTS, S._on_request),
}
RECEIVING: dict[type, Handler] = {DeliverSmResp: S._on_deliver_resp, DataSmResp: S._on_deliver_resp}

SmppServerSession.moves = {
    State.OPEN: {**ALWAYS, **dict.fromkeys(BINDS, S._on_bind), Unbind: S._on_unbind},
    State.BOUND_TX: {**BOUND, **SENDING},
    State.BOUND_RX: {**BOUND, **RECEIVING},
    State.BOUND_TRX: {**BOUND, **SENDING, **RECEIVING},
    State.UNBINDING: {
        **BOUND,
        **RECEIVING,
        **dict.fromkeys((*SUBMITS, *REQUESTS), S._on_stopping),
        UnbindResp: S._on_unbind_resp,
    },
    State.LEAVING: {**ALWAYS, **RECEIVING},
    State.CLOSED: {},
}

SmppServerSession.given_up = {
    State.OPEN: "no_bind",
    State.UNBINDING: "unbind_unanswered",
    State.LEAVING: "unbind_unanswered",
}

assert set(SmppServerSession.moves) == set(State)
