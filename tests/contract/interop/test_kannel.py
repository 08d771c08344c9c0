"""Debian's Kannel as a customer of our door: its bearerbox binds to us, its smsbox submits, a handset's answer goes back through it."""

import asyncio
import os
import shutil
import socket
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from tests.contract.interop.road import open_road
from tests.patience import PATIENCE_S, until

from kanhe.bench.roundtrip import free_ports
from kanhe.sim.papers import FRANCE, PASSWORD, SYSTEM_ID

SBIN = f"{os.environ.get('PATH', '')}:/usr/sbin"
TO = "33612345678"

CONF = """
group = core
admin-port = {admin}
admin-password = loopback
admin-interface = 127.0.0.1
smsbox-port = {box}
smsbox-interface = 127.0.0.1
box-allow-ip = "127.0.0.1"

group = smsc
smsc = smpp
smsc-id = kanhe
host = 127.0.0.1
port = {smpp}
transceiver-mode = true
smsc-username = {system_id}
smsc-password = {password}
system-type = ""
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {box}
sendsms-port = {send}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = u
password = p

group = sms-service
keyword = default
get-url = "http://127.0.0.1:{hook}/said?text=%a&from=%p"
max-messages = 0
"""


@asynccontextmanager
async def kannel(folder: Path, smpp: int, hook: int):
    """bearerbox and smsbox, bound to our door; the port where smsbox takes messages."""
    ports = free_ports("admin", "box", "send")
    conf = folder / "kannel.conf"
    conf.write_text(CONF.format(**ports, smpp=smpp, hook=hook, system_id=SYSTEM_ID, password=PASSWORD), "utf-8")
    boxes = []
    try:
        for name in ("bearerbox", "smsbox"):
            with (folder / f"{name}.log").open("ab") as log:
                program = shutil.which(name, path=SBIN)
                boxes.append(await asyncio.create_subprocess_exec(program, str(conf), stdout=log, stderr=log))
            await until(lambda listens=ports["box" if name == "bearerbox" else "send"]: somebody_at(listens))
        yield ports["send"]
    finally:
        for box in reversed(boxes):
            if box.returncode is None:
                box.terminate()
            await box.wait()


def somebody_at(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


@asynccontextmanager
async def listener(told: list[dict[str, str]]):
    """Where Kannel brings what handsets and receipts say; the port."""

    async def hear(request: web.Request) -> web.Response:
        told.append(dict(request.query))
        return web.Response()

    app = web.Application()
    app.router.add_get("/said", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield site._server.sockets[0].getsockname()[1]
    finally:
        await runner.cleanup()


async def test_kannel_submits_is_told_and_hears_the_handset(tmp_path):
    if shutil.which("bearerbox", path=SBIN) is None:
        pytest.skip("peer missing: Kannel (Debian package kannel) is not installed")
    told: list[dict[str, str]] = []
    async with open_road(tmp_path) as road, listener(told) as hook, kannel(tmp_path, road.port, hook) as send:
        receipt = f"http://127.0.0.1:{hook}/said?receipt=%d"
        asked = {"username": "u", "password": "p", "from": FRANCE, "to": TO, "text": "hello from kannel"}
        query = urlencode(asked | {"dlr-mask": "3", "dlr-url": receipt})
        url = f"http://127.0.0.1:{send}/cgi-bin/sendsms?{query}"
        async with aiohttp.ClientSession() as client, asyncio.timeout(PATIENCE_S):
            while (await client.get(url)).status == 503:  # noqa: ASYNC110 - until its two halves have found each other
                await asyncio.sleep(0.1)
        await until(lambda: road.arrived(TO) and told)
        assert road.arrived(TO) == ["hello from kannel"]
        assert told == [{"receipt": "1"}]
        road.carrier.inject(TO, FRANCE, "merci")
        await until(lambda: len(told) > 1)
        assert (told[1]["text"], told[1]["from"].strip("+ ")) == ("merci", TO)
