"""SMGP's half of our door: who is let in (5.2.2.1), for which direction, and the reports we send down."""

from collections.abc import Callable
from dataclasses import dataclass

from kanhe.protocols.exchange.digest import is_old
from kanhe.protocols.exchange.local import Wall, minute, second
from kanhe.protocols.exchange.numbers import rising
from kanhe.protocols.exchange.outcome import WORD_OF_STATE
from kanhe.protocols.exchange.server import Admission, ServerExchange
from kanhe.protocols.link import Tell, TellReceipt
from kanhe.protocols.server import DoorSession, NewDoorSession, ServerEndpoint
from kanhe.protocols.settings import Credential, Timers
from kanhe.protocols.smgp import digest, msg_id, status
from kanhe.protocols.smgp.codec import Wire
from kanhe.protocols.smgp.dialect import DIALECT
from kanhe.protocols.smgp.modes import MODES
from kanhe.protocols.smgp.pdus import Deliver, Login, LoginResp, Pdu, Submit, SubmitResp
from kanhe.protocols.smgp.report import Report, build_report
from kanhe.protocols.smgp.texts import write_inbound

# Answers wait 60 s and three tries (text: T, N); links are asked after 30 s, for many gateways cut earlier than the 3 min of the text.
TIMERS = Timers(login_wait_s=30.0, keep_alive_s=30.0, keep_alive_tries=3, response_s=60.0)

# The highest ClientVersion we speak: 3.0.
VERSION = 0x30


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """What an SMGP door can be told."""

    wall: Wall
    timers: Timers = TIMERS
    max_skew_s: float = 0.0  # of a login's timestamp; 0: any
    deliver_tries: int = 3  # N
    gateway: int = 1  # our gateway code in MsgID


class Guard:
    """Who is let in at an SMGP door."""

    def __init__(self, settings: DoorSettings, credential: Callable[[str], Credential | None]) -> None:
        self._settings = settings
        self._credential = credential
        self._ids = msg_id.MsgIds(settings.gateway)
        self._references = rising()

    def admit(self, login: Login, _wire: Wire) -> Admission:
        """Judge a login: version, account, digest, timestamp, mode."""
        credential = self._credential(login.ClientID)
        reason, wrong = self._objection(login, credential)
        if credential is None or wrong:
            return Admission(LoginResp(Status=wrong), login.ClientID, None, reason, wrong)
        proof = digest.authenticator_server(status.OK, login.AuthenticatorClient, credential.secret)
        mode = MODES[login.LoginMode]
        return Admission(
            LoginResp(AuthenticatorServer=proof),
            login.ClientID,
            credential,
            bind=mode.name,
            version=VERSION,
            receives=mode.receives,
            submits=mode.submits,
        )

    def _objection(self, login: Login, credential: Credential | None) -> tuple[str, int]:
        if login.ClientVersion > VERSION:
            return "version", status.VERSION_TOO_HIGH
        if credential is None:
            return "account", status.AUTHENTICATION
        if not digest.LOGIN.matches(login.AuthenticatorClient, login.ClientID, credential.secret, login.TimeStamp):
            return "digest", status.AUTHENTICATION
        if is_old(login.TimeStamp, self._settings.wall(), self._settings.max_skew_s):
            return "timestamp", status.AUTHENTICATION
        return ("", status.OK) if login.LoginMode in MODES else ("login_mode", status.STRUCTURE)

    def crowded(self, _login: Login) -> LoginResp:
        """Refuse a login that is right but one too many."""
        return LoginResp(Status=status.TOO_MANY_CONNECTIONS)

    def taken(self, _submit: Submit, message_id: str) -> SubmitResp:
        """Answer a submission that is committed: the id of its first number."""
        return SubmitResp(MsgID=bytes.fromhex(message_id))

    def tell(self, tell: Tell, _wire: Wire) -> list[Pdu]:
        """Write a report or an inbound message."""
        if isinstance(tell, TellReceipt):
            return [self._report(tell)]
        wall = self._settings.wall()
        return list(write_inbound(tell, self._ids.take(wall), second(tell.at or wall), self._references()))

    def _report(self, tell: TellReceipt) -> Deliver:
        report = Report(
            id=bytes.fromhex(tell.message_id),
            sub="001",
            dlvrd="001",
            submit_date=minute(tell.submitted_at),
            done_date=minute(tell.done_at),
            stat=WORD_OF_STATE[tell.state],
            err=tell.error,
            text=tell.text.encode("ascii", "replace"),
        )
        wall = self._settings.wall()
        return Deliver(
            MsgID=bytes.fromhex(tell.delivery_id) or self._ids.take(wall),
            IsReport=1,
            RecvTime=second(wall),
            SrcTermID=tell.source,
            DestTermID=tell.destination,
            MsgContent=build_report(report),
        )


def new_session(settings: DoorSettings) -> NewDoorSession:
    """The sessions of an SMGP door, for `ServerEndpoint`."""
    guards: dict[ServerEndpoint, Guard] = {}

    def new(endpoint: ServerEndpoint, now: float) -> DoorSession:
        return ServerExchange(
            DIALECT,
            Wire(),
            rising(),
            settings.timers,
            guards.setdefault(endpoint, Guard(settings, endpoint.credential)),
            endpoint,
            now,
            deliver_tries=settings.deliver_tries,
        )

    return new
