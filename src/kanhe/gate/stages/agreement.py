"""Has the account accepted the terms in the version in force."""

from kanhe.domain.verdict import Effect
from kanhe.gate.case import Answer, Bound, Case
from kanhe.gate.findings import UNKNOWN, Codes, Says
from kanhe.gate.local import today
from kanhe.law.kinds import Agreement

CODES: Codes = {
    "agreement-accepted": Says(Effect.ALLOW, "account"),
    "agreement-outdated": Says(Effect.REFUSE, "account"),
    "agreement-missing": Says(Effect.REFUSE),
    "agreement-unpublished": Says(Effect.REFUSE),
}


def judge(rule: Bound[Agreement], case: Case) -> Answer:
    """Allow who accepted the version in force, or a later one that is already published."""
    standing, key = case.standing, rule.parameters.key
    if standing.unsure("operator.agreements", "account.agreements"):
        return rule[UNKNOWN]
    published = sorted(standing.operator.agreements.get(key, ()), key=lambda version: version[1])
    for _, day in published:
        case.begins_on(day, rule.zone)
    in_force = [place for place, (_, day) in enumerate(published) if day <= today(case.now, rule.zone)]
    if not in_force:
        return rule["agreement-unpublished"]
    accepted = standing.account.agreements.get(key)
    if accepted is None:
        return rule["agreement-missing"]
    case.note(standing.account.revision)
    good = {version for version, _ in published[in_force[-1] :]}
    return rule["agreement-accepted" if accepted[0] in good else "agreement-outdated"]
