"""Worked cases of every pack through the real gate: facts as a lawyer writes them, verdict and rules out."""

from pathlib import Path
from typing import Any

import pytest

from kanhe.domain.category import Category
from kanhe.gate.casefile import load_cases
from kanhe.gate.gate import Gate
from kanhe.gate.scenario import judge_case, mismatches
from kanhe.law.kinds import MESSAGE_PATH, Exemption
from kanhe.law.load import load_packs
from kanhe.law.rules import Enforce, Rule

CASES = Path(__file__).parent / "cases"
LIBRARY = load_packs()
GATE = Gate(LIBRARY)


FILES = [*sorted(CASES.glob("??.yaml")), CASES / "requests.yaml"]
ALL = [case for path in FILES for case in load_cases(path)]


RESULTS = {case["id"]: judge_case(case, LIBRARY, GATE) for case in ALL}


@pytest.mark.parametrize("case", ALL, ids=[case["id"] for case in ALL])
def test_a_case_comes_out_as_written(case: dict[str, Any]):
    result = RESULTS[case["id"]]
    assert mismatches(result, case["expect"]) == [], [row for row in result["findings"] if row["effect"] != "allow"]


def test_case_ids_are_their_own_and_every_refusal_says_who_decided():
    assert len(RESULTS) == len(ALL)
    silent = [case["id"] for case in ALL if case["expect"]["verdict"] != "allow" and "decided_by" not in case["expect"]]
    assert {case["facts"]["message"]["declared_category"] for case in ALL if case["id"] in silent} <= {"p2p"}


def test_every_rule_of_the_message_path_is_seen_in_a_case():
    seen = {name for result in RESULTS.values() for name in result["rules"]}
    assert {rule.id for rule in LIBRARY.rules.values() if rule.kind in MESSAGE_PATH} <= seen


def test_every_rule_that_can_decide_decides_a_case_and_lets_another_by():
    told = {rule.id: {"against": False, "for": False} for rule in LIBRARY.rules.values() if can_decide(rule)}
    for result in RESULTS.values():
        for name in set(result["rules"]) & set(told):
            decided = result["verdict"] != "allow" and name in result["decided_by"]
            told[name]["against"] |= decided
            told[name]["for"] |= result["verdict"] == "allow"
    assert [name for name, sides in told.items() if not all(sides.values())] == []


def can_decide(rule: Rule) -> bool:
    """Advice decides nothing, exemptions lift, and some content rules only classify or limit who may read."""
    if rule.kind not in MESSAGE_PATH or rule.enforce is Enforce.ADVISE or rule.applies_to == {Category.P2P}:
        return False
    return not isinstance(rule.parameters, Exemption) and getattr(rule.parameters, "action", "") not in (
        "reclassify",
        "no_human_reading",
    )
