"""SGIP's servers: our gateway, to which SPs connect to submit, and our listener, to which a gateway connects to report.

Both are doors of the same kind; what differs is the Login Type they admit and the commands they serve.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from kanhe.protocols.exchange.local import Wall
from kanhe.protocols.exchange.server import Admission, ServerExchange
from kanhe.protocols.link import Tell
from kanhe.protocols.server import DoorSession, NewDoorSession, ServerEndpoint
from kanhe.protocols.settings import Credential, Timers
from kanhe.protocols.sgip import status
from kanhe.protocols.sgip.codec import Wire
from kanhe.protocols.sgip.dialect import DIALECT
from kanhe.protocols.sgip.logins import LoginType
from kanhe.protocols.sgip.pdus import Bind, BindResp, Submit, SubmitResp
from kanhe.protocols.sgip.readings import Readings
from kanhe.protocols.sgip.sequence import Sequences

# The text: an answer within 30 s, an idle link may be cut after 60 s. There is nothing to ask for life with.
TIMERS = Timers(login_wait_s=30.0, response_s=30.0, idle_s=60.0)


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """What an SGIP server can be told."""

    login_types: frozenset[LoginType]
    sequences: Sequences
    wall: Wall
    timers: Timers = TIMERS
    anonymous: str = ""  # whose login an empty name is (gateways that connect without one); empty: nobody's


def gateway(sequences: Sequences, wall: Wall, timers: Timers = TIMERS) -> DoorSettings:
    """Our gateway, for SPs."""
    return DoorSettings(frozenset({LoginType.SP_TO_SMG, LoginType.TEST}), sequences, wall, timers)


def listener(sequences: Sequences, wall: Wall, timers: Timers = TIMERS, anonymous: str = "") -> DoorSettings:
    """Our listener, for the gateway of a carrier."""
    return DoorSettings(frozenset({LoginType.SMG_TO_SP}), sequences, wall, timers, anonymous)


class Guard:
    """Who is let in, and as what."""

    def __init__(self, settings: DoorSettings, credential: Callable[[str], Credential | None]) -> None:
        self._settings = settings
        self._credential = credential

    def admit(self, login: Bind, _wire: Wire) -> Admission:
        """Judge a login: type, name, password."""
        name = login.Login_Name or self._settings.anonymous
        credential = self._credential(name)
        reason, wrong = self._objection(login, credential)
        if credential is None or wrong:
            return Admission(BindResp(Result=wrong), name, None, reason, wrong)
        from_gateway = login.Login_Type == LoginType.SMG_TO_SP
        return Admission(
            BindResp(),
            name,
            credential,
            bind=LoginType(login.Login_Type).name.lower(),
            receives=False,  # what an SP is told goes over a connection of our own (sgip/reporter.py)
            submits=not from_gateway,
            delivers=from_gateway,
        )

    def _objection(self, login: Bind, credential: Credential | None) -> tuple[str, int]:
        if login.Login_Type not in self._settings.login_types:
            return "login_type", status.LOGIN_TYPE
        if credential is None:
            return "account", status.ILLEGAL_LOGIN
        if not login.Login_Name and self._settings.anonymous:
            return "", status.OK
        right = compare_digest(login.Login_Password.encode("latin-1"), credential.secret.encode())
        return ("", status.OK) if right else ("password", status.ILLEGAL_LOGIN)

    def crowded(self, _login: Bind) -> BindResp:
        """Refuse a login that is right but one too many."""
        return BindResp(Result=status.TOO_MANY_CONNECTIONS)

    def taken(self, _submit: Submit, _message_id: str) -> SubmitResp:
        """Answer a submission that is committed: its sequence is its id."""
        return SubmitResp()

    def tell(self, tell: Tell, wire: Any) -> list[Any]:
        """Nothing is pushed down a customer's own connection."""
        raise AssertionError("an SP is told over a connection of our own")


def new_session(settings: DoorSettings) -> NewDoorSession:
    """The sessions of an SGIP server, for `ServerEndpoint`."""
    guards: dict[ServerEndpoint, Guard] = {}

    def new(endpoint: ServerEndpoint, now: float) -> DoorSession:
        return ServerExchange(
            DIALECT,
            Wire(),
            lambda: settings.sequences.take(settings.wall()),
            settings.timers,
            guards.setdefault(endpoint, Guard(settings, endpoint.credential)),
            endpoint,
            now,
            before_login=status.ILLEGAL_LOGIN,
            second_login=status.REPEATED_LOGIN,
            readings=Readings(),
        )

    return new
