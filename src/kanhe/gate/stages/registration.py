"""Is what must be on file with a registry on file, for this route and category."""

from kanhe.domain.papers import Registration as Record
from kanhe.domain.verdict import Effect, Finding
from kanhe.gate.case import Answer, Ask, Bound, Case
from kanhe.gate.findings import UNKNOWN, Codes, Says
from kanhe.gate.stages.sender_id import unused_alternatives
from kanhe.law.kinds import Registration

CODES: Codes = {
    "registration-active": Says(Effect.ALLOW, "sender"),
    "registration-missing": Says(Effect.REFUSE),
    "registration-not-active": Says(Effect.REFUSE, "sender"),
    "registration-ended": Says(Effect.REFUSE, "sender"),
    "registration-other-carrier": Says(Effect.REFUSE, "sender"),
    "registration-other-category": Says(Effect.REFUSE, "sender"),
    "links-not-on-file": Says(Effect.REFUSE, "sender"),
    "sender-switched": Says(Effect.AMEND),
    "sender-relabelled": Says(Effect.AMEND),
    "sender-shown-relabelled": Says(Effect.ALLOW),
}
_NOTHING_ON_FILE = frozenset({"registration-missing"})


def judge(rule: Bound[Registration], case: Case) -> Answer:
    """Allow what is on file; else try what the rule offers instead."""
    standing, asked = case.standing, rule.parameters
    if standing.unsure(*_facts_of(asked)):
        return rule[UNKNOWN]
    record = standing.registration(asked.key)
    code = _fault(rule, case, record)
    if code is None and record is not None and asked.subject == "link":
        return _links(rule, record)
    if code is None or (asked.subject == "sender_id" and _switched_to_registered(case)):
        case.note(standing.sender.revision)
        return rule["registration-active"]
    if asked.if_missing == "relabel":
        if standing.relabelled:
            return rule["sender-shown-relabelled"]
        if standing.may("sender") and any("registered" in other.traits for other in unused_alternatives(standing)):
            return rule["sender-switched"]
        if standing.sender.relabel_accepted and not standing.final:
            return rule["sender-relabelled"]
    if code not in _NOTHING_ON_FILE:
        case.note(standing.sender.revision)
    return rule[code]


def _links(rule: Bound[Registration], record: Record) -> Ask:
    """Whether every link and number of a text is on file."""
    active, missing, items = rule["registration-active"], rule["links-not-on-file"], record.items

    def ask(case: Case) -> Finding:
        case.note(case.standing.sender.revision)
        return active if items.issuperset((*case.seen.links, *case.seen.phones)) else missing

    return ask


def _facts_of(asked: Registration) -> tuple[str, ...]:
    """The facts without which a filing cannot be judged."""
    links = ("text.links", "text.phones") if asked.subject == "link" else ()
    return ("registrations", *links, *(("route.carrier",) if asked.per_carrier else ()))


def _switched_to_registered(case: Case) -> bool:
    """Another sender id of the account took over; that it is registered stands in its traits."""
    standing = case.standing
    return standing.id is not standing.sender.id and "registered" in standing.id.traits


def _fault(rule: Bound[Registration], case: Case, record: Record | None) -> str | None:
    """What is wrong with a filing, or None."""
    asked = rule.parameters
    if record is None or record.status == "none":
        return "registration-missing"
    if record.status != "active":
        return "registration-not-active"
    if not case.serves(None, record.valid_to, rule.zone):
        return "registration-ended"
    carrier = case.route.carrier if case.route else None
    if asked.per_carrier and record.carriers is not None and carrier not in record.carriers:
        return "registration-other-carrier"
    if asked.per_carrier and record.filed.get(carrier or "", "active") != "active":
        return "registration-not-active"
    if record.categories is not None and case.category not in record.categories:
        return "registration-other-category"
    return None
