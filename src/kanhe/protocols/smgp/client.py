"""SMGP's half of our connector: how we log in (5.2.2.1), for which direction, and how deliveries read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kanhe.protocols.events import Inbound, Receipt
from kanhe.protocols.exchange.client import ClientExchange, Welcome
from kanhe.protocols.exchange.digest import Padding, timestamp_of
from kanhe.protocols.exchange.inbox import Reading
from kanhe.protocols.exchange.local import Wall
from kanhe.protocols.exchange.numbers import rising
from kanhe.protocols.exchange.outcome import STAT_WORDS, Outcome
from kanhe.protocols.exchange.status import Status, status_of
from kanhe.protocols.link import Hub, NewClientSession
from kanhe.protocols.settings import ClientSettings
from kanhe.protocols.smgp import digest, report, status
from kanhe.protocols.smgp.codec import Wire
from kanhe.protocols.smgp.dialect import DIALECT
from kanhe.protocols.smgp.modes import BOTH, Mode
from kanhe.protocols.smgp.pdus import Deliver, Login, LoginResp, SubmitResp
from kanhe.protocols.smgp.server import TIMERS, VERSION
from kanhe.protocols.states import Action, CarrierState

COMMON = ClientSettings(window=16, timers=TIMERS)

# Why a login was refused, in a word.
REFUSALS = {
    status.TOO_MANY_CONNECTIONS: "sessions_max",
    status.IP_ADDRESS: "address",
    status.AUTHENTICATION: "digest",
    status.VERSION_TOO_HIGH: "version",
}


@dataclass(frozen=True, slots=True)
class CarrierSettings:
    """What an SMGP connector can be told beside what all connectors can; `common.sessions` counts the links of all modes."""

    client_id: str
    wall: Wall
    secret: str = field(repr=False)
    modes: tuple[Mode, ...] = (BOTH,)  # (SEND, RECEIVE): two links
    digest_padding: Padding = Padding.UNPADDED
    check_server_digest: bool = False  # gateways hash Status in other widths, or send nothing
    common: ClientSettings = COMMON
    statuses: Mapping[int, Status] = field(default_factory=lambda: status.STATUS)
    stat_words: Mapping[str, Outcome] = field(default_factory=lambda: STAT_WORDS)


class Entry:
    """How one session logs in."""

    linger_s = 0.0

    def __init__(self, settings: CarrierSettings, mode: Mode) -> None:
        self._settings = settings
        self._mode = mode
        self._proof = b""

    @property
    def login_name(self) -> str:
        """Who we are there."""
        return self._settings.client_id

    @property
    def submits(self) -> bool:
        """True when submissions may go up this link."""
        return self._mode.submits

    @property
    def takes_deliveries(self) -> bool:
        """Gateways that deliver down a sending link are answered too."""
        return True

    def login(self) -> Login:
        """Login with a digest of this moment."""
        s = self._settings
        timestamp = timestamp_of(s.wall())
        self._proof = digest.LOGIN.of(s.client_id, s.secret, timestamp, s.digest_padding)
        return Login(
            ClientID=s.client_id,
            AuthenticatorClient=self._proof,
            LoginMode=self._mode.number,
            TimeStamp=timestamp,
            ClientVersion=VERSION,
        )

    def welcome(self, answer: LoginResp, _wire: Wire) -> Welcome:
        """Read Login_Resp: refused or let in."""
        if answer.Status:
            stop = status_of(answer.Status, status.STATUS).action is Action.STOP
            return Welcome(answer.Status, REFUSALS.get(answer.Status, "refused"), stop)
        if self._settings.check_server_digest and not self._is_genuine(answer):
            return Welcome(status.AUTHENTICATION, "server_digest", stop=True)
        return Welcome(status.OK, bind=self._mode.name, version=answer.ServerVersion)

    def _is_genuine(self, answer: LoginResp) -> bool:
        """Status in either width."""
        widths = digest.StatusWidth
        proofs = {digest.authenticator_server(0, self._proof, self._settings.secret, width) for width in widths}
        return answer.AuthenticatorServer in proofs

    def message_id(self, answer: SubmitResp) -> str:
        """MsgID as twenty hex digits; BCD, but opaque to us."""
        return answer.MsgID.hex()

    def read(self, delivery: Deliver) -> Reading:
        """An inbound message, a report, or what says it is a report and does not read as one: kept, not parsed."""
        if delivery.IsReport != 1:
            return Inbound(delivery)
        reading = report.parse_report(delivery.MsgContent)
        if reading is None:
            return Receipt(delivery, "", CarrierState.UNKNOWN, final=False, carrier_code="unparsed")
        outcome = report.outcome_of(reading, self._settings.stat_words)
        return Receipt(
            delivery,
            reading.id.hex(),
            outcome.state,
            outcome.final,
            reading.err or reading.stat,
            reading,
            action=outcome.action,
        )

    def content_of(self, delivery: Deliver) -> tuple[object, object]:
        """A gateway repeats a delivery under a new sequence: MsgID and content tell it."""
        return (delivery.MsgID, delivery.SrcTermID, delivery.MsgContent), None


def new_session(settings: CarrierSettings) -> NewClientSession:
    """The sessions of an SMGP connector, for `ClientEndpoint`: each takes the mode that has the fewest open links."""
    links: list[tuple[Mode, ClientExchange]] = []

    def new(hub: Hub, now: float) -> ClientExchange:
        links[:] = [(mode, session) for mode, session in links if not session.closed]
        mode = min(settings.modes, key=lambda mode: sum(mode is taken for taken, _ in links))
        session = ClientExchange(
            replace(DIALECT, statuses=settings.statuses),
            Wire(),
            rising(),
            settings.common.timers,
            Entry(settings, mode),
            hub,
            now,
            window=settings.common.window,
            retry_here=settings.common.retry_here,
            resend=settings.common.resend,
        )
        links.append((mode, session))
        return session

    return new
