"""Is it a lawful hour where the recipient may be."""

from kanhe.domain.verdict import Effect, Finding
from kanhe.gate.case import Answer, Bound, Case
from kanhe.gate.findings import UNKNOWN, Codes, Says
from kanhe.law.kinds import QuietHours
from kanhe.law.windows import Door, clock_of

CODES: Codes = {
    "inside-hours": Says(Effect.ALLOW, "until"),
    "hours-lifted": Says(Effect.ALLOW),
    "hours-lifted-by-ground": Says(Effect.ALLOW, "consent"),
    "outside-hours": Says(Effect.DEFER, "until"),
    "outside-hours-refused": Says(Effect.REFUSE, "until"),
    "hours-outlast-validity": Says(Effect.REFUSE, "until"),
    "hours-no-moment": Says(Effect.HOLD, "until"),
    "calendar-missing": Says(Effect.HOLD),
}


def judge(rule: Bound[QuietHours], case: Case) -> Answer:
    """Inside the window in every zone: allow. The answer holds for all messages until the next edge of a window."""
    standing = case.standing
    if not standing.proofs.isdisjoint(rule.parameters.lifted_by):
        return rule["hours-lifted"]
    if rule.parameters.tz_basis == "recipient" and (standing.unsure("recipient.zones") or not standing.place.zones):
        return rule[UNKNOWN]
    clock = clock_of(rule.parameters, standing.place)
    inside, missing = rule["inside-hours"], rule["calendar-missing"]
    outside = rule["outside-hours" if rule.parameters.outside == "defer" else "outside-hours-refused"]

    if rule.parameters.lifted_by and standing.unsure("proofs"):
        outside = rule[UNKNOWN]
    noting, lifted_by = outside.slot is not None, rule.parameters.lifted_by

    def ask(case: Case) -> Finding:
        span = clock.at(case.now)
        if span.until < case.until:
            case.until = span.until
        if span.door is Door.UNKNOWN:
            return missing
        if span.door is Door.OPEN:
            case.notes.append(span.until)
            return inside
        if lifted_by and (ground := case.ground(lifted_by, rule.zone)) is not None:
            case.notes.append(ground.id)
            return rule["hours-lifted-by-ground"]
        if noting:
            case.notes.append(span.until)
        return outside

    return ask
