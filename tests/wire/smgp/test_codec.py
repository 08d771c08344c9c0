"""SMGP packets: golden octets both ways, every fault by name, any cut, any octets."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.protocols.framing import PduFault, StreamBrokenError
from kanhe.protocols.layout import BuildError, Field, Kind, Layout, PduFaultError
from kanhe.protocols.smgp import trace
from kanhe.protocols.smgp.codec import HEADER, PACKET_OCTETS_MAX, Reader, build, decode
from kanhe.protocols.smgp.layouts import COMMANDS

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "smgp.json").read_text("utf-8"))["vectors"]
VALID = [pytest.param(v, id=v["name"]) for v in VECTORS if v["valid"]]
FAULTY = [pytest.param(v, id=v["name"]) for v in VECTORS if not v["valid"]]

# What a stream does with the octets of a faulty single read: it breaks, waits, reads them leniently, or answers a fault.
STREAM = {
    "length_below_header": "broken",
    "length_beyond_data": "waits",
    "short_header": "waits",
    "trailing_bytes_after_packet": "waits",
}
STREAM_BY_NAME = {"bad_length_huge": "broken"}


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
    packet = bytes.fromhex(vector["hex"])
    pdu = decode(packet)
    expected = vector["fields"]
    assert trace.show(pdu) == expected
    assert list(trace.show(pdu)) == list(expected)
    assert build(trace.take(expected)) == packet
    for size in (1, 7, len(packet)):
        assert feed(Reader(), packet, size) == ([pdu], None)


@pytest.mark.parametrize("vector", FAULTY)
def test_a_malformed_packet_has_its_fault_and_its_stream_its_state(vector):
    packet = bytes.fromhex(vector["hex"])
    with pytest.raises(PduFaultError) as raised:
        decode(packet)
    assert raised.value.fault == vector["error"]
    reader = Reader()
    events, broken = feed(reader, packet, 1)
    state = STREAM_BY_NAME.get(vector["name"], STREAM.get(vector["error"], "answers"))
    assert (broken is not None) == (state == "broken")
    assert (reader.waiting > 0) == (state == "waits")
    assert [e.fault for e in events if isinstance(e, PduFault)] == ([vector["error"]] if state == "answers" else [])
    assert feed(Reader(), packet, len(packet)) == (events, broken)


def values(field: Field) -> st.SearchStrategy:
    text = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF), max_size=field.octets)
    return {
        Kind.INTEGER: st.integers(0, 256 ** min(field.octets, 4) - 1),
        Kind.TEXT: text,
        Kind.OCTETS: st.binary(min_size=field.octets, max_size=field.octets),
        Kind.NUMBERS: st.lists(text, max_size=100).map(tuple),
        Kind.CONTENT: st.binary(max_size=255),
        Kind.TLVS: st.lists(st.tuples(st.integers(0, 65535), st.binary(max_size=30)), max_size=5).map(tuple),
    }[field.kind]


def bodies(layout: Layout, **header) -> st.SearchStrategy:
    return st.builds(layout.struct, **header, **{f.name: values(f) for f in layout.fields if f.kind is not Kind.COUNT})


packets = st.sampled_from(COMMANDS).flatmap(
    lambda command: bodies(command.layout, SequenceID=st.integers(0, 2**32 - 1)),
)


@given(packets)
def test_what_is_written_is_read_again(pdu):
    assert decode(build(pdu)) == pdu


@given(st.lists(packets, max_size=6), st.integers(1, 40))
def test_any_cut_gives_the_same_events(pdus, size):
    stream = b"".join(build(pdu) for pdu in pdus)
    assert feed(Reader(), stream, size) == (pdus, None)


@given(st.binary(max_size=300), st.integers(1, 50))
def test_any_octets_give_events_or_a_broken_stream(data, size):
    whole, pieces = Reader(), Reader()
    assert feed(whole, data, max(1, len(data))) == feed(pieces, data, size)
    assert max(whole.waiting, pieces.waiting) <= PACKET_OCTETS_MAX


@given(st.binary(max_size=200), st.sampled_from(COMMANDS))
def test_any_body_gives_a_packet_or_a_named_fault(body, command):
    header = (HEADER.size + len(body)).to_bytes(4, "big") + command.id.to_bytes(4, "big")
    (event,) = Reader().feed(header.ljust(HEADER.size, b"\0") + body)
    assert isinstance(event, PduFault | command.struct)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ServiceID", "x" * 11),
        ("ServiceID", "中"),
        ("MsgType", 256),
        ("MsgContent", bytes(256)),
        ("tlvs", ((70000, b""),)),
    ],
)
def test_a_value_that_does_not_fit_is_named(field, value):
    submit = next(c for c in COMMANDS if c.name == "Submit").struct
    with pytest.raises(BuildError):
        build(submit(**{field: value}))
