"""What the journeys ask of the doors: somebody to answer, somebody to tell."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from kanhe.domain.category import Category
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.domain.verdict import Verdict
from kanhe.ports.change import Inbound, Job


class Refusal(msgspec.Struct, frozen=True):
    """Why a draft became no message: a reason code of the API, with what it is about."""

    code: str
    detail: str
    field: str | None = None


# What a loop met a fault of ours on; the operator is told.
BROKEN = Refusal("server.broken", "a fault of the platform; it is put down and its operator told")


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What a door says to its caller once the commit is done."""

    message: Message | None
    verdict: Verdict | None
    state: State | None
    segments: int = 0
    price: int = 0
    refusal: Refusal | None = None


class Draft(msgspec.Struct, gc=False):
    """A message before it is one: as its caller wrote it."""

    to: str | int  # any written form with a country, or E.164 digits
    text: str
    sender: str
    category: Category
    handle: object = None  # what its door knows it by
    ref: str | None = None
    template: str | None = None
    params: dict[str, str] | None = None
    at: int | None = None  # ms
    validity_s: int | None = None
    program: str | None = None
    subject: str | None = None
    requested_at: int | None = None
    receipt_wanted: bool = True


class Submission(msgspec.Struct, gc=False):
    """1..n drafts that came together and are answered together: an HTTP request, or what one read of a session brought."""

    origin: "Origin"
    account: int
    drafts: list[Draft]
    live: bool = True  # False: a test credential
    door: str = "http"
    handle: object = None
    key: str | None = None  # Idempotency-Key
    digest: bytes = b""  # of the body under that key


class Origin(Protocol):
    """The end of a door that waits for answers."""

    def answer(self, submission: Submission, answers: Sequence[Answer]) -> None:
        """The commit is done: tell the caller, one answer a draft in the drafts' order."""
        ...

    def render(self, submission: Submission, answers: Sequence[Answer]) -> bytes:
        """The answer as it is kept under the submission's key."""
        ...


class News(msgspec.Struct, frozen=True, gc=False):
    """A final state that its sender is to be told."""

    message: Message
    state: State
    at: int
    code: str  # the carrier's own code
    segments: int = 0


class Teller(Protocol):
    """Who brings news to accounts: the SMPP door, the webhooks. It reports what was taken by itself."""

    def jobs(self, news: Sequence[News], inbound: Sequence[Inbound], now: int) -> Sequence[Job]:
        """What must be written in the commit of this news so that telling survives a crash."""
        ...

    def tell(self, news: Sequence[News], inbound: Sequence[Inbound]) -> None:
        """The commit is done: bring final states and inbound messages to their accounts."""
        ...
