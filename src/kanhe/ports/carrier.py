"""What dispatch asks of a connector to a carrier."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from kanhe.domain.message import Message


class Outgoing(msgspec.Struct, frozen=True, gc=False):
    """One message on its way to a carrier."""

    message: Message
    text: str  # final text
    sender: str  # final sender value
    segments: int
    reference: int = 0  # concatenation reference, when it has more than one segment
    only: tuple[int, ...] = ()  # segments to send again; empty = all


class CarrierResponse(msgspec.Struct, frozen=True, gc=False):
    """The carrier's answer to one segment. `status` 0 = accepted."""

    message: int
    segment: int
    status: int
    carrier_id: str
    action: str = "ok"  # action class of `protocols.states`: ok, throttle, retry, permanent, ... or `in_doubt`


class CarrierReceipt(msgspec.Struct, frozen=True, gc=False):
    """A receipt as the connector decoded it."""

    handle: object  # to acknowledge it by
    ids: tuple[str, ...]  # forms under which the id may be known, in the order to try
    number: int
    state: str  # one of `protocols.states`
    final: bool
    stat: str
    code: str
    at: int


class CarrierInbound(msgspec.Struct, frozen=True):
    """One part of a message from a person."""

    handle: object
    number: int
    to: str
    text: str
    at: int
    reference: int | None = None
    total: int = 1
    part: int = 1


class Connector(Protocol):
    """A link to one carrier, made of one or more sessions."""

    name: str

    def room(self) -> int:
        """How many more segments it takes now: window, shaping and health."""
        ...

    def submit(self, outgoing: Sequence[Outgoing]) -> None:
        """Write these messages; answers come to the `Reports` it was built with."""
        ...

    def acknowledge(self, handles: Sequence[object]) -> None:
        """Answer receipts or inbound messages: their commit is done."""
        ...


class Reports(Protocol):
    """Where a connector brings what carriers say."""

    def responses(self, connector: str, responses: Sequence[CarrierResponse]) -> None:
        """Answers to segments."""
        ...

    def receipts(self, connector: str, receipts: Sequence[CarrierReceipt]) -> None:
        """Receipts."""
        ...

    def inbound(self, connector: str, parts: Sequence[CarrierInbound]) -> None:
        """Messages from people."""
        ...

    def ready(self, connector: str) -> None:
        """The connector has room again."""
        ...
