"""May this sender id be shown to this recipient for this category."""

import re
from collections.abc import Iterator

from kanhe.domain.category import Category
from kanhe.domain.papers import SenderId
from kanhe.domain.verdict import Effect
from kanhe.gate.case import Answer, Bound, Case, Standing
from kanhe.gate.findings import UNKNOWN, Codes, Says
from kanhe.law.kinds import SenderIdUse

CODES: Codes = {
    "sender-fit": Says(Effect.ALLOW, "sender"),
    "sender-type-forbidden": Says(Effect.REFUSE),
    "sender-trait-missing": Says(Effect.REFUSE),
    "sender-trait-forbidden": Says(Effect.REFUSE),
    "sender-category-not-granted": Says(Effect.REFUSE),
    "sender-length": Says(Effect.REFUSE),
    "sender-prefix": Says(Effect.REFUSE),
    "sender-suffix": Says(Effect.REFUSE),
    "sender-prefix-reserved": Says(Effect.REFUSE),
    "sender-switched": Says(Effect.AMEND),
}

# What may be wrong with a sender id; another one may be right.
FAULTS = frozenset(code for code, says in CODES.items() if says.effect is Effect.REFUSE)

# What a rule asks of a form of sender id, and the trait that proves it.
TRAIT_OF_USE = {
    "registered_only": "registered",
    "assigned_only": "assigned",
    "platform_range_only": "platform_range",
    "domestic_only": "domestic_number",
}
# Traits of names that can be read off the value; everything else is gathered (vocabulary: sender_traits).
_NAME = re.compile(r"[A-Za-z0-9 ]*")


def judge(rule: Bound[SenderIdUse], case: Case) -> Answer:
    """Allow a right sender id, switch to a right one the account has, or refuse."""
    standing = case.standing
    if standing.unsure("sender.type", "sender.value", "sender.traits", "sender.port_categories"):
        return rule[UNKNOWN]
    code = fault(rule.parameters, standing.id, case.category)
    if code is None:
        case.note(standing.sender.revision)
        return rule["sender-fit"]
    right = any(fault(rule.parameters, other, case.category) is None for other in unused_alternatives(standing))
    return rule["sender-switched" if right and standing.may("sender") else code]


def unused_alternatives(standing: Standing) -> Iterator[SenderId]:
    """Other sender ids the account may use."""
    return (other for other in standing.sender.alternatives if other.value != standing.id.value)


def fault(asked: SenderIdUse, given: SenderId, category: Category) -> str | None:
    """What is wrong with a sender id under a rule, or None. A form of which the rule says nothing passes that test."""
    use = {"alphanumeric": asked.alphanumeric, "numeric": asked.numeric, "shortcode": asked.shortcode}.get(given.type)
    if use == "forbidden":
        return "sender-type-forbidden"
    if use in TRAIT_OF_USE and TRAIT_OF_USE[use] not in given.traits:
        return "sender-trait-missing"
    if not traits_of(given).isdisjoint(asked.forbid):
        return "sender-trait-forbidden"
    if asked.category_separation and category not in (given.port_categories or ()):
        return "sender-category-not-granted"
    return _name_fault(asked, given) if given.type == "alphanumeric" else None


def _name_fault(asked: SenderIdUse, given: SenderId) -> str | None:
    value = given.value
    if len(value) < (asked.min_len or 0) or (asked.max_len is not None and len(value) > asked.max_len):
        return "sender-length"
    if asked.prefix is not None and not value.startswith(asked.prefix):
        return "sender-prefix"
    if asked.suffix is not None and not value.endswith(asked.suffix):
        return "sender-suffix"
    reserved = asked.reserved_prefix is not None and value.startswith(asked.reserved_prefix)
    return "sender-prefix-reserved" if reserved and "registered" not in given.traits else None


def traits_of(given: SenderId) -> frozenset[str]:
    """What is known of a sender id, with what can be read off a name."""
    if given.type != "alphanumeric":
        return given.traits
    value = given.value
    read = {
        "digits_only": value.isdigit(),
        "leading_or_trailing_space": value != value.strip(),
        "contains_unverified": "unverified" in value.lower(),
        "special_characters": not _NAME.fullmatch(value),
    }
    return given.traits | {trait for trait, holds in read.items() if holds}
