"""Our connector at foreign servers: long texts whole, receipts in the forms carriers send, and what people answer."""

from itertools import cycle

import pytest
from tests.contract.interop.clients import CLIENTS, Order, hear
from tests.contract.interop.node import need_npm_smpp
from tests.contract.interop.road import platform_at
from tests.contract.interop.servers import SERVERS, took
from tests.contract.interop.test_as_server import CHINESE, LONG_ASCII, LONG_EMOJI, TO_CHINA, TO_FRANCE
from tests.patience import until

from kanhe.domain.facts import Wants
from kanhe.sim.papers import FRANCE

ORDERS = (
    Order(FRANCE, TO_FRANCE, "hello world"),
    Order("10690000001", TO_CHINA, CHINESE),
    Order(FRANCE, TO_FRANCE, LONG_ASCII, "udh"),
    Order("10690000001", TO_CHINA, LONG_EMOJI, "payload"),
)

# Receipts in the forms of the field: as the specification shows it, without counts and dates, with other letters.
FORMS = (
    "id:{id} sub:001 dlvrd:001 submit date:2611241000 done date:2611241001 stat:DELIVRD err:000 text:hello",
    "id:{id} stat:DELIVRD err:000",
    "id:{id} sub:001 dlvrd:001 submit date:261124100000 done date:261124100100 stat:delivrd err:0 Text:",
)

# How the id of a receipt differs from that of the response: the connector's setting, whether responses are hexadecimal, receipts.
IDS = {"exact": (False, "d"), "dec_of_hex": (True, "d"), "hex_of_dec": (False, "x"), "strip_zeros": (False, "010d")}


@pytest.fixture(params=SERVERS)
async def server(request):
    if request.param == "npm-smpp":
        need_npm_smpp()
    made = SERVERS[request.param]()
    yield made
    await made.stop()


@pytest.mark.parametrize("mode", IDS)
async def test_texts_arrive_whole_and_receipts_of_every_form_match(server, mode, tmp_path):
    hex_ids, written = IDS[mode]
    async with platform_at(tmp_path, await server.start(hex_ids), {"receipt_id_match": [mode]}) as platform:
        client = CLIENTS["smpp34"]()
        await client.bind(platform.doors["smpp"])
        for order in ORDERS:
            begun, answered = len(server.taken), len(client.heard)
            identifier = await client.send(order)
            await until(lambda begun=begun: whole_since(server, begun))
            parts = sorted(server.taken[begun:], key=lambda part: part.sequence)  # smpp34 hands them on side by side
            assert "".join(part.text for part in parts) == order.text
            assert {(part.to, part.source) for part in parts} == {(order.to, order.source)}
            for form, part in zip(cycle(FORMS), parts, strict=False):
                receipt = Order(order.to, order.source, form.format(id=format(part.id, written)))
                assert await server.deliver(receipt, receipt=True) == 0
            heard = await hear(client, answered + 1)
            assert (heard[-1].id, heard[-1].state) == (identifier, "DELIVRD")
        await client.part()


def whole_since(server, begun):
    """Whether all segments of the last message are here."""
    return len(server.taken) > begun and len(server.taken) - begun == server.taken[-1].total


@pytest.mark.parametrize("word", ["STOP", "退订"])
async def test_who_says_stop_is_suppressed_and_told_once(server, word, tmp_path):
    async with platform_at(tmp_path, await server.start()) as platform:
        client = CLIENTS["smpp34"]()
        await client.bind(platform.doors["smpp"])
        await client.send(ORDERS[1])
        await took(server, 1)
        assert await server.deliver(Order(TO_CHINA, "10690000001", word)) == 0
        confirmation = (await took(server, 2))[1]
        assert confirmation.to == TO_CHINA
        assert [heard.text for heard in await hear(client, 1)] == [word]
        known = platform.store.ask(Wants(suppressions=frozenset({int(TO_CHINA)}))).suppressions
        assert known[int(TO_CHINA)]
        await client.part()
