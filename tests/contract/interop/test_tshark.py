"""tshark reads what we say on the wire: a capture of both of our ends, without a malformed mark."""

import asyncio
import os
import shutil

import pytest
from tests.contract.interop.clients import CLIENTS, PAYLOAD, hear
from tests.contract.interop.road import open_road, until
from tests.contract.interop.test_as_server import FRANCE, TEXTS, TO_FRANCE


def need_tshark() -> str:
    tshark = shutil.which("tshark")
    if tshark is None:
        pytest.skip("peer missing: tshark (Debian package tshark) is not installed")
    if os.geteuid() != 0:
        pytest.skip("tshark: only root may capture on loopback")
    return tshark


async def output_of(*command: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    out, _ = await process.communicate()
    return out


async def test_nothing_we_say_is_malformed(tmp_path):
    tshark = need_tshark()
    capture = tmp_path / "smpp.pcapng"
    async with open_road(tmp_path) as road:
        ports = (road.port, road.carrier._port)
        wanted = " or ".join(f"tcp port {port}" for port in ports)
        listening = await asyncio.create_subprocess_exec(
            tshark, "-q", "-i", "lo", "-f", wanted, "-w", str(capture), stderr=asyncio.subprocess.DEVNULL
        )
        await until(lambda: capture.exists() and capture.stat().st_size)
        await asyncio.sleep(0.5)
        client = CLIENTS["smpp34"]()
        await client.bind(road.port)
        for order in TEXTS.values():
            await client.send(order)
        road.carrier.inject(TO_FRANCE, FRANCE, "谢谢 thanks")
        await hear(client, len(TEXTS) + 1)
        await client.part()
        await asyncio.sleep(0.5)
        listening.terminate()
        await listening.wait()
    decode = [option for port in ports for option in ("-d", f"tcp.port=={port},smpp")]
    read = (tshark, "-r", str(capture), *decode)
    assert await output_of(*read, "-Y", "_ws.malformed") == b""
    said = await output_of(*read, "-Y", "smpp", "-T", "fields", "-e", "smpp.command_id")
    commands = {int(command, 16) for command in said.decode().replace(",", "\n").split()}
    assert commands >= {0x4, 0x80000004, 0x5, 0x80000005, 0x9, 0x80000009}, "submissions and deliveries, both ends"
    assert PAYLOAD in {order.way for order in TEXTS.values()}
