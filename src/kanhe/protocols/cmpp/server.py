"""CMPP's half of our door: who is let in (8.4.1), the Msg_Ids we give, and the reports we send down."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from kanhe.protocols.cmpp import digest, msg_id, status
from kanhe.protocols.cmpp.codec import Wire
from kanhe.protocols.cmpp.dialect import DIALECT
from kanhe.protocols.cmpp.layouts import Version, layout_of
from kanhe.protocols.cmpp.pdus import Connect, ConnectResp, Deliver, Pdu, Submit, SubmitResp
from kanhe.protocols.cmpp.report import Report, build_report
from kanhe.protocols.cmpp.texts import write_inbound
from kanhe.protocols.exchange.digest import is_old
from kanhe.protocols.exchange.local import Wall, minute
from kanhe.protocols.exchange.numbers import rising
from kanhe.protocols.exchange.outcome import WORD_OF_STATE
from kanhe.protocols.exchange.server import Admission, ServerExchange
from kanhe.protocols.link import Tell, TellReceipt
from kanhe.protocols.server import DoorSession, NewDoorSession, ServerEndpoint
from kanhe.protocols.settings import Credential, Timers

# Answers wait 60 s and three tries (text: T, N); links are asked after 30 s, for many gateways cut earlier than the 3 min of the text.
TIMERS = Timers(login_wait_s=30.0, keep_alive_s=30.0, keep_alive_tries=3, response_s=60.0)

HIGHEST = Version.V30


def no_other(_login: str) -> Version | None:
    """Every account speaks the highest."""
    return None


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """What a CMPP door can be told."""

    wall: Wall
    timers: Timers = TIMERS
    version_of: Callable[[str], Version | None] = no_other  # what an account speaks when it is not the highest
    max_skew_s: float = 0.0  # of a login's timestamp; 0: any
    short: bool = False  # short connections (text 7.2, port 7900): one exchange, nothing pushed, no ACTIVE_TEST
    deliver_tries: int = 3  # N
    gateway: int = 1  # our gateway code in Msg_Id


class Guard:
    """Who is let in at a CMPP door."""

    def __init__(self, settings: DoorSettings, credential: Callable[[str], Credential | None]) -> None:
        self._settings = settings
        self._credential = credential
        self._ids = msg_id.MsgIds(settings.gateway)
        self._references = rising()

    def admit(self, login: Connect, wire: Wire) -> Admission:
        """Judge a login: version, source, digest, timestamp."""
        version = self._version(login)
        wire.version = version
        credential = self._credential(login.Source_Addr)
        reason, wrong = self._objection(login, credential)
        if credential is None or wrong:
            answer = ConnectResp(Status=wrong, Version=HIGHEST if wrong == status.VERSION_TOO_HIGH else version)
            return Admission(answer, login.Source_Addr, None, reason, wrong)
        proof = digest.authenticator_ismg(status.OK, login.AuthenticatorSource, credential.secret, version)
        answer = ConnectResp(AuthenticatorISMG=proof, Version=version)
        return Admission(answer, login.Source_Addr, credential, version=version, receives=not self._settings.short)

    def _version(self, login: Connect) -> Version:
        """The lower of what is asked and what the account speaks; the private variant only where it is asked."""
        asked, spoken = layout_of(login.Version), self._settings.version_of(login.Source_Addr) or HIGHEST
        return asked if asked is Version.PRIVATE and spoken is HIGHEST else min(asked, spoken)

    def _objection(self, login: Connect, credential: Credential | None) -> tuple[str, int]:
        if login.Version > HIGHEST and login.Version != Version.PRIVATE:
            return "version", status.VERSION_TOO_HIGH
        if credential is None:
            return "account", status.ILLEGAL_SOURCE
        if not digest.LOGIN.matches(login.AuthenticatorSource, login.Source_Addr, credential.secret, login.Timestamp):
            return "digest", status.AUTHENTICATION
        if is_old(login.Timestamp, self._settings.wall(), self._settings.max_skew_s):
            return "timestamp", status.AUTHENTICATION
        return "", status.OK

    def crowded(self, _login: Connect) -> ConnectResp:
        """Refuse a login that is right but one too many."""
        return ConnectResp(Status=status.LOGIN_OTHER)

    def taken(self, _submit: Submit, message_id: str) -> SubmitResp:
        """Answer a submission that is committed: the id of its first number."""
        return SubmitResp(Msg_Id=bytes.fromhex(message_id))

    def tell(self, tell: Tell, wire: Wire) -> list[Pdu]:
        """Write a report, in the length of the link's version, or an inbound message."""
        if isinstance(tell, TellReceipt):
            return [self._report(tell, wire.version)]
        return list(write_inbound(tell, self._ids.take(self._settings.wall()), self._references()))

    def _report(self, tell: TellReceipt, version: Version) -> Deliver:
        report = Report(
            Msg_Id=bytes.fromhex(tell.message_id),
            Stat=WORD_OF_STATE[tell.state],
            Submit_time=minute(tell.submitted_at),
            Done_time=minute(tell.done_at),
            Dest_terminal_Id=tell.source,
        )
        return Deliver(
            Msg_Id=bytes.fromhex(tell.delivery_id) or self._ids.take(self._settings.wall()),
            Dest_Id=tell.destination,
            Src_terminal_Id=tell.source,
            Registered_Delivery=1,
            Msg_Content=build_report(report, version),
        )


def new_session(settings: DoorSettings) -> NewDoorSession:
    """The sessions of a CMPP door, for `ServerEndpoint`."""
    guards: dict[ServerEndpoint, Guard] = {}

    def new(endpoint: ServerEndpoint, now: float) -> DoorSession:
        guard = guards.setdefault(endpoint, Guard(settings, endpoint.credential))
        return ServerExchange(
            replace(DIALECT, keep_alive=None) if settings.short else DIALECT,
            Wire(HIGHEST),
            rising(),
            settings.timers,
            guard,
            endpoint,
            now,
            deliver_tries=settings.deliver_tries,
        )

    return new
