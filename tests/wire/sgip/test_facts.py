"""SGIP sequences, reports and statuses against the golden packets and tables."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kanhe.protocols.exchange.status import status_of
from kanhe.protocols.sgip import report, sequence, status
from kanhe.protocols.sgip.codec import Reader, decode
from kanhe.protocols.sgip.pdus import Report
from kanhe.protocols.states import Action, CarrierState

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "sgip.json").read_text("utf-8"))["vectors"]
BY_NAME = {v["name"]: v for v in VECTORS}


@pytest.mark.parametrize(
    "vector", [pytest.param(v, id=v["name"]) for v in VECTORS if "SubmitSequence" in v.get("fields", {})]
)
def test_a_report_names_its_submit_by_three_numbers(vector):
    pdu = decode(bytes.fromhex(vector["hex"]))
    numbers = sequence.unpack(pdu.SubmitSequenceNumber)
    assert list(numbers) == vector["fields"]["SubmitSequence"]
    assert sequence.pack(numbers) == pdu.SubmitSequenceNumber


@pytest.mark.parametrize(
    ("state", "error", "expected"),
    [
        (0, 0, ("delivered", True, Action.OK)),
        (1, 0, ("enroute", False, Action.OK)),
        (2, 29, ("undeliverable", True, Action.NUMBER_INVALID)),
        (2, 25, ("undeliverable", True, Action.TEMPORARY)),
        (2, 99, ("undeliverable", True, Action.PERMANENT)),
        (0, 29, ("delivered", True, Action.OK)),
        (7, 0, ("unknown", False, Action.UNKNOWN)),
    ],
)
def test_state_and_error_map_to_the_one_set_of_states(state, error, expected):
    assert report.outcome_of(Report(State=state, ErrorCode=error))[:3] == expected


@pytest.mark.parametrize("state", list(CarrierState))
def test_only_delivered_is_told_as_delivered(state):
    assert (report.STATE_OF[state] == report.DELIVERED) == (state is CarrierState.DELIVERED)


def test_sequences_never_come_again_and_wrap():
    sequences = sequence.Sequences(3010099999, counter=2**32 - 1)
    at = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert [sequences.take(at) for _ in range(2)] == [
        (3010099999, 1231235959, 2**32 - 1),
        (3010099999, 1231235959, 0),
    ]


def test_a_trace_with_one_reserve_is_told_by_its_length():
    packet = bytes.fromhex(BY_NAME["trace_resp_two_nodes_one_reserve"]["hex"])
    (event,) = Reader().feed(packet)
    assert [node.NodeId for node in event.Nodes] == ["101001", "107551"]


@pytest.mark.parametrize(
    ("number", "action"), [(1, Action.STOP), (11, Action.THROTTLE), (6, Action.PERMANENT), (99, Action.PERMANENT)]
)
def test_results_say_what_to_do(number, action):
    assert status_of(number, status.RESULT).action is action
