"""Texts as an SMPP carrier wants them: what is written reads back as it was, and is counted as it is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.carriers.cutting import Cuts
from kanhe.carriers.exchange import actions_of
from kanhe.carriers.smpp_text import Long, Writing, cut_text, write_text, writing_of
from kanhe.domain.papers import ConnectorPaper, Route
from kanhe.protocols.cmpp.status import SUBMIT_RESULT
from kanhe.protocols.smpp import tlvs
from kanhe.protocols.smpp.inbound import read_part
from kanhe.protocols.smpp.pdus import SubmitSm
from kanhe.protocols.states import Action
from kanhe.protocols.text.alphabets import Alphabet
from kanhe.protocols.text.joining import join
from kanhe.protocols.text.packing import unpack
from kanhe.records.documents import PaperInvalidError, read

LONG_TURKISH = "ğüşiöçĞÜŞİÖÇ " * 12
texts = st.text(st.sampled_from("aZ9 @£{}[]€~ñ餓”包裹📦\n"), min_size=1, max_size=400)


def read_back(text, writing):
    """What a carrier reads of it."""
    bodies = write_text(text, writing, 7)
    parts = [
        read_part(
            SubmitSm(
                esm_class=bodies.esm_class,
                data_coding=bodies.data_coding,
                short_message=body,
                tlvs=bodies.tlvs[i] if bodies.tlvs else (),
            ),
            writing.default,
        )
        for i, body in enumerate(bodies.texts)
    ]
    assert all(len(body) <= 140 or bodies.data_coding == 0 for body in bodies.texts)
    return join({part.concat.sequence if part.concat else 1: part for part in parts}, len(parts)).text


@given(texts, st.sampled_from(list(Long)))
def test_what_is_written_reads_back(text, long):
    assert read_back(text, Writing(long)) == text


@given(texts, st.sampled_from((Alphabet.ASCII, Alphabet.LATIN1)), st.sampled_from(list(Long)))
def test_data_coding_0_is_written_in_what_the_carrier_means_by_it(text, default, long):
    assert read_back(text, Writing(long, default)) == text


@pytest.mark.parametrize("long", [Long.UDH8, Long.UDH16, Long.SAR])
def test_national_tables_halve_the_price_where_the_route_has_them(long):
    writing = Writing(long, languages=(1,))
    assert len(cut_text(LONG_TURKISH, writing).parts) == 2 < len(cut_text(LONG_TURKISH, Writing(long)).parts)
    assert read_back(LONG_TURKISH, writing) == LONG_TURKISH


HINDI = "आपका ओटीपी 482913 है, किसी को न बताएं। " * 6
HINDI_LOCKING = bytes((0x25, 1, 6))


@pytest.mark.parametrize("long", ["udh8", "udh16", "sar"])
def test_a_route_that_names_hindi_is_priced_and_written_by_its_tables(long):
    paper = ConnectorPaper(0, "c", "c", long_messages=long, options={"national": ["ta", "hi"]})
    cuts, route = Cuts({"c": paper}), Route(0, "r", "c", "c", price=1)
    writing = writing_of(paper)
    segments = len(write_text(HINDI, writing, 7).texts)
    assert cuts.count(HINDI, route) == (segments, segments)
    assert segments < Cuts({"c": ConnectorPaper(0, "c", "c")}).count(HINDI, route)[0]
    assert all(HINDI_LOCKING in body[: body[0] + 1] for body in write_text(HINDI, writing, 7).texts)
    assert read_back(HINDI, writing) == HINDI


def test_packed_septets_read_back():
    text = "Your parcel {42} waits, costs 3€ @ noon. " * 6
    cut, bodies = cut_text(text, Writing()), write_text(text, Writing(packed=True), 7)
    assert all(len(body) <= 140 for body in bodies.texts)
    assert [unpack(body[6:], len(part), 6) for body, part in zip(bodies.texts, cut.parts, strict=True)] == list(
        cut.parts
    )


def test_a_payload_is_one_submission_and_priced_by_its_segments():
    paper = ConnectorPaper(0, "c", "c", long_messages="payload")
    cuts, route = Cuts({"c": paper}), Route(0, "r", "c", "c")
    assert cuts.count("x" * 400, route) == (1, 3)
    [[(tag, value)]] = write_text("x" * 400, Writing(Long.PAYLOAD), 7).tlvs
    assert (tag, value) == (tlvs.MESSAGE_PAYLOAD, b"x" * 400)


def test_a_wider_reference_is_priced_as_it_is_sent():
    """306 septets are two segments with an 8-bit reference, and three with a 16-bit one."""
    counts = {
        long: Cuts({"c": ConnectorPaper(0, "c", "c", long_messages=long)}).count("x" * 306, Route(0, "r", "c", "c"))
        for long in ("udh8", "udh16")
    }
    assert counts == {"udh8": (2, 2), "udh16": (3, 3)}


def test_chinese_vendors_count_ascii_as_they_count_chinese():
    text = "【示例商城】" + "x" * 153 + "，拒收请回复R"  # signature and tail belong to the text
    route = Route(0, "r", "c", "c", count_as="ucs2_always")
    assert Cuts({"c": ConnectorPaper(0, "c", "c")}).count("x" * 160, route) == (1, 3)
    assert Cuts({"c": ConnectorPaper(0, "c", "c", protocol="cmpp")}).count("x" * 159, route) == (1, 3)
    assert Cuts({"c": ConnectorPaper(0, "c", "c", protocol="cmpp")}).count(text, route) == (3, 3)


def test_a_signature_that_the_gateway_writes_is_counted_and_not_sent():
    text = "【示例商城】" + "您" * 66
    options = {"signature_added": True}
    paper = ConnectorPaper(0, "c", "c", protocol="cmpp", options=options)
    assert Cuts({"c": paper}).count(text, Route(0, "r", "c", "c")) == (1, 2)


def test_a_paper_that_changes_is_cut_anew():
    papers = {"c": ConnectorPaper(0, "c", "c")}
    cuts, route = Cuts(papers), Route(0, "r", "c", "c")
    assert cuts.count("x" * 306, route) == (2, 2)
    papers["c"] = ConnectorPaper(1, "c", "c", long_messages="udh16")
    assert cuts.count("x" * 306, route) == (3, 3)


def test_a_status_means_what_the_paper_says():
    paper = ConnectorPaper(0, "c", "c", protocol="cmpp", status_map={"104": "throttle", "0x9": "retry"})
    table = actions_of(paper, SUBMIT_RESULT)
    assert (table[104].action, table[9].action, table[8]) == (Action.THROTTLE, Action.RETRY, SUBMIT_RESULT[8])


@pytest.mark.parametrize(
    "body",
    [
        {"long_messages": "pigeon"},
        {"default_alphabet": "klingon"},
        {"status_map": {"many": "retry"}},
        {"status_map": {"1": "sing"}},
        {"options": {"tlvs": {"0x14000": "00"}}},
        {"options": {"tlvs": {"0x1400": "abc"}}},
        {"options": {"binds": ["both"]}},
        {"options": {"national": ["xx"]}},
    ],
)
def test_a_paper_that_makes_no_sense_is_not_filed(body):
    with pytest.raises(PaperInvalidError):
        read("connector", "c", 0, {"name": "c", "carrier": "c", **body})
