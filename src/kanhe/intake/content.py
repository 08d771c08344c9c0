"""What the content engine found in the texts of a batch, in the words of the law's facts."""

from collections import deque
from collections.abc import Iterator, Sequence

import msgspec

from kanhe.domain.category import Category
from kanhe.domain.facts import TextFacts
from kanhe.domain.message import Message
from kanhe.domain.papers import Sender
from kanhe.intake.approved import ApprovedWords, Filled
from kanhe.moderation.engine import Drawn, Moderator, weigh, with_decisive
from kanhe.moderation.policy import content_of
from kanhe.moderation.skeleton import skeleton
from kanhe.moderation.templates import quiet, settle
from kanhe.moderation.verdict import Context, Suggestion, Verdict
from kanhe.records.books import Books

WORDS: dict[Suggestion, str] = {
    Suggestion.NOTE: "pass",
    Suggestion.PASS: "pass",
    Suggestion.REVIEW: "review",
    Suggestion.BLOCK: "block",
}
assert set(WORDS) == set(Suggestion)


Owner = tuple[int, str, Category]  # account, sender, and as what it was sent

# Kinds of text a platform sees in a day; beyond it we begin anew.
SHARED_MAX = 20_000
# Verdicts on the kinds of text of some minutes, two kilobytes each; a text of no kind takes a place once and never asks again.
VERDICTS_KNOWN_MAX = 2_000


class ContentEngine:
    """Asks the moderator about each distinct text once per batch; an approved template answers for its words."""

    def __init__(self, moderator: Moderator, books: Books) -> None:
        self.moderator = moderator
        self.since = 0  # the revision that the policy in force came with: verdicts that saw an older one are stale
        self._books = books
        self._approved = ApprovedWords(books)
        self._contexts: dict[tuple[int, str, Category], tuple[int, Context]] = {}
        self._facts_of: dict[int, tuple[Verdict, TextFacts]] = {}  # keeps the verdict: its id stays its own
        self._shared: dict[TextFacts, TextFacts] = {}

    def describe(self, messages: Sequence[Message]) -> dict[str, TextFacts]:
        """Facts by text. When two senders use one text in one batch, the graver reading counts for both."""
        verdicts: dict[str, Verdict] = {}
        for message in messages:
            verdict = self.judge(message)
            known = verdicts.get(message.text)
            if known is None or verdict.suggestion > known.suggestion:
                verdicts[message.text] = verdict
        return {text: self._facts(verdict) for text, verdict in verdicts.items()}

    def describe_amended(self, text: str, message: Message) -> TextFacts:
        """What a text says and shows after the gate's own changes."""
        return self._facts(self.judge(message, text))

    def judge(self, message: Message, amended: str | None = None) -> Verdict:
        """The verdict on a message's text, or on what the gate made of it; of a filled template only what its variables add."""
        context, policy = self.context(message), self.moderator.policy
        text = message.text if amended is None else amended
        named = self._approved.named(message, context, policy)
        if named is not None and amended is None and quiet(named[0].template, text, named[1], context, policy):
            return named[0].approved
        return self._less_approved(message, text, self.moderator.check(text, context), named)

    def examine(self, message: Message, amended: str | None = None) -> Verdict:
        """The same for people: every finding with its spans, and for a block the span that decides it."""
        context, policy = self.context(message), self.moderator.policy
        text = message.text if amended is None else amended
        named = self._approved.named(message, context, policy)
        verdict = self._less_approved(message, text, weigh(text, context, policy), named)
        return with_decisive(verdict, text, context, policy)

    def _less_approved(self, message: Message, text: str, verdict: Verdict, named: Filled | None) -> Verdict:
        """The verdict on a text, less what people have approved of it."""
        if named is None and verdict.suggestion >= Suggestion.REVIEW:
            named = self._approved.recognised(message, self.context(message), self.moderator.policy)
        if named is None or (at := text.find(message.text)) < 0:
            return verdict
        return settle(verdict, text, *named, at)

    def samples(self) -> Iterator[tuple[Drawn, Owner]]:
        """Take the texts drawn for people."""
        return self._owned(self.moderator.samples)

    def for_opinion(self) -> Iterator[tuple[Drawn, Owner]]:
        """Take the texts drawn for a second opinion."""
        return self._owned(self.moderator.for_opinion)

    def _owned(self, queue: deque[Drawn]) -> Iterator[tuple[Drawn, Owner]]:
        """Each with account, sender and category; what people write to each other never."""
        while queue:
            drawn = queue.popleft()
            owner = next((key for key, (_, context) in self._contexts.items() if context is drawn.context), None)
            if owner is not None and owner[2] is not Category.TWO_WAY:
                yield drawn, owner

    def alike(self, text: str) -> str:
        """The text less the digits that tell nothing; itself where any of them might."""
        return skeleton(text, self.moderator.policy.book) or text

    def _facts(self, verdict: Verdict) -> TextFacts:
        """The facts of a verdict; texts of one skeleton share the verdict, which is known again by its identity."""
        known = self._facts_of.get(id(verdict))
        if known is None:
            if len(self._facts_of) >= VERDICTS_KNOWN_MAX:
                self._facts_of.clear()
            known = self._facts_of[id(verdict)] = (verdict, self._share(facts_of(verdict)))
        return known[1]

    def _share(self, facts: TextFacts) -> TextFacts:
        """One object for equal facts: the gate keeps its judgement of a text under the facts, and knows them by identity."""
        if len(self._shared) > SHARED_MAX:
            self._shared.clear()
        return self._shared.setdefault(facts, facts)

    def context(self, message: Message) -> Context:
        """What is known beside the text: the approved name, and the links and numbers on file for the sender."""
        sender = self._books.senders.get((message.account, message.sender))
        revision = sender.revision if sender else -1
        key = (message.account, message.sender, message.category)
        known = self._contexts.get(key)
        if known is None or known[0] != revision:
            known = self._contexts[key] = (revision, _context(message, sender))
        return known[1]


def _context(message: Message, sender: Sender | None) -> Context:
    filed = filed_context([sender] if sender else [])
    return msgspec.structs.replace(
        filed, category=message.category.value, signature=sender.signature if sender else None
    )


def filed_context(senders: Sequence[Sender]) -> Context:
    """The links and numbers on file for senders."""
    items = {item for sender in senders for filing in sender.registrations.values() for item in filing.items}
    links = {link for sender in senders for link in sender.links}
    return Context(
        domains=frozenset(links | {item for item in items if not item.lstrip("+").isdigit()}),
        phones=frozenset(item for item in items if item.lstrip("+").isdigit()),
    )


def _content(verdict: Verdict) -> frozenset[str]:
    """What the text holds, in the words of the packs; where a person is to look first, what made the engine ask is no fact yet.

    The text waits for the look, and no rule refuses it on a suspicion.
    """
    asked = verdict.suggestion is Suggestion.REVIEW
    certain = [each for each in verdict.labels if not (asked and each.suggestion is Suggestion.REVIEW)]
    return frozenset(token for label in certain for token in content_of(label.category))


def facts_of(verdict: Verdict) -> TextFacts:
    """The verdict of the content engine as the gate's facts."""
    reading = verdict.reading
    return TextFacts(
        promotional=reading.promotional,
        shows=frozenset(reading.shows),
        states=frozenset(reading.states),
        optout_forms=reading.optout_forms,
        links=tuple(link.host for link in reading.links),
        phones=reading.phones,
        content=_content(verdict),
        alert=frozenset(reading.alert),
        suggestion=WORDS[verdict.suggestion],
        labels=tuple(f"{label.category}:{label.rule}" for label in verdict.labels),
        promotion=None if (span := reading.promotional_span) is None else (span.start, span.end),
    )
