"""A message travels door -> gate -> connector -> carrier -> receipt -> door, in each protocol and across them, its text intact."""

from itertools import product

import pytest
from tests.contract.carriers.world_of_carriers import FAMILIES, world
from tests.patience import until

SHORT = "【示例商城】您的包裹已送达驿站，请及时领取。"
EMOJI = "【示例商城】您的包裹📦已送达驿站🏪，请及时领取👍🏽。"
LONG = "【示例商城】" + "您的包裹已送达驿站，请及时领取；如已领取请忽略本条通知。" * 8
ENGLISH = "【示例商城】Your parcel 42 has arrived at the station, please fetch it today."
TEXTS = (SHORT, EMOJI, LONG, ENGLISH)


@pytest.mark.parametrize(("entrance", "way_out"), list(product(FAMILIES, FAMILIES)))
async def test_texts_arrive_whole_and_their_receipts_come_back(entrance, way_out, tmp_path):
    async with world(tmp_path, way_out) as stage:
        customer = await stage.customer(entrance)
        for i, text in enumerate(TEXTS):
            customer.send(f"861380013800{i}", text)
        arrived = {f"861380013800{i}": [text] for i, text in enumerate(TEXTS)}
        await until(lambda: stage.carrier.handsets == arrived)
        assert stage.carrier.handsets == arrived, customer.heard
        await until(
            lambda: (
                len(customer.given) > len(TEXTS) <= len(set(customer.given))
                and {name for name, _ in customer.receipts} == set(customer.given)
            )
        )
        wanted = set(customer.given)
        assert sorted(customer.receipts) == sorted((name, "delivered") for name in wanted)
        # Our answer to each segment is the one id of its message; in SGIP the customer's own sequences are the ids.
        segments = len(customer.given) - len(TEXTS)
        assert len(wanted) == (len(TEXTS) + segments if entrance == "sgip" else len(TEXTS))
        assert segments > 0


@pytest.mark.parametrize("family", FAMILIES)
async def test_what_people_write_reaches_the_account_whole(family, tmp_path):
    async with world(tmp_path, family) as stage:
        customer = await stage.customer(family)
        customer.send("8613800138001", SHORT)
        await until(lambda: customer.receipts)
        for text in (SHORT, LONG):
            stage.carrier.inject("8613800138001", "10690000001", text)
        await until(lambda: len(customer.texts) == 2)
        assert customer.texts == [SHORT, LONG]
