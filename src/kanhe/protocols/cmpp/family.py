"""CMPP as the vector runner sees it: packets, and both sides of a session."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.cmpp import client, server, trace
from kanhe.protocols.cmpp.codec import Reader, build
from kanhe.protocols.cmpp.codec import decode as decode_pdu
from kanhe.protocols.cmpp.layouts import Version
from kanhe.protocols.cmpp.pdus import Submit
from kanhe.protocols.cmpp.texts import read_deliver, read_submit, write_submits
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
from kanhe.protocols.rehearsal import Facts, Rehearsal, Step, Subject
from kanhe.protocols.rehearsal import Tongue as StageTongue
from kanhe.protocols.server import ServerEndpoint
from kanhe.protocols.vectors import Family, Streamed, Vector, VectorFault

VERSIONS = {"2.0": Version.V20, "3.0": Version.V30}
NAMES = {version: name for name, version in VERSIONS.items()}


def decode(data: bytes, case: Vector) -> dict[str, Any]:
    """One read, strictly, in the layout of the vector."""
    version = VERSIONS[case["version"]]
    try:
        return trace.show(decode_pdu(data, version), version)
    except PduFaultError as error:
        raise VectorFault(error.fault) from error


def encode(fields: Vector, case: Vector) -> bytes:
    """The packet of these fields."""
    version = VERSIONS[case["version"]]
    return build(trace.take(dict(fields), version), version)


def stream(data: bytes, cut: int, case: Vector) -> Streamed:
    """What the stream reader makes of it."""
    return streamed(Reader(VERSIONS[case["version"]]), data, cut)


def _bound(facts: Facts) -> Facts:
    """Versions by their names."""
    return facts | {"version": NAMES[facts["version"]]} if facts["type"] == "bound" else facts


def _tongue(settings: Mapping[str, Any]) -> Tongue:
    pattern = Submit(
        Msg_src=settings.get("sp_id", ""),
        Src_Id=settings.get("source", ""),
        Service_Id=settings.get("service_id", ""),
    )
    return Tongue(
        read_submit=read_submit,
        numbers=lambda pdu: pdu.Dest_terminal_Id,
        read_delivery=read_deliver,
        write=lambda message: write_submits(
            pattern, message["to"], message["text"], Format.AUTO, NumberForm.WITH_86, reference=1
        ),
        bound=_bound,
    )


def _door(settings: Mapping[str, Any], time: Time) -> DoorSubject:
    accounts = credentials_of(settings, "secret")
    door = server.DoorSettings(
        time.wall,
        timers_of(settings, server.TIMERS),
        version_of={name: VERSIONS[account["version"]] for name, account in settings["accounts"].items()}.get,
        max_skew_s=settings.get("max_skew_s", 0.0),
        short="listen_short" in settings,
    )
    endpoint = ServerEndpoint(accounts.get, server.new_session(door))
    return DoorSubject(endpoint, list(accounts), _tongue(settings), time)


def _connector(settings: Mapping[str, Any], time: Time) -> ConnectorSubject:
    common = common_of(settings, server.TIMERS)
    carrier = client.CarrierSettings(
        settings["sp_id"], time.wall, settings["secret"], VERSIONS[settings["version"]], common=common
    )
    endpoint = ClientEndpoint(common, client.new_session(carrier), lambda: 0.5)
    return ConnectorSubject(endpoint, _tongue(settings), time)


def play(case: Vector, cut: int) -> None:
    """One scripted session."""
    time, settings = Time(datetime.fromisoformat(case["start"])), case["settings"]
    subject: Subject = _door(settings, time) if case["subject"] == "server" else _connector(settings, time)

    def fields(packet: bytes, step: Step) -> Facts:
        return decode(packet, {"version": step.get("layout", case["version"])})

    tongue = StageTongue(packet_octets, fields, lambda packet: packet[8:12].hex(), 4, lambda _facts: "")
    Rehearsal(subject, tongue, cut).play(list(case["steps"]))


FAMILY = Family("cmpp", decode, encode, stream, play=play)
