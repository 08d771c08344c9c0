"""The 12-octet Sequence Number of SGIP: source node, MMDDhhmmss, counter. A Submit's is its message id, so it must never come again."""

import struct
from datetime import datetime

from kanhe.protocols.exchange.digest import timestamp_of
from kanhe.protocols.sgip.pdus import Sequence

PACKED = struct.Struct(">III")
COUNTERS = 1 << 32


def pack(sequence: Sequence) -> bytes:
    """Twelve octets, as in Report's SubmitSequenceNumber."""
    return PACKED.pack(*sequence)


def unpack(octets: bytes) -> Sequence:
    """Take the twelve octets apart."""
    node, at, counter = PACKED.unpack(octets)
    return node, at, counter


class Sequences:
    """The sequences of one node.

    `counter` starts where the last process ended, or at a random value: a restart within one second must not begin again.
    """

    def __init__(self, node: int, counter: int) -> None:
        self._node = node
        self._counter = counter % COUNTERS

    def take(self, local: datetime) -> Sequence:
        """One fresh sequence."""
        at, self._counter = self._counter, (self._counter + 1) % COUNTERS
        return self._node, timestamp_of(local), at
