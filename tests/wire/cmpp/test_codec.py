"""CMPP packets: golden octets both ways, every fault by name, any cut, any octets."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.protocols.cmpp import trace
from kanhe.protocols.cmpp.codec import PACKET_OCTETS_MAX, Reader, build, decode
from kanhe.protocols.cmpp.layouts import COMMANDS, Command, Version
from kanhe.protocols.framing import PduFault, StreamBrokenError
from kanhe.protocols.layout import BuildError, Field, Kind, PduFaultError

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "cmpp.json").read_text("utf-8"))["vectors"]
VERSIONS = {"2.0": Version.V20, "3.0": Version.V30}
VALID = [pytest.param(v, id=v["name"]) for v in VECTORS if v["valid"]]
FAULTY = [pytest.param(v, id=v["name"]) for v in VECTORS if not v["valid"]]

# What a stream does with the octets of a faulty single read: it breaks, waits, reads them leniently, or answers a fault.
STREAM = {
    "length_below_header": "broken",
    "length_beyond_data": "waits",
    "short_header": "waits",
    "trailing_bytes_after_packet": "waits",
}
STREAM_BY_NAME = {
    "bad_length_huge": "broken",
    "pycmpp_active_test_resp_3_extra_octets": "waits",
    "deliver_3.0_linkid_cut_short": "reads",
    "version_confusion_2.0_resp_read_as_3.0": "reads",
}


def feed(reader, data, size):
    """The events of `data` in pieces of `size`, and whether the stream broke."""
    events = []
    try:
        for at in range(0, len(data), size):
            events += reader.feed(data[at : at + size])
    except StreamBrokenError as broken:
        return events + broken.events, broken.fault
    return events, None


@pytest.mark.parametrize("vector", VALID)
def test_a_golden_packet_reads_and_writes_exactly(vector):
    version, packet = VERSIONS[vector["version"]], bytes.fromhex(vector["hex"])
    pdu = decode(packet, version)
    expected = vector["fields"]
    assert trace.show(pdu, version) == expected
    assert list(trace.show(pdu, version)) == list(expected)
    assert build(trace.take(expected, version), version) == packet
    for size in (1, 7, len(packet)):
        assert feed(Reader(version), packet, size) == ([pdu], None)


@pytest.mark.parametrize("vector", FAULTY)
def test_a_malformed_packet_has_its_fault_and_its_stream_its_state(vector):
    version, packet = VERSIONS[vector["version"]], bytes.fromhex(vector["hex"])
    with pytest.raises(PduFaultError) as raised:
        decode(packet, version)
    assert raised.value.fault == vector["error"]
    reader = Reader(version)
    events, broken = feed(reader, packet, 1)
    state = STREAM_BY_NAME.get(vector["name"], STREAM.get(vector["error"], "answers"))
    assert (broken is not None) == (state == "broken")
    assert (reader.waiting > 0) == (state == "waits")
    assert [e.fault for e in events if isinstance(e, PduFault)] == ([vector["error"]] if state == "answers" else [])
    assert feed(Reader(version), packet, len(packet)) == (events, broken)


def values(field: Field) -> st.SearchStrategy:
    text = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF), max_size=field.octets)
    return {
        Kind.INTEGER: st.integers(0, 256**field.octets - 1),
        Kind.TEXT: text,
        Kind.OCTETS: st.binary(min_size=field.octets, max_size=field.octets),
        Kind.NUMBERS: st.lists(text, max_size=100).map(tuple),
        Kind.CONTENT: st.binary(max_size=255),
        Kind.REST: st.binary(max_size=20),
    }[field.kind]


@st.composite
def packets(draw):
    version, command = draw(st.sampled_from(list(Version))), draw(st.sampled_from(COMMANDS))
    return version, draw(bodies(command, version))


def bodies(command: Command, version: Version) -> st.SearchStrategy:
    fields = {f.name: values(f) for f in command.fields(version) if f.kind is not Kind.COUNT}
    return st.builds(command.struct, Sequence_Id=st.integers(0, 2**32 - 1), **fields)


@given(packets())
def test_what_is_written_is_read_again(case):
    version, pdu = case
    assert decode(build(pdu, version), version) == pdu


@given(st.lists(packets(), max_size=6), st.integers(1, 40))
def test_any_cut_gives_the_same_events(cases, size):
    pdus = [pdu for version, pdu in cases if version is Version.V30]
    stream = b"".join(build(pdu) for pdu in pdus)
    assert feed(Reader(), stream, size) == (pdus, None)


@given(st.binary(max_size=300), st.sampled_from(list(Version)), st.integers(1, 50))
def test_any_octets_give_events_or_a_broken_stream(data, version, size):
    whole, pieces = Reader(version), Reader(version)
    assert feed(whole, data, max(1, len(data))) == feed(pieces, data, size)
    assert max(whole.waiting, pieces.waiting) <= PACKET_OCTETS_MAX


@given(st.binary(max_size=200), st.sampled_from(COMMANDS), st.sampled_from(list(Version)))
def test_any_body_gives_a_packet_or_a_named_fault(body, command, version):
    packet = (12 + len(body)).to_bytes(4, "big") + command.id.to_bytes(4, "big") + bytes(4) + body
    (event,) = Reader(version).feed(packet)
    assert isinstance(event, PduFault | command.struct)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Service_Id", "x" * 11),
        ("Service_Id", "中"),
        ("Msg_Id", bytes(9)),
        ("Pk_total", 256),
        ("Msg_Content", bytes(256)),
    ],
)
def test_a_value_that_does_not_fit_is_named(field, value):
    submit = next(c for c in COMMANDS if c.name == "CMPP_SUBMIT").struct
    with pytest.raises(BuildError):
        build(submit(**{field: value}))


def test_a_deliver_with_its_tail_cut_or_grown_is_read():
    deliver = trace.take(next(v for v in VECTORS if v["name"] == "deliver_3.0_mo_linkid")["fields"])
    whole = build(deliver)

    def resized(packet):
        return len(packet).to_bytes(4, "big") + packet[4:]

    (cut,) = Reader().feed(resized(whole[:-15]))
    assert (cut.Msg_Content, cut.LinkID) == (deliver.Msg_Content, deliver.LinkID[:5])
    (grown,) = Reader(Version.PRIVATE).feed(resized(whole + b"private"))
    assert (grown.LinkID, grown.rest) == (deliver.LinkID, b"private")


@pytest.mark.parametrize(("octets", "length"), [("", 12), ("00", 13), ("00000000", 16)])
def test_an_active_test_resp_of_any_length_is_taken(octets, length):
    packet = length.to_bytes(4, "big") + bytes.fromhex("8000000800000007" + octets)
    (event,) = Reader().feed(packet)
    assert event.Sequence_Id == 7


@pytest.mark.parametrize("version", list(Version))
@pytest.mark.parametrize("name", ["CMPP_CONNECT_RESP", "CMPP_SUBMIT_RESP", "CMPP_DELIVER_RESP", "CMPP_CANCEL_RESP"])
def test_an_answer_of_the_other_version_is_told_by_its_length(version, name):
    pdu = next(c for c in COMMANDS if c.name == name).struct(Sequence_Id=5)
    for sent in Version:
        assert Reader(version).feed(build(pdu, sent)) == [pdu]
