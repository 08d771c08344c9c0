"""Every golden vector of SGIP through the common runner: packets both ways, and all scripted sessions for both sides."""

import json
from pathlib import Path

import pytest

from kanhe.protocols.sgip.family import FAMILY
from kanhe.protocols.vectors import cases, check

VECTORS = Path(__file__).parents[1] / "vectors"


def load(name):
    return [pytest.param(case, id=case["name"]) for case in cases(json.loads((VECTORS / name).read_text("utf-8")))]


@pytest.mark.parametrize("case", load("sgip.json"))
def test_packet(case):
    check(case, {"sgip": FAMILY})


@pytest.mark.parametrize("case", load("sessions/sgip.json"))
def test_session_whole_and_one_octet_at_a_time(case):
    check(case, {"sgip": FAMILY})
