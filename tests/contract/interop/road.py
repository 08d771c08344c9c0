"""The whole road for one foreign client: our platform with its SMPP door, and behind it our simulated carrier, over real sockets."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.patience import CLOCK, until

from kanhe.app.platform import Platform
from kanhe.kit.rng import SeededRng
from kanhe.settings import load
from kanhe.sim.behaviour import Behaviour
from kanhe.sim.carrier import SimulatedCarrier
from kanhe.sim.papers import CARRIER, rehearsal

USUAL = Behaviour(magic=False)
AS_IT_IS: Mapping[str, object] = {}


@dataclass
class Road:
    """A platform that runs, and the carrier it is bound to."""

    platform: Platform
    carrier: SimulatedCarrier

    @property
    def port(self) -> int:
        return self.platform.doors["smpp"]

    def arrived(self, number: str) -> list[str]:
        """The texts on a handset."""
        return self.carrier.handsets.get(number, [])


@asynccontextmanager
async def platform_at(
    folder: Path, carrier_port: int, connector: Mapping[str, object] = AS_IT_IS, **credential: object
) -> AsyncIterator[Platform]:
    """A platform on `folder`, bound to what listens on `carrier_port`; the rest changes the connector's and the customer's paper."""
    settings = load(None, {"KANHE_PLATFORM_DATA": str(folder), "KANHE_SMPP_PORT": "0", "KANHE_HTTP_ENABLED": "false"})
    platform = Platform(settings, clock=CLOCK, rng=SeededRng(1))
    await platform.start()
    try:
        changes = {("connector", None): connector, ("credential", "smpp"): credential}
        papers = rehearsal(platform.vault, carrier_port)
        await platform.file([(what, paper | changes.get((what, paper.get("kind")), {})) for what, paper in papers])
        await until(lambda: platform.connectors[CARRIER].bound)
        yield platform
    finally:
        await platform.stop()


@asynccontextmanager
async def open_road(folder: Path, behaviour: Behaviour = USUAL, **credential: object) -> AsyncIterator[Road]:
    """Platform and simulated carrier."""
    carrier = SimulatedCarrier("smpp", behaviour, CLOCK, SeededRng(1))
    port = await carrier.start()
    try:
        async with platform_at(folder, port, **credential) as platform:
            yield Road(platform, carrier)
    finally:
        await carrier.stop()
