"""Every golden text: alphabets, segments, national tables, packing."""

import json
from pathlib import Path

import pytest

from kanhe.protocols.vectors import cases, check

VECTORS = Path(__file__).parents[1] / "vectors"


def load(name):
    return [pytest.param(case, id=case["name"]) for case in cases(json.loads((VECTORS / name).read_text("utf-8")))]


@pytest.mark.parametrize("case", load("encoding.json") + load("national.json"))
def test_text(case):
    check(case, {})
