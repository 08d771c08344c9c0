"""What one rule may look at: a message with the papers it rests on, at one moment.

A case is filled anew for each message and handed to every stage. The standing part (papers, place, what the text shows) is the
same for all messages of a plan, so stages answer from it once; the rest is asked per message.
"""

from collections.abc import Callable, Container, Sequence
from typing import Generic, TypeVar

from kanhe.domain.category import Category
from kanhe.domain.facts import (
    OF_POWER,
    Asked,
    Consent,
    DncAnswer,
    Facts,
    Power,
    Recipient,
    Reviewed,
    Sent,
    Suppression,
    TextFacts,
)
from kanhe.domain.message import Message
from kanhe.domain.papers import NOTHING, Account, Basis, Operator, Registration, Route, Sender, SenderId, Template
from kanhe.domain.verdict import Finding
from kanhe.gate.findings import Rows
from kanhe.gate.local import begins, next_day, plus_months, today
from kanhe.law.clock import FOREVER_MS, LONG_AGO_MS
from kanhe.law.grounds import of_one_recipient, the_grounds
from kanhe.law.kinds import Parameters
from kanhe.law.rules import Rule

P = TypeVar("P", bound=Parameters)


class Standing:
    """The papers behind one message: equal for all messages of one account, sender, template, place and kind of text."""

    __slots__ = (
        "account",
        "basis",
        "declared",
        "final",
        "id",
        "operator",
        "place",
        "power",
        "proofs",
        "relabelled",
        "reviewed",
        "routes",
        "seen",
        "sender",
        "settled",
        "template",
        "template_missing",
        "unknown",
    )

    def __init__(
        self,
        operator: Operator,
        account: Account,
        sender: Sender,
        template: Template | None,
        place: Recipient,
        routes: Sequence[Route],
        seen: TextFacts,
        declared: Category,
        settled: Category | None = None,
        proofs: frozenset[str] = NOTHING,
        unknown: frozenset[str] = NOTHING,
        reviewed: Reviewed | None = None,
        power: Power | None = None,
    ) -> None:
        self.operator, self.account, self.sender, self.template = operator, account, sender, template
        self.place, self.routes, self.seen = place, routes, seen
        self.declared, self.settled = declared, settled
        of_papers = (account.proofs | sender.proofs) - of_one_recipient() - OF_POWER
        self.proofs = of_papers | proofs | (power.proofs if power is not None else NOTHING)
        self.power = power
        self.unknown = unknown
        self.reviewed = reviewed
        self.id: SenderId = sender.id
        self.basis: Basis | None = (template.basis if template else None) or account.basis
        self.template_missing = False  # the message names one that the account does not have
        self.final = False  # the text was amended once: another change is a refusal
        self.relabelled = False  # the account accepted that networks show a warning instead of the name

    def unsure(self, *facts: str) -> bool:
        """Whether a book that would know one of these facts did not answer."""
        unknown = self.unknown
        return bool(unknown) and any(fact in unknown or fact.partition(".")[0] in unknown for fact in facts)

    @property
    def released(self) -> bool:
        """Whether people have read this text and answer for it."""
        return self.reviewed is not None and self.reviewed.released

    def registration(self, key: str) -> Registration | None:
        """The entry in a registry: of the template, the sender, the account or the operator, nearest first."""
        for paper in (self.template, self.sender, self.account, self.operator):
            if paper is not None and key in paper.registrations:
                return paper.registrations[key]
        return None

    def may(self, sort: str) -> bool:
        """Whether the gate may still make a change of this sort by itself."""
        return not self.final and sort in self.account.amendments


class Case:
    """One message before the gate."""

    __slots__ = (
        "category",
        "consents",
        "facts",
        "history",
        "message",
        "notes",
        "now",
        "requests",
        "route",
        "seen",
        "sent_by_sender",
        "spent",
        "standing",
        "suppressions",
        "text",
        "until",
    )

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.now = facts.now
        self.until = FOREVER_MS
        self.notes: list[int] = []
        self.route: Route | None = None
        self.message: Message
        self.text: str
        self.seen: TextFacts  # of this very text; standing.seen leaves out what differs from text to text
        self.standing: Standing
        self.category: Category
        self.consents: Sequence[Consent] = ()
        self.suppressions: Sequence[Suppression] = ()
        self.history: Sequence[Sent] = ()
        self.requests: Sequence[Asked] = ()
        self.sent_by_sender: Sequence[Sent] = ()  # to all numbers; filled where a cap counts by sender
        self.spent: int = 0  # sends on this number's consent accepted earlier in this batch

    def lower(self, instant: int) -> None:
        """Nothing leaves on this verdict at or after `instant`."""
        if instant < self.until:
            self.until = instant

    def changes_at(self, instant: int) -> None:
        """The answer may be another one from `instant` on, if that is still to come."""
        if self.now < instant < self.until:
            self.until = instant

    def ends_after(self, day: str | None, zone: str) -> None:
        """Something serves until the end of a local day."""
        if day is not None:
            self.changes_at(begins(next_day(day), zone))

    def begins_on(self, day: str | None, zone: str) -> None:
        """Something serves from the beginning of a local day."""
        if day is not None:
            self.changes_at(begins(day, zone))

    def serves(self, first: str | None, last: str | None, zone: str) -> bool:
        """Whether a paper of these dates (both inclusive) serves today; notes when that changes."""
        self.begins_on(first, zone)
        self.ends_after(last, zone)
        day = today(self.now, zone)
        return (first is None or first <= day) and (last is None or day <= last)

    def note(self, value: int) -> None:
        """Keep what varies: one value per finding that has a slot, in the order of findings."""
        self.notes.append(value)

    def consent(self) -> Consent | None:
        """The standing consent of this number to this sender: active before ended, for this category first, newest first."""
        entity = self.standing.sender.entity
        mine = [record for record in self.consents if record.ground is None and record.entity == entity]
        return mine[0] if len(mine) == 1 else max(mine, key=self._rank, default=None)

    def grounds(self, words: Container[str]) -> list[Consent]:
        """What is on file of this recipient under these words, given to this sender's entity and not taken back."""
        entity = self.standing.sender.entity
        return [
            record
            for record in self.consents
            if record.ground in words and record.entity == entity and record.status == "active"
        ]

    def ground(self, words: Container[str], zone: str) -> Consent | None:
        """The one of them that holds now and for this category, the longest; notes the end that is to come."""
        if not (on_file := self.grounds(words)):
            return None
        held = [(end, record) for record in on_file if (end := self._holds_until(record, zone)) > self.now]
        if not held:
            return None
        end, record = max(held, key=lambda one: one[0])
        self.lower(end)
        return record

    def recipient_kind(self) -> str:
        """What the recipient is: a person, unless the number plan or a record says otherwise."""
        kinds = the_grounds().grounds
        told = [kinds[record.ground or ""].kind for record in self.grounds(kinds)]
        return next(filter(None, told), self.standing.place.kind)

    def _holds_until(self, record: Consent, zone: str) -> int:
        """When a ground ends: by its record or by the term of the law; at once, where it cannot hold."""
        ground = the_grounds().grounds[record.ground or ""]
        wrong_sender = ground.sender is not None and ground.sender != self.standing.sender.entity_kind
        too_early = ground.since is not None and record.captured_at < begins(ground.since, zone)
        if wrong_sender or too_early or record.captured_at >= self.now or not covers(record, self.category):
            return LONG_AGO_MS
        term = FOREVER_MS if ground.months is None else plus_months(record.captured_at, ground.months, zone)
        return min(term, record.expires_at or FOREVER_MS)

    def _rank(self, record: Consent) -> tuple[bool, bool, int]:
        return record.status == "active", covers(record, self.category), record.captured_at

    def dnc(self, register: str) -> DncAnswer | None:
        """What an imported register says of the recipient."""
        return self.facts.dnc.get((register, self.message.recipient))


def covers(consent: Consent, category: Category) -> bool:
    """Whether a consent is for a category. Asking for consent is itself advertising, so a marketing consent covers it."""
    given = consent.categories
    return category in given or "all" in given or (category is Category.CONSENT_REQUEST and Category.MARKETING in given)


class Bound(Generic[P]):
    """A rule made ready: with its rows in the mode it takes part in, and its parameters on the route judged."""

    __slots__ = ("parameters", "rows", "rule", "zone")

    def __init__(self, rule: Rule, parameters: P, rows: Rows, zone: str) -> None:
        self.rule, self.parameters, self.rows, self.zone = rule, parameters, rows, zone

    def __getitem__(self, code: str) -> Finding:
        return self.rows[code]


# What a stage returns: the finding, when the standing facts already decide, or the question to put to each message.
Ask = Callable[[Case], Finding]
Answer = Finding | Ask
