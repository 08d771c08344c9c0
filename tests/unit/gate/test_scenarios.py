"""Worked cases through the real gate: facts in, verdict and rules out."""

from pathlib import Path

import pytest

from kanhe.gate.casefile import load_cases
from kanhe.gate.gate import Gate
from kanhe.gate.scenario import judge_case, judge_file, mismatches
from kanhe.law.library import Library

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("scenarios*.yaml"))
CASES = [pytest.param(case, id=str(case["id"])) for path in FILES for case in load_cases(path)]


@pytest.mark.parametrize("case", CASES)
def test_a_case_comes_out_as_written(case: dict[str, object], gate: Gate, library: Library) -> None:
    result = judge_case(case, library, gate)
    assert mismatches(result, case["expect"]) == [], result["findings"]  # type: ignore[arg-type]


def test_a_report_names_what_came_out_otherwise(library: Library, tmp_path: Path) -> None:
    right = (HERE / "scenarios.yaml").read_text(encoding="utf-8")
    text = right.replace("verdict: allow, category: marketing, rules:", "verdict: hold, rules:")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text, encoding="utf-8")
    report = judge_file(wrong, library)
    assert report["failed"] == ["D01"]
