"""MsgID (SMGP): ten octets of BCD: gateway (6 digits), MMDDHHMM, sequence (6 digits). Opaque when it comes from a peer."""

from datetime import datetime

OCTETS = 10
SEQUENCES = 1_000_000


def pack(gateway: int, local: datetime, sequence: int) -> bytes:
    """Put a MsgID together."""
    return bytes.fromhex(f"{gateway:06d}{local:%m%d%H%M}{sequence:06d}")


def nth(octets: bytes, index: int) -> bytes:
    """The MsgID of number `index` of a mass submit: the last six digits count on and wrap; what is not BCD stays as it is."""
    digits = octets.hex()
    if not digits[-6:].isdecimal():
        return octets
    return bytes.fromhex(f"{digits[:-6]}{(int(digits[-6:]) + index) % SEQUENCES:06d}")


class MsgIds:
    """The MsgIDs one gateway gives."""

    def __init__(self, gateway: int, sequence: int = 0) -> None:
        self._gateway = gateway
        self._sequence = sequence

    def take(self, local: datetime, count: int = 1) -> bytes:
        """The first of `count` fresh MsgIDs; a million a minute before one comes again."""
        at, self._sequence = self._sequence, (self._sequence + count) % SEQUENCES
        return pack(self._gateway, local, at)
