"""What the books must be asked for a batch: no more than the rules of its countries and categories can need."""

from collections.abc import Iterable, Sequence

import msgspec

from kanhe.domain.category import Category
from kanhe.domain.facts import Facts, Wants
from kanhe.domain.message import Message
from kanhe.gate.classify import declared_category
from kanhe.gate.engine import Engine
from kanhe.gate.read import per_message
from kanhe.gate.stages.frequency import BY_SENDER
from kanhe.law.clock import DAY_MS
from kanhe.law.library import Library
from kanhe.law.rules import Consent, Frequency, OptOut, Rule

# A calendar month is the longest window of a cap.
HISTORY_MS = 31 * DAY_MS


class Needs(msgspec.Struct, frozen=True):
    """What messages to one country, of some possible categories, can need."""

    consents: bool
    history: bool
    requests: bool
    registers: tuple[str, ...]
    by_sender: bool


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


def needs_of(library: Library, seat: str, country: str | None, declared: Category, promotional: bool) -> Needs:
    """What the rules can need for whatever a message may turn out to be."""
    possible = {declared, Category.TRANSACTIONAL} | ({Category.MARKETING} if promotional else set())
    rules = {rule.id: rule for pack in (*library.layers(country), *library.layers(seat)) for rule in pack.rules}
    fill_in = [rule for category in possible for rule in library.fill_in.get(category, ())]
    return _needs([*(rule for rule in rules.values() if not possible.isdisjoint(rule.applies_to)), *fill_in])


def _needs(rules: Iterable[Rule]) -> Needs:
    rules = tuple(rules)
    asked = [rule.parameters for rule in rules]
    consent = [one for one in asked if isinstance(one, Consent)]
    opt_out = [one for one in asked if isinstance(one, OptOut)]
    caps = [limit for one in asked if isinstance(one, Frequency) for limit in one.limits]
    resting = any(one.model not in ("none", "source") for one in consent)
    return Needs(
        consents=resting or bool(opt_out) or any(per_message(rule) for rule in rules),
        history=bool(caps)
        or any(one.required_when == "first_contact" for one in opt_out)
        or any(one.model not in ("none", "source") for one in consent),  # an agreed frequency, a request made before
        requests=any(one.asking == "once" for one in consent),
        registers=tuple(sorted({one.dnc.key for one in consent if one.dnc is not None})),
        by_sender=any(limit.key == BY_SENDER for limit in caps),
    )
