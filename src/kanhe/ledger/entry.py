"""The entry: the octets that the tree commits to, one for each verdict or other act that must be provable.

An entry holds no number and no text. It holds the digest of the verdict's shape, the digest of the rule packs, and salted
commitments of recipient and body: each SHA-256(salt || value) under a salt of its own. The salts live beside the
message; with them one value can be opened without the other, and once they are erased the commitments tell nothing.
The layout is `docs/reference/ledger-format.md`.
"""

from collections.abc import Sequence
from enum import IntEnum
from hashlib import sha256
from struct import Struct
from typing import NamedTuple

import msgspec

from kanhe.domain.message import Message
from kanhe.domain.verdict import Outcome, Verdict
from kanhe.ledger.errors import EntryError

VERSION = 1
DIGEST_OCTETS = 32

# 16 octets for each of the two commitments: 128 bits are out of reach of guessing, though numbers and codes are not.
SALT_OCTETS_EACH = 16
SALT_OCTETS = 2 * SALT_OCTETS_EACH

# Stands for "no value": a switch has no recipient. No value and salt can be found that hash to it.
NOTHING_COMMITTED = bytes(DIGEST_OCTETS)

# version, kind, outcome, message id, account id, instant in ms
_HEAD = Struct(">BBBQQQ")

# Rows of 64-bit integers of every length that a detail can hold.
_INTEGERS = [Struct(f">{count}q") for count in range(128 + 1)]

# Of a review: its id, and how many people decided.
_REVIEW = Struct(">QB")
_PERSON = Struct(">Q")
_LOT = Struct(">Q")

# The head and four digests.
ENTRY_OCTETS_MIN = _HEAD.size + 4 * DIGEST_OCTETS

# The packed facts of a verdict take tens of octets; an operator's reason for a switch a few hundred. A full bundle of
# 256 such entries stays below 300 kB.
DETAIL_OCTETS_MAX = 1024
ENTRY_OCTETS_MAX = ENTRY_OCTETS_MIN + DETAIL_OCTETS_MAX


class Kind(IntEnum):
    """What an entry puts down. The numbers are the wire form and never change."""

    VERDICT = 1
    SECOND_VERDICT = 2
    CLAIM_RELEASE = 3
    EXEMPTION = 4
    SWITCH = 5
    ERASURE = 6
    REVIEW = 7
    PACKS = 8
    CONSENT_REVIEW = 9


# The wire form of what was decided; the numbers never change. Nothing is decided by a switch or an erasure.
OUTCOME_CODES: dict[Outcome | None, int] = {
    None: 0,
    Outcome.ALLOW: 1,
    Outcome.AMEND: 2,
    Outcome.DEFER: 3,
    Outcome.HOLD: 4,
    Outcome.REFUSE: 5,
    Outcome.PARK: 6,
}
assert set(OUTCOME_CODES) == {None, *Outcome}


class Statement(msgspec.Struct, frozen=True, gc=False):
    """What an entry is to say, before its secrets are sealed."""

    kind: Kind
    outcome: Outcome | None
    message_id: int
    account_id: int
    instant_ms: int
    shape: bytes  # SHA-256 of the canonical text of the verdict's findings
    packs: bytes  # SHA-256 of the compiled rule packs
    salt: bytes = b""  # SALT_OCTETS from chance, kept beside the message
    recipient: int | None = None  # E.164 digits
    body: str | None = None
    detail: bytes = b""  # ids and instants, never numbers or bodies


class Entry(msgspec.Struct, frozen=True, gc=False):
    """What a stored entry says to those who hold no salt."""

    kind: Kind
    outcome: Outcome | None
    message_id: int
    account_id: int
    instant_ms: int
    shape: bytes
    packs: bytes
    recipient: bytes
    body: bytes
    detail: bytes


def verdict_statement(kind: Kind, message: Message, verdict: Verdict, at_ms: int, salt: bytes) -> Statement:
    """Say what a verdict decided, on which text, for how long, and on which facts (valid-until, then each noted fact)."""
    return Statement(
        kind,
        verdict.outcome,
        message.id,
        message.account,
        at_ms,
        verdict.shape.digest,
        verdict.shape.pack_digest,
        salt,
        message.recipient,
        message.text if verdict.text is None else verdict.text,
        _INTEGERS[1 + len(verdict.noted)].pack(verdict.valid_until, *verdict.noted),
    )


class Reviewers(NamedTuple):
    """Who decided of held messages or of a consent, and why."""

    review: int
    people: tuple[int, ...]  # ids of users; the last one's word was the last
    reason: str
    released: bool


def review_statement(said: Reviewers, message: Message, held: Verdict, at_ms: int, salt: bytes) -> Statement:
    """Say what people decided of a message that this verdict held; the reason is told by its digest."""
    return Statement(
        Kind.REVIEW,
        Outcome.ALLOW if said.released else Outcome.REFUSE,
        message.id,
        message.account,
        at_ms,
        held.shape.digest,
        held.shape.pack_digest,
        salt,
        message.recipient,
        message.text if held.text is None else held.text,
        _detail_of(said),
    )


class Drawn(NamedTuple):
    """A consent that was drawn out of its lot for a look."""

    consent: int
    account: int
    lot: int
    number: int
    shown: str  # what the reviewers read of it


def consent_review_statement(said: Reviewers, drawn: Drawn, packs: bytes, at_ms: int, salt: bytes) -> Statement:
    """Say what people decided of a consent, and so of its lot: on which words, under the packs that wanted the look."""
    return Statement(
        Kind.CONSENT_REVIEW,
        Outcome.ALLOW if said.released else Outcome.REFUSE,
        drawn.consent,
        drawn.account,
        at_ms,
        NOTHING_COMMITTED,
        packs,
        salt,
        drawn.number,
        drawn.shown,
        _detail_of(said) + _LOT.pack(drawn.lot),
    )


def _detail_of(said: Reviewers) -> bytes:
    people = b"".join(_PERSON.pack(person) for person in said.people)
    return _REVIEW.pack(said.review, len(said.people)) + people + sha256(said.reason.encode()).digest()


def switch_statement(rule: str, reason: str | None, packs: bytes, at_ms: int) -> Statement:
    """Say that a soft rule is switched off, and why; without a reason it is in force again."""
    detail = rule.encode() + b"\0" + (reason or "").encode()
    return Statement(Kind.SWITCH, None, 0, 0, at_ms, NOTHING_COMMITTED, packs, detail=detail)


def release_statement(message: Message, packs: bytes, at_ms: int, reason: str) -> Statement:
    """Say that a person releases a claim that was never answered: it is judged anew and goes again."""
    detail = sha256(reason.encode()).digest()
    return Statement(
        Kind.CLAIM_RELEASE, None, message.id, message.account, at_ms, NOTHING_COMMITTED, packs, detail=detail
    )


def erasure_statement(message: Message, packs: bytes, at_ms: int) -> Statement:
    """Say that number, text and salt of a message are gone: its other entries tell nothing any more."""
    return Statement(Kind.ERASURE, None, message.id, message.account, at_ms, NOTHING_COMMITTED, packs)


def packs_statement(old: bytes, new: bytes, packs: Sequence[tuple[str, bytes | None]], at_ms: int) -> Statement:
    """Say that other packs are in force: the digest of those before, then each that differs with its own (zeros: gone)."""
    named = b"".join(name.encode() + (digest or NOTHING_COMMITTED) for name, digest in packs)
    return Statement(Kind.PACKS, None, 0, 0, at_ms, NOTHING_COMMITTED, new, detail=old + named)


class Power(NamedTuple):
    """By whose power rules are lifted for an announcement, and which two people stand behind it."""

    announcement: int
    account: int
    people: tuple[int, ...]  # ids of users: who asked, who confirmed
    revision: int  # of the authority's paper
    authority: str
    power: str


def power_statement(power: Power, text: str, count: int, at_ms: int, packs: bytes) -> Statement:
    """Say by whose power exemptions may be used, before any message of the announcement has its verdict.

    Authority, power and text are no person's: they are told by their digest, without a salt.
    """
    people = b"".join(_PERSON.pack(person) for person in power.people)
    said = msgspec.json.encode([power.authority, power.power, text, count])
    return Statement(
        Kind.EXEMPTION,
        Outcome.ALLOW,
        power.announcement,
        power.account,
        at_ms,
        sha256(said).digest(),
        packs,
        bytes(SALT_OCTETS),
        detail=_REVIEW.pack(power.revision, len(power.people)) + people,
    )


def commit_entries(batch: Sequence[Statement]) -> list[bytes]:
    """Seal each statement of a batch into the octets of its entry."""
    return [_seal(statement) for statement in batch]


def _seal(said: Statement) -> bytes:
    salt = said.salt
    outcome = OUTCOME_CODES[said.outcome]
    entry = (
        _HEAD.pack(VERSION, said.kind, outcome, said.message_id, said.account_id, said.instant_ms)
        + said.shape
        + said.packs
        + commit_recipient(salt[:SALT_OCTETS_EACH], said.recipient)
        + commit_body(salt[SALT_OCTETS_EACH:], said.body)
        + said.detail
    )
    assert len(entry) == ENTRY_OCTETS_MIN + len(said.detail) <= ENTRY_OCTETS_MAX, "a digest or detail of a wrong length"
    return entry


def commit_recipient(salt: bytes, number: int | None) -> bytes:
    """Commit to a number, written as in E.164 with its plus, under its own salt."""
    return NOTHING_COMMITTED if number is None else commitment(salt, b"+%d" % number)


def commit_body(salt: bytes, body: str | None) -> bytes:
    """Commit to a text under its own salt."""
    return NOTHING_COMMITTED if body is None else commitment(salt, body.encode())


def commitment(salt: bytes, value: bytes) -> bytes:
    """Commit to a value; the salt's fixed length keeps the two apart."""
    assert len(salt) == SALT_OCTETS_EACH, "a commitment without its salt could be guessed"
    return sha256(salt + value).digest()


def decode_entry(octets: bytes) -> Entry:
    """Read the octets of an entry."""
    if not ENTRY_OCTETS_MIN <= len(octets) <= ENTRY_OCTETS_MAX:
        raise EntryError(f"an entry of {len(octets)} octets; {ENTRY_OCTETS_MIN} to {ENTRY_OCTETS_MAX} are possible")
    version, kind, outcome, message_id, account_id, instant_ms = _HEAD.unpack_from(octets)
    if version != VERSION:
        raise EntryError(f"entry version `{version}` is not known")
    if kind not in _KINDS or outcome not in _OUTCOMES:
        raise EntryError(f"entry kind `{kind}` with outcome `{outcome}` is not known")
    shape, packs, recipient, body = (
        octets[at : at + DIGEST_OCTETS] for at in range(_HEAD.size, ENTRY_OCTETS_MIN, DIGEST_OCTETS)
    )
    detail = octets[ENTRY_OCTETS_MIN:]
    return Entry(
        Kind(kind), _OUTCOMES[outcome], message_id, account_id, instant_ms, shape, packs, recipient, body, detail
    )


_KINDS = frozenset(Kind)
_OUTCOMES = {code: outcome for outcome, code in OUTCOME_CODES.items()}
