"""What `kanhe sim smsc` runs: it tells what arrives, and is set over its control port while it runs."""

import asyncio
import json
import re

import pytest
from tests.contract.sim.stage import SENDER, Sp
from tests.patience import CLOCK, until

from kanhe.kit.rng import SeededRng
from kanhe.sim.behaviour import BehaviourError
from kanhe.sim.families import FAMILIES
from kanhe.sim.serve import serve

TO = "8613800131234"


class Served:
    """A served SMSC: what it said, and how to stop it."""

    def __init__(self, *settings):
        self.said, self.over = [], asyncio.Event()
        more = {"control": 0, "clock": CLOCK, "rng": SeededRng(1), "until": self.over}
        self.task = asyncio.create_task(serve("smpp", 0, "secret", settings, self.said.append, **more))

    async def ports(self):
        await until(lambda: len(self.said) > 1 or self.task.done())
        return [int(re.search(r":(\d+)", line).group(1)) for line in self.said[:2]]

    async def stop(self):
        self.over.set()
        await self.task


@pytest.fixture
async def served():
    serving = Served()
    serving.port, serving.control = await serving.ports()
    yield serving
    await serving.stop()


async def asked(port, method, target):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return int(head.split()[1]), json.loads(body)


async def test_it_says_what_arrives_until_it_is_stopped(served):
    sp = Sp("smpp", served.port)
    sp.dialer.start()
    sp.send(TO, "你好")
    sp.send("8613800130002", "x" * 200)
    await sp.until(6)
    await sp.dialer.stop()
    await served.stop()
    arrived = [line.split(" ", 1)[1] for line in served.said[2:]]
    assert arrived == [f"✓ {SENDER} → {TO}: 你好", f"✗ {SENDER} → 8613800130002 (2): {'x' * 200}"]


async def test_the_control_port_sets_injects_and_shows(served):
    sp = Sp("smpp", served.port)
    sp.dialer.start()
    try:
        assert (await asked(served.control, "POST", "/set?reject_percent=100"))[0] == 200
        sp.send(TO)
        await sp.until(1)
        status, settings = await asked(served.control, "POST", "/set?reject_percent=0&receipt_state=expired")
        assert (status, settings["receipt_state"]) == (200, "expired")
        sp.send(TO, "x")
        await sp.until(3)
        path = f"/inject?from={TO}&to=10690000&text=%E9%80%80%E8%AE%A2"
        assert await asked(served.control, "POST", path) == (200, {"injected": True})
        assert (await sp.until(4))[-1] == ("inbound", "退订")
        _, counters = await asked(served.control, "GET", "/counters")
        assert (counters["rejected"], counters["taken"], counters["inbound_sent"]) == (1, 1, 1)
        assert await asked(served.control, "GET", "/handsets") == (200, {})
        _, log = await asked(served.control, "GET", "/log")
        assert [(item["text"], item["reached"]) for item in log] == [("x", False)]
        await asked(served.control, "POST", "/drop")
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
    status, body = await asked(served.control, method, target)
    assert (status, bool(body["error"])) == (wanted, True)


@pytest.mark.parametrize("family", FAMILIES)
async def test_every_family_listens_and_a_port_in_use_is_an_error(family):
    said, over = [], asyncio.Event()
    over.set()
    await serve(family, 0, "secret", [], said.append, until=over)
    assert said[0].startswith(f"{family} on 127.0.0.1:")
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    with pytest.raises(OSError, match="address"):
        await serve(family, server.sockets[0].getsockname()[1], "secret", [], said.append)
    server.close()


async def test_settings_come_from_a_command_line_and_wrong_ones_stop_it_before_it_listens():
    serving = Served("reject_percent=100", "receipt_s = 2")
    _, control = await serving.ports()
    settings = (await asked(control, "GET", "/settings"))[1]
    assert (settings["reject_percent"], settings["receipt_s"]) == (100, 2)
    await serving.stop()
    for wrong in ("reject_percent", "reject_percent=x", "nothing=1"):
        with pytest.raises(BehaviourError):
            await serve("smpp", 0, "secret", [wrong], serving.said.append)
