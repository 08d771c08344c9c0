"""Has the recipient had as many messages of one key as a rule allows."""

from collections.abc import Callable, Iterable, Sequence

from kanhe.domain.facts import Sent
from kanhe.domain.verdict import Effect, Finding
from kanhe.gate.case import Answer, Bound, Case
from kanhe.gate.findings import UNKNOWN, Codes, Says
from kanhe.gate.local import period_after, period_begins
from kanhe.law.clock import local_date
from kanhe.law.kinds import Frequency, Limit

CODES: Codes = {
    "within-cap": Says(Effect.ALLOW),
    "cap-reached": Says(Effect.DEFER, "until"),
    "cap-outlasts-validity": Says(Effect.REFUSE, "until"),
    "cap-no-moment": Says(Effect.HOLD, "until"),
}
BY_SENDER = "sender"

# Which earlier sends count together with this message.
SAME: dict[str, Callable[[Sent, Case], bool]] = {
    "recipient": lambda sent, case: True,
    BY_SENDER: lambda sent, case: True,
    "entity+recipient": lambda sent, case: sent.entity == case.standing.sender.entity,
    "signature+recipient": lambda sent, case: sent.signature == case.standing.sender.signature,
    "signature+template+recipient": lambda sent, case: (
        sent.signature == case.standing.sender.signature and sent.template == case.message.template
    ),
    "entity+recipient+subject": lambda sent, case: (
        sent.entity == case.standing.sender.entity and sent.subject == case.message.subject
    ),
}


def judge(rule: Bound[Frequency], case: Case) -> Answer:
    """Count what was sent before; nothing sent, nothing to count."""
    by_day = any(limit.window != "rolling" for limit in rule.parameters.limits)
    if case.standing.unsure("history") or (by_day and not _zones(rule, case)):
        return rule[UNKNOWN]
    within, reached = rule["within-cap"], rule["cap-reached"]
    by_sender = any(limit.key == BY_SENDER for limit in rule.parameters.limits)

    def ask(case: Case) -> Finding:
        if not case.history and not by_sender:
            return within
        free = free_at(rule, case, case.now)
        if free <= case.now:
            return within
        case.note(free)
        return reached

    return ask


def free_at(rule: Bound[Frequency], case: Case, at: int) -> int:
    """The earliest instant from `at` on at which every cap of a rule has room, or a later lower bound of it."""
    return max((_limit_free_at(limit, rule, case, at) for limit in rule.parameters.limits), default=at)


def _limit_free_at(limit: Limit, rule: Bound[Frequency], case: Case, at: int) -> int:
    sends = sorted(_counted(limit, rule, case))
    if limit.window == "rolling":
        length = limit.per_seconds * 1000
        used = sum(1 for sent in sends if at - sent < length)
        return at if used < limit.max else sends[-limit.max] + length
    return max(_calendar_free_at(limit, sends, zone, at) for zone in _zones(rule, case))


def _calendar_free_at(limit: Limit, sends: Sequence[int], zone: str, at: int) -> int:
    period = period_begins(local_date(at, zone), limit.window)
    used = sum(1 for sent in sends if period_begins(local_date(sent, zone), limit.window) == period)
    return at if used < limit.max else period_after(period, limit.window, zone)


def _counted(limit: Limit, rule: Bound[Frequency], case: Case) -> Iterable[int]:
    """Instants of the earlier sends of one key, in the categories of the rule; a message does not count against itself."""
    key, same, categories = limit.key, SAME[limit.key], rule.rule.applies_to
    sends = case.sent_by_sender if key == BY_SENDER else case.history
    me = case.message.id
    return [sent.at for sent in sends if sent.category in categories and sent.message != me and same(sent, case)]


def _zones(rule: Bound[Frequency], case: Case) -> Sequence[str]:
    basis = rule.parameters.tz_basis
    return case.standing.place.zones if basis == "recipient" else (basis.removeprefix("fixed:"),)
