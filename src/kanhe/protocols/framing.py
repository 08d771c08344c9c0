"""Cutting a stream into packets that begin with their own length in four octets, as CMPP, SGIP and SMGP do.

Two kinds of fault: a packet that does not follow its layout becomes a `PduFault` event, which a session may answer; a length that
cannot be means that the boundary is lost, and breaks the stream for good.
"""

from collections.abc import Callable
from struct import Struct
from typing import Any

import msgspec

from kanhe.protocols.layout import Fault, PduFaultError

LENGTH = Struct(">I")
LENGTH_OCTETS = LENGTH.size


class PduFault(msgspec.Struct, frozen=True, gc=False):
    """A whole packet that could not be read: which command, which fault, at which field."""

    command_id: int
    sequence: Any
    fault: Fault
    field: str
    packet: bytes


class StreamBrokenError(Exception):
    """The packet boundary is lost. `events` were read before it; close the link."""

    def __init__(self, fault: Fault, events: list[Any]) -> None:
        super().__init__(str(fault))
        self.fault = fault
        self.events = events


Decode = Callable[[bytes], Any]


class Frames:
    """The receiving end of one connection: cuts its octets into packets and gives what `decode` makes of each."""

    def __init__(self, decode: Decode, *, header_octets: int, octets_max: int) -> None:
        self._decode = decode
        self._header_octets = header_octets
        self._octets_max = octets_max
        self._held = b""
        self._broken: Fault | None = None

    @property
    def waiting(self) -> int:
        """How many octets of an unfinished packet are held."""
        return len(self._held)

    def feed(self, data: bytes) -> list[Any]:
        """Take octets in any cut and give the packets they complete; raise StreamBrokenError when the boundary is lost."""
        decode = self._decode
        events: list[Any] = []
        held = self._held + data if self._held else bytes(data)
        at, size, least, most = 0, len(held), self._header_octets, self._octets_max
        while size - at >= LENGTH_OCTETS and not self._broken:
            (length,) = LENGTH.unpack_from(held, at)
            if not least <= length <= most:
                self._broken = Fault.LENGTH_BELOW_HEADER if length < least else Fault.LENGTH_BEYOND_DATA
            elif (end := at + length) <= size:
                events.append(decode(held[at:end]))
                at = end
            else:
                break
        self._held = held[at:]
        if self._broken:
            self._held = b""
            raise StreamBrokenError(self._broken, events)
        return events


def check_single(packet: bytes, header_octets: int) -> None:
    """Refuse what is not exactly one packet: what a stream reader waits for or goes on with is a fault of a single read."""
    if len(packet) < header_octets:
        raise PduFaultError(Fault.SHORT_HEADER)
    length = int.from_bytes(packet[:LENGTH_OCTETS], "big")
    if length < header_octets:
        raise PduFaultError(Fault.LENGTH_BELOW_HEADER)
    if length > len(packet):
        raise PduFaultError(Fault.LENGTH_BEYOND_DATA)
    if length < len(packet):
        raise PduFaultError(Fault.TRAILING_BYTES_AFTER_PACKET)
