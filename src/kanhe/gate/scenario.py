"""Worked cases: facts as a lawyer writes them in, verdict and rules out, through the real gate."""

from pathlib import Path
from typing import Any

import msgspec

from kanhe.domain.verdict import Finding, Outcome, Verdict
from kanhe.gate.casefacts import build, instant, unanswered
from kanhe.gate.casefile import Given, load_cases
from kanhe.gate.combine import OUTCOME
from kanhe.gate.gate import Gate
from kanhe.gate.request import judge_request
from kanhe.law.clock import local
from kanhe.law.library import Library
from kanhe.law.source import Mistake

# A case of this path is a person's request about their data, no message.
DATA_REQUEST = "data_request"
# What facts of a wrong form make of the code that reads them.
UNREADABLE = (KeyError, ValueError, TypeError, AttributeError, msgspec.ValidationError)


def judge_file(path: Path, library: Library) -> dict[str, Any]:
    """Every case of a file: what came out, and where that is not what the file expects. Raises `PackError`."""
    gate = Gate(library)
    cases = [_report(path.name, case, gate, library) for case in load_cases(path)]
    failed = [case["id"] for case in cases if case["mismatches"]]
    return {"file": path.name, "cases": cases, "total": len(cases), "failed": failed}


def _report(file: str, case: Given, gate: Gate, library: Library) -> dict[str, Any]:
    """What came out; a case whose facts cannot be read says so, and hides no other."""
    try:
        result = judge_case(case, library, gate)
        wrong = mismatches(result, case["expect"])
    except UNREADABLE as error:
        said = f"`{error.args[0]}` is missing" if isinstance(error, KeyError) else str(error)
        mistake = Mistake(file, case["line"], str(case["id"]), f"the facts cannot be read: {said}")
        result, wrong = {"verdict": None}, [str(mistake)]
    return {"id": case["id"], "title": case.get("title"), **result, "mismatches": wrong}


def mismatches(result: Given, expect: Given) -> list[str]:
    """Where a result is not what a case expects."""
    wrong = [
        f"{name} `{result[name]}`, expected `{expect[name]}`"
        for name in ("verdict", "category", "text", "sender")
        if name in expect and result[name] != expect[name]
    ]
    for name in ("rules", "decided_by"):
        missing = [rule for rule in expect.get(name, ()) if rule not in result[name]]
        wrong += [f"`{rule}` is not in {name}" for rule in missing]
    for rule, at in (expect.get("due") or {}).items():
        dates = [instant(task["due"]) for task in result.get("due", ()) if task["rule"] == rule]
        if not dates or min(dates) != instant(at):
            wrong.append(f"nothing is due under `{rule}` at `{at}`")
    if "not_before" in expect:
        found = result["not_before"]
        if found is None or instant(found) != instant(expect["not_before"]):
            wrong.append(f"not_before `{found}`, expected `{expect['not_before']}`")
    return wrong


def judge_case(case: Given, library: Library, gate: Gate | None = None) -> dict[str, Any]:
    """One case with all its facts: the verdict, the rules among the findings and those that decided."""
    given = unanswered(case["facts"])
    now = instant(case.get("now") or given["now"])
    message, facts = build(given, now)
    if case.get("path") == DATA_REQUEST:
        return judge_request(given.get("request") or {}, facts, library)
    (verdict,) = (gate or Gate(library)).judge([message], facts)
    zone = (given["recipient"].get("zones") or ["UTC"])[0]
    return {
        # A stage that breaks holds, in the words of these files; in production it parks, which no person must decide.
        "verdict": Outcome.HOLD.value if verdict.outcome is Outcome.PARK else verdict.outcome.value,
        "category": verdict.category.value,
        "rules": _rules(verdict.shape.findings),
        "decided_by": _rules(deciding(verdict)),
        "not_before": None if verdict.not_before is None else local(verdict.not_before, zone).isoformat(),
        "text": verdict.text,
        "sender": verdict.sender,
        "changes": [msgspec.to_builtins(change) for change in verdict.changes],
        "findings": [_row(finding) for finding in verdict.shape.findings],
    }


def deciding(verdict: Verdict) -> list[Finding]:
    """The findings that gave the verdict."""
    if verdict.outcome is Outcome.PARK:
        return list(verdict.shape.findings)
    return [finding for finding in verdict.shape.findings if OUTCOME.get(finding.effect) is verdict.outcome]


def _rules(findings: list[Finding] | tuple[Finding, ...]) -> list[str]:
    return list(dict.fromkeys(finding.rule for finding in findings if finding.rule is not None))


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "stage": finding.stage,
        "code": finding.code,
        "effect": finding.effect.name.lower(),
        "mode": finding.mode,
        "would": finding.would.name.lower() if finding.would is not None else None,
    }
