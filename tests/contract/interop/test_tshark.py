"""tshark reads what we say on the wire: a capture of both of our ends, without a malformed mark."""

import asyncio
import os
import shutil
from contextlib import asynccontextmanager

import pytest
from tests.contract.interop.clients import CLIENTS, PAYLOAD, hear
from tests.contract.interop.road import open_road
from tests.contract.interop.test_as_server import FRANCE, TEXTS, TO_FRANCE
from tests.patience import until


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


@asynccontextmanager
async def capture_on(folder, ports):
    """What goes over these ports of loopback meanwhile, in a file."""
    capture = folder / "loopback.pcapng"
    wanted = " or ".join(f"tcp port {port}" for port in ports)
    listening = await asyncio.create_subprocess_exec(
        need_tshark(), "-q", "-i", "lo", "-f", wanted, "-w", str(capture), stderr=asyncio.subprocess.DEVNULL
    )
    await until(lambda: capture.exists() and capture.stat().st_size)
    await asyncio.sleep(0.5)
    try:
        yield capture
    finally:
        await asyncio.sleep(0.5)
        listening.terminate()
        await listening.wait()


async def malformed(capture, ports, protocol):
    """The packets that tshark marks."""
    decode = [option for port in ports for option in ("-d", f"tcp.port=={port},{protocol}")]
    return await output_of(need_tshark(), "-r", str(capture), *decode, "-Y", "_ws.malformed")


async def test_nothing_we_say_is_malformed(tmp_path):
    tshark = need_tshark()
    async with open_road(tmp_path / "data") as road:
        ports = (road.port, road.carrier._port)
        async with capture_on(tmp_path, ports) as capture:
            client = CLIENTS["smpp34"]()
            await client.bind(road.port)
            for order in TEXTS.values():
                await client.send(order)
            road.carrier.inject(TO_FRANCE, FRANCE, "谢谢 thanks")
            await hear(client, len(TEXTS) + 1)
            await client.part()
    assert await malformed(capture, ports, "smpp") == b""
    decode = [option for port in ports for option in ("-d", f"tcp.port=={port},smpp")]
    read = (tshark, "-r", str(capture), *decode)
    said = await output_of(*read, "-Y", "smpp", "-T", "fields", "-e", "smpp.command_id")
    commands = {int(command, 16) for command in said.decode().replace(",", "\n").split()}
    assert commands >= {0x4, 0x80000004, 0x5, 0x80000005, 0x9, 0x80000009}, "submissions and deliveries, both ends"
    assert PAYLOAD in {order.way for order in TEXTS.values()}
