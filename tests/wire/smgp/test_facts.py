"""SMGP digests, MsgIDs, reports and statuses against the golden packets and tables."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.protocols.exchange.digest import Padding
from kanhe.protocols.exchange.status import status_of
from kanhe.protocols.smgp import digest, msg_id, report, status
from kanhe.protocols.smgp.codec import decode
from kanhe.protocols.smgp.pdus import Login
from kanhe.protocols.states import Action

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "smgp.json").read_text("utf-8"))["vectors"]
BY_NAME = {v["name"]: v for v in VECTORS}


def packet(vector):
    return decode(bytes.fromhex(vector["hex"]))


@pytest.mark.parametrize("vector", [pytest.param(v, id=v["name"]) for v in VECTORS if "secret" in v])
def test_every_digest_is_recomputed(vector):
    pdu = packet(vector)
    reading = vector.get("digest", "")
    if isinstance(pdu, Login):
        padding = Padding.PADDED if "the padded" in reading else Padding.UNPADDED
        made = digest.LOGIN.of(pdu.ClientID, vector["secret"], pdu.TimeStamp, padding)
        assert made == pdu.AuthenticatorClient
        assert digest.LOGIN.matches(pdu.AuthenticatorClient, pdu.ClientID, vector["secret"], pdu.TimeStamp)
        return
    width = digest.StatusWidth.ONE if "1-octet" in reading else digest.StatusWidth.FIELD
    request = packet(BY_NAME[vector["request"]])
    made = digest.authenticator_server(pdu.Status, request.AuthenticatorClient, vector["secret"], width)
    assert made == pdu.AuthenticatorServer


@pytest.mark.parametrize(
    "vector", [pytest.param(v, id=v["name"]) for v in VECTORS if v.get("fields", {}).get("report")]
)
def test_a_report_is_read_however_it_is_spelled(vector):
    parsed = report.parse_report(packet(vector).MsgContent)
    assert report.show_report(parsed) == vector["fields"]["report"]


digits = st.text("0123456789", min_size=10, max_size=10)
reports = st.builds(
    report.Report,
    id=st.binary(min_size=10, max_size=10),
    sub=st.just("001"),
    dlvrd=st.just("001"),
    submit_date=digits,
    done_date=digits,
    stat=st.sampled_from(["DELIVRD", "UNDELIV", "XX:0012"]),
    err=st.sampled_from(["000", "005", "999"]),
)


@given(reports, st.binary(max_size=30))
def test_a_written_report_has_122_octets_and_is_read_again(made, text):
    content = report.build_report(made)
    assert len(content) == report.REPORT_OCTETS
    assert report.show_report(report.parse_report(content)) == report.show_report(made)
    with_text = report.build_report(report.Report(id=made.id, stat=made.stat, text=text))
    assert len(with_text) == report.REPORT_OCTETS
    assert report.parse_report(with_text).stat == made.stat


@given(st.binary(max_size=140))
def test_any_content_is_read_or_kept(content):
    parsed = report.parse_report(b"id:" + content)
    assert (parsed is None) == (len(content) < 10)
    if parsed:
        report.outcome_of(parsed)


def test_the_carriers_blacklist_is_known():
    outcome = report.outcome_of(report.Report(stat="UNDELIV", err="005"))
    assert (outcome.state, outcome.action) == ("undeliverable", Action.BLACKLIST)


def test_a_delivered_word_is_not_turned_by_an_error_number():
    assert report.outcome_of(report.Report(stat="DELIVRD", err="999")).action is Action.OK


def test_a_mass_submit_counts_on_in_decimal_and_wraps():
    first = bytes.fromhex("01006112312359999999")
    assert [msg_id.nth(first, i).hex()[-6:] for i in range(3)] == ["999999", "000000", "000001"]
    assert msg_id.nth(b"\xff" * 10, 3) == b"\xff" * 10


def test_given_msg_ids_follow_each_other():
    ids, at = msg_id.MsgIds(10061), datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    assert ids.take(at, 3).hex() == "01006112312359000000"
    assert ids.take(at).hex() == "01006112312359000003"


@pytest.mark.parametrize(
    ("number", "action"),
    [
        (0, Action.OK),
        (1, Action.RETRY),
        (74, Action.HOLD_UNTIL_ALLOWED),
        (75, Action.HOLD_UNTIL_NEXT_DAY),
        (200, Action.PERMANENT),
    ],
)
def test_statuses_say_what_to_do(number, action):
    assert status_of(number, status.STATUS).action is action
