"""What the books must be asked for a batch: no more than the rules of its countries and categories can need."""

from collections.abc import Sequence

from kanhe.domain.category import Category
from kanhe.domain.facts import Facts, Wants
from kanhe.domain.message import Message
from kanhe.gate.classify import declared_category
from kanhe.gate.engine import Engine
from kanhe.gate.needs import needs_of
from kanhe.kit.clock import DAY_MS

# A calendar month is the longest window of a cap.
HISTORY_MS = 31 * DAY_MS


def wants_of(engine: Engine, batch: Sequence[Message], standing: Facts) -> Wants:
    """The questions of a batch, each asked once."""
    consents, history, requests, registers, by_sender = set(), set(), set(), set(), set()
    recipients, texts, seat = standing.recipients, standing.texts, standing.operator.seat
    for message in batch:
        number, account = message.recipient, message.account
        key = (seat, recipients[number].country, _declared(message, standing), texts[message.text].promotional)
        needs = engine.needs.get(key)
        if needs is None:
            needs = engine.needs[key] = needs_of(engine.library, *key)
        if needs.consents:
            consents.add((account, number))
        if needs.history:
            history.add(number)
        if needs.requests:
            requests.add((account, number))
        if needs.registers:
            registers.update([(register, number) for register in needs.registers])
        if needs.by_sender:
            by_sender.add((account, message.sender))
    return Wants(
        consents=frozenset(consents),
        suppressions=frozenset([message.recipient for message in batch]),
        history=frozenset(history),
        requests=frozenset(requests),
        dnc=frozenset(registers),
        history_since=standing.now - HISTORY_MS,
        by_sender=frozenset(by_sender),
    )


def _declared(message: Message, standing: Facts) -> Category:
    settled = standing.categories.get(message.id)
    if settled is not None or message.template is None:
        return settled or message.category
    template = standing.templates.get((message.account, message.template))
    return declared_category(message.category, template.category if template is not None else None)
