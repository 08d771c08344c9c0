"""Papers: the words of their endpoints. What an account writes in them stands in `records.contents`."""

from collections.abc import Sequence
from typing import Literal, get_args

from msgspec import Raw, Struct

from kanhe.doors.http.limits import PAGE
from kanhe.doors.http.shapes import AccountId, Id, Name, Page, Reason, Remark
from kanhe.law.words import vocabulary
from kanhe.records.contents import Day
from kanhe.records.kinds import KINDS

KindWord = Literal["licence", "qualification", "agreement", "authority", "sender", "template"]
assert set(get_args(KindWord)) == set(KINDS)
StatusWord = Literal["active", "pending", "refused", "expired", "none"]
assert set(get_args(StatusWord)) == set(vocabulary().allowed("registration_status"))


class PaperVersion(Struct, frozen=True):
    """What a paper said from one filing to the next."""

    version: int
    state: str
    at: str
    by: str
    content: Raw
    why: str
    valid_to: str | None


class PaperDocument(Struct, frozen=True):
    """A document that proves a version."""

    digest: str  # SHA-256 of its octets
    version: int
    role: str
    name: str
    media: str
    octets: int
    at: str
    by: str


class PaperDone(Struct, frozen=True):
    """Who did what to a paper, when and why."""

    at: str
    by: str
    act: str
    version: int
    reason: str


class PaperView(Struct, frozen=True):
    """A paper: its newest version, the one in force, and what is still to come."""

    id: str
    kind: str
    account: str | None  # none: the operator's own
    key: str
    state: str
    newest: PaperVersion
    in_force: int | None  # the version
    days_left: int | None  # of it: 0 is its last day
    missing: Sequence[str]  # documents
    blocks: Sequence[str]  # reasons of the gate without it


class FilingView(Struct, frozen=True):
    """How far a filing has come: with a registry as a whole (no carrier), or with one carrier."""

    registry: str
    carrier: str | None
    status: str
    since: str | None  # the day on which they said so


class PaperWhole(Struct, frozen=True):
    """A paper with its documents, its history, and its filings with registries and carriers."""

    paper: PaperView
    documents: Sequence[PaperDocument]
    history: Sequence[PaperDone]
    filings: Sequence[FilingView]


class FilingBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What a registry or carrier says of a sender or template; without a day, today."""

    registry: Name
    status: StatusWord
    carrier: Name | None = None
    since: Day | None = None


class PaperList(Struct, frozen=True):
    """One page, oldest first."""

    papers: Sequence[PaperView]
    next: str | None


class PaperVersions(Struct, frozen=True):
    """All versions, newest first."""

    versions: Sequence[PaperVersion]


class PaperDocuments(Struct, frozen=True):
    """All documents, newest first."""

    documents: Sequence[PaperDocument]


class PaperQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """A page of papers."""

    after: Id | None = None
    limit: Page = PAGE


class AnyPaperQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """A page of the papers of all accounts, or of one, of all kinds or of one."""

    kind: KindWord | None = None
    account: AccountId | None = None
    after: Id | None = None
    limit: Page = PAGE


class ReasonQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Why an operator does it to somebody's paper: must be said; written into the history."""

    why: Reason


class WhyQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Why an account does it to its own paper: may be said; written into the history."""

    why: Remark = ""


class DocumentQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """What a document proves, and its name."""

    role: Name
    name: Name = "document"
