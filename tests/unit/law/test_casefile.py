"""`kanhe law judge`: every file of worked cases can be judged, and a broken one gets a clear answer."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kanhe.cli.main import app

CASES = Path(__file__).parent / "cases"
BASE = "base: {common: {}, KR: {}}\n"
BROKEN: dict[str, tuple[str, str]] = {
    "no map": ("- 1\n", "a file of cases is a map with `scenarios`"),
    "not readable": ("scenarios: [", "not readable"),
    "no include": ("include: other.yaml\nscenarios: []\n", "there is no file `other.yaml` beside it"),
    "no list": (BASE + "scenarios: 7\n", "`scenarios` is a list of cases"),
    "no case": (BASE + "scenarios:\n- 7\n", "3: ?: a case is a map"),
    "no id": (BASE + "scenarios:\n- {jurisdiction: KR, expect: {}}\n", "3: ?: `id` is missing"),
    "no country": (BASE + "scenarios:\n- {id: A, expect: {}}\n", "3: A: `jurisdiction` is missing"),
    "situation": (
        BASE + "scenarios:\n- {id: A, jurisdiction: KR, situation: s, expect: {}}\n",
        "3: A: there is no situation `s`",
    ),
}


def test_every_file_of_cases_is_judged_and_a_mismatch_is_told(tmp_path: Path) -> None:
    runner = CliRunner()
    told = runner.invoke(app, ["law", "judge", *map(str, sorted(CASES.glob("*.yaml"))), "--json"])
    answer = json.loads(told.stdout)
    assert (told.exit_code, answer["failed"]) == (0, 0)
    assert answer["passed"] == len(answer["cases"]) > 400
    (tmp_path / "base.yaml").write_bytes((CASES / "base.yaml").read_bytes())
    wrong = tmp_path / "nz.yaml"
    wrong.write_text((CASES / "nz.yaml").read_text("utf-8").replace("verdict: allow", "verdict: hold"), "utf-8")
    told = runner.invoke(app, ["law", "judge", str(wrong), "--json"])
    assert told.exit_code == 1
    assert json.loads(told.stdout)["failed"] > 0


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("{id: A, jurisdiction: KR, now: soon, expect: {}}", "soon"),
        ("{id: A, jurisdiction: KR, now: '2026-01-01', expect: {}}", "`2026-01-01` needs its offset from UTC"),
        ("{id: A, jurisdiction: KR, now: '2026-01-01T00:00:00Z', expect: {}}", "`recipient` is missing"),
    ],
)
def test_a_case_whose_facts_cannot_be_read_hides_no_other(case: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.yaml"
    (tmp_path / "base.yaml").write_bytes((CASES / "base.yaml").read_bytes())
    good = "{id: B, jurisdiction: NZ, now: '2026-11-23T12:00:00+13:00', facts: {message: {text: hello}}, expect: {verdict: allow}}"
    path.write_text(f"include: base.yaml\nscenarios:\n- {good}\n", "utf-8")
    path.write_text(f"base: {{common: {{}}, KR: {{}}}}\nscenarios:\n- {case}\n", "utf-8")
    other = tmp_path / "good.yaml"
    other.write_text(f"include: base.yaml\nscenarios:\n- {good}\n", "utf-8")
    told = CliRunner().invoke(app, ["law", "judge", str(path), str(other), "--json"])
    answer = json.loads(told.stdout)
    assert (told.exit_code, answer["passed"], answer["failed"]) == (1, 1, 1)
    (mismatch,) = answer["cases"][0]["mismatches"]
    assert mismatch.startswith("odd.yaml:3: A: the facts cannot be read:")
    assert said in mismatch


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_answered_with_what_is_wrong(name: str, tmp_path: Path) -> None:
    text, said = BROKEN[name]
    path = tmp_path / "broken.yaml"
    path.write_text(text, "utf-8")
    told = CliRunner().invoke(app, ["law", "judge", str(path), "--json"])
    assert told.exit_code == 2
    assert said in json.loads(told.stdout)["error"]
