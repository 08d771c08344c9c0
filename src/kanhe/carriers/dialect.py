"""What a family of carrier protocols needs from a message and says of a receipt: all that `links.py` must know of it."""

import ssl
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from kanhe.carriers.listening import Called, Listening
from kanhe.dispatch.board import Sendable
from kanhe.kit.rng import Rng
from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.events import Inbound, Receipt
from kanhe.protocols.text.joining import Part


class Ways(NamedTuple):
    """How a carrier is reached, where that is not by plain links that we keep open."""

    tls: ssl.SSLContext | None = None
    tls_name: str | None = None
    for_work: bool = False  # links are opened when there is work, and close when there is none
    listening: Listening | None = None  # where the carrier connects to us
    called: Called | None = None  # where the carrier opens the links that we would open


class Dialect(Protocol):
    """What a family of protocols needs from a live message and says about a receipt."""

    @property
    def ways(self) -> Ways:
        """How the carrier is reached."""
        ...

    def endpoint(self, rng: Rng) -> ClientEndpoint:
        """The endpoint with this family's sessions."""
        ...

    def pdus(self, live: Sendable, segments: Sequence[int]) -> Sequence[object]:
        """The requests for these segments of a message, in order; the sequence stands in `Parcel.part`."""
        ...

    def octets(self, pdu: object) -> bytes:
        """A request as it goes over the wire."""
        ...

    def part(self, segment: Inbound) -> Part:
        """What a segment of a message from a person says."""
        ...

    def forms(self, receipt: Receipt) -> tuple[tuple[str, ...], int]:
        """(forms of the id in the order to try, the recipient's number) of a receipt."""
        ...
