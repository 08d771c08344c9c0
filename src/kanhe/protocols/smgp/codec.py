"""Reading and writing SMGP packets: `decode` one strictly, `build` one, or feed a stream to a `Reader`."""

import struct
from typing import TypeAlias

from kanhe.protocols.compiling import compile_layout
from kanhe.protocols.framing import Frames, PduFault, check_single
from kanhe.protocols.layout import Fault, PduFaultError
from kanhe.protocols.smgp.layouts import COMMANDS
from kanhe.protocols.smgp.pdus import Pdu

HEADER = struct.Struct(">III")
"""PacketLength, RequestID, SequenceID."""

# 100 numbers, 140 octets of content and every TLV make less than 2,700 octets; the rest is room for vendors' TLVs.
PACKET_OCTETS_MAX = 4096

Event: TypeAlias = Pdu | PduFault

COMPILED = {command.id: compile_layout(command.layout) for command in COMMANDS}
WRITERS = {command.struct: (command.id, COMPILED[command.id].write) for command in COMMANDS}


def decode(packet: bytes) -> Pdu:
    """Read exactly one packet; raise PduFaultError with the first fault."""
    check_single(packet, HEADER.size)
    return _read(packet)


def _read(packet: bytes) -> Pdu:
    _length, request_id, sequence = HEADER.unpack_from(packet)
    compiled = COMPILED.get(request_id)
    if compiled is None:
        raise PduFaultError(Fault.UNKNOWN_COMMAND_ID)
    pdu: Pdu = compiled.read(packet, HEADER.size, sequence)
    return pdu


def build(pdu: Pdu) -> bytes:
    """Write a packet; raise BuildError when a value does not fit its field."""
    return build_as(pdu, pdu.SequenceID)


def build_as(pdu: Pdu, sequence: int) -> bytes:
    """Write a packet under another sequence number: a session numbers what its owner prepared."""
    request_id, write = WRITERS[type(pdu)]
    body = write(pdu)
    return HEADER.pack(HEADER.size + len(body), request_id, sequence) + body


class Reader(Frames):
    """The receiving end of one connection."""

    def __init__(self, *, octets_max: int = PACKET_OCTETS_MAX) -> None:
        super().__init__(_read_or_fault, header_octets=HEADER.size, octets_max=octets_max)


def _read_or_fault(packet: bytes) -> Event:
    try:
        return _read(packet)
    except PduFaultError as error:
        _length, request_id, sequence = HEADER.unpack_from(packet)
        return PduFault(request_id, sequence, error.fault, error.field, packet)


class Wire(Reader):
    """Both directions of one connection."""

    def build(self, pdu: Pdu, sequence: int) -> bytes:
        """Write a packet under a sequence number."""
        return build_as(pdu, sequence)
