"""Foreign clients at our SMPP door: every bind, every way to write a text, receipts that match, refusals, an orderly end."""

import asyncio

import pytest
from tests.contract.interop.clients import CLIENTS, PAYLOAD, SAR, UDH, UNHEARD, Order, RefusedError, hear
from tests.contract.interop.node import need_npm_smpp
from tests.contract.interop.road import open_road

from kanhe.sim.papers import CHINA, FRANCE

TO_FRANCE, TO_CHINA = "33612345678", "8613800138005"
CHINESE = f"【{CHINA}】您的包裹已送达驿站，请及时领取。"
LONG_ASCII = "Your parcel waits at the counter. " * 9
LONG_CHINESE = CHINESE + "取件码：四八二六一九，请在今天内领取，谢谢。" * 6
LONG_EMOJI = CHINESE + "👍🏽🎉" * 40

TEXTS = {
    "ascii": Order(FRANCE, TO_FRANCE, "hello world"),
    "gsm extension": Order(FRANCE, TO_FRANCE, "costs {12} € [now] ~ ^ | \\"),
    "chinese": Order("10690000001", TO_CHINA, CHINESE),
    "emoji": Order("10690000001", TO_CHINA, CHINESE + "😀👩‍🚀"),
    **{
        f"{name} by {way}": Order(*base, text, way)
        for way in (UDH, SAR, PAYLOAD)
        for name, base, text in (
            ("long ascii", (FRANCE, TO_FRANCE), LONG_ASCII),
            ("long chinese", ("10690000001", TO_CHINA), LONG_CHINESE),
            ("long emoji", ("10690000001", TO_CHINA), LONG_EMOJI),
        )
    },
}  # fmt: skip

# aiosmpplib 0.7.4 cannot cut by sar_ parameters: it fails on a variable it never set.
CANNOT = {("aiosmpplib", SAR)}

RINVPASWD, RINVDSTADR, RINVSRCADR, RTHROTTLED, RSUBMITFAIL = 0x0E, 0x0B, 0x0A, 0x58, 0x45

# What must not leave, and what the door calls it.
REFUSED = (
    (Order("NOBODYS", TO_FRANCE, "hello world"), RINVSRCADR),
    (
        Order("10690000002", TO_CHINA, f"【{CHINA}】会员日全场八折，客服4000000000，拒收请回复R", service_type="MKT"),
        RSUBMITFAIL,
    ),
)


def burst(count):
    """Distinct texts."""
    return [Order(FRANCE, TO_FRANCE, f"number {n} of a burst") for n in range(count)]


@pytest.fixture(params=CLIENTS)
def client(request):
    if request.param == "npm-smpp":
        need_npm_smpp()
    made = CLIENTS[request.param]()
    made.name = request.param
    return made


async def test_every_text_arrives_as_it_was_written_and_its_receipt_names_it(client, tmp_path):
    orders = [order for order in TEXTS.values() if (client.name, order.way) not in CANNOT]
    async with open_road(tmp_path) as road:
        await client.bind(road.port)
        ids = [await client.send(order) for order in orders]
        heard = await hear(client, len(ids))
        await client.part()
        for number in (TO_FRANCE, TO_CHINA):
            assert road.arrived(number) == [order.text for order in orders if order.to == number]
        assert sorted(receipt.id for receipt in heard) == sorted(ids)
        assert {receipt.state for receipt in heard} == {"DELIVRD"}


async def test_a_transmitter_submits_and_a_receiver_is_told(client, tmp_path):
    receiver = CLIENTS[client.name]()
    async with open_road(tmp_path) as road:
        await client.bind(road.port, "transmitter")
        await receiver.bind(road.port, "receiver")
        identifier = await client.send(TEXTS["ascii"])
        assert [receipt.id for receipt in await hear(receiver, 1)] == [identifier]
        road.carrier.inject(TO_FRANCE, FRANCE, "谢谢 thanks")
        assert [heard.text for heard in await hear(receiver, 2)] == ["", "谢谢 thanks"]
        assert client.heard == []
        await client.part()
        await receiver.part()


async def test_a_wrong_password_is_refused_and_the_right_one_still_taken(client, tmp_path):
    async with open_road(tmp_path) as road:
        with pytest.raises(RefusedError) as refused:
            await client.bind(road.port, password="wrong")
        assert refused.value.status == (UNHEARD if client.name == "smpp34" else RINVPASWD)
        await client.bind(road.port)
        await client.send(TEXTS["ascii"])
        await client.part()


async def test_what_may_not_leave_is_refused_with_a_status(client, tmp_path):
    async with open_road(tmp_path) as road:
        await client.bind(road.port)
        for order, status in REFUSED:
            with pytest.raises(RefusedError) as refused:
                await client.send(order)
            assert refused.value.status == status
        assert road.carrier.counters.submissions == 0
        await client.part()


async def test_an_impossible_number_is_called_so(client, tmp_path):
    async with open_road(tmp_path) as road:
        await client.bind(road.port)
        with pytest.raises(RefusedError) as refused:
            await client.send(Order(FRANCE, "33ABC", "hello world"))
        await client.part()
        assert refused.value.status == RINVDSTADR


async def test_what_is_over_the_rate_is_throttled_and_the_rest_arrives(client, tmp_path):
    async with open_road(tmp_path, rate_per_s=5) as road:
        await client.bind(road.port)
        await throttle(client, road, 20)


async def test_what_is_over_the_window_is_throttled_and_the_rest_arrives(tmp_path):
    """npm smpp writes a whole burst at once, so that one read brings more than the window holds."""
    need_npm_smpp()
    client = CLIENTS["npm-smpp"]()
    async with open_road(tmp_path, window=3) as road:
        await client.bind(road.port)
        await throttle(client, road, 60)


async def throttle(client, road, count):
    answers = await asyncio.gather(*[client.send(order) for order in burst(count)], return_exceptions=True)
    throttled = [answer for answer in answers if isinstance(answer, RefusedError)]
    assert {answer.status for answer in throttled} == {RTHROTTLED}
    taken = [answer for answer in answers if isinstance(answer, str)]
    assert taken
    assert len(taken) + len(throttled) == count
    assert sorted(receipt.id for receipt in await hear(client, len(taken))) == sorted(taken)
    assert len(road.arrived(TO_FRANCE)) == len(taken)
    await client.part()


async def test_both_ends_answer_when_asked_whether_they_live(tmp_path):
    """npm smpp asks us; its own answers to ours are its default behaviour, and the session must outlive them."""
    need_npm_smpp()
    client = CLIENTS["npm-smpp"]()
    async with open_road(tmp_path) as road:
        await client.bind(road.port)
        assert await client.ask_if_alive() == 0
        await client.part()
