"""A platform with all its doors, one simulated carrier of any family behind it, and our own sessions as its customers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.contract.sim.stage import Listener, Sp
from tests.patience import CLOCK, until

from kanhe.app.platform import Platform
from kanhe.bench.roundtrip import free_ports
from kanhe.kit.clock import Clock
from kanhe.kit.rng import SeededRng
from kanhe.protocols.events import Inbound, Receipt, Submitted
from kanhe.protocols.text.joining import Joiner
from kanhe.settings import load
from kanhe.sim.behaviour import Behaviour
from kanhe.sim.carrier import SimulatedCarrier
from kanhe.sim.papers import ACCOUNT, CARRIER, CHINA, rehearsal

FAMILIES = ("smpp", "cmpp", "sgip", "smgp")
LOGIN, PASSWORD = "u1", "secret"
USUAL = Behaviour(magic=False)


class Customer(Sp):
    """A customer of one of our doors; it keeps the ids it was given and told."""

    def __init__(self, family: str, port: int, window: int = 50) -> None:
        super().__init__(family, port, window)
        self.given: list[str] = []
        self.receipts: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self._joiner = Joiner()

    def hear(self, session, events, now) -> None:
        for event in events:
            if isinstance(event, Submitted):
                self.given.append(event.message_id)
            elif isinstance(event, Receipt):
                self.receipts.append((event.message_id, event.state.value))
            elif isinstance(event, Inbound) and (whole := self._joiner.add(self.read(event.handle), now)):
                self.texts.append(whole.text)
        super().hear(session, events, now)


class World:
    """Platform, carrier, customers."""

    def __init__(self, stack: AsyncExitStack, platform: Platform, carrier: SimulatedCarrier) -> None:
        self.stack, self.platform, self.carrier = stack, platform, carrier

    def credential(self, family: str, name: str = LOGIN, **more: object) -> tuple[str, dict[str, object]]:
        """The paper of a customer."""
        secret = self.platform.vault.seal(PASSWORD, f"{family}/{name}")
        body = {"account": ACCOUNT, "kind": family, "name": name, "secret": secret, "sender": CHINA}
        return "credential", body | more

    async def customer(self, family: str, **more: object) -> Customer:
        """A customer that has logged in."""
        listener = Listener()
        port = await listener.start()
        self.stack.callback(listener.server.close)
        if family == "sgip":
            more = {"options": {"host": "127.0.0.1", "port": port}} | more
        await self.platform.file([self.credential(family, **more)])
        customer = Customer(family, self.platform.doors[family])
        listener.sp = customer
        customer.dialer.start()
        self.stack.push_async_callback(customer.dialer.stop)
        await until(lambda: customer.told)
        return customer


def connector(platform: Platform, family: str, port: int, listen_port: int, **options: object) -> dict[str, object]:
    """The paper of the one carrier."""
    if family == "sgip":
        options = {"node": 3_010_099_999, "listen_port": listen_port} | options
    return {
        "name": CARRIER,
        "carrier": CARRIER,
        "protocol": family,
        "port": port,
        "system_id": "901234",
        "secret": platform.vault.seal(PASSWORD, f"connector/{CARRIER}"),
        "simulated": True,
        "options": options,
    }


def papers(platform: Platform, body: dict[str, object]) -> list[tuple[str, dict[str, object]]]:
    """The rehearsal's papers with another carrier, and with no customers yet: what people write goes to the first of them."""
    usual = [(kind, dict(paper)) for kind, paper in rehearsal(platform.vault, 0)]
    return [(kind, body if kind == "connector" else paper) for kind, paper in usual if kind != "credential"]


@asynccontextmanager
async def world(folder: Path, family: str, *, clock: Clock = CLOCK, **environment: str) -> AsyncIterator[World]:
    """Everything, with a carrier of `family`."""
    async with AsyncExitStack() as stack:
        listen_port = free_ports("listen")["listen"]
        carrier = SimulatedCarrier(family, USUAL, CLOCK, SeededRng(1), listener=("127.0.0.1", listen_port))
        port = await carrier.start()
        stack.push_async_callback(carrier.stop)
        doors = {
            f"KANHE_{name.upper()}_{key}": value
            for name in FAMILIES
            for key, value in (("PORT", "0"), ("ENABLED", "true"))
        }
        settings = load(
            None, {"KANHE_PLATFORM_DATA": str(folder), "KANHE_HTTP_ENABLED": "false", **doors, **environment}
        )
        platform = Platform(settings, clock=clock, rng=SeededRng(1))
        await platform.start()
        stack.push_async_callback(platform.stop)
        await platform.file(papers(platform, connector(platform, family, port, listen_port)))
        await until(lambda: platform.connectors[CARRIER].bound)
        yield World(stack, platform, carrier)
        await asyncio.sleep(0)
