"""SGIP as the vector runner sees it: packets, and its four kinds of connection, two a side."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.events import Connect, Event
from kanhe.protocols.exchange.content import Format, NumberForm
from kanhe.protocols.exchange.family import (
    ConnectorSubject,
    DoorSubject,
    Time,
    Tongue,
    common_of,
    credentials_of,
    packet_octets,
    streamed,
    timers_of,
)
from kanhe.protocols.layout import PduFaultError
from kanhe.protocols.link import Session, TellReceipt
from kanhe.protocols.rehearsal import Facts, Rehearsal, Step, Subject
from kanhe.protocols.rehearsal import Tongue as StageTongue
from kanhe.protocols.server import ServerEndpoint
from kanhe.protocols.settings import ClientSettings, Credential
from kanhe.protocols.sgip import client, server, trace
from kanhe.protocols.sgip.codec import Reader, build
from kanhe.protocols.sgip.codec import decode as decode_pdu
from kanhe.protocols.sgip.logins import LoginType
from kanhe.protocols.sgip.pdus import Submit
from kanhe.protocols.sgip.sequence import Sequences, pack
from kanhe.protocols.sgip.texts import read_deliver, read_submit, write_submits
from kanhe.protocols.vectors import Family, Streamed, Vector, VectorFault

# The node of our gateway in the scripts that do not name one: area code 1010.
SMG_NODE = 110100


def decode(data: bytes, _case: Vector) -> dict[str, Any]:
    """One read, strictly."""
    try:
        return trace.show(decode_pdu(data))
    except PduFaultError as error:
        raise VectorFault(error.fault) from error


def encode(fields: Vector, _case: Vector) -> bytes:
    """The packet of these fields."""
    return build(trace.take(dict(fields)))


def stream(data: bytes, cut: int, _case: Vector) -> Streamed:
    """What the stream reader makes of it."""
    return streamed(Reader(), data, cut)


def _bound(facts: Facts) -> Facts:
    """Login types by their numbers."""
    return facts | {"login_type": LoginType[facts["bind"].upper()].value} if facts["type"] == "bound" else facts


def _tongue(settings: Mapping[str, Any]) -> Tongue:
    pattern = Submit(
        SPNumber=settings.get("sp_number", ""),
        CorpId=settings.get("corp_id", ""),
        ServiceType=settings.get("service", ""),
    )
    return Tongue(
        read_submit=read_submit,
        numbers=lambda pdu: pdu.UserNumber,
        read_delivery=read_deliver,
        write=lambda message: write_submits(
            pattern, message["to"], message["text"], Format.AUTO, NumberForm.WITH_86, reference=1
        ),
        bound=_bound,
    )


class SpSubject(ConnectorSubject):
    """Our SP: a connector to the gateway, and a listener for the gateway's own connection."""

    def __init__(self, settings: Mapping[str, Any], time: Time, *, connects: bool) -> None:
        sequences = Sequences(settings["node"], counter=0)
        common = replace(common_of(settings, client.TIMERS), stay_connected=False)
        carrier = client.CarrierSettings(
            settings["login"],
            sequences,
            time.wall,
            settings["password"],
            linger_s=settings["linger_s"],
            accept_reports_on_sp_link=settings.get("accept_reports_on_sp_link", False),
            common=replace(common, timers=replace(common.timers, idle_s=0.0)),
        )
        super().__init__(ClientEndpoint(common, client.new_session(carrier), lambda: 0.5), _tongue(settings), time)
        theirs = {settings["their_login"]: Credential(settings["their_login"], settings["their_password"])}
        door = server.listener(sequences, time.wall, timers_of(settings, server.TIMERS))
        self._listener = ServerEndpoint(theirs.get, server.new_session(door))
        self._started = not connects

    def connected(self, by_peer: bool, now: float) -> Session:
        """The gateway connects to our listener, or we to it."""
        self._time.now = now
        return self._listener.open(now) if by_peer else super().connected(by_peer, now)


class GatewaySubject(DoorSubject):
    """Our gateway: a door for SPs, and a connection of its own to each SP for what it is told."""

    def __init__(self, settings: Mapping[str, Any], time: Time) -> None:
        accounts = credentials_of(settings, "password")
        sequences = Sequences(SMG_NODE, counter=0)
        endpoint = ServerEndpoint(accounts.get, server.new_session(server.gateway(sequences, time.wall)))
        super().__init__(endpoint, list(accounts), _tongue(settings), time)
        common = ClientSettings(timers=client.TIMERS, stay_connected=False)
        reporter = client.CarrierSettings(
            "smglogin", sequences, time.wall, "smgpass", LoginType.SMG_TO_SP, common=common
        )
        self._reporter = ClientEndpoint(common, client.new_report_session(reporter), lambda: 0.5)
        self._wanted: list[int] = []

    def connected(self, by_peer: bool, now: float) -> Session:
        """An SP connects to us, or we to it."""
        self._time.now = now
        return super().connected(by_peer, now) if by_peer else self._reporter.opened(self._wanted.pop(0), now)

    def wants_connection(self) -> bool:
        """Asked for and not opened yet."""
        return bool(self._wanted)

    def told(self, session: Session | None, events: list[Event], now: float) -> list[Facts]:
        """A connection is asked for when there is something to tell."""
        self._wanted += [event.slot for event in events if isinstance(event, Connect)]
        return super().told(session, [event for event in events if not isinstance(event, Connect)], now)

    def _deliver(self, tell: TellReceipt, now: float) -> None:
        self._reporter.submit(tell, client.write_tell(tell), now)

    def _message_id(self, submit: Any) -> str:
        return pack(submit.Sequence).hex()

    def tick(self, now: float) -> list[Event]:
        """The reporter connects when it must."""
        self._time.now = now
        return self._reporter.tick(now)

    def next_deadline(self) -> float | None:
        """When tick must be called next."""
        return self._reporter.next_deadline()


def play(case: Vector, cut: int) -> None:
    """One scripted session."""
    time, settings = Time(datetime.fromisoformat(case["start"])), case["settings"]
    subject: Subject = (
        GatewaySubject(settings, time)
        if settings.get("role") == "smg"
        else SpSubject(settings, time, connects=case["subject"] == "client")
    )

    def fields(packet: bytes, _step: Step) -> Facts:
        return decode(packet, case)

    tongue = StageTongue(packet_octets, fields, lambda packet: packet[8:20].hex(), 12, lambda _facts: "")
    Rehearsal(subject, tongue, cut).play(list(case["steps"]))


FAMILY = Family("sgip", decode, encode, stream, play=play)
