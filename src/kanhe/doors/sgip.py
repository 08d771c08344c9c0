"""The SGIP door's dialect: SPs submit here, and are told over connections of ours to the listener that each of them has (4.2.3.1)."""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import TypeAlias

from kanhe.dispatch.dialer import Dialer
from kanhe.domain.options import SgipCustomer, options_of
from kanhe.domain.papers import Credential
from kanhe.domain.state import BEFORE_CLAIM
from kanhe.doors.credentials import CredentialBook
from kanhe.doors.customers import Customer
from kanhe.doors.dialect import Hear, Said
from kanhe.doors.drafts import status_of
from kanhe.doors.exchange import Form, said
from kanhe.kit.clock import Clock, from_ms
from kanhe.ports.door import Answer, Refusal
from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.events import Event
from kanhe.protocols.exchange.content import read_number
from kanhe.protocols.exchange.local import BEIJING, beijing
from kanhe.protocols.link import ClientSession, Tell
from kanhe.protocols.server import OUTBOX_MAX, NewDoorSession, ServerEndpoint
from kanhe.protocols.settings import ClientSettings
from kanhe.protocols.sgip import status
from kanhe.protocols.sgip.client import CarrierSettings, new_report_session, write_tell
from kanhe.protocols.sgip.logins import LoginType
from kanhe.protocols.sgip.pdus import Submit, Trace, TraceNode, TraceResp
from kanhe.protocols.sgip.sequence import Sequences, pack
from kanhe.protocols.sgip.server import gateway, new_session
from kanhe.protocols.sgip.texts import read_submit
from kanhe.world import World

# Results (6.2); beyond 33 the numbers are the carrier's own: the gate has refused, and the balance does not cover it.
ILLEGAL_NUMBER, REFUSED, MONEY = 6, 100, 101
STATUS_OF_CODE: dict[str, int] = {
    "number": ILLEGAL_NUMBER,
    "text": status.LENGTH,
    "sender": status.PARAMETER_FORMAT,
    "schedule": status.PARAMETER_FORMAT,
    "validity": status.PARAMETER_FORMAT,
    "money": MONEY,
    "command": status.MESSAGE_ID,
}
STATUS_OF_STAGE: dict[str, int] = {"sender_id": status.PARAMETER_FORMAT}

# Trace (4.4): the Result of a node, and how much of a node number its NodeId holds.
RECEIVED, WAITING, NODE_ID_CHARS = 0, 1, 6

# ReportFlag: 0 reports failures only, 1 always, 2 never, 3 is for monthly fees. Who asks for failures gets both: the safer reading.
REPORT_ASKED = frozenset({0, 1})


class SgipDoorDialect:
    """SGIP at our door."""

    kind = "sgip"
    full = status.BUSY
    partly = None
    calling = None

    def __init__(
        self, node: int, papers: Mapping[tuple[str, str], Credential], clock: Clock, chance: Callable[[], float]
    ) -> None:
        self._papers, self._clock, self._chance = papers, clock, chance
        self._wall = beijing(clock)
        self._sequences = Sequences(node, clock.now_ms())
        self._node = str(node)[:NODE_ID_CHARS]

    def endpoint(self, credentials: CredentialBook, hear: Hear) -> ServerEndpoint:
        """Server sessions, and our own connections to the listeners of customers."""
        sessions = new_session(gateway(self._sequences, self._wall))
        return ReportingEndpoint(
            credentials, sessions, lambda login, known: self._line(login, known, credentials, hear)
        )

    def _line(self, login: str, known: "Line | None", credentials: CredentialBook, hear: Hear) -> "Line | None":
        """Our line to the listener of a customer, as its papers are now; None when it has no listener."""
        credential, paper = credentials(login), self._papers.get((self.kind, login))
        options = options_of(paper) if paper is not None else None
        if known is not None:
            if known.options == options:
                return known
            known.close()
        if credential is None or not isinstance(options, SgipCustomer) or not options.host:
            return None
        common = ClientSettings(stay_connected=False)
        settings = CarrierSettings(
            login, self._sequences, self._wall, credential.secret, LoginType.SMG_TO_SP, common=common
        )
        endpoint = ClientEndpoint(common, new_report_session(settings), self._chance)
        return Line(endpoint, options, self._clock, hear)

    def read(self, pdu: object, credential: Credential, world: World) -> Said | Refusal:
        """What a Submit says; its sequence is how its customer knows it, also after a restart of ours."""
        assert isinstance(pdu, Submit), "the session hands over nothing else"
        receipt, ref = pdu.ReportFlag in REPORT_ASKED, pack(pdu.Sequence).hex()
        form = Form(read_submit(pdu), pdu.UserNumber, pdu.ServiceType, pdu.ScheduleTime, pdu.ExpireTime, receipt, ref)
        return said(form, credential, world)

    def names(self, message: int, ref: str | None) -> Sequence[str]:
        """The sequences of its Submits: one for each segment that the customer sent."""
        assert ref is not None, "what came by SGIP has its sequence"
        return ref.split()

    def ref(self, place: int, numbers: int, ref: str | None) -> str | None:
        """As its submission is known: reports tell the numbers apart."""
        return ref

    def status(self, answer: Answer) -> int:
        """The Result of a refusal."""
        return status_of(answer, STATUS_OF_CODE, STATUS_OF_STAGE, REFUSED)

    async def reply(self, asked: object, customer: Customer) -> object:
        """Trace (4.4): one node, ours."""
        assert isinstance(asked, Trace), "the session asks nothing else"
        name = asked.SubmitSequenceNumber.hex()
        rows = customer.newest_to(read_number(asked.UserNumber))
        row = next((row for row in rows if name in (row.message.ref or "").split()), None)
        if row is None:
            return TraceResp(Nodes=(TraceNode(Result=status.MESSAGE_ID, NodeId=self._node),))
        waits, sent_at = customer.state_of(row) in BEFORE_CLAIM, customer.settled_at(row)
        node = TraceNode(
            WAITING if waits else RECEIVED,
            self._node,
            _moment(row.message.accepted_at),
            "" if sent_at is None else _moment(sent_at),
        )
        return TraceResp(Nodes=(node,))


def _moment(ms: int) -> str:
    """yymmddhhmmss, in the time of the gateway."""
    return f"{from_ms(ms).astimezone(BEIJING):%y%m%d%H%M%S}"


class Line:
    """Our connection to the listener of one customer: open while there is something to tell."""

    def __init__(self, endpoint: ClientEndpoint, options: SgipCustomer, clock: Clock, hear: Hear) -> None:
        self.options = options
        self._endpoint = endpoint
        self._references = count(1)
        self._hear = hear
        self._dialer = Dialer(endpoint, options.host, options.port, clock, self._heard)
        self._dialer.start()

    def _heard(self, _session: ClientSession, events: Sequence[Event], _now: float) -> None:
        self._hear(events)

    def tell(self, tells: Sequence[Tell], now: float) -> int:
        """Hand over; how many there was room for."""
        room = tells[: max(OUTBOX_MAX - self._endpoint.waiting, 0)]
        self._endpoint.submit_many([(tell, write_tell(tell, next(self._references))) for tell in room], now)
        self._dialer.flush()
        return len(room)

    def close(self) -> None:
        """Cut it."""
        self._dialer.close()


LineTo: TypeAlias = Callable[[str, Line | None], Line | None]
"""(login, the line as it was) -> the line as it is to be."""


class ReportingEndpoint(ServerEndpoint):
    """All customers of an SGIP door; what they are told leaves on lines of our own."""

    def __init__(self, credentials: CredentialBook, sessions: NewDoorSession, line_to: LineTo) -> None:
        super().__init__(credentials, sessions)
        self._line_to = line_to
        self._lines: dict[str, Line] = {}

    def deliver_many(self, account: str, tells: Sequence[Tell], now: float) -> int:
        """Tell a customer at its listener; nothing is lost while it has none, for it is owed in the store."""
        line = self._line_to(account, self._lines.pop(account, None))
        if line is None:
            return 0
        self._lines[account] = line
        return line.tell(tells, now)

    def stop(self, now: float) -> list[Event]:
        """Part from everybody, and close our own lines."""
        for line in self._lines.values():
            line.close()
        return super().stop(now)
