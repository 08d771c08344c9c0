"""Stories of a crash at the worst moment, on the simulator's clock: what was answered stands, what was not is in doubt, by one rule."""

import asyncio
from pathlib import Path

from tests.contract.kill.crash import DAY_S, PRICE, money, stored
from tests.journeys.stage import Stage, play

from kanhe.domain.category import Category
from kanhe.domain.state import State
from kanhe.kit.clock import from_ms
from kanhe.protocols.link import TellReceipt
from kanhe.protocols.states import CarrierState
from kanhe.sim.loop import SimClock
from kanhe.sim.papers import CHINA_OFFERS

TO = 8613800138555
PARCEL = "【示例商城】您的包裹已送达驿站，请及时领取。"
LONG = PARCEL + "取件码：四八二六一九，请在今天内领取，谢谢。" * 3
CODE = "【示例商城】验证码482619，五分钟内有效，请勿告诉他人。"
OFFER = "【示例商城】会员日全场八折，客服4000000000，拒收请回复R"
SILENT = {"silence_percent": 100, "no_receipt_percent": 100}
KIND = {"silence_percent": 0, "no_receipt_percent": 0, "throttle_percent": 0}


def test_what_was_throttled_before_the_crash_goes_again(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        stage.carrier.set(throttle_percent=100)
        answer = await stage.send(TO, PARCEL)
        await asyncio.sleep(0.5)
        assert stage.carrier.counters.throttled == 1
        stage.carrier.set(**KIND)
        await stage.crash()
        await stage.until(answer, State.DELIVERED)
        assert stage.carrier.handsets[str(TO)] == [PARCEL]
        assert money(stage) == (PRICE, 0)

    play(story, tmp_path)


def test_a_refusal_of_an_earlier_claim_says_nothing_of_the_last_one(tmp_path: Path) -> None:
    """Throttled, claimed again, taken without an answer: after the crash it is in doubt, and must not go a third time."""

    async def story(stage: Stage) -> None:
        stage.carrier.set(throttle_percent=100)
        answer = await stage.send(TO, PARCEL)
        await asyncio.sleep(0.5)
        stage.carrier.set(**KIND | SILENT)
        await asyncio.sleep(2)
        assert stage.carrier.counters.taken == 1
        await stage.crash()
        await stage.until(answer, State.IN_DOUBT)
        await asyncio.sleep(120)
        assert stage.carrier.counters.taken == 1

    play(story, tmp_path)


def test_a_code_in_doubt_goes_again_once_whatever_crashes_follow(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        stage.carrier.set(**SILENT)
        answer = await stage.send(TO, CODE, Category.VERIFICATION)
        for _ in range(4):
            await asyncio.sleep(3)
            await stage.crash()
        await stage.until(answer, State.IN_DOUBT)
        assert stage.carrier.counters.taken == 2

    play(story, tmp_path)


def test_what_the_carrier_said_of_one_segment_outlives_the_crash(tmp_path: Path) -> None:
    """The receipt of one of two segments came before, that of the other comes after."""

    async def story(stage: Stage) -> None:
        stage.carrier.set(no_receipt_percent=100)
        answer = await stage.send(TO, LONG)
        await stage.until(answer, State.SUBMITTED)
        live = stage.platform.world.board.lives[answer.message.id]
        first, second = live.carrier_ids
        tell_receipt(stage, first)
        await asyncio.sleep(1)
        await stage.crash()
        await asyncio.sleep(3)
        tell_receipt(stage, second)
        await stage.until(answer, State.DELIVERED)
        assert money(stage) == (2 * PRICE, 0)

    play(story, tmp_path)


def tell_receipt(stage: Stage, message_id: str) -> None:
    """The carrier's receipt for a segment, when the story wants it."""
    now = from_ms(stage.clock.now_ms())
    carrier = stage.carrier
    carrier._tell("kanhe", [TellReceipt(None, message_id, CarrierState.DELIVERED, str(TO), "10690000001", now, now)])
    carrier._flush()


def test_the_money_of_a_segment_that_goes_again_is_right_after_a_crash(tmp_path: Path) -> None:
    """One of two segments was taken, the other throttled, judged anew and claimed again; then the crash, twice."""

    async def story(stage: Stage) -> None:
        stage.carrier.set(throttle_percent=50)
        answers = [await stage.send(TO + n, LONG) for n in range(12)]
        for _ in range(4):
            await asyncio.sleep(1.2)
            await stage.crash()
        stage.carrier.set(**KIND)
        for answer in answers:
            await stage.until(answer, State.DELIVERED, 300)
        assert stage.carrier.counters.taken == 24
        assert all(stage.carrier.handsets[str(TO + n)] == [LONG] for n in range(12))
        assert money(stage) == (24 * PRICE, 0)

    play(story, tmp_path)


def test_what_was_deferred_after_its_claim_waits_over_the_crash(tmp_path: Path) -> None:
    """Throttled until its window closed, deferred by its second verdict: a crash in the night does not lose it."""

    async def story(stage: Stage) -> None:
        await stage.consent(TO)
        stage.carrier.set(throttle_percent=100)
        answer = await stage.send(TO, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert answer.state is State.ACCEPTED, stage.codes(answer)
        await asyncio.sleep(300)
        assert stored(stage, answer) is State.DEFERRED
        stage.carrier.set(**KIND)
        await stage.crash()
        await asyncio.sleep(60)
        assert stage.row(answer).state is State.DEFERRED
        await stage.until(answer, State.DELIVERED, DAY_S)

    play(story, tmp_path, start=LATE)


# A minute before the offers' window closes.
LATE = "2026-11-24T21:59:30+08:00"


def test_what_stays_in_doubt_expires_with_its_validity_and_costs_nothing(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        stage.carrier.set(**SILENT)
        answer = await stage.send(TO, PARCEL, validity_s=3600)
        await stage.until(answer, State.IN_DOUBT)
        assert money(stage) == (0, PRICE)
        await asyncio.sleep(3600)
        assert stored(stage, answer) is State.EXPIRED
        assert money(stage) == (0, 0)
        assert answer.message.id not in stage.platform.world.board.lives

    play(story, tmp_path)


def test_what_nobody_ever_reports_on_expires_a_week_after_its_validity(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        stage.carrier.set(no_receipt_percent=100)
        answer = await stage.send(TO, PARCEL, validity_s=3600)
        await stage.until(answer, State.SUBMITTED)
        await a_week_later(stage, 3600 - 60)
        assert stage.row(answer).state is State.SUBMITTED
        await asyncio.sleep(120)
        assert stored(stage, answer) is State.EXPIRED
        assert money(stage) == (PRICE, 0)

    play(story, tmp_path)


async def a_week_later(stage: Stage, seconds: int) -> None:
    """Nobody needs to see the days pass."""
    stage.clock = SimClock(stage.loop, stage.clock.now_ms() + (7 * DAY_S + seconds) * 1000 - int(stage.loop.now * 1000))
    await stage.crash()
    await asyncio.sleep(30)
