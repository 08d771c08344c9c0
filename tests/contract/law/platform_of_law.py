"""A platform with its doors, a carrier and its papers in force."""

from contextlib import AsyncExitStack
from pathlib import Path

from tests.patience import CLOCK, until

from kanhe.app.platform import Platform
from kanhe.kit.rng import SeededRng
from kanhe.settings import load
from kanhe.sim.behaviour import Behaviour
from kanhe.sim.carrier import SimulatedCarrier
from kanhe.sim.papers import rehearsal


async def risen(stack: AsyncExitStack, folder: Path) -> Platform:
    carrier = SimulatedCarrier("smpp", Behaviour(magic=False), CLOCK, SeededRng(1), keep=False)
    port = await carrier.start()
    stack.push_async_callback(carrier.stop)
    settings = load(None, {"KANHE_PLATFORM_DATA": str(folder), "KANHE_SMPP_PORT": "0", "KANHE_HTTP_PORT": "0"})
    platform = Platform(settings, clock=CLOCK, rng=SeededRng(1))
    await platform.start()
    stack.push_async_callback(platform.stop)
    await platform.file(rehearsal(platform.vault, port))
    await until(lambda: all(connector.bound for connector in platform.connectors.values()))
    return platform
