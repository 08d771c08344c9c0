"""Msg_Id (8.4.3): 64 bits of month, day, hour, minute, second, gateway code and sequence; one for each number of a submit."""

from datetime import datetime
from typing import NamedTuple

OCTETS = 8

# Bits from the highest: 64-61, 60-56, 55-51, 50-45, 44-39, 38-17, 16-1.
BITS = {"month": 4, "day": 5, "hour": 5, "minute": 6, "second": 6, "gateway": 22, "sequence": 16}
SEQUENCES = 1 << BITS["sequence"]


class MsgId(NamedTuple):
    """The parts of a Msg_Id."""

    month: int
    day: int
    hour: int
    minute: int
    second: int
    gateway: int
    sequence: int

    def __str__(self) -> str:
        """MMDDhhmmss, seven digits of gateway, five of sequence: the form SMSGate prints; there is no common one."""
        return (
            f"{self.month:02d}{self.day:02d}{self.hour:02d}{self.minute:02d}{self.second:02d}"
            f"{self.gateway:07d}{self.sequence:05d}"
        )


def unpack(octets: bytes) -> MsgId:
    """Take a Msg_Id apart; carriers put other things there too, so the parts may be no date."""
    rest = int.from_bytes(octets, "big")
    parts = []
    for bits in reversed(BITS.values()):
        parts.append(rest & ((1 << bits) - 1))
        rest >>= bits
    return MsgId(*reversed(parts))


def pack(parts: MsgId) -> bytes:
    """Put a Msg_Id together."""
    number = 0
    for value, bits in zip(parts, BITS.values(), strict=True):
        assert 0 <= value < 1 << bits, "a part fits its bits"
        number = number << bits | value
    return number.to_bytes(OCTETS, "big")


def nth(octets: bytes, index: int) -> bytes:
    """The Msg_Id of number `index` of a mass submit: the sequence counts on and wraps to 0."""
    number = int.from_bytes(octets, "big")
    sequence = (number + index) % SEQUENCES
    return (number - number % SEQUENCES + sequence).to_bytes(OCTETS, "big")


class MsgIds:
    """The Msg_Ids one gateway gives."""

    def __init__(self, gateway: int, sequence: int = 0) -> None:
        self._gateway = gateway
        self._sequence = sequence

    def take(self, local: datetime, count: int = 1) -> bytes:
        """The first of `count` fresh Msg_Ids; 65,536 a second before one comes again."""
        at, self._sequence = self._sequence, (self._sequence + count) % SEQUENCES
        return pack(MsgId(local.month, local.day, local.hour, local.minute, local.second, self._gateway, at))
