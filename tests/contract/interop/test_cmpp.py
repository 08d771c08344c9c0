"""CMPP with the peers there are: pycmpp (Python, 2.0) as our customer, and what tshark says of our traffic."""

import asyncio
import importlib.util
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.contract.carriers.test_roads import TEXTS
from tests.contract.carriers.world_of_carriers import world
from tests.contract.interop.test_tshark import capture_on, malformed, need_tshark, output_of
from tests.patience import until

from kanhe.protocols.cmpp.codec import Reader
from kanhe.protocols.cmpp.layouts import Version
from kanhe.protocols.cmpp.report import parse_report

PROGRAM = Path(__file__).with_name("pycmpp_client.py")
SP, NUMBER = "901234", "8613800138001"
SHORT = "【示例商城】您的包裹已送达驿站📦，请及时领取。"
LONG = "【示例商城】" + "您的包裹已送达驿站，请及时领取；如已领取请忽略本条通知。" * 5


class Pycmpp:
    """Its process, and what it said."""

    def __init__(self, process):
        self.process, self.lines = process, []
        self.reading = asyncio.ensure_future(self._read())

    async def _read(self):
        async for line in self.process.stdout:
            self.lines.append(line.decode().split())

    def said(self, word):
        return [rest for first, *rest in self.lines if first == word]


@asynccontextmanager
async def pycmpp(port, secret, *texts):
    if importlib.util.find_spec("pycmpp") is None:
        pytest.skip("peer missing: pycmpp (PyPI) is not installed")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), str(port), secret, *texts, stdout=asyncio.subprocess.PIPE
    )
    client = Pycmpp(process)
    try:
        yield client
    finally:
        process.kill()
        await process.wait()
        await client.reading


async def test_pycmpp_submits_short_and_long_and_is_told(tmp_path):
    async with world(tmp_path, "cmpp") as stage:
        await stage.platform.file([stage.credential("cmpp", SP)])
        async with pycmpp(stage.platform.doors["cmpp"], "secret", SHORT, LONG) as client:
            await until(lambda: len(client.said("delivered")) >= 2)
            assert client.said("connected") == [["0"]]
            assert {status for [status] in client.said("submitted")} == {"0"}
            assert stage.carrier.handsets == {NUMBER: [SHORT, LONG]}
            packets = [Reader(Version.V20).feed(bytes.fromhex(octets))[0] for [octets] in client.said("delivered")]
            assert {parse_report(packet.Msg_Content).Stat for packet in packets} == {"DELIVRD"}


async def test_pycmpp_with_a_wrong_secret_is_refused(tmp_path):
    async with world(tmp_path, "cmpp") as stage:
        await stage.platform.file([stage.credential("cmpp", SP)])
        async with pycmpp(stage.platform.doors["cmpp"], "another") as client:
            await until(lambda: client.said("connected"))
            assert client.said("connected") == [["3"]]


async def test_nothing_we_say_in_cmpp_is_malformed(tmp_path):
    """Both of our ends: a customer at our door, and our connector at a gateway."""
    need_tshark()
    async with world(tmp_path / "data", "cmpp") as stage:
        ports = (stage.platform.doors["cmpp"], stage.carrier._port)
        async with capture_on(tmp_path, ports) as capture:
            customer = await stage.customer("cmpp")
            for i, text in enumerate(TEXTS):
                customer.send(f"861380013800{i}", text)
            await until(lambda: len({name for name, _ in customer.receipts}) == len(TEXTS))
            stage.carrier.inject("8613800138001", "10690000001", TEXTS[2])
            await until(lambda: customer.texts)
            await customer.dialer.stop()
    assert await malformed(capture, ports, "cmpp") == b""
    decode = [option for port in ports for option in ("-d", f"tcp.port=={port},cmpp")]
    said = await output_of("tshark", "-r", str(capture), *decode, "-Y", "cmpp", "-T", "fields", "-e", "cmpp.Command_Id")
    commands = {int(command, 16) for command in said.decode().replace(",", "\n").split()}
    assert commands >= {0x1, 0x80000001, 0x4, 0x80000004, 0x5, 0x80000005}
