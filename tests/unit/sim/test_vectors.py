"""Vector files of users: each case is reported, whatever is wrong with it."""

import json
from pathlib import Path

import msgspec

from kanhe.sim.vectors import VectorReport, run_files

VECTORS = Path(__file__).parents[2] / "wire" / "vectors"


def test_a_file_of_ours_passes_and_a_spoiled_case_is_named(tmp_path):
    document = json.loads((VECTORS / "smpp.json").read_text("utf-8"))
    spoiled = {**document["vectors"][0], "name": "spoiled", "hex": "zz"}
    foreign = {**document["vectors"][0], "name": "foreign", "protocol": "mm7"}
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"vectors": [document["vectors"][0], spoiled, foreign, 7]}), "utf-8")
    report = run_files([VECTORS / "encoding.json", path])
    good, mixed = report.files
    assert all(case.passed for case in good.cases)
    assert [(case.name, case.passed) for case in mixed.cases[1:]] == [
        ("spoiled", False),
        ("foreign", False),
        ("?", False),
    ]
    assert mixed.cases[0].passed
    assert (report.failed, report.passed, report.ok) == (3, len(good.cases) + 1, False)
    assert [line.split(": ")[1] for line in report.lines()] == [
        "spoiled",
        "foreign",
        "?",
        *(line.line().split(": ")[1] for line in report.files),
    ]
    assert mixed.line().endswith("1 of 4 passed")
    assert msgspec.json.decode(msgspec.json.encode(report), type=VectorReport) == report


def test_files_that_are_none_are_errors_and_not_passes(tmp_path):
    (tmp_path / "broken.json").write_text("{", "utf-8")
    (tmp_path / "empty.json").write_text("{}", "utf-8")
    report = run_files([tmp_path / name for name in ("broken.json", "empty.json", "absent.json")])
    assert all(file.error for file in report.files)
    assert (report.failed, report.ok) == (3, False)
    assert report.lines()[1].endswith("holds neither `vectors` nor `sessions`")
    assert run_files([VECTORS / "national.json"]).ok
