"""Promises of the SMPP codec, whatever the bytes: round trips, any cut, a typed error or an event and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.protocols.smpp.checks import status_of, status_of_any
from kanhe.protocols.smpp.codec import HEADER_OCTETS, Limits, Reader, build, build_as, build_refusal, decode
from kanhe.protocols.smpp.faults import Fault, PduFault, PduFaultError, StreamBrokenError
from kanhe.protocols.smpp.fields import CString, Integer, Items, ShortText, TlvList
from kanhe.protocols.smpp.pdus import (
    DEST_FLAGS,
    PDUS,
    BindTransceiver,
    DistributionList,
    EnquireLink,
    SubmitMulti,
    SubmitSm,
    SubmitSmResp,
    UnsuccessSme,
)
from kanhe.protocols.smpp.strict import layout_of
from kanhe.protocols.smpp.view import from_fields, to_fields

octet = st.integers(0, 255)
latin = st.characters(min_codepoint=1, max_codepoint=255)
tlv = st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=40))
sequence = st.integers(0, 0xFFFFFFFF)


def text(octets_max):
    return st.text(latin, max_size=octets_max - 1)


def values_of(struct):
    return st.builds(struct, **{name: value_of(kind) for name, kind in layout_of(struct).items()})


def value_of(kind):
    match kind:
        case Integer():
            return st.integers(0, 256**kind.octets - 1)
        case CString():
            return text(kind.octets_max)
        case ShortText():
            return st.binary(max_size=255)
        case TlvList():
            return st.lists(tlv, max_size=4).map(tuple)
        case Items():
            structs = DEST_FLAGS.values() if kind.flagged else [UnsuccessSme]
            return st.lists(st.one_of(*map(values_of, structs)), max_size=5).map(tuple)


def pdus_of(pdu):
    fields = {name: value_of(kind) for name, kind in layout_of(pdu).items()}
    return st.builds(pdu, sequence_number=sequence, command_status=st.just(0), **fields)


any_pdu = st.one_of(*(pdus_of(pdu) for pdu in PDUS))


@pytest.mark.parametrize("pdu", PDUS, ids=lambda pdu: pdu.command)
def test_every_pdu_survives_the_wire_and_the_view(pdu):
    @given(pdus_of(pdu))
    def survives(value):
        data = build(value)
        assert decode(data) == value
        assert Reader().feed(data) == [value]
        assert from_fields(to_fields(value)) == value
        assert build_as(value, 9)[12:HEADER_OCTETS] == b"\0\0\0\x09"

    survives()


@given(st.lists(any_pdu, max_size=5), st.data())
def test_any_cut_gives_the_same_events(values, data):
    stream = b"".join(map(build, values))
    reader, events, at = Reader(), [], 0
    while at < len(stream):
        size = data.draw(st.integers(1, 60))
        events += reader.feed(stream[at : at + size])
        at += size
    assert events == values
    assert not reader.waiting


@given(any_pdu, st.data())
def test_a_changed_octet_gives_an_event_or_a_typed_error(value, data):
    frame = bytearray(build(value))
    place = data.draw(st.integers(0, len(frame) - 1))
    frame[place] = data.draw(octet)
    assert_read_alike(bytes(frame))


@given(st.sampled_from(PDUS), st.binary(max_size=120), st.sampled_from([0, 8]))
def test_any_body_gives_an_event_or_a_typed_error(pdu, body, status):
    head = (
        (HEADER_OCTETS + len(body)).to_bytes(4, "big") + pdu.command_id.to_bytes(4, "big") + status.to_bytes(4, "big")
    )
    assert_read_alike(head + b"\0\0\0\1" + body)


def assert_read_alike(frame):
    """The fast reader and the strict one agree: the same PDU, or the fault the strict one names."""
    follower = build(EnquireLink(77))
    try:
        events = Reader().feed(frame + follower)
    except StreamBrokenError as broken:
        events = broken.events
    length = int.from_bytes(frame[:4], "big")
    if length != len(frame):
        return
    wanted = strictly(frame)
    if isinstance(wanted, PduFaultError):
        assert isinstance(events[0], PduFault)
        assert (events[0].fault, events[0].field) == (wanted.fault, wanted.field)
    else:
        assert events[0] == wanted
        assert build(wanted) == frame
    assert events[1:] == [EnquireLink(77)]


def strictly(frame):
    try:
        return decode(frame)
    except PduFaultError as fault:
        return fault


@given(st.lists(st.binary(max_size=90), max_size=8))
def test_arbitrary_bytes_never_do_anything_else(chunks):
    events, broken = [], None
    reader = Reader()
    for chunk in chunks:
        try:
            events += reader.feed(chunk)
        except StreamBrokenError as error:
            broken = error
            break
    assert all(isinstance(event, (PduFault, *PDUS)) for event in events)
    assert broken is None or broken.fault in (Fault.COMMAND_LENGTH_BELOW_16, Fault.COMMAND_LENGTH_BEYOND_DATA)


def test_a_frame_that_claims_four_gigabytes_is_refused_from_its_first_four_octets():
    with pytest.raises(StreamBrokenError) as broken:
        Reader().feed(build(EnquireLink(3)) + b"\xff\xff\xff\xff")
    assert broken.value.events == [EnquireLink(3)]


def test_the_largest_message_payload_fits_and_one_octet_more_does_not():
    largest = Limits().frame_octets_max - HEADER_OCTETS
    empty = len(build(SubmitSm(1, tlvs=((0x0424, b""),)))) - HEADER_OCTETS
    fits = SubmitSm(1, tlvs=((0x0424, b"x" * min(largest - empty, 0xFFFF)),))
    assert Reader().feed(build(fits)) == [fits]
    with pytest.raises(StreamBrokenError):
        Reader(Limits(frame_octets_max=len(build(fits)) - 1)).feed(build(fits))


def test_longer_passwords_are_read_when_the_limits_allow_them():
    frame = build(BindTransceiver(1, system_id="esme", password="x" * 8)).replace(b"x" * 8, b"y" * 12)
    frame = len(frame).to_bytes(4, "big") + frame[4:]
    assert Reader().feed(frame)[0].field == "password"
    assert Reader(Limits(password_chars_max=20)).feed(frame)[0].password == "y" * 12


@pytest.mark.parametrize(
    "pdu",
    [
        SubmitSm(service_type="toolong"),
        SubmitSm(source_addr="a\0b"),
        SubmitSm(source_addr="签名"),
        SubmitSm(priority_flag=256),
        SubmitSm(priority_flag=-1),
        SubmitSm(short_message=b"x" * 256),
        SubmitSm(tlvs=((0x10000, b""),)),
        SubmitMulti(dest_address=(DistributionList("x" * 21),)),
        SubmitMulti(dest_address=(DistributionList("x"),) * 256),
        SubmitSmResp(message_id="x" * 65),
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_never_written(pdu):
    with pytest.raises(ValueError, match=r".") as error:
        build(pdu)
    assert error.value


def test_refusals_have_no_body_and_commands_without_response_get_generic_nack():
    assert build_refusal(0x04, 7, 0x58) == bytes.fromhex("00000010800000040000005800000007")
    assert build_refusal(0x0B, 7, 3) == bytes.fromhex("00000010800000000000000300000007")


ordinary = st.sampled_from(
    [b"hi", b"\x05\0\x03\1\2\1x", b"\x05\0\x03\1\2\1xy", b"\x06\x08\x04\0\1\2\1x", b"\x0f\0\x03", b"x" * 255]
)


@given(
    st.builds(
        SubmitSm,
        source_addr_ton=st.sampled_from([0, 1, 5, 6, 7]),
        source_addr=st.text("KANHE", max_size=20),
        source_addr_npi=st.sampled_from([0, 18, 19]),
        dest_addr_ton=st.sampled_from([1, 6, 7]),
        dest_addr_npi=st.sampled_from([1, 18, 19]),
        destination_addr=st.sampled_from(["", "8613800138000"]),
        esm_class=st.sampled_from([0, 3, 4, 8, 0x40, 0x41, 0x44, 0xC0]),
        priority_flag=st.integers(0, 4),
        replace_if_present_flag=st.integers(0, 2),
        schedule_delivery_time=st.sampled_from(["", "tomorrow", "260101000000000+"]),
        validity_period=st.sampled_from(["", "261301000000000+", "000001000000000R"]),
        short_message=ordinary,
        tlvs=st.sampled_from([(), ((0x0204, b"\0\1"),), ((0x0204, b"\1"),), ((0x0424, b"x"),), ((0x1400, b"x"),)]),
    ),
    st.sampled_from([0x34, 0x50]),
)
def test_the_quick_look_at_a_submit_says_what_the_table_says(pdu, version):
    assert status_of(pdu, version) == status_of_any(pdu, version)
