"""How much CPU the gate takes per message, as a whole and by stage: what `kanhe bench gate` prints."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import structs

from kanhe.domain.facts import Facts, Wants
from kanhe.gate.case import Ask, Case
from kanhe.gate.gate import Gate
from kanhe.gate.stages.table import STAGES
from kanhe.gate.traffic import Batch
from kanhe.law.library import Library
from kanhe.ports.store import Answers

# Asks the books. What the traffic brings of consents and refusals is on file there.
AskBooks = Callable[[Wants], Answers]


def measure(library: Library, given: Sequence[Batch], ask: AskBooks | None = None) -> dict[str, Any]:
    """CPU microseconds per message, and of the questions of each stage and scope; without books what the traffic brings counts."""
    gate = Gate(library)
    # Plans are made on the first sight of a paper or place and stand for hours: measured apart, then warm as in service.
    first = _us(lambda: [gate.judge(batch, facts) for batch, facts in given], given)
    wanted: list[Wants] = []
    gathered = _us(lambda: wanted.extend([gate.wants(batch, facts) for batch, facts in given]), given)
    asked = 0.0
    if ask is not None:
        answers: list[Answers] = []
        asked = _us(lambda: answers.extend([ask(wants) for wants in wanted]), given)
        given = [(batch, _told(facts, answer)) for (batch, facts), answer in zip(given, answers, strict=True)]
    verdicts = []
    judged = _us(
        lambda: verdicts.extend([verdict for batch, facts in given for verdict in gate.judge(batch, facts)]), given
    )
    by_stage = _by_stage(gate, given)
    return {
        "messages": sum(len(batch) for batch, _ in given),
        "cpu_us_per_message": round(gathered + asked + judged, 2),
        "wants_us": round(gathered, 2),
        "books_us": round(asked, 2),
        "judge_us": round(judged, 2),
        "first_sight_us": round(first, 2),
        "by_stage_us": by_stage,
        "by_scope_us": _by_scope(by_stage, judged),
        "verdicts": dict(Counter(verdict.outcome.value for verdict in verdicts).most_common()),
    }


def _told(facts: Facts, answers: Answers) -> Facts:
    return structs.replace(facts, consents=answers.consents, suppressions=answers.suppressions, history=answers.history)


def _us(work: Any, given: Sequence[Batch]) -> float:
    begun = time.process_time_ns()
    work()
    return (time.process_time_ns() - begun) / 1000 / sum(len(batch) for batch, _ in given)


def _by_stage(gate: Gate, given: Sequence[Batch]) -> dict[str, float]:
    """Put only the questions of one stage to all messages, stage after stage."""
    asked: dict[str, list[tuple[Ask, Case]]] = defaultdict(list)
    for batch, facts in given:
        for message in batch:
            desk = gate.sitting(batch, facts)
            for stage, ask in desk.questions(message):
                asked[stage].append((ask, desk.case))
    return {
        stage: round(_us(lambda pairs=pairs: [ask(case) for ask, case in pairs], given), 2)
        for stage, pairs in asked.items()
    }


def _by_scope(by_stage: dict[str, float], judged: float) -> dict[str, float]:
    """What each scope takes; the standing scope is finding the plan and putting the verdict together."""
    found: dict[str, float] = defaultdict(float)
    for kind, stage in STAGES.items():
        found[stage.scope.value] += by_stage.get(kind.value, 0.0)
    found["standing"] += judged - sum(by_stage.values())
    return {scope: round(spent, 2) for scope, spent in found.items()}
