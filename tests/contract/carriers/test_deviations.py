"""What carriers want otherwise: long messages, two sessions for two directions, parameters of their own, receipts in data_sm."""

import pytest
from tests.contract.carriers.raw_smsc import UDHI, RawSmsc
from tests.contract.carriers.test_roads import TEXTS
from tests.contract.carriers.world_of_carriers import connector, world
from tests.patience import until

from kanhe.protocols.smpp import tlvs
from kanhe.protocols.smpp.pdus import DataSm
from kanhe.protocols.text.alphabets import Alphabet, Shift, encode
from kanhe.protocols.text.headers import build_header
from kanhe.sim.papers import CARRIER


async def changed(stage, **more):
    """The connector's paper, changed while it runs."""
    paper = stage.platform.world.books.connectors[CARRIER]
    body = connector(stage.platform, "smpp", paper.port, 0) | more
    await stage.platform.file([("connector", body)])
    await until(lambda: stage.platform.connectors[CARRIER].bound)


@pytest.mark.parametrize("long", ["udh8", "udh16", "sar", "payload"])
async def test_long_messages_arrive_whole_in_every_way(long, tmp_path):
    async with world(tmp_path, "smpp") as stage:
        await changed(stage, long_messages=long, default_alphabet="gsm7")
        customer = await stage.customer("smpp")
        for i, text in enumerate(TEXTS):
            customer.send(f"861380013800{i}", text)
        arrived = {f"861380013800{i}": [text] for i, text in enumerate(TEXTS)}
        await until(lambda: stage.carrier.handsets == arrived and len({n for n, _ in customer.receipts}) == len(TEXTS))
        assert stage.carrier.handsets == arrived
        assert {state for _, state in customer.receipts} == {"delivered"}


async def test_a_carrier_that_wants_a_transmitter_and_a_receiver(tmp_path):
    async with world(tmp_path, "smpp") as stage:
        await changed(stage, options={"binds": ["transmitter", "receiver"]})
        customer = await stage.customer("smpp")
        customer.send("8613800138001", TEXTS[0])
        await until(lambda: customer.receipts)
        assert [state for _, state in customer.receipts] == ["delivered"]
        stage.carrier.inject("8613800138001", "10690000001", "谢谢")
        await until(lambda: customer.texts)
        assert customer.texts == ["谢谢"]


async def test_parameters_of_a_carrier_and_receipts_that_come_in_data_sm(tmp_path):
    smsc = RawSmsc()
    port = await smsc.start()
    try:
        async with world(tmp_path, "smpp") as stage:
            await changed(stage, port=port, options={"tlvs": {"0x1400": "3131303331"}, "service_type": "VMN"})
            customer = await stage.customer("smpp")
            customer.send("8613800138001", TEXTS[0])
            await until(lambda: smsc.submitted)
            [submit] = smsc.submitted
            assert (submit.service_type, tlvs.find(submit.tlvs, 0x1400)) == ("VMN", b"11031")
            receipt = b"id:1 sub:001 dlvrd:001 submit date:2611291200 done date:2611291201 stat:DELIVRD err:000 text:"
            payload = ((tlvs.MESSAGE_PAYLOAD, receipt),)
            smsc.links[-1].write(
                DataSm(9, source_addr="8613800138001", destination_addr="1069", esm_class=4, tlvs=payload)
            )
            await until(lambda: customer.receipts)
            assert [state for _, state in customer.receipts] == ["delivered"]
    finally:
        await smsc.stop()


REPLY = "धन्यवाद, मिल गया।"
# Hindi locking shift (TS 23.040 9.2.3.24.16) and the septets of the single shift table of Hindi behind it.
HINDI = Shift(locking=6, single=6)


async def test_a_reply_in_a_national_table_is_read_whatever_the_paper_says(tmp_path):
    smsc = RawSmsc()
    port = await smsc.start()
    try:
        async with world(tmp_path, "smpp") as stage:
            await changed(stage, port=port)
            customer = await stage.customer("smpp")
            octets = build_header(shift=HINDI) + encode(REPLY, Alphabet.GSM7, HINDI)
            smsc.say(octets, "8613800138001", "10690000001", esm_class=UDHI, data_coding=0)
            await until(lambda: customer.texts)
            assert customer.texts == [REPLY]
    finally:
        await smsc.stop()
