"""Bytes to PDUs and back (3.4 sections 3 and 4): sans-IO, incremental, with a limit on everything.

reader = Reader()
for event in reader.feed(data):     # Pdu | PduFault; StreamBrokenError when the frame boundaries are lost
    ...
data = build(pdu)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from struct import Struct as Format
from typing import TypeAlias

from kanhe.protocols.smpp.compiled import HEADER, ReadBody, WritePdu, compile_reader, compile_writer
from kanhe.protocols.smpp.faults import Fault, PduFault, PduFaultError, StreamBrokenError
from kanhe.protocols.smpp.pdus import BY_ID, PDUS, RESPONSE_BIT, Pdu, SubmitMulti
from kanhe.protocols.smpp.strict import read_body

HEADER_OCTETS = 16

# A message_payload may be 64 K octets (5.3.2.32) and a frame a little more; anything longer is an attack or a lost boundary.
FRAME_OCTETS_MAX = 70_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reader lets a peer send. Passwords and system ids longer than the text allows are handed out by many carriers."""

    frame_octets_max: int = FRAME_OCTETS_MAX
    password_chars_max: int = 8
    system_id_chars_max: int = 15


Event: TypeAlias = Pdu | PduFault

DEFAULT_LIMITS = Limits()

WRITERS: dict[type[Pdu], WritePdu] = {pdu: compile_writer(pdu) for pdu in PDUS}


def build(pdu: Pdu) -> bytes:
    """The PDU as bytes; ValueError when a value does not fit its field."""
    return WRITERS[type(pdu)](pdu, pdu.sequence_number)


def build_as(pdu: Pdu, sequence_number: int) -> bytes:
    """The PDU as bytes under another sequence number: a session numbers what its owner prepared."""
    return WRITERS[type(pdu)](pdu, sequence_number)


def build_refusal(command_id: int, sequence_number: int, status: int) -> bytes:
    """The response of a command with an error, without body; generic_nack for a command that has no response (4.3)."""
    response = command_id | RESPONSE_BIT
    return HEADER.pack(HEADER_OCTETS, response if response in BY_ID else RESPONSE_BIT, status, sequence_number)


def build_acceptance(command_id: int, sequence_number: int, message_id: str) -> bytes:
    """The response of a submit_sm, submit_multi, data_sm or deliver_sm that was taken: the hot path of every session."""
    if not message_id and command_id != SubmitMulti.command_id:
        return UNNAMED.pack(UNNAMED.size, command_id | RESPONSE_BIT, 0, sequence_number)
    body = f"{message_id}{ACCEPTANCE_ENDS.get(command_id, NUL)}".encode("latin-1")
    return HEADER.pack(HEADER_OCTETS + len(body), command_id | RESPONSE_BIT, 0, sequence_number) + body


# A header and an empty message_id.
UNNAMED = Format(">IIIIx")
# What follows the message_id: its NUL, and for submit_multi a no_unsuccess of 0 (4.5.2).
NUL = "\0"
ACCEPTANCE_ENDS: dict[int, str] = {SubmitMulti.command_id: NUL + NUL}


@cache
def readers_for(limits: Limits) -> dict[int, ReadBody]:
    """The compiled readers of every command under these limits."""
    octets_max = _octets_max(limits)
    return {pdu.command_id: compile_reader(pdu, octets_max) for pdu in PDUS}


def _octets_max(limits: Limits) -> Mapping[str, int]:
    return {"password": limits.password_chars_max + 1, "system_id": limits.system_id_chars_max + 1}


class Reader:
    """Cuts a stream into PDUs. Bytes may come in any cut: the events are the same."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._readers = readers_for(limits)
        self._rest = bytearray()
        self._wanted = HEADER_OCTETS

    @property
    def waiting(self) -> bool:
        """True while a part of a frame is here and the rest is not."""
        return bool(self._rest)

    def feed(self, data: bytes) -> list[Event]:
        """The PDUs that are whole now."""
        if self._rest:
            self._rest += data
            if len(self._rest) < self._wanted:
                return []
            data = bytes(self._rest)
        events, used = self._cut(data)
        self._rest = bytearray(data[used:]) if used < len(data) else bytearray()
        return events

    def _cut(self, data: bytes) -> tuple[list[Event], int]:
        events: list[Event] = []
        text = data.decode("latin-1")
        at, size = 0, len(data)
        header, readers = HEADER.unpack_from, self._readers
        self._wanted = HEADER_OCTETS
        while size - at >= HEADER_OCTETS:
            length, command_id, status, sequence = header(data, at)
            if not HEADER_OCTETS <= length <= self._limits.frame_octets_max:
                raise StreamBrokenError(_length_fault(length), sequence, list(events))
            end = at + length
            if end > size:
                self._wanted = length
                break
            read = readers.get(command_id)
            pdu = read(data, text, at + HEADER_OCTETS, end, sequence, status) if read else None
            events.append(self._fault(data[at:end]) if pdu is None else pdu)
            at = end
        if HEADER_OCTETS > size - at >= 4:
            self._refuse_early(data[at : at + 4], events)
        return events, at

    def _fault(self, frame: bytes) -> PduFault:
        """Why a whole frame could not be read."""
        _, command_id, status, sequence = HEADER.unpack_from(frame)
        try:
            decode(frame, self._limits)
        except PduFaultError as error:
            return PduFault(command_id, sequence, status, error.fault, error.field)
        raise AssertionError(f"the fast reader refused what the strict one reads: {frame.hex()}")

    def _refuse_early(self, start: bytes, events: list[Event]) -> None:
        """A wrong length is known from four octets: no need to wait for the rest of the header."""
        length = int.from_bytes(start, "big")
        if not HEADER_OCTETS <= length <= self._limits.frame_octets_max:
            raise StreamBrokenError(_length_fault(length), 0, list(events))


def decode(frame: bytes, limits: Limits = DEFAULT_LIMITS) -> Pdu:
    """One read that should hold exactly one PDU, read strictly; PduFaultError names the first fault."""
    if len(frame) < HEADER_OCTETS:
        raise PduFaultError(Fault.SHORT_HEADER)
    length, command_id, status, sequence = HEADER.unpack_from(frame)
    if length < HEADER_OCTETS or length > min(len(frame), limits.frame_octets_max):
        raise PduFaultError(_length_fault(length))
    if length < len(frame):
        raise PduFaultError(Fault.TRAILING_BYTES_AFTER_PDU)
    if command_id not in BY_ID:
        raise PduFaultError(Fault.UNKNOWN_COMMAND_ID)
    pdu = BY_ID[command_id]
    return pdu(sequence, status, **read_body(pdu, frame, HEADER_OCTETS, length, status, _octets_max(limits)))


def _length_fault(length: int) -> Fault:
    return Fault.COMMAND_LENGTH_BELOW_16 if length < HEADER_OCTETS else Fault.COMMAND_LENGTH_BEYOND_DATA
