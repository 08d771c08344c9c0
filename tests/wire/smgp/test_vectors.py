"""Every golden vector of SMGP through the common runner: packets both ways, and all scripted sessions for both sides."""

import json
from pathlib import Path

import pytest

from kanhe.protocols.smgp.family import FAMILY
from kanhe.protocols.vectors import cases, check

VECTORS = Path(__file__).parents[1] / "vectors"


def load(name):
    return [pytest.param(case, id=case["name"]) for case in cases(json.loads((VECTORS / name).read_text("utf-8")))]


@pytest.mark.parametrize("case", load("smgp.json"))
def test_packet(case):
    check(case, {"smgp": FAMILY})


@pytest.mark.parametrize("case", load("sessions/smgp.json"))
def test_session_whole_and_one_octet_at_a_time(case):
    check(case, {"smgp": FAMILY})
