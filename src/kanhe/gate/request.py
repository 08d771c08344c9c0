"""A person's request about their data, judged by the rights and retention rules of every seat involved (`path: data_request`)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kanhe.domain.facts import Facts
from kanhe.kit.clock import to_ms
from kanhe.law.clock import day_end, local
from kanhe.law.duties import ERASURE, Case, plus_months, tasks, words_of
from kanhe.law.kinds import Dsr, Kind, Retention
from kanhe.law.library import Library
from kanhe.law.rules import Rule

Given = Mapping[str, Any]


def judge_request(request: Given, facts: Facts, library: Library) -> dict[str, Any]:
    """Whether a right is given, until when the answer is due, and what keeps records from being erased yet."""
    (place,) = facts.recipients.values()
    (sender,) = facts.senders.values()
    duties = library.select(place, facts.operator.seat, sender.seat, facts.now).duties
    asked = words_of(str(request.get("right") or request.get("kind") or "access"))
    zone = place.zones[0] if place.zones else "UTC"
    rights = [rule for rule in duties if isinstance(rule.parameters, Dsr)]
    given = [rule for rule in rights if isinstance(rule.parameters, Dsr) and asked & frozenset(rule.parameters.rights)]
    answer = _Answers(library, facts.now, place.country, zone)
    if not given:
        return answer("refuse", rights, rights)
    kept = _kept(request, duties) if asked & ERASURE else {}
    ends = {rule: _until(months, request, facts.now, zone) for rule, months in kept.items()}
    standing = [rule for rule, end in ends.items() if end > facts.now]
    rules = [*given, *kept]
    if standing:
        return {**answer("defer", rules, standing), "not_before": _iso(max(ends.values()), zone)}
    return answer("allow", rules, given)


class _Answers:
    """Answers in the form of a judged case, with the dates by which a person must have heard."""

    def __init__(self, library: Library, now: int, country: str | None, zone: str) -> None:
        self._library, self._zone = library, zone
        self._case = Case(Kind.DSR, now, zone, country)

    def __call__(self, verdict: str, rules: list[Rule], deciding: list[Rule]) -> dict[str, Any]:
        return {
            "verdict": verdict,
            "category": None,
            "rules": [rule.id for rule in rules],
            "decided_by": [rule.id for rule in deciding],
            "not_before": None,
            "text": None,
            "sender": None,
            "changes": [],
            "findings": [
                {"rule": rule.id, "stage": rule.kind.value, "code": verdict, "effect": verdict} for rule in rules
            ],
            "due": [
                {"rule": task.rule.id, "work": task.work.value, "due": _iso(task.due, self._zone)}
                for task in tasks(rules, self._case, self._library.packs)
            ],
        }


def _kept(request: Given, duties: tuple[Rule, ...]) -> dict[Rule, int]:
    """Retention rules with a minimum, in months, for the records asked about; for all records when none are named."""
    items = frozenset(request.get("items") or ())
    return {
        rule: rule.parameters.min_months
        for rule in duties
        if isinstance(rule.parameters, Retention)
        and rule.parameters.min_months is not None
        and (not items or items & frozenset(rule.parameters.items))
    }


def _until(months: int, request: Given, now: int, zone: str) -> int:
    """The end of the minimum, counted from when the record began; from now, when nobody knows."""
    began = request.get("recorded_at") or request.get("since")
    first = local(now if began is None else to_ms(datetime.fromisoformat(began)), zone).date()
    return day_end(plus_months(first, months).isoformat(), zone)


def _iso(at: int, zone: str) -> str:
    return local(at, zone).isoformat()
