"""What the inside asks of a link to a carrier, and what a link brings in."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from kanhe.protocols.link import Event


class InboundPart(msgspec.Struct, frozen=True):
    """One segment of a message from a person: octets, to be joined before they are decoded."""

    handle: object
    number: int
    to: str
    body: bytes
    alphabet: str  # gsm7, latin1, ascii, ucs2, gb18030, utf8
    at: int  # ms
    reference: int = 0
    total: int = 1
    part: int = 1


class Carrier(Protocol):
    """The link as receipts and inbound messages see it."""

    @property
    def name(self) -> str:
        """The connector's name."""
        ...

    def forms(self, receipt: object) -> tuple[tuple[str, ...], int]:
        """(forms of the carrier's id in the order to try, the recipient's number) of a receipt's reading."""
        ...

    def acknowledge(self, handles: Sequence[object]) -> None:
        """Answer receipts or inbound messages: the commit that keeps them is done."""
        ...


class Reports(Protocol):
    """Where a connector brings what its carrier says."""

    def report(self, carrier: Carrier, events: Sequence[Event]) -> None:
        """Responses, doubts and receipts."""
        ...

    def inbound(self, carrier: Carrier, parts: Sequence[InboundPart]) -> None:
        """Messages from people."""
        ...
