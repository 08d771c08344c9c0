"""The table of DESIGN: what each event does to money and to caps, row by row; and the race of a cancel with the claim."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from kanhe.domain.category import Category
from kanhe.domain.facts import Wants
from kanhe.domain.state import State
from kanhe.journey import cancel
from kanhe.ports.door import Answer
from kanhe.sim.papers import ACCOUNT, CHINA_OFFERS

from .stage import Stage, play

NUMBER = 8613800138555
PRICE = 40_000  # of a segment on the rehearsal's route, micro-units
PARCEL = "【示例商城】您的包裹已送达驿站，请及时领取。"
LONG = PARCEL + "取件码：四八二六一九，请在今天内领取，谢谢。" * 3  # two segments
OFFER = "【示例商城】会员日全场八折，客服4000000000，拒收请回复R"


class Money(NamedTuple):
    """Of the account, and how often caps count the number."""

    spent: int
    reserved: int
    counted: int


async def accepted(stage: Stage) -> Answer:
    stage.carrier.set(throttle_percent=100)
    answer = await stage.send(NUMBER, LONG)
    assert answer.state is State.ACCEPTED
    return answer


async def deferred(stage: Stage) -> Answer:
    answer = await stage.send(NUMBER, LONG, at=stage.clock.now_ms() + 3_600_000)
    assert answer.state is State.DEFERRED
    return answer


async def refused(stage: Stage) -> Answer:
    answer = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
    assert answer.state is State.REFUSED
    return answer


async def claimed(stage: Stage) -> Answer:
    stage.carrier.set(answer_s=20.0, receipt_s=60.0)
    answer = await stage.send(NUMBER, LONG)
    await stage.until(answer, State.CLAIMED)
    return answer


async def taken(stage: Stage) -> Answer:
    stage.carrier.set(no_receipt_percent=100)
    answer = await stage.send(NUMBER, LONG)
    await stage.until(answer, State.SUBMITTED)
    return answer


async def refused_by_the_carrier(stage: Stage) -> Answer:
    stage.carrier.set(reject_percent=100)
    answer = await stage.send(NUMBER, LONG)
    await stage.until(answer, State.UNDELIVERED)
    return answer


async def cancelled(stage: Stage) -> Answer:
    answer = await deferred(stage)
    assert await cancel(stage.platform.world, stage.row(answer))
    return answer


async def expired_before_its_claim(stage: Stage) -> Answer:
    stage.carrier.set(throttle_percent=100)
    answer = await stage.send(NUMBER, LONG, validity_s=120)
    await stage.until(answer, State.EXPIRED, 600)
    return answer


async def in_doubt(stage: Stage) -> Answer:
    stage.carrier.set(silence_percent=100, no_receipt_percent=100)
    answer = await stage.send(NUMBER, LONG)
    await stage.until(answer, State.IN_DOUBT)
    return answer


async def ended_in_doubt(stage: Stage) -> Answer:
    stage.carrier.set(silence_percent=100, no_receipt_percent=100)
    answer = await stage.send(NUMBER, LONG, validity_s=120)
    await stage.until(answer, State.EXPIRED, 600)
    return answer


async def failed_by_its_receipt(stage: Stage) -> Answer:
    stage.carrier.set(failed_percent=100)
    answer = await stage.send(NUMBER, LONG)
    await stage.until(answer, State.UNDELIVERED)
    return answer


ROWS: list[tuple[Callable[[Stage], Awaitable[Answer]], Money]] = [
    (accepted, Money(0, 2 * PRICE, 1)),
    (deferred, Money(0, 2 * PRICE, 1)),
    (refused, Money(0, 0, 0)),
    (claimed, Money(0, 2 * PRICE, 1)),
    (taken, Money(2 * PRICE, 0, 1)),
    (refused_by_the_carrier, Money(0, 0, 0)),
    (cancelled, Money(0, 0, 0)),
    (expired_before_its_claim, Money(0, 0, 0)),
    (in_doubt, Money(0, 2 * PRICE, 1)),
    (ended_in_doubt, Money(0, 0, 1)),
    (failed_by_its_receipt, Money(2 * PRICE, 0, 1)),
]


@pytest.mark.parametrize(("event", "expected"), ROWS, ids=lambda each: getattr(each, "__name__", ""))
def test_what_an_event_does_to_money_and_caps(
    tmp_path: Path, event: Callable[[Stage], Awaitable[Answer]], expected: Money
) -> None:
    """In memory, in the store, and after the next start."""

    async def story(stage: Stage) -> None:
        await event(stage)
        assert told(stage) == expected
        assert stage.platform.store.balance(ACCOUNT) == (-expected.spent, expected.reserved)
        await stage.crash()
        assert told(stage) == expected

    play(story, tmp_path)


def told(stage: Stage) -> Money:
    world = stage.platform.world
    money = world.purse.balance(ACCOUNT)
    history = world.store.ask(Wants(history=frozenset({NUMBER}))).history
    return Money(-money.balance, money.reserved, len(history.get(NUMBER, ())))


@pytest.mark.parametrize("seed", range(3))
def test_of_a_cancel_and_a_claim_the_first_wins(tmp_path: Path, seed: int) -> None:
    """Whoever is told "cancelled" never gets it; everybody else does, once."""

    async def story(stage: Stage) -> None:
        stage.carrier.set(max_per_s=20.0, magic=False)
        world = stage.platform.world
        answers = [await stage.send(NUMBER + n, PARCEL) for n in range(40)]
        cancelling = [asyncio.create_task(cancel(world, stage.row(answer))) for answer in answers[seed::2]]
        won = dict(zip(range(seed, 40, 2), await asyncio.gather(*cancelling), strict=True))
        for n, answer in enumerate(answers):
            await stage.until(answer, State.CANCELLED if won.get(n) else State.DELIVERED, 120)
        for n in range(40):
            assert stage.carrier.handsets.get(str(NUMBER + n), []) == ([] if won.get(n) else [PARCEL])
        delivered = 40 - sum(won.values())
        assert (world.purse.balance(ACCOUNT).balance, world.purse.balance(ACCOUNT).reserved) == (-PRICE * delivered, 0)

    play(story, tmp_path, seed=seed + 1)
