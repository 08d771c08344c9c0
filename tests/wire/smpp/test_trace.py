"""A PDU in plain language: every vector has a trace, and what people look for is in it."""

import json
from pathlib import Path

import pytest

from kanhe.protocols.smpp.codec import Reader, decode
from kanhe.protocols.smpp.pdus import BindTransceiver, SubmitSm, SubmitSmResp
from kanhe.protocols.smpp.strict import layout_of
from kanhe.protocols.smpp.trace import explain, render

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "smpp.json").read_text("utf-8"))["vectors"]
RECEIPTS = json.loads((Path(__file__).parents[1] / "vectors" / "receipts.json").read_text("utf-8"))["vectors"]


@pytest.mark.parametrize("case", [case for case in VECTORS if case["valid"]], ids=lambda case: case["name"])
def test_every_field_of_every_pdu_has_its_line(case):
    pdu = decode(bytes.fromhex(case["hex"]))
    said = [line.field for line in explain(pdu)]
    wanted = (
        set()
        if getattr(pdu, "body_absent", False)
        else set(layout_of(type(pdu))) - {"tlvs", "dest_address", "unsuccess_sme"}
    )
    assert {"command_length", "command_id", "command_status", "sequence_number"} | wanted <= set(said)
    assert render(explain(pdu), "zh")


@pytest.mark.parametrize("case", [case for case in RECEIPTS if case["match"] == "exact"], ids=lambda case: case["name"])
def test_a_receipt_says_its_state_and_ids(case):
    lines = explain(decode(bytes.fromhex(case["hex"])))
    assert next(line.value for line in lines if line.field == "receipt") == case["expect"]["state"]
    assert [line.value for line in lines if line.field == "receipt ids"] == [" ".join(case["expect"]["ids"])]


def test_a_submit_in_both_languages():
    text = "【安信】您的验证码是482913"
    lines = explain(
        SubmitSm(
            7,
            dest_addr_ton=1,
            destination_addr="8613800138000",
            esm_class=0x40,
            registered_delivery=1,
            data_coding=8,
            short_message=bytes.fromhex("050003070201") + text.encode("utf-16-be"),
            tlvs=((0x1400, b"110"), (0x0204, b"\1")),
        )
    )
    english, chinese = render(lines), render(lines, "zh")
    assert text in english
    for words in (
        "segment 1 of 2, reference 7",
        "user data header",
        "receipt wanted, success or failure",
        "UCS-2",
        "DLT entity id",
    ):
        assert words in english
    for words in ("第 1 段，共 2 段，参考号 7", "无论成败都要状态报告", "国际号码", "长度不合规"):
        assert words in chinese


def test_a_password_is_never_shown():
    assert "secret08" not in render(explain(BindTransceiver(1, system_id="esme01", password="secret08")))


def test_statuses_and_faults_say_what_is_wrong():
    assert "超过流量限制" in render(explain(SubmitSmResp(1, 0x58, body_absent=True)), "zh")
    assert "the carrier's own" in render(explain(SubmitSmResp(1, 0x411, body_absent=True)))
    (fault,) = Reader().feed(bytes.fromhex("00000010000000990000000000000070"))
    assert "ESME_RINVCMDID" in render(explain(fault))
