"""The whole road: customer, door, gate, commit, carrier, receipt, customer; over real sockets, synchronous=FULL."""

import asyncio
import socket
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import msgspec

from kanhe.bench.process import PlatformProcess
from kanhe.kit.clock import SystemClock
from kanhe.kit.rng import SystemRng
from kanhe.kit.vault import Vault, load_key
from kanhe.sim.behaviour import Behaviour
from kanhe.sim.carrier import SimulatedCarrier
from kanhe.sim.customer import CustomerPlan, run_customer
from kanhe.sim.papers import PASSWORD, SYSTEM_ID, rehearsal

# What is measured first is thrown away: imports, caches, the first pages of the database.
WARM_UP = 2_000
TEXT = "【示例商城】您的包裹{tag}已送达驿站，请及时领取。"


class Figures(msgspec.Struct):
    """What `kanhe bench smpp` prints."""

    messages: int
    stored: int
    messages_per_s: float
    cpu_us_per_message: float
    p50_ms: float
    p99_ms: float
    receipt_p50_ms: float
    receipt_p99_ms: float
    lost: int
    doubled: int
    refused: int
    rss_mb: float


def bench_smpp(messages: int, stored: int, window: int, sessions: int) -> dict[str, object]:
    """Figures of `messages` through the SMPP door, on a store that holds `stored` settled ones."""
    figures = asyncio.run(_bench(messages, stored, window, sessions))
    return msgspec.to_builtins(figures, order="deterministic")  # type: ignore[no-any-return] # a struct becomes a dict


async def _bench(messages: int, stored: int, window: int, sessions: int) -> Figures:
    clock, rng = SystemClock(), SystemRng()
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kanhe-bench-")))
        if stored > WARM_UP:
            from kanhe.store.measure import fill

            await fill(data / "kanhe.db", stored)
        carrier = SimulatedCarrier("smpp", Behaviour(magic=False), clock, rng, keep=False)
        port = await carrier.start()
        platform = PlatformProcess(data, free_ports("http", "smpp"))
        await platform.start()
        try:
            vault = Vault(load_key(data / "secret.key", rng), rng)
            await platform.apply(rehearsal(vault, port, window=200))
            plan = CustomerPlan(
                "127.0.0.1",
                platform.ports["smpp"],
                WARM_UP,
                SYSTEM_ID,
                PASSWORD,
                sessions=sessions,
                window=window,
                source="10690000001",
                text=TEXT,
                first_number=8_613_800_000_000,
                numbers=10_000_000,
            )
            await run_customer(plan, clock, rng, None)
            before = platform.cpu_s()
            report = await run_customer(
                replace(plan, messages=messages, first_number=8_613_900_000_000), clock, rng, carrier.counters
            )
            spent = platform.cpu_s() - before
            return Figures(
                messages,
                stored,
                round(report.receipts_per_s, 1),
                round(spent / max(report.accepted, 1) * 1e6, 1),
                report.p50_ms,
                report.p99_ms,
                report.receipt_p50_ms,
                report.receipt_p99_ms,
                report.lost,
                report.doubled,
                sum(report.refused.values()),
                round(platform.rss_mb(), 1),
            )
        finally:
            await platform.stop()
            await carrier.stop()


def free_ports(*names: str) -> dict[str, int]:
    """Ports that are free now, by name."""
    sockets = {name: socket.socket() for name in names}
    for each in sockets.values():
        each.bind(("127.0.0.1", 0))
    ports = {name: int(each.getsockname()[1]) for name, each in sockets.items()}
    for each in sockets.values():
        each.close()
    return ports
