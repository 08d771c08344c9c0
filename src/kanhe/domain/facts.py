"""What the gate is told: plain facts, gathered once per batch under one snapshot. `judge` sees nothing else and has no clock.

The vocabulary is that of the rule packs. Absent = known to be absent; a fact whose book did not answer stands in `unknown`.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from kanhe.domain.category import Category
from kanhe.domain.papers import NOTHING, Account, Operator, Route, Sender, Template


class Recipient(msgspec.Struct, frozen=True, cache_hash=True):
    """What the number plan says of a number; shared by all numbers of one prefix."""

    country: str | None  # ISO 3166, None = no such country code
    regions: tuple[str, ...] = ()  # ISO 3166-2; empty = not known
    zones: tuple[str, ...] = ()  # IANA zones the number may lie in
    kind: str = "individual"  # or corporate


class TextFacts(msgspec.Struct, frozen=True, cache_hash=True):
    """What the content engine found in one distinct text."""

    promotional: bool = False
    shows: frozenset[str] = NOTHING
    states: frozenset[str] = NOTHING
    optout_forms: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    content: frozenset[str] = NOTHING
    alert: frozenset[str] = NOTHING
    suggestion: str = "pass"  # pass, review, block: the content engine's own proposal
    labels: tuple[str, ...] = ()  # label:rule pairs of the content engine, for the explanation
    promotion: tuple[int, int] | None = None  # where the text promotes: from this character up to that one


class Consent(msgspec.Struct, frozen=True, gc=False):
    """The standing consent of a number to a sender, or a ground on file of it."""

    id: int
    status: str  # active, withdrawn, superseded
    entity: str | None
    categories: frozenset[str]
    method: str
    captured_at: int  # ms
    proof_fields: frozenset[str] = NOTHING
    review: str = "none"
    states: frozenset[str] = NOTHING
    expires_at: int | None = None
    reconfirmed_at: int | None = None
    frequency: tuple[int, str] | None = None  # (max, day | week | month)
    sent_in_period: int = 0
    channel: str | None = None
    proof: str | None = None  # SHA-256 and name of the document that proves it
    lot: int | None = None  # with what else it was handed in: the lot's review is its own
    inbound: int | None = None  # the message from the person that proves it
    ended_at: int | None = None  # ms: withdrawn
    ended_by: str | None = None  # by what channel
    ended_inbound: int | None = None  # the message from the person that ended it
    # No consent, but what stands in its place (`law/grounds.yaml`): it arose at `captured_at`.
    ground: str | None = None
    terms: Mapping[str, str] = {}  # of the ground: sale, goods, refusal_offered ...
    ended_why: str | None = None  # in the words of whoever noted it


class Suppression(msgspec.Struct, frozen=True, gc=False):
    """A refusal or block that names a number."""

    id: int
    at: int  # ms
    level: str  # sender, account, platform, all_senders
    entity: str | None = None
    account: int | None = None
    categories: frozenset[str] = frozenset({"all"})
    program: str | None = None
    clarity: str = "keyword"  # keyword, clear, doubtful
    text: str | None = None
    sender: str | None = None  # of an account's own block: this sender alone
    source: str | None = None  # where it came from: reply, api, import, operator ...


class Sent(msgspec.Struct, frozen=True, gc=False):
    """An earlier send to a number, as caps count it."""

    at: int  # ms
    category: Category
    account: int
    entity: str | None = None
    signature: str | None = None
    template: str | None = None
    subject: str | None = None
    message: int = 0


class Asked(msgspec.Struct, frozen=True, gc=False):
    """An earlier consent request to a number."""

    at: int  # ms
    answer: str | None = None


class Reviewed(msgspec.Struct, frozen=True, gc=False):
    """What people decided of a message that was held."""

    review: int  # id of the item in the queue: who and why stand there, and in an entry of the ledger
    released: bool


# What only an authority with its mandate proves, never a paper of a sender or an account.
OF_POWER = frozenset({"issuer_is_authority", "acts_for_authority", "second_person_approved", "health_or_safety_danger"})


class Power(NamedTuple):
    """By whose power a message of an authority goes."""

    paper: int  # revision of the authority's paper
    until: int  # ms: the end of its last day
    proofs: frozenset[str]  # what that proves


class DncAnswer(msgspec.Struct, frozen=True, gc=False):
    """What an imported do-not-call register says of a number."""

    listed: bool
    checked_at: int  # ms


class Wants(msgspec.Struct, frozen=True):
    """What the gate must be told about a batch, as questions to the books (each asked once)."""

    consents: frozenset[tuple[int, int]] = frozenset()  # (account, number)
    suppressions: frozenset[int] = frozenset()  # numbers
    history: frozenset[int] = frozenset()  # numbers
    requests: frozenset[tuple[int, int]] = frozenset()  # (account, number)
    dnc: frozenset[tuple[str, int]] = frozenset()  # (register, number)
    history_since: int = 0  # ms: the longest cap window looks no further back
    by_sender: frozenset[tuple[int, str]] = frozenset()  # (account, sender): sends to all numbers, for caps of a sender


class Facts(msgspec.Struct, frozen=True):
    """The answers: one snapshot for one batch."""

    now: int  # ms: the moment that is judged
    operator: Operator
    accounts: Mapping[int, Account]
    senders: Mapping[tuple[int, str], Sender]
    templates: Mapping[tuple[int, str], Template]
    recipients: Mapping[int, Recipient]
    routes: Mapping[tuple[int, str | None], Sequence[Route]]  # (account, country) -> candidates in order of preference
    texts: Mapping[str, TextFacts]
    consents: Mapping[tuple[int, int], Sequence[Consent]] = {}
    suppressions: Mapping[int, Sequence[Suppression]] = {}
    history: Mapping[int, Sequence[Sent]] = {}
    requests: Mapping[tuple[int, int], Sequence[Asked]] = {}
    dnc: Mapping[tuple[str, int], DncAnswer] = {}
    by_sender: Mapping[tuple[int, str], Sequence[Sent]] = {}  # (account, sender) -> its sends to all numbers
    proofs: Mapping[int, frozenset[str]] = {}  # message id -> proofs that hold for this message alone
    powers: Mapping[int, Power] = {}  # message id -> by whose power it goes, and what that proves
    categories: Mapping[int, Category] = {}  # message id -> category that an earlier step settled
    reviewed: Mapping[int, Reviewed] = {}  # message id -> the decision of reviewers
    unknown: frozenset[str] = NOTHING
    revision: int = 0  # the store's revision of the books this snapshot saw
