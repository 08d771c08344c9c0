"""What `kanhe sim smsc` runs: it tells what arrives, and is set over its control port while it runs."""

import asyncio
import json

import pytest
from tests.contract.sim.stage import CLOCK, Sp, until

from kanhe.kit.rng import SeededRng
from kanhe.sim.handsets import Arrival
from kanhe.sim.serve import KINDS, Listening, serve

TO = "8613800131234"


@pytest.fixture
async def served():
    """A served SMSC: what it told, and how to ask its control port."""
    told, over = [], asyncio.Event()
    ask = {"port": 0, "control": 0, "until": over}
    task = asyncio.create_task(serve("smsc", told.append, CLOCK, SeededRng(1), **ask))
    await until(lambda: told)
    yield told, told[0], over, task
    over.set()
    await task


async def asked(port, method, target):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return int(head.split()[1]), json.loads(body)


async def test_it_tells_what_arrives_until_it_is_told_to_stop(served):
    told, listening, over, task = served
    assert (type(listening), listening.name) == (Listening, "smsc")
    sp = Sp("smpp", listening.port)
    sp.dialer.start()
    sp.send(TO, "你好")
    await sp.until(2)
    await sp.dialer.stop()
    over.set()
    counters = await task
    arrivals = [news for news in told if isinstance(news, Arrival)]
    assert [(arrival.destination, arrival.text) for arrival in arrivals] == [(TO, "你好")]
    assert counters.taken == 1


async def test_the_control_port_sets_injects_and_shows(served):
    _, listening, _, _ = served
    sp = Sp("smpp", listening.port)
    sp.dialer.start()
    try:
        assert (await asked(listening.control, "POST", "/set?reject_percent=100"))[0] == 200
        sp.send(TO)
        await sp.until(1)
        status, settings = await asked(listening.control, "POST", "/set?reject_percent=0&receipt_state=expired")
        assert (status, settings["receipt_state"]) == (200, "expired")
        sp.send(TO, "x")
        await sp.until(3)
        path = f"/inject?from={TO}&to=10690000&text=%E9%80%80%E8%AE%A2"
        assert await asked(listening.control, "POST", path) == (200, {"injected": True})
        assert (await sp.until(4))[-1] == ("inbound", "退订")
        _, counters = await asked(listening.control, "GET", "/counters")
        assert (counters["rejected"], counters["taken"], counters["inbound_sent"]) == (1, 1, 1)
        assert await asked(listening.control, "GET", "/handsets") == (200, {})
        _, log = await asked(listening.control, "GET", "/log")
        assert [(item["text"], item["reached"]) for item in log] == [("x", False)]
        await asked(listening.control, "POST", "/drop")
        await until(lambda: ("sessionlost", "peer_closed") in sp.heard)
    finally:
        await sp.dialer.stop()


@pytest.mark.parametrize(
    ("method", "target", "wanted"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/set?window=1", 404),
        ("POST", "/set?no_such=1", 400),
        ("POST", "/set?window=0", 400),
        ("POST", "/inject?from=1", 400),
    ],
)
async def test_wrong_requests_are_refused_in_words(served, method, target, wanted):
    status, body = await asked(served[1].control, method, target)
    assert (status, bool(body["error"])) == (wanted, True)


async def test_every_kind_listens_and_a_port_in_use_is_an_error():
    for name in KINDS:
        told, over = [], asyncio.Event()
        over.set()
        await serve(name, told.append, CLOCK, SeededRng(1), port=0, until=over)
        assert told[0].name == name
        assert told[0].port > 0
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    with pytest.raises(OSError, match="address"):
        await serve("smsc", told.append, CLOCK, SeededRng(1), port=server.sockets[0].getsockname()[1])
    server.close()
