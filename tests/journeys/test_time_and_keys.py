"""Stories of schedules, cancels, test keys, and of a ledger somebody touched."""

import asyncio
import sqlite3
from pathlib import Path

from kanhe.app.folder import open_ledger
from kanhe.domain.category import Category
from kanhe.domain.state import State
from kanhe.journey import cancel
from kanhe.ledger.verify import verify_store
from kanhe.ports.door import Draft, Submission
from kanhe.sim.papers import ACCOUNT, CARRIER, CHINA
from kanhe.world import offer

from .stage import Stage, Waiting, play

NUMBER = 8613800138001
PARCEL = "【示例商城】您的包裹已送达驿站，请及时领取。"


def test_a_scheduled_message_leaves_at_its_time(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        at = stage.clock.now_ms() + 3 * 3_600_000
        answer = await stage.send(NUMBER, PARCEL, at=at)
        assert answer.state is State.DEFERRED
        await asyncio.sleep(3 * 3600 - 60)
        assert not stage.carrier.handsets.get(str(NUMBER))
        await asyncio.sleep(120)
        await stage.until(answer, State.DELIVERED)

    play(story, tmp_path)


def test_a_cancelled_message_never_leaves_and_costs_nothing(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        answer = await stage.send(NUMBER, PARCEL, at=stage.clock.now_ms() + 3_600_000)
        world = stage.platform.world
        assert world.purse.balance(ACCOUNT).reserved == answer.price > 0
        assert await cancel(world, stage.row(answer))
        assert stage.row(answer).state is State.CANCELLED
        assert world.purse.balance(ACCOUNT).reserved == 0
        await asyncio.sleep(2 * 3600)
        assert not stage.carrier.handsets.get(str(NUMBER))
        assert not await cancel(world, stage.row(answer)), "a second cancel comes too late"

    play(story, tmp_path)


def test_a_test_key_never_reaches_a_real_carrier(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        route = {"name": CARRIER, "connector": CARRIER, "carrier": CARRIER, "price": 40_000, "simulated": False}
        await stage.platform.file([("route", route)])
        waiting = Waiting()
        draft = Draft(NUMBER, PARCEL, CHINA, Category.TRANSACTIONAL)
        assert offer(stage.platform.world, Submission(waiting, ACCOUNT, [draft], live=False))
        (answer,) = await waiting.answers
        assert answer.state is State.REFUSED
        await asyncio.sleep(5)
        assert not stage.carrier.handsets.get(str(NUMBER))

    play(story, tmp_path)


def test_money_follows_the_segments(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        purse = stage.platform.world.purse
        delivered = await stage.send(NUMBER, PARCEL)
        rejected = await stage.send(8613800130010, PARCEL)  # magic: refused for good by the carrier
        await stage.until(delivered, State.DELIVERED)
        await stage.until(rejected, State.UNDELIVERED)
        assert purse.balance(ACCOUNT).reserved == 0
        assert purse.balance(ACCOUNT).balance == -delivered.price, "captured once, the refused one given back"
        assert stage.platform.store.balance(ACCOUNT) == (-delivered.price, 0), "the store says the same"

    play(story, tmp_path)


def test_a_changed_byte_in_the_ledger_is_found_and_named(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        for _ in range(5):
            await stage.until(await stage.send(NUMBER, PARCEL), State.DELIVERED)
        await asyncio.sleep(60)
        assert stage.platform.notary.size == 5

    play(story, tmp_path)
    with open_ledger(tmp_path) as (book, verifier):
        assert verify_store(book, verifier).holds
    with sqlite3.connect(tmp_path / "kanhe.db") as database:
        first, rows = database.execute("SELECT first, rows FROM entries ORDER BY first LIMIT 1 OFFSET 2").fetchone()
        touched = bytearray(rows)
        touched[40] ^= 1
        database.execute("UPDATE entries SET rows = ? WHERE first = ?", (bytes(touched), first))
    with open_ledger(tmp_path) as (book, verifier):
        report = verify_store(book, verifier)
    assert not report.holds
    assert report.fault is not None
    assert str(first) in report.fault.sentence
