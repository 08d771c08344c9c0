"""Reading and writing CMPP packets: `decode` one strictly, `build` one, or feed a stream to a `Reader`.

The strict reading is that of the version agreed at login. A stream also takes what sloppy peers are known to send; `LENIENT` lists it.
"""

import struct
from collections.abc import Callable
from typing import Any, TypeAlias

from kanhe.protocols.cmpp import pdus
from kanhe.protocols.cmpp.layouts import COMMANDS, Command, Version
from kanhe.protocols.cmpp.pdus import Pdu
from kanhe.protocols.compiling import Compiled, compile_layout
from kanhe.protocols.framing import Frames, PduFault, check_single
from kanhe.protocols.layout import REST, Fault, Field, Layout, PduFaultError, tail

HEADER = struct.Struct(">III")
"""Total_Length, Command_Id, Sequence_Id."""

# By field sums 100 numbers and 160 octets of content make 2,398 octets in 2.0 and 3,523 in 3.0; a peer needs no more.
PACKET_OCTETS_MAX = 4096

Event: TypeAlias = Pdu | PduFault


def _compiled(command: Command, fields: tuple[Field, ...]) -> Compiled:
    return compile_layout(Layout(command.struct, fields))


STRICT: dict[Version, dict[int, Compiled]] = {
    version: {command.id: _compiled(command, command.fields(version)) for command in COMMANDS} for version in Version
}


def _tail_cut(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Let the last text end early: gateways cut LinkID and Reserve."""
    last = fields[-1]
    return (*fields[:-1], tail(last.name, last.octets))


# Second readings, tried in order when the strict one fails. An answer of the other version is told by its length: 30 octets or 33 of
# CONNECT_RESP, 21 or 24 of SUBMIT_RESP and DELIVER_RESP, 13 or 16 of CANCEL_RESP.
OF_EITHER_VERSION = (pdus.ConnectResp, pdus.SubmitResp, pdus.DeliverResp, pdus.CancelResp)
TAIL_MAY_BE_CUT = (pdus.Deliver,)
LENGTH_MAY_DIFFER = (pdus.ActiveTestResp,)


def _lenient(command: Command, version: Version) -> tuple[Compiled, ...]:
    fields = command.fields(version)
    other = Version.V30 if version is Version.V20 else Version.V20
    if command.struct in OF_EITHER_VERSION:
        return (STRICT[other][command.id],)
    if command.struct in TAIL_MAY_BE_CUT and version is not Version.PRIVATE:
        return (_compiled(command, _tail_cut(fields)),)
    if command.struct in LENGTH_MAY_DIFFER:
        return (_compiled(command, ()), _compiled(command, (*fields, REST)))
    return ()


LENIENT: dict[Version, dict[int, tuple[Compiled, ...]]] = {
    version: {command.id: _lenient(command, version) for command in COMMANDS} for version in Version
}

WRITERS: dict[Version, dict[type[Any], tuple[int, Callable[[Any], bytes]]]] = {
    version: {command.struct: (command.id, STRICT[version][command.id].write) for command in COMMANDS}
    for version in Version
}


def decode(packet: bytes, version: Version = Version.V30) -> Pdu:
    """Read exactly one packet by the letter of `version`; raise PduFaultError with the name of the first fault."""
    check_single(packet, HEADER.size)
    return _read(packet, STRICT[version])


def _read(packet: bytes, readers: dict[int, Compiled]) -> Pdu:
    _length, command_id, sequence = HEADER.unpack_from(packet)
    reader = readers.get(command_id)
    if reader is None:
        raise PduFaultError(Fault.UNKNOWN_COMMAND_ID)
    pdu: Pdu = reader.read(packet, HEADER.size, sequence)
    return pdu


def build(pdu: Pdu, version: Version = Version.V30) -> bytes:
    """Write a packet; raise BuildError when a value does not fit its field."""
    return build_as(pdu, version, pdu.Sequence_Id)


def build_as(pdu: Pdu, version: Version, sequence: int) -> bytes:
    """Write a packet under another sequence number: a session numbers what its owner prepared."""
    command_id, write = WRITERS[version][type(pdu)]
    body = write(pdu)
    return HEADER.pack(HEADER.size + len(body), command_id, sequence) + body


class Reader(Frames):
    """The receiving end of one connection. `version` is the layout agreed on and may change after the login."""

    def __init__(self, version: Version = Version.V30, *, octets_max: int = PACKET_OCTETS_MAX) -> None:
        super().__init__(self._read_or_fault, header_octets=HEADER.size, octets_max=octets_max)
        self.version = version

    def _read_or_fault(self, packet: bytes) -> Event:
        try:
            return _read(packet, STRICT[self.version])
        except PduFaultError as fault:
            return self._read_leniently(packet, fault)

    def _read_leniently(self, packet: bytes, fault: PduFaultError) -> Event:
        _length, command_id, sequence = HEADER.unpack_from(packet)
        for reader in LENIENT[self.version].get(command_id, ()):
            try:
                pdu: Pdu = reader.read(packet, HEADER.size, sequence)
            except PduFaultError:
                continue
            return pdu
        return PduFault(command_id, sequence, fault.fault, fault.field, packet)


class Wire(Reader):
    """Both directions of one connection in the version agreed on."""

    def build(self, pdu: Pdu, sequence: int) -> bytes:
        """Write a packet under a sequence number."""
        return build_as(pdu, self.version, sequence)
