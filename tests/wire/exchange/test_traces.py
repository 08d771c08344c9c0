"""Traces of CMPP, SGIP and SMGP: every golden packet in plain language, in both languages."""

import json
from pathlib import Path

import pytest

from kanhe.protocols.cmpp import trace as cmpp
from kanhe.protocols.cmpp.codec import Reader as CmppReader
from kanhe.protocols.cmpp.layouts import Version
from kanhe.protocols.exchange.tracing import STATES_ZH
from kanhe.protocols.sgip import trace as sgip
from kanhe.protocols.sgip.codec import Reader as SgipReader
from kanhe.protocols.smgp import trace as smgp
from kanhe.protocols.smgp.codec import Reader as SmgpReader
from kanhe.protocols.smpp.trace import render
from kanhe.protocols.states import CarrierState

VECTORS = Path(__file__).parents[1] / "vectors"
VERSIONS = {"2.0": Version.V20, "3.0": Version.V30}


def load(protocol):
    return json.loads((VECTORS / f"{protocol}.json").read_text("utf-8"))["vectors"]


def explained(vector):
    data = bytes.fromhex(vector["hex"])
    match vector["protocol"]:
        case "cmpp":
            version = VERSIONS[vector["version"]]
            return [cmpp.explain(event, version) for event in CmppReader(version).feed(data)]
        case "sgip":
            return [sgip.explain(event) for event in SgipReader().feed(data)]
        case "smgp":
            return [smgp.explain(event) for event in SmgpReader().feed(data)]


ALL = [v for protocol in ("cmpp", "sgip", "smgp") for v in load(protocol)]
BY_NAME = {(v["protocol"], v["name"]): v for v in ALL}


@pytest.mark.parametrize("vector", [pytest.param(v, id=f"{v['protocol']}-{v['name']}") for v in ALL if v["valid"]])
def test_every_field_has_its_line_and_every_meaning_both_languages(vector):
    (lines,) = explained(vector)
    names = {line.field.split("[")[0].replace(" ", "_") for line in lines}
    skipped = {"command", "Nodes", "tlvs", "report", "SubmitSequence", "Sequence"}
    assert {name.removesuffix("_hex") for name in vector["fields"]} - skipped <= names
    assert all(bool(line.meaning.en) == bool(line.meaning.zh) for line in lines)
    assert render(lines, "zh")


def lines_of(protocol, name):
    (lines,) = explained(BY_NAME[protocol, name])
    return {line.field: (line.value, line.meaning.en, line.meaning.zh) for line in lines}


def test_a_cmpp_report_says_what_became_of_which_message():
    lines = lines_of("cmpp", "deliver_2.0_report_MA:0054")
    assert lines["Registered_Delivery"] == ("1", "report", "状态报告")
    assert lines["receipt"] == ("MA:0054", "undeliverable, SMSC gave no answer", "无法送达")


def test_a_text_is_shown_decoded_with_its_segment():
    lines = lines_of("cmpp", "submit_2.0_udh8_part2")
    assert lines["udh"][1].startswith("segment 2 of 3")
    assert "验证码" in lines_of("cmpp", "submit_2.0_gb18030")["text"][0]


def test_a_result_says_what_it_means():
    assert lines_of("cmpp", "submit_resp_2.0_flow")["Result"] == ("8", "flow control", "流量控制错")
    assert lines_of("cmpp", "submit_resp_3.0_vendor")["Result"] == ("101", "vendor code", "厂商自定义错误码")
    assert lines_of("smgp", "submit_resp_daily_limit")["Status"][2] == "SP发送超过日流量"


def test_a_password_is_never_shown():
    binds = [v for v in ALL if v["valid"] and v["fields"]["command"] == "SGIP_BIND"]
    assert binds
    for vector in binds:
        assert vector["fields"]["Login_Password"] not in render(explained(vector)[0])


def test_smgp_parameters_have_their_names():
    lines = lines_of("smgp", "submit_udh8_tlv_part1")
    assert lines["TP_udhi"] == ("1", "with a header", "有用户数据头")
    assert lines["PkTotal"][0] == "2"


def test_what_cannot_be_read_is_said_so():
    lines = lines_of("smgp", "bad_tlv_length")
    assert lines["command"][0] == "Submit"
    assert lines["fault"][0] == "tlv_length_beyond_body"


def test_every_state_has_its_chinese_word():
    assert set(STATES_ZH) == {state.value for state in CarrierState}
