"""What follows from a message from a person: refusals are put down at once, confirmed once; a return lifts them.

A refusal ends the consents that it speaks of; a return gives anew what it had ended, but no ground: who refused is no longer a
customer who never did. A doubtful refusal ends none: it holds back until a person has looked.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from kanhe.domain.category import Category
from kanhe.domain.channel import Channel
from kanhe.domain.facts import Consent, Suppression
from kanhe.domain.papers import Sender
from kanhe.inbound.agree import CHANNEL, SOURCE, Agreed, Asked, Yes, agreed, returned
from kanhe.inbound.keywords import Act, recognise
from kanhe.kit.clock import HOUR_MS
from kanhe.ports.change import Inbound, Lifted
from kanhe.ports.door import Answer, Draft, Submission
from kanhe.protocols.numbers import number_of
from kanhe.protocols.text.joining import Joined
from kanhe.records.withdrawals import taken_back

# A refusal of offers refuses what advertises, not the code or the parcel that the person asked for.
REFUSED = frozenset({Category.MARKETING.value, Category.CONSENT_REQUEST.value})

# One confirmation per number and sender in this time: it confirms, it does not converse (47 CFR 64.1200(a)(12)).
CONFIRM_AGAIN_MS = 24 * HOUR_MS

CONFIRMATIONS: dict[Act, tuple[str, str]] = {
    Act.STOP: (
        "您已退订，将不再收到营销短信。回复 START 可恢复。",
        "You have opted out and will get no more offers. Reply START to return.",
    ),
    Act.START: ("您已恢复接收。回复 TD 可退订。", "You will receive our messages again. Reply STOP to opt out."),
    Act.YES: ("您已同意接收优惠信息。回复 TD 可退订。", "You have agreed to our offers. Reply STOP to opt out."),
}


@dataclass(slots=True)
class Deed:
    """An inbound message, what it asks for, and what follows."""

    number: int
    act: Act
    inbound: Inbound
    sender: Sender | None
    suppressions: list[tuple[int, Suppression]] = field(default_factory=list)
    lifted: list[Lifted] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)  # that end, or are new and have no id yet
    confirmation: Submission | None = None
    question: Asked | None = None  # the request for consent that it answers
    agreed: Agreed | None = None  # the consent that it gives


# What answers a request for consent, yes or no.
ANSWERS = frozenset({Act.YES, Act.STOP, Act.DOUBTFUL})
# The newest request of a sender to a number that is open at an instant.
QuestionOf = Callable[[Sender, int, int], Asked | None]
# The standing refusals of a number.
SuppressionsOf = Callable[[int], Iterable[Suppression]]
# The consents of a number to an account, standing and ended.
ConsentsOf = Callable[[int, int], Iterable[Consent]]


class OnFile:
    """What is on file of the people of a batch: what the store says, and what the earlier messages of the batch change in it."""

    def __init__(self, suppressions_of: SuppressionsOf, consents_of: ConsentsOf) -> None:
        self._suppressions_of, self._consents_of = suppressions_of, consents_of
        self._refusals: dict[int, dict[int, Suppression]] = {}
        self._consents: dict[tuple[int, int], dict[int, Consent]] = {}

    def suppressions(self, number: int) -> Sequence[Suppression]:
        """The standing refusals of a number."""
        return list(self._refused(number).values())

    def consents(self, account: int, number: int) -> Sequence[Consent]:
        """The consents of a number to an account, standing and ended."""
        return list(self._agreed(account, number).values())

    def follow(self, deed: "Deed", consents: Iterable[tuple[int, int, Consent]]) -> None:
        """A message was decided: the next one of its number finds what follows from it."""
        for number, refusal in deed.suppressions:
            self._refused(number)[refusal.id] = refusal
        for lifted in deed.lifted:
            self._refused(lifted.number).pop(lifted.suppression, None)
        for account, number, consent in consents:
            self._agreed(account, number)[consent.id] = consent

    def _refused(self, number: int) -> dict[int, Suppression]:
        if number not in self._refusals:
            self._refusals[number] = {each.id: each for each in self._suppressions_of(number)}
        return self._refusals[number]

    def _agreed(self, account: int, number: int) -> dict[int, Consent]:
        pair = (account, number)
        if pair not in self._consents:
            self._consents[pair] = {each.id: each for each in self._consents_of(account, number)}
        return self._consents[pair]


class Nobody:
    """The origin of our own confirmations: nobody waits for their answer."""

    def answer(self, submission: Submission, answers: Sequence[Answer]) -> None:
        """The confirmation is on its way, or was refused; its message page tells."""

    def render(self, submission: Submission, answers: Sequence[Answer]) -> bytes:
        """Confirmations have no idempotency key."""
        return b""


NOBODY = Nobody()


class Acts:
    """Recognises what people ask for and says what follows."""

    def __init__(
        self,
        sender_of: Callable[[str], Sender | None],
        suppressions_of: SuppressionsOf,
        keywords_of: Callable[[int], Iterable[str]],
        chinese: Callable[[int], bool],
        question_of: QuestionOf = lambda sender, number, now: None,
        consents_of: ConsentsOf = lambda account, number: (),
    ) -> None:
        self._sender_of = sender_of
        self._suppressions_of = suppressions_of
        self._keywords_of = keywords_of
        self._chinese = chinese
        self._question_of = question_of
        self._consents_of = consents_of
        self._confirmed: dict[tuple[int, str, Act], int] = {}

    def question_of(self, sender: Sender, number: int, now: int) -> Asked | None:
        """The request for consent that a person may answer."""
        return self._question_of(sender, number, now)

    def on_file(self) -> OnFile:
        """What is on file of the people of one batch."""
        return OnFile(self._suppressions_of, self._consents_of)

    def recognise(self, connector: str, whole: Joined, identifier: int, now: int) -> Deed:
        """Whose message it is and what it asks for."""
        number = number_of(whole.source)
        act = recognise(whole.text, self._keywords_of(number))
        sender = self._sender_of(whole.destination)
        account = sender.account if sender else None
        asked = self._question_of(sender, number, now) if sender is not None and act in ANSWERS else None
        if act is Act.YES and asked is None:
            act = Act.NONE
        inbound = Inbound(
            identifier, account, number, whole.destination, whole.text, connector, now, act.value, len(whole.missing)
        )
        return Deed(number, act, inbound, sender, question=asked)

    def decide(self, deed: Deed, on_file: OnFile, now: int) -> None:
        """What follows, for the sender the message was written to; for the platform when nobody owns the address."""
        if deed.act in (Act.STOP, Act.DOUBTFUL):
            self._suppress(deed, on_file, now)
        elif deed.act is Act.START:
            self._restore(deed, on_file, now)
        elif deed.act is Act.YES and deed.sender is not None and deed.question is not None:
            yes = Yes(deed.number, deed.inbound.at, CHANNEL, SOURCE, deed.inbound.id)
            deed.agreed = agreed(deed.question, deed.sender, yes)
        if deed.sender is not None and deed.act in CONFIRMATIONS:
            self._confirm(deed, deed.sender, now)

    def _suppress(self, deed: Deed, on_file: OnFile, now: int) -> None:
        sender = deed.sender
        suppression = Suppression(
            id=deed.inbound.id,
            at=now,
            level="sender" if sender else "platform",
            entity=sender.entity if sender else None,
            account=sender.account if sender else None,
            categories=REFUSED,
            clarity="keyword" if deed.act is Act.STOP else "doubtful",
            source="reply",
        )
        deed.suppressions.append((deed.number, suppression))
        if sender is not None and deed.act is Act.STOP:
            deed.consents.extend(taken_back(on_file.consents(sender.account, deed.number), suppression))

    def _restore(self, deed: Deed, on_file: OnFile, now: int) -> None:
        sender = deed.sender
        entity = sender.entity if sender else None
        lifted = [
            suppression.id
            for suppression in on_file.suppressions(deed.number)
            if suppression.level == "sender" and suppression.entity == entity
        ]
        deed.lifted.extend(Lifted(deed.number, suppression, now, Channel.REPLY) for suppression in lifted)
        if sender is not None:
            deed.consents.extend(
                returned(consent, now, deed.inbound.id)
                for consent in on_file.consents(sender.account, deed.number)
                if consent.status == "withdrawn" and consent.ended_inbound in lifted and consent.ground is None
            )

    def _confirm(self, deed: Deed, sender: Sender, now: int) -> None:
        key = (deed.number, sender.name, deed.act)
        if now - self._confirmed.get(key, -CONFIRM_AGAIN_MS) < CONFIRM_AGAIN_MS:
            return
        self._confirmed[key] = now
        self._confirmed.pop((deed.number, sender.name, Act.START if deed.act is Act.STOP else Act.STOP), None)
        zh, en = CONFIRMATIONS[deed.act]
        text = zh if self._chinese(deed.number) else en
        if sender.signature:
            text = f"【{sender.signature}】{text}"
        draft = Draft(deed.number, text, sender.name, Category.TWO_WAY, requested_at=now + 1, receipt_wanted=False)
        deed.confirmation = Submission(NOBODY, sender.account, [draft], door="inbound")
