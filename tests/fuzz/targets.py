"""What is fuzzed: each takes any octets and must end with events or a typed error, nothing else, in bounded time and memory.

`python -m tests.fuzz.run TARGET` mutates the corpus for as long as it is let; what it finds goes into `corpus/` and so into the tests.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, timezone

from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.cmpp import client as cmpp_client
from kanhe.protocols.cmpp import codec as cmpp
from kanhe.protocols.cmpp import report as cmpp_report
from kanhe.protocols.cmpp import server as cmpp_server
from kanhe.protocols.cmpp import trace as cmpp_trace
from kanhe.protocols.cmpp.layouts import Version
from kanhe.protocols.events import Inbound, Receipt, Request, Submission
from kanhe.protocols.exchange.content import read_part as read_content
from kanhe.protocols.framing import PduFault as PacketFault
from kanhe.protocols.framing import StreamBrokenError as PacketsBrokenError
from kanhe.protocols.layout import BuildError
from kanhe.protocols.server import ServerEndpoint
from kanhe.protocols.settings import ClientSettings, Credential
from kanhe.protocols.sgip import client as sgip_client
from kanhe.protocols.sgip import codec as sgip
from kanhe.protocols.sgip import server as sgip_server
from kanhe.protocols.sgip import trace as sgip_trace
from kanhe.protocols.sgip.sequence import Sequences
from kanhe.protocols.smgp import client as smgp_client
from kanhe.protocols.smgp import codec as smgp
from kanhe.protocols.smgp import report as smgp_report
from kanhe.protocols.smgp import server as smgp_server
from kanhe.protocols.smgp import trace as smgp_trace
from kanhe.protocols.smpp import client as smpp_client
from kanhe.protocols.smpp import codec as smpp
from kanhe.protocols.smpp import trace as smpp_trace
from kanhe.protocols.smpp.faults import PduFault, StreamBrokenError
from kanhe.protocols.smpp.inbound import read_part
from kanhe.protocols.smpp.pdus import DataSm, DeliverSm, SubmitSm
from kanhe.protocols.smpp.receipts import read_receipt
from kanhe.protocols.smpp.server import DoorSettings, SmppServerSession
from kanhe.protocols.text.alphabets import Alphabet, Shift, decode
from kanhe.protocols.text.headers import HeaderError, parse_header

Target = Callable[[bytes], None]

AT = datetime(2026, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=8)))
SECRET, NODE = "secret", 3_010_099_999
FAULTS = (PduFault, PacketFault)
BROKEN = (StreamBrokenError, PacketsBrokenError)


def wall() -> datetime:
    return AT


def everybody(login: str) -> Credential:
    """Fuzzers find no digests: whoever comes has the right secret. Names that are no names come too."""
    return Credential(login, SECRET)


# --- codecs: read in two cuts alike, told in plain language; what is written by the letter reads the same again ------------------


def codec(reader, build, explain) -> Target:
    def target(data: bytes) -> None:
        events = fed(reader(), data, len(data) or 1)
        assert fed(reader(), data, 3) == events
        for event in events:
            assert explain(event)
            if not isinstance(event, FAULTS):
                once = written_and_read(event, reader, build)
                assert written_and_read(once, reader, build) == once

    return target


def written_and_read(event, reader, build):
    """A packet that sloppy peers wrote is written by the letter: it may lose what stood where nothing should, or not fit at all."""
    try:
        octets = build(event)
    except (BuildError, ValueError):
        return event
    [again] = fed(reader(), octets, len(octets))
    return again


def fed(reader, data: bytes, size: int) -> list:
    events: list = []
    try:
        for at in range(0, len(data), size):
            events += reader.feed(data[at : at + size])
    except BROKEN as broken:
        events += broken.events
    return events


# --- sessions: logged in and not, both sides, whatever comes and however late ----------------------------------------------------


def door(sessions) -> Target:
    def target(data: bytes) -> None:
        endpoint = ServerEndpoint(everybody, sessions)
        play(endpoint.open(0.0), data)

    return target


def connector(sessions) -> Target:
    def target(data: bytes) -> None:
        endpoint = ClientEndpoint(COMMON, sessions, lambda: 0.5)
        endpoint.start(0.0)
        play(endpoint.opened(0, 0.0), data)

    return target


COMMON = ClientSettings(window=4)


def play(session, data: bytes) -> None:
    """Hear it in two pieces, answer everything, let a minute pass."""
    half = len(data) // 2
    for now, piece in ((0.0, data[:half]), (1.0, data[half:])):
        for event in session.receive(piece, now):
            if isinstance(event, Submission):
                session.refuse(event.handle, 8)
            elif isinstance(event, Request):
                session.refuse(event.handle, 3)
            elif isinstance(event, Inbound | Receipt):
                session.accept(event.handle) if hasattr(session, "room") else session.accept(event.handle, "")
        session.take()
    session.tick(61.0)
    session.lost("over", 62.0)
    session.take()


# --- texts -------------------------------------------------------------------------------------------------------------------------


def texts(data: bytes) -> None:
    """Every alphabet, every shift; a header in front or not."""
    for alphabet in Alphabet:
        decode(data, alphabet)
    for shift in (Shift(1, 1), Shift(0, 2), Shift(3, 3)):
        decode(data, Alphabet.GSM7, shift)
    with suppress(HeaderError):
        parse_header(data)
    for udhi in (True, False):
        read_content("1", "2", 8, udhi, data, True)


def receipts(data: bytes) -> None:
    """What carriers write into receipts: anything."""
    read_receipt(DeliverSm(esm_class=4, short_message=data), {})
    read_receipt(DataSm(esm_class=4, tlvs=((0x0424, data),)), {})
    read_part(SubmitSm(esm_class=0x40, data_coding=8, short_message=data))
    for parse in (cmpp_report.parse_report, smgp_report.parse_report):
        parse(data)


def smpp_door(endpoint: ServerEndpoint, now: float) -> SmppServerSession:
    return SmppServerSession(endpoint, DoorSettings(), now)


def cmpp_codec(version: Version) -> Target:
    return codec(
        lambda: cmpp.Reader(version),
        lambda pdu: cmpp.build(pdu, version),
        lambda event: cmpp_trace.explain(event, version),
    )


def sequences() -> Sequences:
    return Sequences(NODE, 1)


TARGETS: dict[str, Target] = {
    "smpp": codec(smpp.Reader, smpp.build, smpp_trace.explain),
    "cmpp20": cmpp_codec(Version.V20),
    "cmpp30": cmpp_codec(Version.V30),
    "sgip": codec(sgip.Reader, sgip.build, sgip_trace.explain),
    "smgp": codec(smgp.Reader, smgp.build, smgp_trace.explain),
    "smpp-door": door(smpp_door),
    "cmpp-door": door(cmpp_server.new_session(cmpp_server.DoorSettings(wall))),
    "sgip-door": door(sgip_server.new_session(sgip_server.gateway(sequences(), wall))),
    "smgp-door": door(smgp_server.new_session(smgp_server.DoorSettings(wall))),
    "smpp-connector": connector(smpp_client.new_session(smpp_client.CarrierSettings("u1", SECRET, common=COMMON))),
    "cmpp-connector": connector(
        cmpp_client.new_session(cmpp_client.CarrierSettings("u1", wall, SECRET, common=COMMON))
    ),
    "sgip-connector": connector(
        sgip_client.new_session(sgip_client.CarrierSettings("u1", sequences(), wall, SECRET, common=COMMON))
    ),
    "smgp-connector": connector(
        smgp_client.new_session(smgp_client.CarrierSettings("u1", wall, SECRET, common=COMMON))
    ),
    "texts": texts,
    "receipts": receipts,
}
