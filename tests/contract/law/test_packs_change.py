"""Other packs on a platform under traffic: in force within one order, without a pause, told by the ledger; a wrong one changes nothing."""

import asyncio
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from time import thread_time
from typing import Any

import aiohttp
import pytest
from tests.contract.law.platform_of_law import risen
from tests.patience import CLOCK, until

from kanhe.app.folder import CONTROL
from kanhe.app.law import packs_in_force
from kanhe.app.platform import Platform
from kanhe.doors.control import OrderRefusedError, ask
from kanhe.kit.rng import SeededRng
from kanhe.law.load import PACKS_FOLDER, load_packs
from kanhe.ledger.entry import Kind, decode_entry
from kanhe.sim.customer import Customer, CustomerPlan
from kanhe.sim.papers import API_KEY, CHINA, PASSWORD, SYSTEM_ID, rehearsal

WINDOW, RATE_PER_S = 200, 300.0
# More than anybody sends while orders are carried out; the test ends the traffic.
MESSAGES = 1_000_000
# Seconds of the processor that an order may keep the loop from its customers: packs are read and made ready on a thread.
AT_ONCE_S_MAX = 0.5
# So many more are answered after the order before the traffic ends.
AFTERWARDS = 300
ASSIGNED, FORBIDDEN = "    numeric: assigned_only\n", "    numeric: forbidden\n"


def draft(folder: Path, text: str) -> Path:
    """A pack of China in which a line is another."""
    path = folder / "draft.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def watched():
    """Seconds of the processor that the loop spent without looking up; those that others took from it do not count."""
    spent = [0.0]

    async def look() -> None:
        while True:
            before = thread_time()
            await asyncio.sleep(0.001)
            spent.append(thread_time() - before)

    looking = asyncio.create_task(look())
    yield spent
    looking.cancel()


def entries(platform: Platform, kind: Kind):
    found = [decode_entry(entry.octets) for entry in platform.store.entries_since(0, 10_000)]
    return [entry for entry in found if entry.kind is kind]


async def test_packs_change_under_traffic_without_a_pause(tmp_path: Path) -> None:
    shipped = (PACKS_FOLDER / "cn.yaml").read_text(encoding="utf-8")
    data, release = tmp_path / "data", load_packs()
    async with AsyncExitStack() as stack:
        platform = await risen(stack, data)
        plan = CustomerPlan(
            "127.0.0.1",
            platform.doors["smpp"],
            MESSAGES,
            SYSTEM_ID,
            PASSWORD,
            window=WINDOW,
            rate_per_s=RATE_PER_S,
            source="10690000001",
            first_number=8_613_800_000_000,
            text="【示例商城】您的包裹{tag}已送达驿站，请及时领取。",
        )
        customer = Customer(plan, CLOCK, SeededRng(2))
        running = asyncio.create_task(customer.run())
        longest = stack.enter_context(watched())
        await until(lambda: len(customer._taken) > 100)

        wrong = draft(tmp_path, shipped.replace(ASSIGNED, "    numeric: assigned\n"))
        with pytest.raises(OrderRefusedError, match=r"draft\.yaml:\d+: cn\.number\.resource: parameter `numeric`"):
            await ask(data / CONTROL, {"do": "law", "apply": [str(wrong)]})
        assert platform.world.gate.library.digest == release.digest
        assert not (data / "law").exists()

        right = draft(tmp_path, shipped.replace(ASSIGNED, FORBIDDEN))
        tried = await ask(data / CONTROL, {"do": "law", "apply": [str(right)], "dry_run": True})
        assert tried == {"packs": ["cn"], "added": [], "changed": ["cn.number.resource"], "removed": []}
        assert platform.world.gate.library.digest == release.digest

        assert await ask(data / CONTROL, {"do": "law", "apply": [str(right)]}) == tried
        taken = len(customer._taken)
        refused = sum(customer.report(None).refused.values())
        await until(lambda: sum(customer.report(None).refused.values()) > refused + AFTERWARDS)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert customer.report(None).accepted - taken <= WINDOW  # on their way while the order was carried out

        (entry,) = entries(platform, Kind.PACKS)
        assert entry.packs == platform.world.gate.library.digest == packs_in_force(data).digest
        assert entry.detail[:32] == release.digest
        assert entry.detail[32:34] == b"cn"
        assert await ask(data / CONTROL, {"do": "law"}) == {"packs": [], "added": [], "changed": [], "removed": []}
        await ask(data / CONTROL, {"do": "law", "withdraw": "cn"})
        assert platform.world.gate.library.digest == release.digest == packs_in_force(data).digest
        with pytest.raises(OrderRefusedError, match="no pack of your own"):
            await ask(data / CONTROL, {"do": "law", "withdraw": "cn"})
        assert max(longest) < AT_ONCE_S_MAX


async def test_a_soft_rule_is_switched_off_with_a_reason_in_the_ledger_and_a_hard_one_never(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        platform = await risen(stack, tmp_path / "data")
        operator = dict(rehearsal(platform.vault, 1)[0][1])

        async def switch(**switches: str) -> None:
            sheet = {"operator": operator | {"switches": switches}}
            await ask(platform.data / CONTROL, {"do": "apply", "sheet": sheet})

        for name, why, said in (
            ("cn.number.resource", "because", "only a soft rule"),
            ("cn.freq.verification", " ", "a reason is needed"),
            ("cn.freq.nothing", "because", "no such rule"),
            ("cn.freq.verification", "x" * 801, "longer than 800"),
        ):
            with pytest.raises(OrderRefusedError, match=said):
                await switch(**{name: why})
        assert not platform.world.books.operator.switches
        await switch(**{"cn.freq.verification": "own limits, agreed 2026-11-02"})
        await switch()
        off, on = entries(platform, Kind.SWITCH)
        assert off.detail == b"cn.freq.verification\0own limits, agreed 2026-11-02"
        assert on.detail == b"cn.freq.verification\0"
        assert off.packs == platform.world.gate.library.digest


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"waives": {"cn.quiet.marketing": " "}}, "without a reason"),
        ({"waives": {"cn.content.nine": "we like it"}}, "no rule of carriers or vendors"),
        ({"overrides": {"cn.quiet.nothing": {}}}, "no rule of carriers or vendors"),
        ({"overrides": {"cn.freq.notice": {"limits": [{"max": "many"}]}}}, "overrides of `cn.freq.notice`"),
    ],
)
async def test_what_a_route_cannot_have_otherwise_is_refused_at_filing(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    async with AsyncExitStack() as stack:
        platform = await risen(stack, tmp_path / "data")
        (route,) = [body for kind, body in rehearsal(platform.vault, 1) if kind == "route"]
        with pytest.raises(OrderRefusedError, match=said):
            await ask(platform.data / CONTROL, {"do": "apply", "sheet": {"routes": [route | change]}})
        good = {"overrides": {"cn.freq.notice": {"limits": []}}, "waives": {"cn.quiet.marketing": "direct line"}}
        await ask(platform.data / CONTROL, {"do": "apply", "sheet": {"routes": [route | good]}})


async def test_an_explanation_says_what_todays_rules_would_say(tmp_path: Path) -> None:
    shipped = (PACKS_FOLDER / "cn.yaml").read_text(encoding="utf-8")
    async with AsyncExitStack() as stack:
        platform = await risen(stack, tmp_path / "data")
        headers = {"Authorization": f"Bearer {API_KEY}"}
        client = await stack.enter_async_context(aiohttp.ClientSession(platform.address, headers=headers))
        body = {"to": "+8613800138001", "text": "【示例商城】您的包裹已送达驿站。", "sender": CHINA}
        async with client.post("/v1/messages", json=body) as answer:
            path = f"/v1/messages/{(await answer.json())['id']}/explanation"

        async def told() -> dict[str, Any]:
            async with client.get(path) as answer:
                return dict(await answer.json())

        before = await told()
        assert (before["outcome"], before["today"]["outcome"], before["today"]["differs"]) == ("allow", "allow", False)
        right = draft(tmp_path, shipped.replace(ASSIGNED, FORBIDDEN))
        await ask(platform.data / CONTROL, {"do": "law", "apply": [str(right)]})
        after = await told()
        assert (after["outcome"], after["today"]["outcome"], after["today"]["differs"]) == ("allow", "refuse", True)
        assert [finding["rule"] for finding in after["today"]["findings"]] == ["cn.number.resource"]
        assert after["pack_digest"] == before["pack_digest"] != after["today"]["pack_digest"]
