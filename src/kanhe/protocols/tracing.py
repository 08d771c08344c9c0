"""Captured octets in plain language: `kanhe sim trace`. What a packet means stands in each protocol's own trace."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from kanhe.protocols.cmpp import codec as cmpp
from kanhe.protocols.cmpp import trace as cmpp_trace
from kanhe.protocols.cmpp.layouts import Version
from kanhe.protocols.framing import PduFault as PacketFault
from kanhe.protocols.framing import StreamBrokenError as PacketsBrokenError
from kanhe.protocols.sgip import codec as sgip
from kanhe.protocols.sgip import trace as sgip_trace
from kanhe.protocols.smgp import codec as smgp
from kanhe.protocols.smgp import trace as smgp_trace
from kanhe.protocols.smpp import codec as smpp
from kanhe.protocols.smpp import trace as smpp_trace
from kanhe.protocols.smpp.faults import PduFault, StreamBrokenError

# What stands between hex digits in captures: white space, `:` of tcpdump and openssl, `-` of Windows tools.
SEPARATORS = str.maketrans("", "", " \t\r\n:-")

LANGUAGES = ("en", "zh")


class TraceError(ValueError):
    """The text is no hex, or the protocol or language is unknown."""


class Row(NamedTuple):
    """One line of a trace: the field as the specification names it, its value, its meaning, and in which packet."""

    field: str
    value: str
    meaning: str
    packet: int = 1


class Tracer(NamedTuple):
    """How one protocol is cut into packets, and how a packet is told."""

    reader: Callable[[], Any]
    explain: Callable[[Any], list[smpp_trace.Line]]


def _cmpp(version: Version) -> Tracer:
    return Tracer(lambda: cmpp.Reader(version), lambda event: cmpp_trace.explain(event, version))


# A CMPP packet does not say its version: the one that reads more of the packets is taken, the newer when both do.
TRACERS: Mapping[str, tuple[Tracer, ...]] = {
    "smpp": (Tracer(smpp.Reader, smpp_trace.explain),),
    "cmpp": (_cmpp(Version.V30), _cmpp(Version.V20)),
    "sgip": (Tracer(sgip.Reader, sgip_trace.explain),),
    "smgp": (Tracer(smgp.Reader, smgp_trace.explain),),
}

# What is left when the octets are not whole packets.
BROKEN = {"en": "a length that cannot be: the rest is not read", "zh": "长度不可能：其余部分不再解析"}
WAITING = {"en": "the packet is not whole", "zh": "报文不完整"}


class Reading(NamedTuple):
    """What one tracer made of the octets, and why it ended early, if it did."""

    tracer: Tracer
    events: list[Any]
    ending: Mapping[str, str] | None

    @property
    def faults(self) -> int:
        """Packets that could not be read."""
        return sum(isinstance(event, PduFault | PacketFault) for event in self.events)


def trace(hex_text: str, protocol: str, language: str = "en") -> list[Row]:
    """The rows of every packet in the text, in order; what cannot be read is a row too."""
    tracers = TRACERS.get(protocol)
    if tracers is None or language not in LANGUAGES:
        raise TraceError(f"`{protocol}` in `{language}` is unknown; known are {', '.join(TRACERS)} in en and zh")
    octets = _octets(hex_text)
    reading = min((_read(tracer, octets) for tracer in tracers), key=lambda reading: reading.faults)
    rows = [
        Row(line.field, str(line.value), getattr(line.meaning, language), number)
        for number, event in enumerate(reading.events, start=1)
        for line in reading.tracer.explain(event)
    ]
    if reading.ending:
        rows.append(Row("…", "", reading.ending[language], len(reading.events) + 1))
    return rows


def _read(tracer: Tracer, octets: bytes) -> Reading:
    reader = tracer.reader()
    try:
        events = reader.feed(octets)
    except (StreamBrokenError, PacketsBrokenError) as broken:
        return Reading(tracer, broken.events, BROKEN)
    return Reading(tracer, events, WAITING if reader.waiting else None)


def _octets(hex_text: str) -> bytes:
    digits = hex_text.translate(SEPARATORS).lower().removeprefix("0x")
    try:
        return bytes.fromhex(digits)
    except ValueError as error:
        raise TraceError("the text is not hexadecimal: two digits an octet are expected") from error
