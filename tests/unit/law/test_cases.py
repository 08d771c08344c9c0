"""Worked cases of every pack through the real gate: facts as a lawyer writes them, verdict and rules out."""

from pathlib import Path
from typing import Any

import pytest

from kanhe.gate.gate import Gate
from kanhe.gate.scenario import judge_case, merged, mismatches
from kanhe.law.load import load_packs
from kanhe.law.source import read_document

CASES = Path(__file__).parent / "cases"
LIBRARY = load_packs()
GATE = Gate(LIBRARY)


def cases_of(path: Path) -> list[dict[str, Any]]:
    """The cases of a file with all their facts: common, country, situation, their own."""
    told: Any = read_document(path).data
    base: Any = read_document(CASES / told["include"]).data
    return [_whole(case, told, base["base"]) for case in told["scenarios"]]


def _whole(case: dict[str, Any], told: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    situation = told["situations"][case["situation"]]
    facts = merged(base["common"], base[case.get("jurisdiction", told["jurisdiction"])])
    facts = merged(merged(facts, situation["facts"]), case.get("facts") or {})
    return {**case, "now": case.get("now", situation["now"]), "facts": facts}


ALL = [case for path in sorted(CASES.glob("??.yaml")) for case in cases_of(path)]


@pytest.mark.parametrize("case", ALL, ids=[case["id"] for case in ALL])
def test_a_case_comes_out_as_written(case: dict[str, Any]):
    result = judge_case(case, LIBRARY, GATE)
    assert mismatches(result, case["expect"]) == [], [row for row in result["findings"] if row["effect"] != "allow"]


def test_case_ids_are_their_own():
    assert len({case["id"] for case in ALL}) == len(ALL)
