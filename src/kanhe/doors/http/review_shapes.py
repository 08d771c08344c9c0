"""The review queue: the words of its endpoints."""

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from kanhe.domain.review import Kind, Says
from kanhe.doors.http.book_shapes import Cursor
from kanhe.doors.http.limits import PAGE
from kanhe.doors.http.shapes import Name, Page


class ReviewQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which items: those that wait, the longest first, or those that are closed, the newest first."""

    state: Literal["open", "closed"] = "open"
    kind: Kind | None = None
    reason: Name = ""
    mine: bool = False
    after: Cursor | None = None
    limit: Page = PAGE


class DecisionBody(Struct, forbid_unknown_fields=True):
    """What a reviewer decides, and why. `label` says what a refused text is."""

    says: Says
    reason: Annotated[str, Meta(max_length=2000)]
    label: Name | None = None


class DecisionView(Struct, frozen=True):
    """One person's word; accounts are not told whose."""

    at: str
    by: str | None
    says: str
    reason: str
    label: str | None


class OpinionView(Struct, frozen=True):
    """What another made of the text, digits masked; it decides nothing."""

    at: str
    by: str  # aliyun, tencent, classifier
    doubts: bool
    labels: Sequence[str]


class ReviewView(Struct, frozen=True):
    """Something that waits for people, or did."""

    id: str
    kind: str
    subject: str
    account: str | None
    since: str
    waited_s: int
    closed_at: str | None
    outcome: str | None  # none while it is open, and of what ended by itself
    needs: int  # different persons for a release
    claimed_by: str | None
    claimed_until: str | None
    reasons: Sequence[str]
    labels: Sequence[str]
    opinion: OpinionView | None  # another's, where one was asked
    sender: str
    category: str
    text: str  # digits masked
    messages: int  # that wait, or that the decision moved
    decisions: Sequence[DecisionView]


class ReviewList(Struct, frozen=True):
    """One page."""

    reviews: Sequence[ReviewView]
    next: str | None
