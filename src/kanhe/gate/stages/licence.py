"""Has the operator, or the reseller below it, the licence this message needs."""

from kanhe.domain.papers import Licence as Held
from kanhe.domain.verdict import Effect
from kanhe.gate.case import Answer, Bound, Case
from kanhe.gate.findings import UNKNOWN, Codes, Says
from kanhe.law.kinds import Licence

# Not a licence: the operator's decision to serve a country without a pack.
OPERATOR_DECISION = "zz.operator_decision"
NATIONWIDE = "nationwide"

CODES: Codes = {
    "country-decided": Says(Effect.ALLOW, "operator"),
    "country-undecided": Says(Effect.REFUSE),
    "licence-held": Says(Effect.ALLOW, "holder"),
    "licence-missing": Says(Effect.REFUSE),
    "licence-not-in-force": Says(Effect.REFUSE, "holder"),
    "licence-covers": Says(Effect.ALLOW, "holder"),
    "licence-too-narrow": Says(Effect.REFUSE, "holder"),
    "licence-judged-elsewhere": Says(Effect.ADVISE),
}


def judge(rule: Bound[Licence], case: Case) -> Answer:
    """Allow what a licence in force today covers."""
    asked, standing = rule.parameters, case.standing
    if asked.key == OPERATOR_DECISION:
        return _decision(rule, case)
    holder = standing.account if asked.holder == "account" else standing.operator
    if standing.unsure(f"{asked.holder}.licences", *(("route.coverage",) if asked.check == "covers_route" else ())):
        return rule[UNKNOWN]
    held = [licence for licence in holder.licences if licence.key == asked.key]
    serving = [licence for licence in held if case.serves(licence.valid_from, licence.valid_to, rule.zone)]
    if asked.check == "covers_route" and not serving:
        return rule["licence-judged-elsewhere"]
    if not held:
        return rule["licence-missing"]
    case.note(holder.revision)
    if asked.check == "covers_route":
        covered = any(_covers(licence, case) for licence in serving)
        return rule["licence-covers" if covered else "licence-too-narrow"]
    return rule["licence-held" if serving else "licence-not-in-force"]


def _decision(rule: Bound[Licence], case: Case) -> Answer:
    standing = case.standing
    if standing.unsure("operator.countries"):
        return rule[UNKNOWN]
    if standing.place.country not in standing.operator.countries:
        return rule["country-undecided"]
    case.note(standing.operator.revision)
    return rule["country-decided"]


def _covers(licence: Held, case: Case) -> bool:
    """A licence covers a route nationwide, or region by region."""
    return NATIONWIDE in licence.coverage or (case.route is not None and case.route.coverage <= licence.coverage)
