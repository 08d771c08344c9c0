"""Every kind of step that the platform writes into a trail has a sentence."""

import re
from pathlib import Path

import kanhe
from kanhe.console.terms import CARRIER_STATES
from kanhe.console.timeline import JUDGED, STEPS, _step
from kanhe.domain.verdict import Outcome
from kanhe.protocols.states import CarrierState

SOURCE = Path(kanhe.__file__).parent
WRITTEN = re.compile(r"trail\.append\(\s*\(\s*[\w.]+,\s*\"(\w+)\"")


def test_every_step_that_is_written_can_be_told() -> None:
    found = {what for path in SOURCE.rglob("*.py") for what in WRITTEN.findall(path.read_text("utf-8"))}
    assert {"claimed", "response", "receipt"} <= found
    assert found == {what for what, _ in STEPS}


def test_a_refusal_is_told_apart_from_an_answer() -> None:
    taken = _step((1, "response", 0, 0, "abc"))
    refused = _step((1, "response", 1, 11, "retry"))
    assert taken.says % taken.told == "The carrier took segment 1 and calls it abc"
    assert refused.says % refused.told == "The carrier refused segment 2 with status 11"
    assert taken.shape != refused.shape


def test_every_word_of_a_carrier_and_of_the_gate_can_be_told() -> None:
    for state in CarrierState:
        assert _step((1, "receipt", 0, state.value, None)).term is CARRIER_STATES[state]
    assert set(JUDGED) == set(Outcome)
