"""Captured hex in plain language, whatever the protocol, and never an error for what a capture may hold."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.protocols.tracing import TRACERS, TraceError, trace

VECTORS = Path(__file__).parents[0] / "vectors"


def cases(protocol):
    return json.loads((VECTORS / f"{protocol}.json").read_text("utf-8"))["vectors"]


@pytest.mark.parametrize("protocol", TRACERS)
def test_every_vector_is_told_in_both_languages(protocol):
    for case in cases(protocol):
        english, chinese = (trace(case["hex"], protocol, language) for language in ("en", "zh"))
        assert [row[:2] for row in english] == [row[:2] for row in chinese]
        if case["valid"]:
            assert {row.packet for row in english} == {1}
            assert not any(row.field == "fault" for row in english), case["name"]


def test_a_packet_says_its_command_status_and_text():
    hex_text = next(
        case["hex"]
        for case in cases("smpp")
        if case["valid"] and case["fields"]["command"] == "submit_sm_resp" and case["fields"]["command_status"] == 0x58
    )
    rows = {row.field: row for row in trace(hex_text, "smpp")}
    assert rows["command_id"].meaning == "submit_sm_resp"
    assert "THROTTLED" in rows["command_status"].meaning
    spaced = " ".join(hex_text[at : at + 2] for at in range(0, len(hex_text), 2))
    assert trace(f"0x{spaced}\n", "smpp") == trace(hex_text, "smpp")


def test_several_packets_half_of_one_and_a_lost_boundary():
    alive = "00000010000000150000000000000001"
    firsts = {row.packet: row.field for row in reversed(trace(alive + alive + alive[:10], "smpp"))}
    assert firsts == {1: "command_length", 2: "command_length", 3: "…"}
    assert trace(alive + "ffffffff", "smpp", "zh")[-1].meaning == "长度不可能：其余部分不再解析"


@pytest.mark.parametrize(
    ("text", "protocol", "language"), [("xyz", "smpp", "en"), ("00", "mm7", "en"), ("00", "smpp", "fr")]
)
def test_what_is_no_question_is_refused(text, protocol, language):
    with pytest.raises(TraceError):
        trace(text, protocol, language)


@given(st.sampled_from(sorted(TRACERS)), st.binary(max_size=200))
def test_any_octets_give_rows(protocol, octets):
    assert all(isinstance(cell, str) for row in trace(octets.hex(), protocol) for cell in row[:3])
