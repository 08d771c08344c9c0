"""One submission to many numbers: each handset gets it, each has its receipt, and the ids are what the protocol says."""

import pytest
from msgspec.structs import replace
from tests.contract.sim.stage import SENDER
from tests.patience import CLOCK, until

from kanhe.protocols.smpp.pdus import DataSm, SmeAddress, SubmitMulti
from kanhe.protocols.smpp.tlvs import MESSAGE_PAYLOAD

NUMBERS = ("8613800131001", "8613800131100", "8613800131200")

# Which field of a submission holds its numbers, and whether each number has an id of its own.
MASS = {"cmpp": ("Dest_terminal_Id", True), "sgip": ("UserNumber", False), "smgp": ("DestTermID", True)}


def noting_ids(sp):
    """The ids that answers and receipts name."""
    answered, told, words = [], [], sp.words

    def note(event):
        word = words(event)
        if word[0] in ("submitted", "receipt"):
            (answered if word[0] == "submitted" else told).append(event.message_id)
        return word

    sp.words = note
    return answered, told


@pytest.mark.parametrize("family", MASS)
async def test_a_list_of_numbers(stage, family):
    carrier, sp = await stage.pair(family)
    answered, told = noting_ids(sp)
    field, apart = MASS[family]
    pdu = replace(sp.write(NUMBERS[0], "hello", 1)[0], **{field: NUMBERS})
    sp.endpoint.submit(1, [pdu], CLOCK.monotonic())
    sp.send(NUMBERS[0])
    sp.dialer.flush()
    await sp.until(6)
    assert {number: len(texts) for number, texts in carrier.handsets.items()} == dict(
        zip(NUMBERS, (2, 1, 1), strict=True)
    )
    assert len(answered) == 2
    assert len(set(told)) == (4 if apart else 2)
    assert set(answered) <= set(told)


async def test_submit_multi_and_data_sm(stage):
    carrier, sp = await stage.pair("smpp")
    answered, told = noting_ids(sp)
    many = SubmitMulti(
        source_addr=SENDER,
        dest_address=tuple(SmeAddress(1, 1, number) for number in NUMBERS),
        registered_delivery=1,
        short_message=b"hello",
    )
    long = DataSm(
        source_addr=SENDER,
        destination_addr=NUMBERS[1],
        registered_delivery=1,
        data_coding=8,
        tlvs=((MESSAGE_PAYLOAD, ("长" * 200).encode("utf-16-be")),),
    )
    sp.endpoint.submit(1, [many], CLOCK.monotonic())
    sp.endpoint.submit(2, [long], CLOCK.monotonic())
    sp.dialer.flush()
    await sp.until(6)
    assert carrier.handsets == {
        NUMBERS[0]: ["hello"],
        NUMBERS[1]: ["hello", "长" * 200],
        NUMBERS[2]: ["hello"],
    }
    assert sorted(told) == sorted([answered[0]] * 3 + [answered[1]])


async def test_who_wants_no_receipt_gets_none(stage):
    carrier, sp = await stage.pair("smpp")
    pdu = replace(sp.write(NUMBERS[0], "hello", 1)[0], registered_delivery=0)
    sp.endpoint.submit(1, [pdu], CLOCK.monotonic())
    sp.dialer.flush()
    await until(lambda: carrier.counters.taken == 1)
    assert await sp.until(1) == [("submitted", "")]
    assert carrier.counters.receipts_sent == 0
