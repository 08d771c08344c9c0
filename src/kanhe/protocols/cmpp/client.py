"""CMPP's half of our connector: how we log in (8.4.1), and how deliveries read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kanhe.protocols.cmpp import digest, report, status
from kanhe.protocols.cmpp.codec import Wire
from kanhe.protocols.cmpp.dialect import DIALECT
from kanhe.protocols.cmpp.layouts import Version, layout_of
from kanhe.protocols.cmpp.pdus import Connect, ConnectResp, Deliver, SubmitResp
from kanhe.protocols.cmpp.server import TIMERS
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
from kanhe.protocols.states import Action, CarrierState

COMMON = ClientSettings(window=16, timers=TIMERS)

# Why a login was refused, in a word.
REFUSALS = {
    status.ILLEGAL_SOURCE: "account",
    status.AUTHENTICATION: "digest",
    status.VERSION_TOO_HIGH: "version",
}


@dataclass(frozen=True, slots=True)
class CarrierSettings:
    """What a CMPP connector can be told beside what all connectors can."""

    sp_id: str
    wall: Wall
    secret: str = field(repr=False)
    version: Version = Version.V30
    version_fallback: bool = True  # go on in the version the gateway names
    digest_padding: Padding = Padding.UNPADDED
    check_server_digest: bool = False  # some gateways send zeros, or hash another width
    common: ClientSettings = COMMON
    statuses: Mapping[int, Status] = field(default_factory=lambda: status.SUBMIT_RESULT)
    stat_words: Mapping[str, Outcome] = field(default_factory=lambda: STAT_WORDS)


@dataclass(slots=True)
class Agreed:
    """The version to ask for at the next login, of all sessions of a connector: what the gateway named."""

    version: Version


class Entry:
    """How one session logs in."""

    submits = True
    takes_deliveries = True
    linger_s = 0.0

    def __init__(self, settings: CarrierSettings, agreed: Agreed) -> None:
        self._settings = settings
        self._agreed = agreed
        self._proof = b""

    @property
    def login_name(self) -> str:
        """Who we are there."""
        return self._settings.sp_id

    def login(self) -> Connect:
        """CONNECT with a digest of this moment."""
        s = self._settings
        timestamp = timestamp_of(s.wall())
        self._proof = digest.LOGIN.of(s.sp_id, s.secret, timestamp, s.digest_padding)
        return Connect(
            Source_Addr=s.sp_id, AuthenticatorSource=self._proof, Version=self._agreed.version, Timestamp=timestamp
        )

    def welcome(self, answer: ConnectResp, wire: Wire) -> Welcome:
        """Read CONNECT_RESP: refused, another version, or let in."""
        named = layout_of(answer.Version) if answer.Version else self._agreed.version
        if answer.Status:
            if answer.Status == status.VERSION_TOO_HIGH and self._settings.version_fallback:
                self._agreed.version = named
            stop = status_of(answer.Status, status.CONNECT_STATUS).action is Action.STOP
            return Welcome(answer.Status, REFUSALS.get(answer.Status, "refused"), stop)
        if self._settings.check_server_digest and not self._is_genuine(answer):
            return Welcome(status.AUTHENTICATION, "server_digest", stop=True)
        if self._settings.version_fallback:
            wire.version = min(named, self._agreed.version)
        return Welcome(status.OK, version=wire.version)

    def _is_genuine(self, answer: ConnectResp) -> bool:
        """Status in either width: gateways answer in another version than they were asked in."""
        proofs = {digest.authenticator_ismg(0, self._proof, self._settings.secret, version) for version in Version}
        return answer.AuthenticatorISMG in proofs

    def message_id(self, answer: SubmitResp) -> str:
        """Msg_Id as hex: there is no common decimal form."""
        return answer.Msg_Id.hex()

    def read(self, delivery: Deliver) -> Reading:
        """An inbound message, a report, or what says it is a report and has no known length: kept, not parsed."""
        if not report.is_report(delivery):
            return Inbound(delivery)
        reading = report.parse_report(delivery.Msg_Content)
        if reading is None:
            return Receipt(delivery, "", CarrierState.UNKNOWN, final=False, carrier_code="unparsed")
        outcome = report.outcome_of(reading.Stat, self._settings.stat_words)
        return Receipt(
            delivery,
            reading.Msg_Id.hex(),
            outcome.state,
            outcome.final,
            reading.Stat,
            reading,
            action=outcome.action,
        )

    def content_of(self, delivery: Deliver) -> tuple[object, object]:
        """A gateway repeats a delivery under a new sequence: Msg_Id and content tell it."""
        key: tuple[Any, ...] = (delivery.Msg_Id, delivery.Src_terminal_Id, delivery.Msg_Content)
        return key, None


def new_session(settings: CarrierSettings) -> NewClientSession:
    """The sessions of a CMPP connector, for `ClientEndpoint`."""
    agreed = Agreed(settings.version)

    def new(hub: Hub, now: float) -> ClientExchange:
        return ClientExchange(
            replace(DIALECT, statuses=settings.statuses),
            Wire(agreed.version),
            rising(),
            settings.common.timers,
            Entry(settings, agreed),
            hub,
            now,
            window=settings.common.window,
            retry_here=settings.common.retry_here,
            resend=settings.common.resend,
        )

    return new
