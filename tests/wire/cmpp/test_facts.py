"""CMPP digests, Msg_Ids, reports and statuses against the golden packets and tables."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.protocols.cmpp import digest, msg_id, report, status
from kanhe.protocols.cmpp.codec import decode
from kanhe.protocols.cmpp.layouts import Version, command_name, layout_of
from kanhe.protocols.cmpp.pdus import Connect, ConnectResp
from kanhe.protocols.exchange.digest import Padding, skew_s, timestamp_of
from kanhe.protocols.exchange.outcome import WORD_OF_STATE
from kanhe.protocols.exchange.status import status_of
from kanhe.protocols.states import Action, CarrierState

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "cmpp.json").read_text("utf-8"))["vectors"]
BY_NAME = {v["name"]: v for v in VECTORS}
VERSIONS = {"2.0": Version.V20, "3.0": Version.V30}


def packet(vector):
    return decode(bytes.fromhex(vector["hex"]), VERSIONS[vector["version"]])


@pytest.mark.parametrize("vector", [pytest.param(v, id=v["name"]) for v in VECTORS if "secret" in v and v["valid"]])
def test_every_digest_is_recomputed(vector):
    pdu = packet(vector)
    if isinstance(pdu, Connect):
        assert digest.LOGIN.matches(pdu.AuthenticatorSource, pdu.Source_Addr, vector["secret"], pdu.Timestamp)
        assert not digest.LOGIN.matches(pdu.AuthenticatorSource, pdu.Source_Addr, "another", pdu.Timestamp)
        padding = Padding.PADDED if "padded" in vector.get("digest", "").split() else Padding.UNPADDED
        made = digest.LOGIN.of(pdu.Source_Addr, vector["secret"], pdu.Timestamp, padding)
        assert made == pdu.AuthenticatorSource
        return
    assert isinstance(pdu, ConnectResp)
    request = packet(BY_NAME[vector["request"]])
    made = digest.authenticator_ismg(
        pdu.Status, request.AuthenticatorSource, vector["secret"], VERSIONS[vector["version"]]
    )
    assert made == pdu.AuthenticatorISMG


def test_both_readings_of_a_short_id_are_taken_by_a_server():
    made = {digest.LOGIN.of("1234", "secret", 301000001, padding) for padding in Padding}
    assert len(made) == 2
    assert all(digest.LOGIN.matches(d, "1234", "secret", 301000001) for d in made)


@pytest.mark.parametrize(
    "vector", [pytest.param(v, id=v["name"]) for v in VECTORS if v["valid"] and v["fields"].get("report")]
)
def test_a_report_is_read_by_its_length_and_written_again(vector):
    deliver = packet(vector)
    parsed = report.parse_report(deliver.Msg_Content)
    assert report.is_report(deliver)
    assert report.show_report(parsed) == vector["fields"]["report"]
    version = Version.V20 if len(deliver.Msg_Content) == 60 else Version.V30
    assert report.build_report(parsed, version) == deliver.Msg_Content


@pytest.mark.parametrize("vector", [pytest.param(v, id=v["name"]) for v in VECTORS if v.get("report_unparsed")])
def test_a_report_of_unknown_length_is_not_parsed(vector):
    assert report.parse_report(packet(vector).Msg_Content) is None


@pytest.mark.parametrize(
    ("stat", "state", "final", "action"),
    [
        ("DELIVRD", "delivered", True, Action.OK),
        ("EXPIRED", "expired", True, Action.TEMPORARY),
        ("ACCEPTD", "accepted", False, Action.OK),
        ("UNKNOWN", "unknown", True, Action.UNKNOWN),
        ("REJECTD", "rejected", True, Action.PERMANENT),
        ("MA:0054", "undeliverable", True, Action.PERMANENT),
        ("delivrd", "delivered", True, Action.OK),
        ("BLACKLS", "undeliverable", True, Action.PERMANENT),
        ("", "undeliverable", True, Action.PERMANENT),
    ],
)
def test_stat_words_map_to_the_one_set_of_states(stat, state, final, action):
    assert report.outcome_of(stat)[:3] == (state, final, action)


def test_a_fault_on_the_way_names_its_node():
    assert report.outcome_of("IB:0012").meaning == "next gateway answered with an error"


@pytest.mark.parametrize("state", list(CarrierState))
def test_a_state_told_to_a_customer_is_as_final_as_it_is(state):
    told = report.outcome_of(WORD_OF_STATE[state])
    assert (told.state is CarrierState.DELIVERED) == (state is CarrierState.DELIVERED)


def test_a_msg_id_comes_apart_and_together():
    octets = bytes.fromhex("cfdfb00003e90001")
    parts = msg_id.unpack(octets)
    assert parts == (12, 31, 23, 59, 0, 1001, 1)
    assert str(parts) == "1231235900000100100001"
    assert msg_id.pack(parts) == octets


def test_a_mass_submit_counts_on_and_wraps_in_the_low_16_bits():
    first = bytes.fromhex("cfdfb00003e9ffff")
    assert [msg_id.nth(first, i).hex() for i in range(3)] == [
        "cfdfb00003e9ffff",
        "cfdfb00003e90000",
        "cfdfb00003e90001",
    ]


@given(st.integers(0, 65535), st.integers(1, 100))
def test_given_msg_ids_follow_each_other(start, count):
    ids, at = msg_id.MsgIds(1001, start), datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    first, second = ids.take(at, count), ids.take(at)
    assert msg_id.nth(first, count) == second


@given(st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2030, 1, 1)), st.integers(-600, 600))
def test_skew_is_told_without_a_year(at, seconds):
    local = at.replace(microsecond=0, tzinfo=UTC)
    peer = datetime.fromtimestamp(local.timestamp() + seconds, UTC)
    if (peer.month, peer.day) != (2, 29):
        assert skew_s(timestamp_of(peer), local) == abs(seconds)
    assert skew_s(9999999999, local) is None


def test_unknown_numbers_are_the_vendors_and_final():
    assert status_of(8, status.SUBMIT_RESULT).action is Action.THROTTLE
    assert status_of(101, status.SUBMIT_RESULT).action is Action.PERMANENT


@pytest.mark.parametrize(
    ("octet", "version"),
    [(0x20, Version.V20), (0x21, Version.V20), (0x30, Version.V30), (0x7F, Version.PRIVATE), (0, Version.V20)],
)
def test_the_version_octet_selects_the_layout(octet, version):
    assert layout_of(octet) is version


def test_commands_between_gateways_have_their_names():
    assert command_name(0x80000009) == "CMPP_FWD_RESP"
    assert command_name(0x77) == "0x00000077"
