"""Reading and writing SGIP packets: `decode` one strictly, `build` one, or feed a stream to a `Reader`."""

import struct
from typing import TypeAlias

from kanhe.protocols.compiling import compile_layout
from kanhe.protocols.framing import Frames, PduFault, check_single
from kanhe.protocols.layout import Fault, Layout, PduFaultError
from kanhe.protocols.sgip.layouts import COMMANDS, TRACE_RESP_ONE_RESERVE
from kanhe.protocols.sgip.pdus import Pdu, Sequence, TraceResp

HEADER = struct.Struct(">IIIII")
"""Message Length, Command ID, and the Sequence Number: node, time, counter. A node is unsigned: 3AAAAQQQQQ is above 2^31."""

# The text allows 2 KB, yet a Submit with 100 numbers and a full text needs 2,403 octets: read more than we send.
PACKET_OCTETS_MAX = 4096

Event: TypeAlias = Pdu | PduFault

COMPILED = {command.id: compile_layout(command.layout) for command in COMMANDS}
WRITERS = {command.struct: (command.id, COMPILED[command.id].write) for command in COMMANDS}

# Second readings, tried when the strict one fails.
TRACE_RESP = 0x80001000
LENIENT = {TRACE_RESP: compile_layout(Layout(TraceResp, TRACE_RESP_ONE_RESERVE))}


def decode(packet: bytes) -> Pdu:
    """Read exactly one packet; raise PduFaultError with the first fault."""
    check_single(packet, HEADER.size)
    return _read(packet)


def _read(packet: bytes) -> Pdu:
    _length, command_id, *sequence = HEADER.unpack_from(packet)
    compiled = COMPILED.get(command_id)
    if compiled is None:
        raise PduFaultError(Fault.UNKNOWN_COMMAND_ID)
    pdu: Pdu = compiled.read(packet, HEADER.size, tuple(sequence))
    return pdu


def build(pdu: Pdu) -> bytes:
    """Write a packet; raise BuildError when a value does not fit its field."""
    return build_as(pdu, pdu.Sequence)


def build_as(pdu: Pdu, sequence: Sequence) -> bytes:
    """Write a packet under another sequence: a session numbers what its owner prepared."""
    command_id, write = WRITERS[type(pdu)]
    body = write(pdu)
    return HEADER.pack(HEADER.size + len(body), command_id, *sequence) + body


class Reader(Frames):
    """The receiving end of one connection."""

    def __init__(self, *, octets_max: int = PACKET_OCTETS_MAX) -> None:
        super().__init__(_read_or_fault, header_octets=HEADER.size, octets_max=octets_max)


def _read_or_fault(packet: bytes) -> Event:
    try:
        return _read(packet)
    except PduFaultError as error:
        return _read_leniently(packet, error)


def _read_leniently(packet: bytes, error: PduFaultError) -> Event:
    _length, command_id, *numbers = HEADER.unpack_from(packet)
    sequence = tuple(numbers)
    if command_id in LENIENT:
        try:
            pdu: Pdu = LENIENT[command_id].read(packet, HEADER.size, sequence)
        except PduFaultError:
            pass
        else:
            return pdu
    return PduFault(command_id, sequence, error.fault, error.field, packet)


class Wire(Reader):
    """Both directions of one connection."""

    def build(self, pdu: Pdu, sequence: Sequence) -> bytes:
        """Write a packet under a sequence."""
        return build_as(pdu, sequence)
