"""The whole road: customer, door, gate, commit, carrier, receipt, customer; over real sockets, synchronous=FULL."""

import asyncio
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, suppress
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

import aiohttp
import msgspec

from kanhe.app.folder import DATABASE, ledger_key
from kanhe.bench.process import PlatformProcess
from kanhe.kit.clock import Clock, SystemClock
from kanhe.kit.rng import Rng, SystemRng
from kanhe.kit.vault import Vault, load_key
from kanhe.settings import load
from kanhe.sim.behaviour import Behaviour
from kanhe.sim.carrier import SimulatedCarrier
from kanhe.sim.customer import ORDER, TAG, CustomerPlan, run_customer
from kanhe.sim.papers import API_KEY, CHINA, PASSWORD, SYSTEM_ID, rehearsal
from kanhe.store.measure import fill
from kanhe.store.sqlite.store import open_store
from kanhe.upkeep.notary import Notary

# Below what systems give to outgoing connections (Linux: from 32768 on), which could take one before its server listens.
PORTS = range(20_000, 32_000)
# What is measured first is thrown away: imports, caches, the first pages of the database.
WARM_UP = 2_000
TEXT = "【示例商城】您的包裹{tag}已送达驿站，请及时领取。"
# Numbers that no pack and no magic treats apart.
FIRST_NUMBER = 8_613_800_000_000
# Receipts come a tenth of a second after the submission; by then nothing is missing that will come.
SETTLED_S = 5.0


class Figures(msgspec.Struct):
    """What `kanhe bench smpp` and `http` print. CPU is that of the platform's process alone."""

    messages: int
    stored: int
    messages_per_s: float
    cpu_us_per_message: float
    p50_ms: float
    p99_ms: float
    lost: int
    doubled: int
    refused: int
    rss_mb: float


def bench_smpp(messages: int, stored: int, window: int, sessions: int) -> dict[str, object]:
    """Figures of `messages` through the SMPP door, on a store that holds `stored` settled ones."""
    return msgspec.to_builtins(asyncio.run(_bench_smpp(messages, stored, window, sessions)))  # type: ignore[no-any-return] # a dict


def bench_http(messages: int, connections: int, stored: int) -> dict[str, object]:
    """Figures of `messages` through the HTTP door, one a request on keep-alive connections."""
    return msgspec.to_builtins(asyncio.run(_bench_http(messages, connections, stored)))  # type: ignore[no-any-return] # a dict


@asynccontextmanager
async def road(stored: int, clock: Clock) -> AsyncIterator[tuple[PlatformProcess, SimulatedCarrier]]:
    """A platform in a process of its own, a carrier in ours, papers in force."""
    rng = SystemRng()
    with tempfile.TemporaryDirectory(prefix="kanhe-bench-") as folder:
        data = Path(folder)
        if stored > WARM_UP:
            sys.stderr.write(f"writing a past of {stored} settled messages\n")
            await _fill(data, stored, rng)
        carrier = SimulatedCarrier("smpp", Behaviour(magic=False), clock, rng, keep=False)
        port = await carrier.start()
        platform = PlatformProcess(data, free_ports("http", "smpp"))
        await platform.start()
        try:
            vault = Vault(load_key(data / "secret.key", rng), rng)
            await platform.apply(rehearsal(vault, port, window=200))
            yield platform, carrier
        finally:
            await platform.stop()
            await carrier.stop()


async def _fill(data: Path, stored: int, rng: Rng) -> None:
    """A past of settled messages, all under a checkpoint: else the notary would work it off while we measure."""
    await fill(data / DATABASE, stored)
    settings = load(None, {"KANHE_PLATFORM_DATA": str(data)})
    with closing(open_store(data / DATABASE, durable=False)) as store:
        vault = Vault(load_key(data / "secret.key", rng), rng)
        notary = Notary(store, ledger_key(data, settings, vault, rng))
        while await notary.grow():
            pass


async def _bench_smpp(messages: int, stored: int, window: int, sessions: int) -> Figures:
    clock, rng = SystemClock(), SystemRng()
    async with road(stored, clock) as (platform, carrier):
        warm = CustomerPlan(
            "127.0.0.1",
            platform.ports["smpp"],
            WARM_UP,
            SYSTEM_ID,
            PASSWORD,
            sessions=sessions,
            window=window,
            source="10690000001",
            text=TEXT,
            first_number=FIRST_NUMBER,
            numbers=10_000_000,
        )
        await run_customer(warm, clock, rng, None)
        before = platform.cpu_s()
        plan = replace(warm, messages=messages, first_number=FIRST_NUMBER + 100_000_000)
        report = await run_customer(plan, clock, rng, carrier.counters)
        return Figures(
            messages,
            stored,
            report.receipts_per_s,
            per_message(platform.cpu_s() - before, report.accepted),
            report.p50_ms,
            report.p99_ms,
            report.lost,
            report.doubled,
            sum(report.refused.values()),
            round(platform.rss_mb(), 1),
        )


async def _bench_http(messages: int, connections: int, stored: int) -> Figures:
    clock = SystemClock()
    async with road(stored, clock) as (platform, carrier):
        url = f"http://127.0.0.1:{platform.ports['http']}/v1/messages"
        await _post_all(url, islice(_bodies(0), WARM_UP), connections, clock)
        before, began = platform.cpu_s(), clock.monotonic()
        waits, refused = await _post_all(url, islice(_bodies(1), messages), connections, clock)
        seconds = clock.monotonic() - began
        await asyncio.sleep(SETTLED_S)
        spent = platform.cpu_s() - before
        tags = {tag: times for tag, times in carrier.counters.tags.items() if tag.startswith(f"{ORDER}01")}
        waits.sort()
        return Figures(
            messages,
            stored,
            round(messages / seconds, 1),
            per_message(spent, messages),
            round(waits[len(waits) // 2] * 1000, 2),
            round(waits[len(waits) * 99 // 100] * 1000, 2),
            messages - refused - len(tags),
            sum(times > 1 for times in tags.values()),
            refused,
            round(platform.rss_mb(), 1),
        )


def _bodies(run: int) -> Iterator[bytes]:
    for number in count():
        text = TEXT.replace(TAG, f"{ORDER}{run:02}-{number:07}")
        to = f"+{FIRST_NUMBER + run * 100_000_000 + number}"
        yield msgspec.json.encode({"to": to, "text": text, "sender": CHINA, "category": "transactional"})


async def _post_all(url: str, bodies: Iterator[bytes], connections: int, clock: Clock) -> tuple[list[float], int]:
    """(seconds each answer took, how many were refused)."""
    waits: list[float] = []
    refused = 0
    headers = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/json"}

    async def work(session: aiohttp.ClientSession) -> None:
        nonlocal refused
        for body in bodies:
            began = clock.monotonic()
            async with session.post(url, data=body) as response:
                await response.read()
                refused += response.status != 202
            waits.append(clock.monotonic() - began)

    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=connections)) as session:
        await asyncio.gather(*(work(session) for _ in range(connections)))
    return waits, refused


def per_message(seconds: float, messages: int) -> float:
    """Microseconds each."""
    return round(seconds / max(messages, 1) * 1e6, 1)


def free_ports(*names: str) -> dict[str, int]:
    """Ports that are free now, by name."""
    with ExitStack() as held:
        return {name: _free_port(held) for name in names}


def _free_port(held: ExitStack) -> int:
    """One that is free, and taken until `held` is done."""
    while True:
        port = PORTS[int(SystemRng().random() * len(PORTS))]
        with suppress(OSError):
            held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return port
