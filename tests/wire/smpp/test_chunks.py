"""What PDUs of a session share is known from the last one; none of them may be read or written as another because of that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from kanhe.protocols.smpp.chunks import KNOWN_MAX, chunks_of, known_octets, known_values
from kanhe.protocols.smpp.codec import Reader, build, decode
from kanhe.protocols.smpp.compiled import steps_of
from kanhe.protocols.smpp.pdus import BindTransceiver, DeliverSm, SubmitSm
from kanhe.protocols.smpp.strict import layout_of

letters = st.text(st.sampled_from("ab0"), max_size=3)
few = st.integers(0, 2)


@given(st.lists(st.tuples(letters, few, letters, letters, few), max_size=12))
def test_neighbours_that_differ_little_stay_apart(values):
    pdus = [
        SubmitSm(n, 0, service, ton, 1, source, 1, 1, to, validity_period="", data_coding=coding)
        for n, (service, ton, source, to, coding) in enumerate(values)
    ]
    packets = [build(pdu) for pdu in pdus]
    assert Reader().feed(b"".join(packets)) == pdus
    assert [decode(packet) for packet in packets] == pdus


def test_more_senders_than_are_remembered_are_all_read_and_written():
    pdus = [SubmitSm(n, source_addr=f"S{n}", destination_addr="447700900100") for n in range(KNOWN_MAX + 10)]
    assert Reader().feed(b"".join(map(build, pdus))) == pdus
    assert Reader().feed(build(pdus[0])) == pdus[:1]


def test_what_was_written_once_is_checked_again_when_it_changes():
    good = SubmitSm(source_addr="KANHE", destination_addr="447700900100")
    assert build(good)
    for wrong in (
        {"source_addr": "x" * 21},
        {"source_addr": "a\0b"},
        {"esm_class": 256},
        {"validity_period": "1" * 17},
    ):
        with pytest.raises(ValueError, match=r"field|octets"):
            build(structs.replace(good, **wrong))
    assert decode(build(good)) == good


def test_handset_and_times_stand_alone_and_passwords_are_never_kept():
    def alone(pdu):
        return [chunk.name for step in steps_of(pdu) if isinstance(step, list) for chunk in step if not chunk.shared]

    assert alone(SubmitSm) == ["destination_addr", "schedule_delivery_time", "validity_period"]
    assert alone(DeliverSm) == ["source_addr"]
    assert alone(BindTransceiver) == ["system_id", "password", "system_type", "address_range"]


def test_a_chunk_forgets_before_it_grows_without_end():
    run = list(layout_of(SubmitSm).items())[:6]
    [chunk] = chunks_of(run, frozenset({"destination_addr"}))
    octets, values = known_octets(chunk), known_values(chunk, {})
    for n in range(KNOWN_MAX + 1):
        fields = ("", 1, 1, str(n), 1, 1)
        assert values[octets[fields]] == fields
    assert len(octets) == len(values) == 1
