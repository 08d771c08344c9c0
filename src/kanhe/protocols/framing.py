"""Cutting a stream into packets that begin with their own length in four octets, as CMPP, SGIP and SMGP do.

Two kinds of fault: a packet that does not follow its layout becomes a `PduFault` event, which a session may answer; a length that
cannot be means that the boundary is lost, and breaks the stream for good.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from kanhe.protocols.layout import Fault, PduFaultError

LENGTH_OCTETS = 4


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
    """Cuts one connection's octets into packets and gives what `decode` makes of each."""

    def __init__(self, *, header_octets: int, octets_max: int) -> None:
        self._header_octets = header_octets
        self._octets_max = octets_max
        self._held = b""
        self._broken: Fault | None = None

    @property
    def waiting(self) -> int:
        """How many octets of an unfinished packet are held."""
        return len(self._held)

    def feed(self, data: bytes, decode: Decode) -> list[Any]:
        """Give the events of every packet that `data` completes, in order."""
        events: list[Any] = []
        held = self._held + data if self._held else bytes(data)
        at = 0
        while not self._broken and len(held) - at >= LENGTH_OCTETS:
            length = int.from_bytes(held[at : at + LENGTH_OCTETS], "big")
            self._broken = self._fault(length)
            if self._broken or at + length > len(held):
                break
            events.append(decode(held[at : at + length]))
            at += length
        self._held = held[at:]
        if self._broken:
            self._held = b""
            raise StreamBrokenError(self._broken, events)
        return events

    def _fault(self, length: int) -> Fault | None:
        if length < self._header_octets:
            return Fault.LENGTH_BELOW_HEADER
        return Fault.LENGTH_BEYOND_DATA if length > self._octets_max else None


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
