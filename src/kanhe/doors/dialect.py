"""What a family of carrier protocols says and how it refuses: all that `links.py` must know of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

from msgspec import Struct

from kanhe.domain.papers import Credential as Paper
from kanhe.doors.calling import Calling
from kanhe.doors.credentials import CredentialBook
from kanhe.doors.customers import Customer
from kanhe.ports.door import Answer, Draft, Refusal
from kanhe.protocols.events import Event
from kanhe.protocols.server import ServerEndpoint
from kanhe.protocols.settings import Credential as Login
from kanhe.protocols.text.joining import Part
from kanhe.world import World

Hear: TypeAlias = Callable[[Sequence[Event]], None]


class Said(Struct, frozen=True, gc=False):
    """What a submission says, whatever its family: one draft a number, all under one answer."""

    part: Part
    numbers: Sequence[str | int]
    draft: Draft  # for the first number; its text is filled in when the last segment is here
    reference: int | None = None  # by which its customer may repeat it


Partly: TypeAlias = Callable[[object, str, Mapping[int, Answer]], object]
"""(submission, its name, what was refused by place) -> the answer."""


CallingOf: TypeAlias = Callable[[Paper, Login], Calling | None]
"""(paper, what it logs in with) -> where it is called, if it is."""


class Dialect(Protocol):
    """What a family of protocols says and how it refuses."""

    kind: str  # of credentials, and the first half of `Message.door`
    full: int  # the wire's number for "come back later"

    def endpoint(self, credentials: CredentialBook, hear: Hear) -> ServerEndpoint:
        """The endpoint with this family's sessions; what it hears beside them goes to `hear`."""
        ...

    def read(self, pdu: object, credential: Paper, world: World) -> Said | Refusal:
        """What a submission says."""
        ...

    def names(self, message: int, ref: str | None) -> Sequence[str]:
        """How a customer knows a message: the id in its answer, and one for each receipt of it."""
        ...

    def ref(self, place: int, numbers: int, ref: str | None) -> str | None:
        """How a customer knows the message for the number at `place` of a submission that it knows as `ref`."""
        ...

    @property
    def partly(self) -> Partly | None:
        """How an answer names the numbers that were refused while others were taken; None: receipts tell it."""
        ...

    @property
    def calling(self) -> CallingOf | None:
        """Where customers are called that are owed something and are not here; None: all of them are waited for."""
        ...

    def status(self, answer: Answer) -> int:
        """The wire's number for a refusal."""
        ...

    async def reply(self, asked: object, customer: Customer) -> object:
        """The answer to what is no submission: a PDU, or a status to refuse it with."""
        ...
