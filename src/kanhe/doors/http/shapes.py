"""The words of the API: what it takes and what it gives. `/openapi.json` is made from these."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from kanhe.domain.category import Category
from kanhe.domain.state import State
from kanhe.domain.verdict import Change, Outcome
from kanhe.doors.http.limits import PAGE, PAGE_MAX
from kanhe.gate.explain import Explained
from kanhe.records.reviews import REASON_CHARS_MAX

Instant = Annotated[datetime, Meta(tz=True, description="RFC 3339 with an offset")]
Written = Annotated[
    str, Meta(min_length=1, max_length=64, description="a number with its country, in any written form")
]
Name = Annotated[str, Meta(min_length=1, max_length=128)]
Page = Annotated[int, Meta(ge=1, le=PAGE_MAX)]
Id = Annotated[int, Meta(ge=0, le=(1 << 63) - 1, description="the cursor `next` of the page before")]
AccountId = Annotated[int, Meta(ge=1, le=(1 << 63) - 1)]
# Why somebody does something: must be said; may be said.
Reason = Annotated[str, Meta(min_length=1, max_length=REASON_CHARS_MAX)]
Remark = Annotated[str, Meta(max_length=REASON_CHARS_MAX)]
StateWord = Literal[
    "accepted", "deferred", "parked", "held", "due", "claimed", "in_doubt",
    "submitted", "delivered", "undelivered", "expired", "cancelled", "refused",
]  # fmt: skip
assert set(get_args(StateWord)) == {state.word for state in State}

# --- what both directions use ---


class Sentence(Struct, frozen=True):
    """A sentence in both languages."""

    en: str
    zh: str


class Problem(Struct, frozen=True, omit_defaults=True):
    """RFC 9457, with our reason code, both languages, and the findings when the gate refused."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    what: Sentence
    next: Sentence
    field: str | None = None
    id: str | None = None
    findings: Sequence[Explained] = ()


# --- messages ---


class MessageBody(Struct, forbid_unknown_fields=True):
    """A message as its sender writes it."""

    to: Written
    text: str = ""
    sender: Name | None = None
    category: Category | None = None
    ref: Annotated[str, Meta(max_length=255)] | None = None
    at: Instant | None = None
    validity_s: int | None = None
    template: Name | None = None
    params: dict[str, str] | None = None
    program: Name | None = None
    subject: Name | None = None
    requested_at: Instant | None = None


class BatchBody(Struct, forbid_unknown_fields=True):
    """Up to 1,000 messages under one idempotency key."""

    messages: list[MessageBody]


class Accepted(Struct, frozen=True, omit_defaults=True):
    """What became of a message that is on file."""

    id: str
    state: str
    verdict: str
    category: str
    segments: int
    price_micro: int
    ref: str | None = None
    not_before: str | None = None
    text: str | None = None  # the final text when the gate changed it
    changes: Sequence[Change] = ()
    findings: Sequence[Explained] = ()  # what decided, unless it is a plain allow
    test: bool = False


class BatchAnswer(Struct, frozen=True, omit_defaults=True):
    """One message of a batch: on file, or a problem, with the status it would have had alone."""

    status: int
    message: Accepted | None = None
    problem: Problem | None = None


class BatchAnswers(Struct, frozen=True):
    """One answer a message, in their order."""

    answers: Sequence[BatchAnswer]


class StepView(Struct, frozen=True, omit_defaults=True):
    """One step of a message's trail."""

    at: str
    what: str
    where: str | None = None
    code: str | None = None
    said: str | None = None


class UnansweredView(Struct, frozen=True):
    """A carrier was written to and has not answered. The message may have arrived; no second copy goes on a guess."""

    since: str
    segments: Sequence[int]  # counted from one
    sent_again: bool  # it has had its one second submit
    until: str  # its receipt settles it; without one it ends as expired at this time


class MessageView(Struct, frozen=True, omit_defaults=True):
    """A message as it stands."""

    id: str
    state: str
    to: str
    text: str
    sender: str
    category: str
    verdict: str
    segments: int
    price_micro: int
    accepted_at: str
    expires_at: str
    declared_category: str
    ref: str | None = None
    at: str | None = None
    due: str | None = None
    template: str | None = None
    final_text: str | None = None
    route: str | None = None
    error: str | None = None
    test: bool = False
    in_doubt: UnansweredView | None = None
    trail: Sequence[StepView] = ()


class Messages(Struct, frozen=True):
    """One page; `next` is the cursor of the one after, null at the end."""

    messages: Sequence[MessageView]
    next: str | None


class ExplanationView(Struct, frozen=True, omit_defaults=True):
    """Why a message may go, must wait, or may not go: what decided first, then by weight."""

    message: str
    outcome: Outcome
    category: str
    declared: str
    pack_digest: str
    valid_until: str
    findings: Sequence[Explained]
    not_before: str | None = None
    route: str | None = None
    changes: Sequence[Change] = ()
    text: str | None = None  # the final text when the gate changed it


class Shorter(Struct, frozen=True):
    """The same text with typographic characters in their GSM 7 forms: what it would save where nobody lets the gate change it."""

    text: str
    segments: int
    price_micro: int


class CheckAnswer(Struct, frozen=True, omit_defaults=True):
    """What would become of a message that is not sent."""

    would: str
    segments: int
    price_micro: int
    shorter: Shorter | None = None
    explanation: ExplanationView | None = None
    problem: Problem | None = None


class MessagesQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Filters of a list of messages."""

    state: StateWord | None = None
    category: Category | None = None
    sender: str | None = None
    to: Written | None = None
    since: Instant | None = None
    until: Instant | None = None
    before: Id | None = None
    limit: Page = PAGE
