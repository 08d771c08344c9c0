"""Every golden vector of SMPP: packets both ways, receipts, and all scripted sessions for both sides."""

import json
from pathlib import Path

import pytest

from kanhe.protocols.smpp.family import FAMILY
from kanhe.protocols.vectors import cases, check, run

VECTORS = Path(__file__).parents[1] / "vectors"


def load(name):
    return [pytest.param(case, id=case["name"]) for case in cases(json.loads((VECTORS / name).read_text("utf-8")))]


@pytest.mark.parametrize("case", load("smpp.json"))
def test_packet(case):
    check(case, {"smpp": FAMILY})


@pytest.mark.parametrize("case", load("receipts.json"))
def test_receipt(case):
    check(case, {"smpp": FAMILY})


@pytest.mark.parametrize("case", load("sessions/smpp.json"))
def test_session_whole_and_one_octet_at_a_time(case):
    check(case, {"smpp": FAMILY})


def test_the_runner_finds_a_wrong_vector_and_says_where():
    document = json.loads((VECTORS / "smpp.json").read_text("utf-8"))
    case = next(case for case in document["vectors"] if case["valid"] and case["fields"]["command"] == "submit_sm")
    case["fields"]["destination_addr"] = "1"
    session = json.loads((VECTORS / "sessions" / "smpp.json").read_text("utf-8"))["sessions"][0]
    session["steps"][2]["hex"] = "00"
    results = run({"vectors": [case, session]}, {"smpp": FAMILY})
    assert [result.passed for result in results] == [False, False]
    assert "fields" in results[0].detail
    assert "step 3" in results[1].detail
