"""The platform as a process that is killed, between a customer and a carrier that live on."""

import asyncio
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from tests.contract.kill.listener import Listener
from tests.contract.kill.people import NotingCarrier, People
from tests.patience import until

from kanhe.app.platform import Platform
from kanhe.bench.process import PlatformProcess
from kanhe.bench.roundtrip import free_ports
from kanhe.journey import expire
from kanhe.kit.clock import DAY_MS, SystemClock
from kanhe.kit.rng import SeededRng
from kanhe.kit.vault import Vault, load_key
from kanhe.settings import load
from kanhe.sim.behaviour import Behaviour
from kanhe.sim.customer import Customer, CustomerPlan
from kanhe.sim.papers import ACCOUNT, CHINA, PASSWORD, rehearsal
from kanhe.webhooks.file import sealed_name
from kanhe.webhooks.signing import make_secret

CLOCK = SystemClock()
TEXT = "【示例商城】您的包裹{tag}已送达驿站，请及时领取。"
CODE = "【示例商城】验证码{tag}，五分钟内有效，请勿告诉他人。"
# What a customer sends: the login it does so by, its service type, its text.
TRAFFIC: Mapping[str, tuple[str, str]] = {"parcels": ("TXN", TEXT), "codes": ("OTP", CODE)}
# No receipt for so long: what is missing is missing.
QUIET_S = 6.0
WEEKS_MS = 9 * DAY_MS
# The last start: no customer comes in, webhooks go out.
ALONE = {"KANHE_SMPP_PORT": "0", "KANHE_HTTP_PORT": "0", "KANHE_WEBHOOKS_ALLOW_HOSTS": "127.0.0.1"}


def papers(vault: Vault, rng: SeededRng, carrier_port: int, webhook: str) -> list[tuple[str, Mapping[str, object]]]:
    """A rehearsal's papers, a login for each kind of traffic, and a listener for webhooks."""
    logins = [
        (
            "credential",
            {
                "account": ACCOUNT,
                "kind": "smpp",
                "name": name,
                "secret": vault.seal(PASSWORD, f"smpp/{name}"),
                "sender": CHINA,
                "window": 500,
            },
        )
        for name in TRAFFIC
    ]
    secret = vault.seal(make_secret(rng), sealed_name(ACCOUNT, "kill"))
    endpoint = ("endpoint", {"account": ACCOUNT, "name": "kill", "url": webhook, "secret": secret})
    return [*rehearsal(vault, carrier_port, sessions=2), *logins, endpoint]


class LaterClock(SystemClock):
    """The wall clock after everything has expired."""

    def now_ms(self) -> int:
        return super().now_ms() + WEEKS_MS


class Patient(Customer):
    """A customer that stays until it is sent home: it is told of messages, too, of which it never heard "accepted"."""

    def _is_done(self) -> bool:
        return bool(self._stopped)


class KillWorld:
    """Everybody, until the end of the test."""

    def __init__(self, data: Path, seed: int, behaviour: Behaviour) -> None:
        self.data, self.rng = data, SeededRng(seed)
        self.carrier = NotingCarrier("smpp", behaviour, CLOCK, SeededRng(seed), keep=False)
        self.listener = Listener(SeededRng(seed))
        self.customers: dict[str, Customer] = {}
        self._running: list[asyncio.Task[None]] = []

    async def rise(self, stack: AsyncExitStack) -> None:
        """Carrier and platform, with its papers in force."""
        port = await self.carrier.start()
        stack.push_async_callback(self.carrier.stop)
        webhook = await self.listener.start()
        stack.push_async_callback(self.listener.stop)
        self.platform = PlatformProcess(self.data, free_ports("http", "smpp"))
        await self.platform.start()
        stack.push_async_callback(self._end)
        vault = Vault(load_key(self.data / "secret.key", self.rng), self.rng)
        await self.platform.apply(papers(vault, self.rng, port, webhook))
        self.people = People(self.carrier, self.platform.ports["http"])

    async def _end(self) -> None:
        for task in (self._living, *self._running):
            task.cancel()
        await self.platform.stop()

    def send(self, messages: int, rate_per_s: float) -> None:
        """Customers and people begin; they come back whenever the platform is there."""
        self._living = asyncio.get_running_loop().create_task(self.people.live())
        for place, (name, (service_type, text)) in enumerate(TRAFFIC.items()):
            plan = CustomerPlan(
                "127.0.0.1",
                self.platform.ports["smpp"],
                messages,
                name,
                PASSWORD,
                window=50,
                rate_per_s=rate_per_s,
                source="10690000001",
                service_type=service_type,
                text=text,
                first_number=8_613_800_000_000 + place * 100_000_000,
                numbers=10_000_000,
            )
            customer = self.customers[name] = Patient(plan, CLOCK, self.rng)
            self._running.append(asyncio.get_running_loop().create_task(customer.run()))

    async def kill_and_restart(self, longest_s: float) -> None:
        """Let it work for a while, then `kill -9`; the same data again."""
        await asyncio.sleep(self.rng.random() * longest_s)
        self.carrier.note_open()
        self.platform.kill()
        await self.platform.wait()
        await self.platform.start()

    async def finish(self) -> None:
        """Until everybody has said everything, was heard and hears nothing more; the last kill ends the platform."""
        while any(map(_sends, self.customers.values())):  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.1)
        self.people.close()
        await self._living
        await until(lambda: not self.people.unheard)
        told = -1
        while told != (told := sum(len(customer._finals) for customer in self.customers.values())):  # noqa: ASYNC110 - neither has silence
            await asyncio.sleep(QUIET_S)
        self.carrier.note_open()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self.platform.kill()
        await self.platform.wait()

    async def settle(self, stack: AsyncExitStack) -> Platform:
        """The platform on the same data, nine days later and without a carrier: everything has come to its end."""
        self.listener.kind = True
        settings = load(None, {"KANHE_PLATFORM_DATA": str(self.data)} | ALONE)
        platform = Platform(settings, clock=LaterClock(), rng=self.rng)
        await platform.start()
        stack.push_async_callback(platform.stop)
        await asyncio.sleep(1)
        await expire(platform.world)
        while await platform.notary.grow():
            pass
        await until(lambda: not platform.store.jobs(1))
        return platform


def _sends(customer: Customer) -> bool:
    """Whether it has messages without an answer, or not sent at all."""
    return len(customer._sent_at) < customer._plan.messages or customer._open > 0


def rounds() -> int:
    """Three are enough to fail; `KANHE_KILL_ROUNDS=20` is the whole test."""
    return int(os.environ.get("KANHE_KILL_ROUNDS", "3"))
