"""What a batch adds to the books while it is judged: caps and requests see the earlier messages of the same batch."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from kanhe.domain.category import Category
from kanhe.domain.facts import Asked, Sent
from kanhe.domain.message import Message
from kanhe.domain.papers import Sender
from kanhe.domain.verdict import Outcome, Verdict

# Outcomes that reserve a place under the caps: accepted but waiting sends count (law README, frequency).
COUNTED = frozenset({Outcome.ALLOW, Outcome.AMEND, Outcome.DEFER})


class Memory:
    """Sends and requests of the batch so far, kept for numbers that occur more than once."""

    def __init__(self, batch: Sequence[Message]) -> None:
        counted = Counter([message.recipient for message in batch])
        self.repeated = frozenset(number for number, times in counted.items() if times > 1)
        self.sent: dict[int, list[Sent]] = defaultdict(list)
        self.by_sender: dict[tuple[int, str], list[Sent]] = defaultdict(list)
        self.asked: dict[tuple[int, int], list[Asked]] = defaultdict(list)
        self.spent: Counter[tuple[int, int, str | None]] = Counter()

    def keep(self, message: Message, verdict: Verdict, sender: Sender, now: int) -> None:
        """Count a message that was not refused or held."""
        if verdict.outcome not in COUNTED:
            return
        sent = sent_of(message, verdict, sender, now)
        self.sent[message.recipient].append(sent)
        self.by_sender[message.account, message.sender].append(sent)
        self.spent[message.account, message.recipient, sender.entity] += 1
        if verdict.category is Category.CONSENT_REQUEST:
            self.asked[message.account, message.recipient].append(Asked(sent.at))


def sent_of(message: Message, verdict: Verdict, sender: Sender, now: int) -> Sent:
    """A message as caps count it: at its earliest lawful moment, in the category it really is."""
    return Sent(
        at=now if verdict.not_before is None else verdict.not_before,
        category=verdict.category,
        account=message.account,
        entity=sender.entity,
        signature=sender.signature,
        template=message.template,
        subject=message.subject,
        message=message.id,
    )
