"""Is there a proved exemption that lifts other rules."""

from collections.abc import Callable

from kanhe.domain.verdict import Effect
from kanhe.gate.case import Answer, Bound, Case
from kanhe.gate.findings import UNKNOWN, Codes, Says
from kanhe.law.kinds import Exemption

CODES: Codes = {
    "exemption-applied": Says(Effect.ALLOW),
    "exemption-not-proved": Says(Effect.ADVISE),
    "exemption-not-applied": Says(Effect.ADVISE),
}
ALERT_ELEMENTS = frozenset({"level", "area", "start_time", "issuer", "measures"})

# Conditions that are read off the message; every other one is a proof on file (vocabulary: exemption_conditions).
CONDITIONS: dict[str, Callable[[Case], bool]] = {
    "alert_elements_stated": lambda case: case.standing.seen.alert >= ALERT_ELEMENTS,
    "no_promotion": lambda case: not case.standing.seen.promotional,
    "header_suffix_g": lambda case: case.standing.id.value.endswith("-G"),
}
_FACTS_OF = {
    "alert_elements_stated": "text.alert",
    "no_promotion": "text.promotional",
    "header_suffix_g": "sender.value",
}


def judge(rule: Bound[Exemption], case: Case) -> Answer:
    """Applied when every condition is proved."""
    unproved = [condition for condition in rule.parameters.conditions if not _proved(condition, case)]
    if not unproved:
        return rule["exemption-applied"]
    open_question = case.standing.unsure(*(_FACTS_OF.get(condition, "proofs") for condition in unproved))
    return rule[UNKNOWN if open_question else "exemption-not-proved"]


def _proved(condition: str, case: Case) -> bool:
    read = CONDITIONS.get(condition)
    if read is None:
        return condition in case.standing.proofs
    return not case.standing.unsure(_FACTS_OF[condition]) and read(case)
