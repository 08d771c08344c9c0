"""Seeds: a day of traffic with a misbehaving carrier, broken lines and crashes; whatever happens, the books agree.

A failing seed becomes a named test of its own. `KANHE_SEEDS=200` plays more of them.
"""

import asyncio
import os
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from tests.journeys.stage import Stage

from kanhe.domain.category import RESENT_WHEN_IN_DOUBT, Category
from kanhe.domain.state import FINAL, State
from kanhe.kit.rng import SeededRng
from kanhe.ledger.verify import verify_store
from kanhe.ports.door import Answer
from kanhe.sim.loop import SimClock, SimLoop
from kanhe.sim.papers import ACCOUNT

SEEDS = range(int(os.environ.get("KANHE_SEEDS", "6")))
MESSAGES = 60
TEN_DAYS_MS = 10 * 86_400_000
CODE, PARCEL = "【示例商城】您的验证码是{n}，五分钟内有效。", "【示例商城】您的包裹{n}已送达驿站，请及时领取。"


class Day:
    """One history."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage = stage
        self.chance = SeededRng(seed + 1)
        self.answers: list[tuple[Answer, str]] = []

    async def live(self) -> None:
        misbehaving = asyncio.create_task(self._misbehave())
        for n in range(MESSAGES):
            category = Category.VERIFICATION if self.chance.random() < 0.4 else Category.TRANSACTIONAL
            text = (CODE if category is Category.VERIFICATION else PARCEL).format(n=100_000 + n)
            answer = await self.stage.send(8613800200000 + n * 10_001, text, category)
            self.answers.append((answer, text))
            await asyncio.sleep(self.chance.random() * 20)
        misbehaving.cancel()
        self.stage.carrier.set(throttle_percent=0.0, silence_percent=0.0, drop_every=0)
        await asyncio.sleep(6 * 3_600)
        self.check_money()
        await self._ten_days_later()

    async def _ten_days_later(self) -> None:
        """Nobody needs to see the days pass, a tick every twenty seconds."""
        stage = self.stage
        stage.clock = SimClock(stage.loop, stage.clock.now_ms() + TEN_DAYS_MS - int(stage.loop.now * 1000))
        await stage.crash()
        await asyncio.sleep(120)

    async def _misbehave(self) -> None:
        while True:
            await asyncio.sleep(30 + self.chance.random() * 120)
            match int(self.chance.random() * 5):
                case 0:
                    self.stage.carrier.set(throttle_percent=self.chance.random() * 40)
                case 1:
                    self.stage.carrier.set(silence_percent=self.chance.random() * 10)
                case 2:
                    self.stage.carrier.drop_all()
                case 3:
                    wires = self.stage.loop.network.wires
                    self.stage.loop.network.cut(int(self.chance.random() * len(wires)))
                case _:
                    await self.stage.crash()

    def check_money(self) -> None:
        """Memory and store say the same, whatever still waits for its end."""
        money = self.stage.platform.world.purse.balance(ACCOUNT)
        assert self.stage.platform.store.balance(ACCOUNT) == (money.balance, money.reserved)

    def check(self) -> None:
        world = self.stage.platform.world
        seen = Counter(arrival.text for arrival in self.stage.carrier.log())
        for answer, text in self.answers:
            row = self.stage.row(answer)
            assert row.state in FINAL, f"{text} ended as {row.state.word}"
            again = row.verdict.category in RESENT_WHEN_IN_DOUBT
            assert seen[text] <= (2 if again else 1), f"{text} arrived {seen[text]} times"
            if row.state is State.DELIVERED:
                assert seen[text] >= 1
        assert world.purse.balance(ACCOUNT).reserved == 0, "nothing stays reserved for messages that have ended"
        self.check_money()
        assert verify_store(self.stage.platform.ledger, self.stage.platform.notary.verifier).holds


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_the_books_agree(tmp_path: Path, seed: int) -> None:
    loop = SimLoop(SeededRng(seed))

    async def whole() -> None:
        stage = Stage(loop, tmp_path, datetime.fromisoformat("2026-11-24T09:00:00+08:00"), seed)
        await stage.rise()
        day = Day(stage, seed)
        await day.live()
        day.check()
        await stage.fall()

    try:
        loop.run_until_complete(whole())
    finally:
        loop.close()
