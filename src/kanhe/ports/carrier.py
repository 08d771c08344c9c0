"""What the inside asks of a link to a carrier, and what a link brings in."""

from collections.abc import Sequence
from typing import Protocol

from kanhe.domain.papers import Route
from kanhe.protocols.events import Event, Inbound
from kanhe.protocols.text.joining import Part
from kanhe.protocols.text.segments import Segments


class Carrier(Protocol):
    """The link as receipts and inbound messages see it."""

    @property
    def name(self) -> str:
        """The connector's name."""
        ...

    def keys(self, message_id: str) -> tuple[str, ...]:
        """Under which keys the id of a response is kept, so that its receipt meets it."""
        ...

    def forms(self, receipt: object) -> tuple[tuple[str, ...], int]:
        """(forms of the carrier's id in the order to try, the recipient's number) of a receipt's reading."""
        ...

    def acknowledge(self, handles: Sequence[object]) -> None:
        """Answer receipts or inbound messages: the commit that keeps them is done."""
        ...


class Bringer(Carrier, Protocol):
    """A link that brings messages from people."""

    def part(self, segment: Inbound) -> Part:
        """What a segment says, its number as we write it."""
        ...


class Cuts(Protocol):
    """How a text is cut on each route, and which sender ids it takes."""

    def count(self, text: str, route: Route) -> tuple[int, int]:
        """Segments: as they go over the wire, and as the price counts them."""
        ...

    def limit(self, sender: str, route: Route) -> str | None:
        """What a sender id would have to be there; None when it fits."""
        ...

    def preview(self, text: str, route: Route | None) -> Segments:
        """The segments that the handset shows."""
        ...


class Reports(Protocol):
    """Where a connector brings what its carrier says."""

    def report(self, carrier: Carrier, events: Sequence[Event]) -> None:
        """Responses, doubts and receipts."""
        ...

    def inbound(self, carrier: Bringer, segments: Sequence[Inbound]) -> None:
        """Segments of messages from people."""
        ...

    def note(self, name: str, events: Sequence[Event]) -> None:
        """What is to be seen of the links of a connector."""
        ...
