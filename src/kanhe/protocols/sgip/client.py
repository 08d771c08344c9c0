"""SGIP's clients: our SP, which connects to a carrier's gateway to submit, and our gateway, which connects to an SP to report."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kanhe.protocols.events import Event, ReceiptInDoubt, ReceiptTaken
from kanhe.protocols.exchange.client import ClientExchange, Sent, Welcome
from kanhe.protocols.exchange.local import Wall
from kanhe.protocols.exchange.status import Status, status_of
from kanhe.protocols.link import Hub, NewClientSession, Tell, TellReceipt
from kanhe.protocols.settings import ClientSettings, Timers
from kanhe.protocols.sgip import status
from kanhe.protocols.sgip.codec import Wire
from kanhe.protocols.sgip.dialect import DIALECT, REPORTING
from kanhe.protocols.sgip.logins import LoginType
from kanhe.protocols.sgip.pdus import Bind, BindResp, Deliver, Report, SubmitResp
from kanhe.protocols.sgip.readings import Readings
from kanhe.protocols.sgip.report import FAILED, STATE_OF
from kanhe.protocols.sgip.sequence import Sequences, pack
from kanhe.protocols.sgip.texts import write_inbound
from kanhe.protocols.states import Action

TIMERS = Timers(response_s=30.0)

# 32 unanswered commands (text); idle links close and are opened again when there is work.
COMMON = ClientSettings(window=32, timers=TIMERS, stay_connected=False)

# Why a login was refused, in a word.
REFUSALS = {
    status.ILLEGAL_LOGIN: "password",
    status.TOO_MANY_CONNECTIONS: "sessions_max",
    status.LOGIN_TYPE: "login_type",
}


@dataclass(frozen=True, slots=True)
class CarrierSettings:
    """What an SGIP client can be told beside what all connectors can."""

    login: str
    sequences: Sequences
    wall: Wall
    password: str = field(repr=False)
    login_type: LoginType = LoginType.SP_TO_SMG
    linger_s: float = 30.0  # how long an idle link is kept for the next submission
    accept_reports_on_sp_link: bool = False
    common: ClientSettings = COMMON
    statuses: Mapping[int, Status] = field(default_factory=lambda: status.RESULT)


class Entry(Readings):
    """How one session logs in."""

    submits = True

    def __init__(self, settings: CarrierSettings) -> None:
        self._settings = settings

    @property
    def login_name(self) -> str:
        """Who we are there."""
        return self._settings.login

    @property
    def takes_deliveries(self) -> bool:
        """By the text reports come over a connection of the gateway's own; some gateways use ours."""
        return self._settings.accept_reports_on_sp_link

    @property
    def linger_s(self) -> float:
        """The client unbinds when its work is done."""
        return self._settings.linger_s

    def login(self) -> Bind:
        """Name and password, in clear text."""
        s = self._settings
        return Bind(Login_Type=s.login_type, Login_Name=s.login, Login_Password=s.password)

    def welcome(self, answer: BindResp, _wire: Wire) -> Welcome:
        """Read BIND_RESP."""
        stop = status_of(answer.Result, status.RESULT).action is Action.STOP
        return Welcome(
            answer.Result, REFUSALS.get(answer.Result, "refused"), stop, self._settings.login_type.name.lower()
        )

    def message_id(self, answer: SubmitResp) -> str:
        """The sequence of our own Submit, as 24 hex digits: what the Report refers to."""
        return pack(answer.Sequence).hex()


def new_session(settings: CarrierSettings) -> NewClientSession:
    """The sessions of an SGIP connector, for `ClientEndpoint`."""

    def new(hub: Hub, now: float) -> ClientExchange:
        return ClientExchange(
            replace(DIALECT, statuses=settings.statuses),
            Wire(),
            lambda: settings.sequences.take(settings.wall()),
            settings.common.timers,
            Entry(settings),
            hub,
            now,
            window=settings.common.window,
            retry_here=settings.common.retry_here,
            resend=settings.common.resend,
        )

    return new


# --- our gateway's connection to an SP ----------------------------------------------------------------------------------------


class ReportExchange(ClientExchange):
    """Reports and inbound messages on their way to an SP: each parcel is one `Tell`, its `ref`."""

    def _said_taken(self, sent: Sent, _answer: object, _late: bool) -> list[Event]:
        tell: Tell = sent.parcel.ref  # type: ignore[assignment]  # write_tell's parcels have no other
        last = sent.part == len(sent.parcel.pdus) - 1
        return [ReceiptTaken(tell.ref, _message_id(tell))] if last else []

    def _said_doubt(self, sent: Sent) -> Event:
        tell: Tell = sent.parcel.ref  # type: ignore[assignment]  # write_tell's parcels have no other
        return ReceiptInDoubt(tell.ref, _message_id(tell))


def _message_id(tell: Tell) -> str:
    return tell.message_id if isinstance(tell, TellReceipt) else ""


def new_report_session(settings: CarrierSettings) -> NewClientSession:
    """The sessions over which our gateway tells one SP, for `ClientEndpoint`."""

    def new(hub: Hub, now: float) -> ClientExchange:
        return ReportExchange(
            REPORTING,
            Wire(),
            lambda: settings.sequences.take(settings.wall()),
            settings.common.timers,
            Entry(settings),
            hub,
            now,
            window=settings.common.window,
            retry_here=settings.common.retry_here,
        )

    return new


# ErrorCode has one octet.
ERROR_MAX = 255


def write_tell(tell: Tell, reference: int = 1) -> list[Report] | list[Deliver]:
    """What an SP is told, as packets: submit them with the Tell as their ref. `reference` joins the parts of a long text."""
    if not isinstance(tell, TellReceipt):
        return write_inbound(tell, reference)
    state = STATE_OF[tell.state]
    error = int(tell.error) if state == FAILED and tell.error.isdecimal() else 0
    return [
        Report(
            SubmitSequenceNumber=bytes.fromhex(tell.message_id),
            UserNumber=tell.source,
            State=state,
            ErrorCode=min(error, ERROR_MAX),
        )
    ]
