"""SMGP as the vector runner sees it: packets, and both sides of a session."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from kanhe.protocols.client import ClientEndpoint
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
from kanhe.protocols.smgp import client, server, trace
from kanhe.protocols.smgp.codec import Reader, build
from kanhe.protocols.smgp.codec import decode as decode_pdu
from kanhe.protocols.smgp.modes import BOTH, MODES, RECEIVE, SEND, Mode
from kanhe.protocols.smgp.pdus import Submit
from kanhe.protocols.smgp.texts import read_deliver, read_submit, write_submits
from kanhe.protocols.vectors import Family, Streamed, Vector, VectorFault


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


NUMBERS = {mode.name: mode.number for mode in MODES.values()}


def _bound(facts: Facts) -> Facts:
    """Modes by their numbers."""
    return facts | {"mode": NUMBERS[facts["bind"]]} if facts["type"] == "bound" else facts


def _tongue(settings: Mapping[str, Any]) -> Tongue:
    pattern = Submit(SrcTermID=settings.get("source", ""), ServiceID=settings.get("service_id", ""))
    return Tongue(
        read_submit=read_submit,
        numbers=lambda pdu: pdu.DestTermID,
        read_delivery=read_deliver,
        write=lambda message: write_submits(
            pattern, message["to"], message["text"], Format.GB, NumberForm.WITH_86, reference=1
        ),
        bound=_bound,
    )


def _door(settings: Mapping[str, Any], time: Time) -> DoorSubject:
    accounts = credentials_of(settings, "secret")
    door = server.DoorSettings(time.wall, timers_of(settings, replace(server.TIMERS, keep_alive_s=3600.0)))
    return DoorSubject(ServerEndpoint(accounts.get, server.new_session(door)), list(accounts), _tongue(settings), time)


MODES_OF: dict[object, tuple[Mode, ...]] = {2: (BOTH,), "0+1": (SEND, RECEIVE)}


def _connector(settings: Mapping[str, Any], time: Time) -> ConnectorSubject:
    modes = MODES_OF[settings["login_mode"]]
    common = replace(common_of(settings, server.TIMERS), sessions=len(modes))
    carrier = client.CarrierSettings(settings["client_id"], time.wall, settings["secret"], modes, common=common)
    endpoint = ClientEndpoint(common, client.new_session(carrier), lambda: 0.5)
    return ConnectorSubject(endpoint, _tongue(settings), time)


def play(case: Vector, cut: int) -> None:
    """One scripted session."""
    time, settings = Time(datetime.fromisoformat(case["start"])), case["settings"]
    subject: Subject = _door(settings, time) if case["subject"] == "server" else _connector(settings, time)

    def fields(packet: bytes, _step: Step) -> Facts:
        return decode(packet, case)

    tongue = StageTongue(packet_octets, fields, lambda packet: packet[8:12].hex(), 4, lambda _facts: "")
    Rehearsal(subject, tongue, cut).play(list(case["steps"]))


FAMILY = Family("smgp", decode, encode, stream, play=play)
