"""What a family of protocols must say so that one simulated carrier can speak it."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from kanhe.protocols.exchange.local import Wall
from kanhe.protocols.server import NewDoorSession
from kanhe.protocols.text.joining import Part
from kanhe.sim.behaviour import Answer


class Taken(NamedTuple):
    """A submission as the carrier sees it: its first recipient's part, all recipients, and whether it wants a receipt."""

    part: Part
    recipients: Sequence[str]
    receipt: bool


class Ids(NamedTuple):
    """The id of a submission in the answer, and in the receipt of its first recipient."""

    answer: str
    receipt: str


class Dialect(Protocol):
    """One family."""

    def sessions(self, wall: Wall, receipt_window: int) -> NewDoorSession:
        """The carrier's side of a connection."""
        ...

    def read(self, pdu: Any) -> Taken:
        """What a submission says."""
        ...

    def ids(self, pdu: Any, number: int, hex_ids: bool) -> Ids:
        """How the carrier writes the id of its message `number`."""
        ...

    def nth(self, receipt_id: str, index: int) -> str:
        """The id in the receipt of recipient `index` of one submission."""
        ...

    def status(self, answer: Answer) -> int:
        """The wire's number for a refusal."""
        ...

    def stray(self, session: Any, pdu: Any) -> None:
        """Write an answer nobody asked for."""
        ...
