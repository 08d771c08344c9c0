"""What the journeys ask of the doors: somebody to answer, somebody to tell."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from kanhe.domain.category import Category
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.domain.verdict import Verdict


class Refusal(msgspec.Struct, frozen=True):
    """Why a draft became no message: a reason code of the API, with what it is about."""

    code: str
    detail: str
    field: str | None = None


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What a door says to its caller once the commit is done."""

    message: Message | None
    verdict: Verdict | None
    state: State | None
    segments: int = 0
    price: int = 0
    refusal: Refusal | None = None


class Origin(Protocol):
    """The end of a door that waits for answers: one session, one HTTP server."""

    def answer(self, answers: Sequence[tuple[object, Answer]]) -> None:
        """Hand out answers of one batch: (the draft's handle, its answer)."""
        ...


class Draft(msgspec.Struct, gc=False):
    """A submission's message before it is a message: as the caller wrote it."""

    origin: Origin
    handle: object
    account: int
    to: str | int  # any written form with a country, or E.164 digits
    text: str
    sender: str
    category: Category
    live: bool = True
    door: str = "http"
    ref: str | None = None
    template: str | None = None
    params: dict[str, str] | None = None
    at: int | None = None
    validity_s: int | None = None
    program: str | None = None
    subject: str | None = None
    requested_at: int | None = None
    receipt_wanted: bool = True
    key: str | None = None  # idempotency: what makes a repeat of this draft a repeat


class News(msgspec.Struct, frozen=True, gc=False):
    """A final state that its sender is to be told."""

    message: Message
    state: State
    at: int
    code: str  # the carrier's own code


class Teller(Protocol):
    """Who brings news to an account: the SMPP door, the webhooks."""

    def tell(self, news: Sequence[News]) -> None:
        """Bring `news` to their senders; says nothing back: it reports what was taken by itself."""
        ...
