"""What messages to one country, of some possible categories, can need of the books: read from the rules, once."""

from collections.abc import Iterable

import msgspec

from kanhe.domain.category import Category
from kanhe.gate.read import per_message
from kanhe.gate.stages.frequency import BY_SENDER
from kanhe.law.kinds import Consent, Frequency, OptOut, QuietHours
from kanhe.law.library import Library
from kanhe.law.rules import Rule


class Needs(msgspec.Struct, frozen=True):
    """What messages to one country, of some possible categories, can need."""

    consents: bool
    history: bool
    requests: bool
    registers: tuple[str, ...]
    by_sender: bool


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
    lifted = any(one.lifted_by for one in asked if isinstance(one, QuietHours))  # by what is on file of a recipient
    resting = any(one.model not in ("none", "source") for one in consent)
    return Needs(
        consents=resting or bool(opt_out) or lifted or any(per_message(rule) for rule in rules),
        history=bool(caps)
        or any(one.required_when == "first_contact" for one in opt_out)
        or any(one.model not in ("none", "source") for one in consent),  # an agreed frequency, a request made before
        requests=any(one.asking == "once" for one in consent),
        registers=tuple(sorted({one.dnc.key for one in consent if one.dnc is not None})),
        by_sender=any(limit.key == BY_SENDER for limit in caps),
    )
