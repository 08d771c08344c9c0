"""The session of our door: a customer logs in, submits, and receives reports and inbound messages.

The door endpoint above it (`protocols.server`) knows the accounts; the protocol gives an `Admission` for a login, and the packets for
what the account is told.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from kanhe.protocols.events import (
    BindRefused,
    Bound,
    Event,
    PeerFault,
    ReceiptInDoubt,
    ReceiptTaken,
    Request,
    Submission,
)
from kanhe.protocols.exchange.dialect import Dialect, Role, Wire
from kanhe.protocols.exchange.inbox import Inbox, Readings
from kanhe.protocols.exchange.session import COMMON, Alarm, ExchangeSession, State
from kanhe.protocols.layout import Fault
from kanhe.protocols.link import Tell, TellReceipt
from kanhe.protocols.server import Account, Barred, ServerEndpoint
from kanhe.protocols.settings import AccountLimits, Credential, Timers
from kanhe.protocols.window import Window

# All three texts end at 100 numbers a submission (CMPP writes "fewer than", and libraries send 100).
NUMBERS_MAX = 100


class Admission(NamedTuple):
    """What a protocol says to a login. Without a credential the answer is a refusal, and `reason` says why."""

    answer: Any
    login: str
    credential: Credential | None = None
    reason: str = ""
    status: int = 0
    bind: str = ""
    version: int = 0
    receives: bool = True
    submits: bool = True
    delivers: bool = False
    """The peer is a gateway that brings us reports and inbound messages (SGIP)."""


class Guard(Protocol):
    """The door's half of a protocol: who is let in, and how a submission is answered."""

    def admit(self, login: Any, wire: Any) -> Admission:
        """Judge a login."""

    def crowded(self, login: Any) -> Any:
        """Refuse a login that is right but one too many."""

    def taken(self, submit: Any, message_id: str) -> Any:
        """Answer a submission that is committed."""

    def tell(self, tell: Tell, wire: Any) -> Sequence[Any]:
        """Write a report or inbound message for the customer, in as many packets as it takes."""


@dataclass(slots=True, eq=False)
class Telling:
    """A report or inbound message that was written and waits for the customer's answers."""

    tell: Tell
    open: int
    owed: bool = False

    @property
    def message_id(self) -> str:
        """Which message a report is about."""
        return self.tell.message_id if isinstance(self.tell, TellReceipt) else ""


class Told(NamedTuple):
    """One packet of a telling."""

    telling: Telling
    packet: bytes
    tries: int


class ServerExchange(ExchangeSession):
    """A customer's connection."""

    def __init__(
        self,
        dialect: Dialect,
        wire: Wire,
        number: Callable[[], Any],
        timers: Timers,
        guard: Guard,
        endpoint: ServerEndpoint,
        now: float,
        *,
        deliver_tries: int = 1,
        before_login: int | None = None,
        second_login: int | None = None,
        readings: Readings | None = None,
    ) -> None:
        """`before_login`, `second_login`: the status to answer with; None: say nothing and close.

        `readings`: how the deliveries of a gateway that connects to us read (SGIP).
        """
        super().__init__(dialect, wire, number, timers, now)
        self._guard = guard
        self._endpoint = endpoint
        self._deliver_tries = deliver_tries
        self._before_login = before_login
        self._second_login = second_login
        self._account: Account | None = None
        self._admission: Admission | None = None
        self._open: dict[Any, Any] = {}
        self._inbox = Inbox(readings, self._answer, dialect.repeated) if readings else None
        self._told: Window[Told] = Window(AccountLimits().window, timers.response_s)

    @property
    def account(self) -> str:
        """Who is bound; empty before."""
        return self._account.name if self._account else ""

    @property
    def receives(self) -> bool:
        """True while reports and inbound messages may leave on this link."""
        return self.state is State.BOUND and self._admission is not None and self._admission.receives

    def receive(self, data: bytes, now: float) -> list[Event]:
        """Take octets in any cut and say what they mean."""
        self._endpoint.now = now
        return super().receive(data, now)

    def tick(self, now: float) -> list[Event]:
        """Do what is due."""
        self._endpoint.now = now
        return super().tick(now)

    # --- login ---

    def logged_in(self, login: Any, now: float) -> list[Event]:
        """A login: let in, or answered and closed."""
        admission = self._guard.admit(login, self._wire)
        if admission.credential is None:
            return self._turn_away(login, admission.answer, admission.login, admission.reason, now)
        account = self._endpoint.enter(self, admission.credential, now)
        if isinstance(account, Barred):
            return self._turn_away(login, self._guard.crowded(login), admission.login, account, now)
        self._account, self._admission = account, admission
        self._told = Window(account.limits.window, self._timers.response_s)
        self.state = State.BOUND
        self._write(admission.answer, self._dialect.sequence_of(login))
        account.pay(now, all_of_it=True)
        return [Bound(account.name, admission.bind, admission.version)]

    def _turn_away(self, login: Any, answer: Any, name: str, reason: str, now: float) -> list[Event]:
        if answer is not None:
            self._write(answer, self._dialect.sequence_of(login))
        refused = BindRefused(name, reason, self._dialect.status_of(answer) if answer is not None else 0)
        return [refused, *self._close("refused", now, refused=True)]

    def logged_in_again(self, login: Any, now: float) -> list[Event]:
        """A second login on one link."""
        if self._second_login is None:
            return [PeerFault("second_login", 0), *self._close("second_login", now)]
        self._answer(login, self._second_login)
        return [PeerFault("second_login", self._second_login)]

    def not_logged_in(self, pdu: Any, now: float) -> list[Event]:
        """Anything else before the login."""
        if self._before_login is not None:
            self._answer(pdu, self._before_login)
        return [PeerFault("before_login", self._before_login or 0), *self._close("no_bind", now)]

    # --- submissions ---

    def submitted(self, pdu: Any, now: float) -> list[Event]:
        """A submission: handed to the owner, unless the window is full or its sequence is still open."""
        account, admission = self._account, self._admission
        assert account is not None
        assert admission is not None
        sequence = self._dialect.sequence_of(pdu)
        if barred := self._barred(pdu, admission, account, now):
            word, status = barred
            self._answer(pdu, status)
            return [PeerFault(word, status, self._dialect.name_of(pdu))]
        self._open[sequence] = pdu
        account.received += 1
        return [Submission(pdu)]

    def _barred(self, submit: Any, admission: Admission, account: Account, now: float) -> tuple[str, int] | None:
        """Why a submission is not handed over, and with which status it is answered.

        The rate counts every number; a submission to more of them than the rate has left takes all that is left, and passes.
        """
        dialect = self._dialect
        if not admission.submits:
            return "not_served", dialect.not_served
        if dialect.sequence_of(submit) in self._open:
            return "sequence_repeated", dialect.repeated
        numbers = dialect.numbers_of(submit)
        if not 1 <= numbers <= NUMBERS_MAX:
            return "recipients", dialect.status_of_fault[Fault.BODY_TRUNCATED]
        if len(self._open) >= account.limits.window:
            return "window_full", dialect.busy
        return None if account.rate.grant(numbers, now) else ("rate", dialect.busy)

    def delivered(self, pdu: Any, _now: float) -> list[Event]:
        """A report or inbound message from a gateway that connected to us."""
        if self._inbox is not None and self._admission is not None and self._admission.delivers:
            return self._inbox.take(pdu)
        self._answer(pdu, self._dialect.not_served)
        return [PeerFault("not_served", self._dialect.not_served, self._dialect.name_of(pdu))]

    def asked(self, pdu: Any, _now: float) -> list[Event]:
        """Something else is asked of us: the owner replies or refuses."""
        return [Request(pdu)]

    def accept(self, handle: Any, message_id: str) -> None:
        """Answer one submission, report or inbound message: it is committed."""
        self.accept_many([(handle, message_id)])

    def accept_many(self, pairs: Iterable[tuple[Any, str]]) -> None:
        """Answer a whole batch of (handle, message_id)."""
        answered = 0
        for handle, message_id in pairs:
            if self._dialect.role_of(handle) is Role.DELIVER:
                self.refuse(handle, 0)
                continue
            sequence = self._dialect.sequence_of(handle)
            if self._open.pop(sequence, None) is not None and not self.closed:
                self._write(self._guard.taken(handle, message_id), sequence)
                answered += 1
        self._account_answered(answered)

    def refuse(self, handle: Any, status: int) -> None:
        """Answer a submission or a request with an error."""
        if self.closed:
            return
        if self._inbox is not None and self._dialect.role_of(handle) is Role.DELIVER:
            self._inbox.settle(handle, status)
            return
        self._answer(handle, status)
        if self._open.pop(self._dialect.sequence_of(handle), None) is not None:
            self._account_answered(1)

    def reply(self, handle: Any, answer: Any) -> None:
        """Answer a request (query, cancel, trace) with a packet of the owner's."""
        if not self.closed:
            self._write(answer, self._dialect.sequence_of(handle))

    def _account_answered(self, submissions: int) -> None:
        if self._account is not None and submissions:
            self._account.answered(submissions, self._endpoint.now)

    # --- what the account is told ---

    def pump(self, now: float) -> None:
        """Send from the account's outbox while the window has room."""
        account = self._account
        while account and account.outbox and self.receives and self._told.room():
            self._tell(account.outbox.popleft(), now)

    def _tell(self, tell: Tell, now: float) -> None:
        pdus = self._guard.tell(tell, self._wire)
        telling = Telling(tell, len(pdus))
        for pdu in pdus:
            sequence = self._number()
            packet = self._wire.build(pdu, sequence)
            self._told.add(sequence, Told(telling, packet, 1), now)
            self._out.append(packet)
        self._woken()

    def tell_answered(self, pdu: Any, now: float) -> list[Event]:
        """The customer took it, or will get it again."""
        told = self._told.pop(self._dialect.sequence_of(pdu))
        if told is None:
            return [self._unmatched(pdu)]
        if status := self._dialect.status_of(pdu):
            self._owe(told.telling, now)
            return [PeerFault("refused", status, self._dialect.name_of(pdu))]
        self.pump(now)
        telling = told.telling
        telling.open -= 1
        return [] if telling.open or telling.owed else [ReceiptTaken(telling.tell.ref, telling.message_id)]

    def _alarms(self) -> Iterable[Alarm]:
        yield from super()._alarms()
        yield self._told.due(), self._tell_again

    def _tell_again(self, now: float) -> list[Event]:
        """The gateway resends an unanswered delivery, then stops (CMPP text: T and N); it stays owed."""
        events: list[Event] = []
        for sequence, told in list(self._told.overdue(now)):
            if told.tries < self._deliver_tries:
                self._out.append(told.packet)
                self._told.add(sequence, told._replace(tries=told.tries + 1), now)
                self._woken()
            else:
                events += self._doubt(told.telling, now)
        return events

    def _doubt(self, telling: Telling, now: float) -> list[Event]:
        if telling.owed:
            return []
        self._owe(telling, now)
        return [ReceiptInDoubt(telling.tell.ref, telling.message_id)]

    def _owe(self, telling: Telling, now: float) -> None:
        """It goes again as a whole, later or at the next login."""
        if not telling.owed and self._account is not None:
            telling.owed = True
            self._account.owe(telling.tell, now)

    # --- the end ---

    def _woken(self) -> None:
        self._endpoint.wake(self)

    def _settle(self, now: float) -> list[Event]:
        events = [event for told in self._told.drain() for event in self._doubt(told.telling, now)]
        unanswered = len(self._open)
        self._open.clear()
        self._endpoint.leave(self, self._account)
        self._account_answered(unanswered)
        return events


ServerExchange.moves = {
    State.OPEN: dict.fromkeys(Role, ServerExchange.not_logged_in) | {Role.LOGIN: ServerExchange.logged_in},
    State.BOUND: {
        **COMMON,
        Role.LOGIN: ServerExchange.logged_in_again,
        Role.SUBMIT: ServerExchange.submitted,
        Role.ASK: ServerExchange.asked,
        Role.DELIVER: ServerExchange.delivered,
        Role.DELIVER_RESP: ServerExchange.tell_answered,
    },
    State.PARTING: {
        **COMMON,
        Role.SUBMIT: ServerExchange.submitted,
        Role.DELIVER_RESP: ServerExchange.tell_answered,
        Role.PART_RESP: ServerExchange.part_answered,
    },
    State.CLOSED: {},
}
assert set(ServerExchange.moves) == set(State)
