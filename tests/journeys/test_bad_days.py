"""Stories of bad days: carriers that write nonsense, a disk that is full. Nothing is lost, and the platform lives on."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kanhe.app.folder import DATABASE
from kanhe.app.orders import orders
from kanhe.domain.category import Category
from kanhe.domain.state import State
from kanhe.kit.clock import from_ms
from kanhe.ports.change import Change, Rank
from kanhe.ports.door import Draft, Submission
from kanhe.ports.store import CommitFailedError
from kanhe.protocols.link import TellReceipt
from kanhe.protocols.states import CarrierState
from kanhe.sim.papers import ACCOUNT, CHINA
from kanhe.world import offer, write_down

from .stage import Stage, Waiting, play

NUMBER = 8613800138001
PARCEL = "【示例商城】您的包裹已送达驿站，请及时领取。"
# The name under which the platform logs in at the carrier of the rehearsal.
CUSTOMER = "kanhe"
# What an address field can hold: twenty digits (more than 63 bits), digits of other scripts, nothing, no digits at all.
ODD_ADDRESSES = ["9" * 20, "²³", "", "CARRIER", "+" * 20, "0" * 20]


@pytest.mark.parametrize("source", ODD_ADDRESSES)
def test_what_a_carrier_writes_for_a_number_breaks_nothing(tmp_path: Path, source: str) -> None:
    async def story(stage: Stage) -> None:
        now = from_ms(stage.clock.now_ms())
        receipt = TellReceipt(None, "nobody", CarrierState.DELIVERED, source, "10690001", now, now)
        stage.carrier.say(CUSTOMER, receipt)
        stage.carrier.inject(source, "10690001", "TD")
        await asyncio.sleep(60)
        assert not stage.platform.over.is_set()
        await stage.until(await stage.send(NUMBER, PARCEL), State.DELIVERED)

    play(story, tmp_path)


def test_a_full_disk_closes_the_doors_and_loses_nothing(tmp_path: Path) -> None:
    """Full for a minute with a message in the intake and receipts on their way; then there is room again."""

    async def story(stage: Stage) -> None:
        platform = stage.platform
        stage.carrier.set(receipt_s=5.0)
        on_its_way = await stage.send(NUMBER, PARCEL)
        fill(stage, full=True)
        waiting = Waiting()
        drafts = [Draft(NUMBER + n, PARCEL * 9, CHINA, Category.TRANSACTIONAL) for n in range(200)]
        assert offer(platform.world, Submission(waiting, ACCOUNT, drafts))
        await asyncio.sleep(30)
        assert platform.world.unwritten
        assert not offer(platform.world, Submission(Waiting(), ACCOUNT, drafts)), "the doors say that we are full"
        assert any("the disk is full" in complaint for complaint in platform.health()["complaints"])
        assert not waiting.answers.done(), "nobody is answered before the commit"
        await asyncio.sleep(30)
        fill(stage, full=False)
        for each in (on_its_way, *await waiting.answers):
            await stage.until(each, State.DELIVERED)
        assert not platform.over.is_set()
        assert platform.health()["complaints"] == []

    play(story, tmp_path)


def test_a_database_that_another_program_holds_closes_the_doors_and_loses_nothing(tmp_path: Path) -> None:
    """Somebody's shell with an open transaction, for a minute, with a message in the intake and a receipt on its way."""

    async def story(stage: Stage) -> None:
        platform = stage.platform
        stage.carrier.set(receipt_s=5.0)
        on_its_way = await stage.send(NUMBER, PARCEL)
        waiting = Waiting()
        with closing(sqlite3.connect(platform.data / DATABASE, isolation_level=None)) as shell:
            shell.execute("BEGIN IMMEDIATE")
            assert offer(
                platform.world, Submission(waiting, ACCOUNT, [Draft(NUMBER + 1, PARCEL, CHINA, Category.TRANSACTIONAL)])
            )
            await asyncio.sleep(30)
            assert not offer(
                platform.world,
                Submission(Waiting(), ACCOUNT, [Draft(NUMBER + 2, PARCEL, CHINA, Category.TRANSACTIONAL)]),
            )
            assert any("another program holds the database" in each for each in platform.health()["complaints"])
            assert not waiting.answers.done(), "nobody is answered before the commit"
            shell.execute("ROLLBACK")
        [later] = await waiting.answers
        assert later.state is State.ACCEPTED
        for each in (on_its_way, later):
            await stage.until(each, State.DELIVERED)
        assert not platform.over.is_set()
        assert platform.health()["complaints"] == []

    play(story, tmp_path)


def test_what_could_never_be_written_keeps_no_door_closed(tmp_path: Path) -> None:
    """It waits like everything else until the database is free; then it fails, and the doors are open again."""

    async def story(stage: Stage) -> None:
        world = stage.platform.world
        with closing(sqlite3.connect(stage.platform.data / DATABASE, isolation_level=None)) as shell:
            shell.execute("BEGIN IMMEDIATE")
            change = Change(Rank.CLAIMS, stage.clock.now_ms(), states=[(2**70, State.CANCELLED)])
            writing = asyncio.create_task(write_down(world, change))
            await asyncio.sleep(30)
            assert world.unwritten
        with pytest.raises(CommitFailedError, match="not written"):
            await writing
        await stage.until(await stage.send(NUMBER, PARCEL), State.DELIVERED)

    play(story, tmp_path)


@pytest.mark.parametrize("jump_s", [-7 * 3600, 7 * 3600])
def test_after_a_jump_of_the_clock_nothing_leaves_until_somebody_has_looked(tmp_path: Path, jump_s: int) -> None:
    """An offer at 20:59 that the wall clock suddenly takes for one of the early afternoon, or of the night."""

    async def story(stage: Stage) -> None:
        platform = stage.platform
        stage.clock.jump(jump_s)
        answer = await stage.send(NUMBER, PARCEL)
        assert answer.state is State.ACCEPTED, "the doors stay open"
        await asyncio.sleep(60)
        assert stage.row(answer).state is State.ACCEPTED
        assert stage.carrier.handsets == {}
        assert any("--clock-is-right" in complaint for complaint in platform.health()["complaints"])
        await orders(platform)["doctor"]({"clock_is_right": True})
        await stage.until(answer, State.DELIVERED)
        assert platform.health()["complaints"] == []

    play(story, tmp_path)


def fill(stage: Stage, *, full: bool) -> None:
    """Let the database grow no further, as on a disk that is full; or again."""
    connection = stage.platform.store._connection
    (pages,) = connection.execute("pragma page_count").fetchone()
    connection.execute(f"pragma max_page_count = {pages if full else 2**30}")


def test_a_platform_stops_with_messages_still_waiting_for_a_carrier(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        for connector in stage.platform.connectors.values():
            await connector.stop()
        answer = await stage.send(8613800138990, "【示例商城】您的包裹已送达驿站，请及时领取。")
        assert answer.state is State.ACCEPTED
        await asyncio.sleep(60)  # the clock moves: what waits does not spin

    play(story, tmp_path)
