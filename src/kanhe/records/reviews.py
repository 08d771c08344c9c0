"""The rules of the review queue: what is alike, who may decide, when one person is not enough, what is learned from it.

Held messages are grouped by what a person would judge alike: one decision for a campaign of thousands. What people write to
each other never comes here (Telecommunications Regulations of China, art. 65).
"""

import re
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from functools import cache
from hashlib import blake2b
from typing import Literal, Protocol

from msgspec import structs

from kanhe.domain.category import Category
from kanhe.domain.facts import TextFacts
from kanhe.domain.message import Message
from kanhe.domain.review import Decision, Item, Kind, Says
from kanhe.domain.verdict import Effect, Verdict
from kanhe.kit.clock import MINUTE_MS
from kanhe.moderation.policy import taxonomy
from kanhe.moderation.train import Row

# Long enough to read, look things up and write a reason; short enough that nobody waits for someone who went home.
CLAIM_MS = 15 * MINUTE_MS
# A reason is a sentence or two for the sender, the auditor and the next reviewer; more belongs into the papers.
REASON_CHARS_MAX = 500
# Texts in the queue are for reading and learning; no message is longer.
TEXT_CHARS_MAX = 2_000
# What a look at the text answers; every other hold waits for a paper, a register or a moment.
ANSWERED_BY_A_LOOK = frozenset({"content-for-review", "text-for-review"})

_DIGIT = re.compile(r"[0-9]")
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")


class Denied(StrEnum):
    """Why a claim or decision is not taken."""

    GONE = "review.closed"
    CLAIMED = "review.claimed-by-another"
    SAME_PERSON = "review.second-person-needed"
    NO_REASON = "review.reason-missing"
    TOO_LONG = "review.reason-too-long"
    NOT_LIFTED = "review.not-lifted-by-a-look"
    NO_LABEL = "review.label-unknown"
    NO_MONEY = "money.insufficient"


# --- what is alike ---------------------------------------------------------------------------------------------------------------


class Held:
    """The messages that people must decide, by what makes them alike. In memory: the store knows who is held."""

    def __init__(self) -> None:
        self.groups: dict[str, dict[int, None]] = {}  # subject -> messages, oldest first
        self.fresh: set[str] = set()  # subjects that came up since somebody looked
        self._subjects: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._subjects)

    def add(self, message: Message, verdict: Verdict, alike: str) -> None:
        """A message is held; `alike` is its text, less what tells nothing."""
        if Category.TWO_WAY in (message.category, verdict.category):
            return  # put before nobody: it ends with its use
        subject = subject_of(message, verdict, alike)
        self.drop(message.id)
        self._subjects[message.id] = subject
        self.groups.setdefault(subject, {})[message.id] = None
        self.fresh.add(subject)

    def drop(self, message: int) -> None:
        """A message is held no longer."""
        if (subject := self._subjects.pop(message, None)) is not None:
            group = self.groups[subject]
            del group[message]
            if not group:
                del self.groups[subject]
                self.fresh.discard(subject)


def subject_of(message: Message, verdict: Verdict, alike: str) -> str:
    """The digest of what one decision speaks of: who says what to whom as what, and why it was held."""
    told = (message.account, message.sender, verdict.category.value, message.live, reasons_of(verdict), alike)
    return blake2b(repr(told).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def reasons_of(verdict: Verdict) -> tuple[str, ...]:
    """What holds a message: reason codes, each with its rule."""
    held = [finding for finding in verdict.shape.findings if finding.effect is Effect.HOLD]
    return tuple(f"{finding.code} {finding.rule}" if finding.rule else finding.code for finding in held)


def lifted_by_a_look(reasons: Iterable[str]) -> bool:
    """Whether a release could change anything."""
    return all(reason.partition(" ")[0] in ANSWERED_BY_A_LOOK for reason in reasons)


def asks_another(item: Item) -> bool:
    """Whether a second opinion helps who decides: a text waits for a look, and no other has seen it."""
    return item.kind is Kind.MESSAGE and item.opinion is None and lifted_by_a_look(item.reasons)


def people_for(labels: Iterable[str], content: Collection[str]) -> int:
    """How many different persons a release takes: two for the kinds of which the taxonomy says so, else one."""
    graver = {label.partition(":")[0] for label in labels} & two_person_categories()
    return 2 if graver or not two_person_content().isdisjoint(content) else 1


@cache
def two_person_categories() -> frozenset[str]:
    """The categories that no single person may release."""
    return frozenset(key for key, category in taxonomy().items() if category.people > 1)


@cache
def two_person_content() -> frozenset[str]:
    """The same in the words of the law's facts."""
    return frozenset(category.content for key in two_person_categories() if (category := taxonomy()[key]).content)


def item_of(identifier: int, subject: str, message: Message, verdict: Verdict, seen: TextFacts) -> Item:
    """The item of a group, from one of its messages."""
    return Item(
        id=identifier,
        kind=Kind.MESSAGE,
        subject=subject,
        account=message.account,
        created_at=message.accepted_at,
        needs=people_for(seen.labels, seen.content),
        reasons=reasons_of(verdict),
        labels=seen.labels,
        sender=message.sender,
        category=verdict.category.value,
        text=masked(message.text),
    )


def masked(text: str) -> str:
    """A text as it may be kept for reviewers and for learning: no digit is told."""
    return _DIGIT.sub("0", text)[:TEXT_CHARS_MAX]


# --- who may decide ----------------------------------------------------------------------------------------------------------------


def claim(item: Item, user: int, name: str, now: int) -> Item | Denied:
    """Take an item in hand for a while, or keep it in hand."""
    if item.closed_at is not None:
        return Denied.GONE
    if item.claimed(now) not in (None, user):
        return Denied.CLAIMED
    if _has_released(item, user):
        return Denied.SAME_PERSON
    return structs.replace(item, claimed_by=user, claimed_name=name, claimed_until=now + CLAIM_MS)


def give_back(item: Item, user: int, now: int) -> Item | Denied:
    """Put an item back that this user has in hand; one that nobody has stays as it is."""
    if item.closed_at is not None:
        return Denied.GONE
    if item.claimed(now) not in (None, user):
        return Denied.CLAIMED
    return structs.replace(item, claimed_by=None, claimed_name="", claimed_until=0)


def decide(item: Item, decision: Decision) -> Item | Denied:
    """Put a person's word on an item. A refusal closes it; a release does when as many agree as it needs."""
    if (denied := _denied(item, decision)) is not None:
        return denied
    decided = structs.replace(
        item, decisions=(*item.decisions, decision), claimed_by=None, claimed_name="", claimed_until=0
    )
    agreed = decision.says is Says.REFUSE or len(decided.decisions) >= item.needs
    return structs.replace(decided, closed_at=decision.at) if agreed else decided


def _denied(item: Item, decision: Decision) -> Denied | None:
    if item.closed_at is not None:
        return Denied.GONE
    if item.claimed(decision.at) not in (None, decision.user):
        return Denied.CLAIMED
    if (lacking := lacking_in(decision.reason)) is not None:
        return lacking
    if decision.label is not None and decision.label not in taxonomy():
        return Denied.NO_LABEL
    if decision.says is Says.REFUSE:
        return None
    if _has_released(item, decision.user):
        return Denied.SAME_PERSON
    return None if item.kind is not Kind.MESSAGE or lifted_by_a_look(item.reasons) else Denied.NOT_LIFTED


def lacking_in(reason: str) -> Denied | None:
    """What is wrong with a reason, of whatever is decided."""
    if not reason.strip():
        return Denied.NO_REASON
    return Denied.TOO_LONG if len(reason) > REASON_CHARS_MAX else None


def _has_released(item: Item, user: int) -> bool:
    """While an item is open every decision on it was a release."""
    return any(decision.user == user for decision in item.decisions)


# --- what is learned -----------------------------------------------------------------------------------------------------------------

HAM: Literal["ham"] = "ham"
SPAM: Literal["spam"] = "spam"
LABELS: dict[Says, Literal["ham", "spam"]] = {Says.RELEASE: HAM, Says.REFUSE: SPAM}
# Where no reviewer and no rule named one: it only says what was found of the text, not what it is.
UNNAMED = frozenset({"model", "template", "disguise", "sample"})


class Closed(Protocol):
    """What learning asks of the store of reviews."""

    def closed(self, kinds: Collection[Kind], after: int, limit: int) -> Iterable[Item]:
        """Closed items behind an id, oldest first."""
        ...


def training_rows(store: Closed, page: int = 1_000) -> Iterator[Row]:
    """What reviewers decided of texts, in the form that `kanhe moderation train` reads: digits masked, one row an item.

    A message that was refused for another reason than its text teaches nothing: only items that a look answers count.
    """
    after = 0
    while items := list(store.closed((Kind.MESSAGE, Kind.SAMPLE), after, page)):
        yield from (row for item in items if (row := training_row(item)) is not None)
        after = items[-1].id


def training_row(item: Item) -> Row | None:
    """An item as a labelled text."""
    if item.outcome is None or not item.text or not lifted_by_a_look(item.reasons):
        return None
    label = LABELS[item.outcome]
    return Row(
        text=item.text,
        label=label,
        category=_category(item) if label == SPAM else item.category,
        lang=language_of(item.text),
        source="review",
        group=f"review-{item.subject}",
        id=str(item.id),
    )


def language_of(text: str) -> str:
    """Which of the two languages of our figures a text counts for."""
    return "zh" if _IDEOGRAPH.search(text) else "en"


def _category(item: Item) -> str:
    """What a refused text is: as the reviewer says, else the first that the content engine named."""
    if (label := item.decisions[-1].label) is not None:
        return label
    named = [label.partition(":")[0] for label in item.labels]
    return next((name for name in named if name not in UNNAMED and not name.startswith("about.")), "")
