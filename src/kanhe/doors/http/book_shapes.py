"""Refusals, consents, what people wrote, what it came to: the words of their endpoints."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from kanhe.domain.category import Category
from kanhe.doors.http.limits import PAGE
from kanhe.doors.http.shapes import Id, Instant, Name, Page, Remark, Written
from kanhe.records.imports import Imported

SheetName = Annotated[
    str, Meta(pattern=r"(?i)^[^/\\]{1,100}\.(csv|xlsx)$", description="the file's name: .csv or .xlsx")
]
# Where the page before ended: `<number>-<id>`.
Cursor = Annotated[str, Meta(pattern=r"^[0-9]{1,15}-[0-9]{1,19}$")]


# How far a record of the account reaches: one of its senders, the entity behind one (a person's refusal), all it sends.
Scope = Literal["sender", "entity", "account"]


class SuppressionBody(Struct, forbid_unknown_fields=True):
    """A number that is not written to: by the account's own wish, or (scope `entity`) because the person refused."""

    to: Written
    scope: Scope = "account"
    sender: Name | None = None  # of scope `sender` and `entity`
    categories: Annotated[list[Category], Meta(min_length=1)] | None = None  # none: all
    program: Name | None = None
    at: Instant | None = None  # when the person said so; none: now
    source: Name | None = None  # letter, telephone, shop ...
    note: Annotated[str, Meta(max_length=255)] | None = None


class SuppressionView(Struct, frozen=True, omit_defaults=True):
    """A refusal of a number: by the account (level `account`) or by the recipient (level `sender`)."""

    id: str
    to: str
    at: str
    level: str
    scope: str
    categories: Sequence[str]
    clarity: str
    sender: str | None = None
    entity: str | None = None
    program: str | None = None
    source: str | None = None
    note: str | None = None
    account: str | None = None
    lifted_at: str | None = None
    lifted_by: str | None = None
    lifted_why: str | None = None


class SuppressionSheetQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """What is handed in, and whose refusals they are."""

    name: SheetName
    scope: Scope = "account"
    sender: Name | None = None
    zone: Name | None = None  # of instants without an offset
    dry_run: bool = False


class MistakeView(Struct, frozen=True):
    """What is wrong with one cell."""

    row: int
    column: str
    wrong: str
    expected: str


class ImportView(Struct, frozen=True):
    """What an import did: all rows, or none and every mistake."""

    rows: int
    imported: int
    mistakes: Sequence[MistakeView]


def import_view(done: Imported) -> ImportView:
    """What an import did, as the API says it."""
    mistakes = [MistakeView(one.row, one.column, one.wrong, one.expected) for one in done.mistakes]
    return ImportView(done.rows, done.imported, mistakes)


class Suppressions(Struct, frozen=True):
    """One page, in the order of numbers. It may be short; follow `next` until it is null."""

    suppressions: Sequence[SuppressionView]
    next: str | None


class BookQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """One number, or a page of all."""

    to: Written | None = None
    after: Cursor | None = None
    limit: Page = PAGE


class NumberQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """The number that a record is about."""

    to: Written


class LiftQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """The number that a refusal is about, and why it is taken back."""

    to: Written
    why: Remark = ""


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
