"""Consents: the words of their endpoints."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from kanhe.domain.category import Category
from kanhe.doors.http.book_shapes import SheetName
from kanhe.doors.http.shapes import Instant, Name, Remark, Written
from kanhe.records.imports import METHODS

Method = Literal["written", "express", "inferred", "oral"]
assert set(get_args(Method)) == set(METHODS)
Words = Annotated[list[Name], Meta(max_length=32)]
Often = Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,3}/(day|week|month)$", description="at most so many: 4/month")]
Term = Annotated[str, Meta(min_length=1, max_length=200)]
Digest = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$", description="of a document handed in before")]


class ConsentBody(Struct, forbid_unknown_fields=True):
    """A consent that a recipient gave, with what proves it; or a ground: what is so of the recipient in the place of a consent."""

    to: Written
    sender: Name
    captured_at: Instant  # given; of a ground: when it arose
    # Needed of a consent; of a ground: marketing.
    categories: Annotated[list[Category], Meta(min_length=1)] | None = None
    method: Method | None = None  # needed of a consent
    ground: Name | None = None  # a word of law/grounds.yaml
    terms: Annotated[dict[Name, Term], Meta(max_length=16)] = {}  # what the ground needs
    proof_fields: Words = []
    states: Words = []
    expires_at: Instant | None = None
    reconfirmed_at: Instant | None = None
    frequency: Often | None = None
    channel: Name | None = None
    wording: Annotated[str, Meta(max_length=4000)] | None = None  # what the person was shown
    purposes: Words = []
    proof: Digest | None = None


class ConsentChange(Struct, forbid_unknown_fields=True):
    """The person was reminded of the consent and let it stand, or gave it again."""

    reconfirmed_at: Instant


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
    states: Sequence[str] = ()
    expires_at: str | None = None
    reconfirmed_at: str | None = None
    frequency: str | None = None
    channel: str | None = None
    wording: str | None = None
    purposes: Sequence[str] = ()
    proof: str | None = None
    inbound: str | None = None  # the message that proves it
    lot: str | None = None
    source: str | None = None
    review_reason: str | None = None
    ended_at: str | None = None
    ended_by: str | None = None  # by what channel
    ended_inbound: str | None = None  # the message that proves it
    ground: str | None = None  # no consent, but what stands in its place
    terms: Mapping[str, str] = {}
    ended_why: str | None = None


class WithdrawQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """The number that a consent is of; by what channel it was taken back, and in what words."""

    to: Written
    channel: Name = "api"  # letter, telephone, shop ...
    why: Remark | None = None


class Consents(Struct, frozen=True):
    """One page, in the order of numbers."""

    consents: Sequence[ConsentView]
    next: str | None


class SheetQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """What is handed in."""

    name: SheetName
    zone: Name | None = None  # of instants without an offset
    dry_run: bool = False


class DocumentView(Struct, frozen=True):
    """A document that proves consents."""

    digest: str
    octets: int
