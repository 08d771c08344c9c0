"""Refusals, consents, what people wrote, what it came to: the words of their endpoints."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from kanhe.domain.category import Category
from kanhe.doors.http.limits import PAGE
from kanhe.doors.http.shapes import Id, Instant, Name, Page, Written

Method = Literal["written", "express", "inferred", "oral"]
Words = Annotated[list[Name], Meta(max_length=32)]
# Where the page before ended: `<number>-<id>`.
Cursor = Annotated[str, Meta(pattern=r"^[0-9]{1,15}-[0-9]{1,19}$")]


class SuppressionBody(Struct, forbid_unknown_fields=True):
    """A number that the account will not write to."""

    to: Written
    categories: Annotated[list[Category], Meta(min_length=1)] | None = None  # none: all
    note: Annotated[str, Meta(max_length=255)] | None = None


class SuppressionView(Struct, frozen=True, omit_defaults=True):
    """A refusal of a number: by the account (`account`) or by the recipient (`sender`)."""

    id: str
    to: str
    at: str
    level: str
    categories: Sequence[str]
    clarity: str
    note: str | None = None


class Suppressions(Struct, frozen=True):
    """One page, in the order of numbers. It may be short; follow `next` until it is null."""

    suppressions: Sequence[SuppressionView]
    next: str | None


class ConsentBody(Struct, forbid_unknown_fields=True):
    """A consent that a recipient gave, with what proves it."""

    to: Written
    sender: Name
    categories: Annotated[list[Category], Meta(min_length=1)]
    method: Method
    captured_at: Instant
    proof_fields: Words = []
    states: Words = []
    expires_at: Instant | None = None
    channel: Name | None = None


class ConsentView(Struct, frozen=True, omit_defaults=True):
    """A consent on file."""

    id: str
    to: str
    status: str
    categories: Sequence[str]
    method: str
    captured_at: str
    review: str
    entity: str | None = None
    proof_fields: Sequence[str] = ()
    expires_at: str | None = None
    channel: str | None = None


class Consents(Struct, frozen=True):
    """One page, in the order of numbers."""

    consents: Sequence[ConsentView]
    next: str | None


class BookQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """One number, or a page of all."""

    to: Written | None = None
    after: Cursor | None = None
    limit: Page = PAGE


class NumberQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """The number that a record is about."""

    to: Written


class InboundView(Struct, frozen=True):
    """A message from a person, and what we took it for."""

    id: str
    number: str
    to: str
    text: str
    at: str
    act: str
    missing: int  # segments that never came; 0: the text is whole


class InboundMessages(Struct, frozen=True):
    """One page, newest first."""

    inbound: Sequence[InboundView]
    next: str | None


class PageQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """A page of a list."""

    before: Id | None = None
    limit: Page = PAGE


class UsageQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """A stretch of time, at most 31 days; the last 24 hours unless said otherwise."""

    since: Instant | None = None
    until: Instant | None = None


class Count(Struct, frozen=True):
    """How much of it there was."""

    messages: int
    segments: int


class Usage(Struct, frozen=True):
    """Money now; messages of the time asked for by state, those on their way as `accepted`."""

    balance_micro: int
    reserved_micro: int
    free_micro: int
    since: str
    until: str
    counts: Mapping[str, Count]
