"""Facts by the names the packs use: for the tests of `when` and the placeholders of insertions."""

import re
from collections.abc import Callable

from kanhe.gate.case import Case
from kanhe.law.rules import Rule
from kanhe.law.select import UNKNOWN

PLACEHOLDER = re.compile(r"\{([^}]*)\}")

Reader = Callable[[Case], object]

# Facts a rule may test or insert; a test holds this table against the packs. None = no value.
READERS: dict[str, Reader] = {
    "message.declared_category": lambda case: case.standing.declared.value,
    "message.subcategory": lambda case: case.standing.template.subcategory if case.standing.template else None,
    "text.promotional": lambda case: case.standing.seen.promotional,
    "text.links": lambda case: case.standing.seen.links,
    "text.phones": lambda case: case.standing.seen.phones,
    "sender.entity": lambda case: case.standing.sender.entity,
    "sender.entity_kind": lambda case: case.standing.sender.entity_kind,
    "sender.seat": lambda case: case.standing.sender.seat,
    "sender.type": lambda case: case.standing.id.type,
    "sender.value": lambda case: case.standing.id.value,
    "sender.signature": lambda case: case.standing.sender.signature,
    "account.is_reseller": lambda case: case.standing.account.is_reseller,
    "operator.is_reseller": lambda case: case.standing.operator.is_reseller,
    "operator.seat": lambda case: case.standing.operator.seat,
    "recipient.country": lambda case: case.standing.place.country,
    "basis.kind": lambda case: case.standing.basis.kind if case.standing.basis else None,
    "route.carrier": lambda case: case.route.carrier if case.route else None,
    "route.optout_number": lambda case: case.route.optout_number if case.route else None,
}
# Facts that differ from message to message: a rule that tests one is asked per message whether it applies.
PER_MESSAGE: dict[str, Reader] = {
    "recipient.kind": lambda case: case.recipient_kind(),
    "consent.status": lambda case: record.status if (record := case.consent()) is not None else None,
}


def read(fact: str, case: Case) -> object:
    """The value of a fact, None when absent, UNKNOWN when its book did not answer."""
    return UNKNOWN if case.standing.unsure(fact) else (READERS.get(fact) or PER_MESSAGE[fact])(case)


def per_message(rule: Rule) -> bool:
    """Whether it depends on the single message whether a rule applies."""
    return any(fact in PER_MESSAGE for test in rule.when for fact in test.facts)


def unsure_insert(insert: str | None, case: Case) -> bool:
    """Whether an insertion names a fact whose book did not answer."""
    return insert is not None and case.standing.unsure(*PLACEHOLDER.findall(insert))


def expand(insert: str | None, case: Case) -> str | None:
    """An insertion with its placeholders filled in; None when one has no value."""
    if insert is None:
        return None
    values = {name: READERS[name](case) for name in PLACEHOLDER.findall(insert)}
    if not all(values.values()):
        return None
    return PLACEHOLDER.sub(lambda found: str(values[found[1]]), insert)
