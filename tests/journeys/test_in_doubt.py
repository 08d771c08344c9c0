"""Stories of lost answers: whatever is known of a segment later is heard, and nothing the carrier took goes a second time."""

import asyncio
from pathlib import Path

import pytest

from kanhe.app.orders import orders
from kanhe.dispatch.board import unpack_trail
from kanhe.domain.category import Category
from kanhe.domain.state import State
from kanhe.doors.control import OrderRefusedError
from kanhe.ledger.entry import Kind, decode_entry
from kanhe.sim.papers import ACCOUNT, CHINA_OFFERS

from .stage import Stage, play

PARCEL = "【示例商城】您的包裹已送达驿站，请及时领取。"
LONG = "【示例商城】您的包裹已送达驿站，请及时领取。" * 8
# The simulated carrier takes what ends so, never answers, and still sends the receipt (sim/magic.py).
NUMBER = 8613800138001
NEVER_ANSWERED = 8613800130018
# It sends the receipt twice.
TWICE = 8613800130006


def test_a_receipt_is_the_answer_that_was_lost(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        answer = await stage.send(NEVER_ANSWERED, PARCEL)
        await stage.until(answer, State.IN_DOUBT)
        await stage.until(answer, State.DELIVERED, 300)
        assert len(stage.carrier.handsets[str(NEVER_ANSWERED)]) == 1
        assert stage.platform.world.purse.balance(ACCOUNT).reserved == 0

    play(story, tmp_path)


def test_what_a_person_has_found_never_to_have_arrived_goes_again_and_the_ledger_says_so(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        stage.carrier.set(silence_percent=100, no_receipt_percent=100)
        answer = await stage.send(NUMBER, PARCEL)
        await stage.until(answer, State.IN_DOUBT)
        stage.carrier.set(silence_percent=0, no_receipt_percent=0)
        doubt, identifier = orders(stage.platform)["doubt"], str(answer.message.id)
        assert [each["id"] for each in (await doubt({}))["in_doubt"]] == [identifier]
        for strange in ("abc", "1;2", "²"):
            with pytest.raises(OrderRefusedError, match=f"`{strange}` is no id"):
                await doubt({"again": strange, "reason": "because"})
        with pytest.raises(OrderRefusedError, match="a reason is needed"):
            await doubt({"again": identifier})
        told = await doubt({"again": identifier, "reason": "the carrier's log of that minute has no such submission"})
        assert (told["again"], told["count"]) == ([identifier], 0)
        await stage.until(answer, State.DELIVERED)
        entries = [decode_entry(stored.octets) for stored in stage.platform.store.entries_of(answer.message.id)]
        assert [entry.kind for entry in entries] == [Kind.VERDICT, Kind.CLAIM_RELEASE, Kind.SECOND_VERDICT]
        assert stage.platform.store.balance(ACCOUNT) == (-answer.price, 0)
        with pytest.raises(OrderRefusedError, match="not in doubt"):
            await doubt({"again": identifier, "reason": "once more"})

    play(story, tmp_path)


def test_every_segment_of_a_long_message_has_its_receipt(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        answer = await stage.send(NEVER_ANSWERED, LONG)
        assert answer.segments > 2
        await stage.until(answer, State.DELIVERED, 300)

    play(story, tmp_path)


def test_a_restart_hears_the_receipts_it_had_kept(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        answer = await stage.send(NEVER_ANSWERED, PARCEL)
        await asyncio.sleep(5)
        await stage.crash()
        await stage.until(answer, State.DELIVERED, 300)
        assert len(stage.carrier.handsets[str(NEVER_ANSWERED)]) == 1

    play(story, tmp_path)


def test_two_in_doubt_are_shown_never_guessed(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        first = await stage.send(NEVER_ANSWERED, PARCEL)
        second = await stage.send(NEVER_ANSWERED, PARCEL + "二")
        await asyncio.sleep(600)
        assert [stage.row(each).state for each in (first, second)] == [State.IN_DOUBT, State.IN_DOUBT]

    play(story, tmp_path)


def test_the_second_copy_of_a_receipt_is_no_answer_to_another_message(tmp_path: Path) -> None:
    """The first message is settled, and forgotten by the board, when the copy of its receipt comes."""

    async def story(stage: Stage) -> None:
        first = await stage.send(TWICE, PARCEL)
        await stage.until(first, State.DELIVERED)
        stage.carrier.set(magic=False, silence_percent=100.0, no_receipt_percent=100.0)
        second = await stage.send(TWICE, PARCEL + "二")
        await asyncio.sleep(600)
        assert stage.row(second).state is State.IN_DOUBT

    play(story, tmp_path)


def test_what_was_taken_of_a_deferred_message_never_goes_again(tmp_path: Path) -> None:
    """An offer of three segments: the carrier takes the first and throttles the others until the quiet hours begin."""

    async def story(stage: Stage) -> None:
        number = 8613800138001
        await stage.consent(number)
        offer = "【示例商城】" + "全场八折，满二百减五十，会员另有好礼相送。" * 6 + "客服4000000000，拒收请回复R"
        stage.carrier.set(throttle_percent=60.0, magic=False)
        answer = await stage.send(number, offer, Category.MARKETING, sender=CHINA_OFFERS)
        assert answer.state is State.ACCEPTED, stage.codes(answer)
        assert answer.segments == 3
        live = stage.platform.world.board.lives[answer.message.id]
        while not (live.taken and live.state is State.DEFERRED):
            stage.carrier.set(throttle_percent=100.0 if live.taken else 60.0)
            await asyncio.sleep(0.05)
            assert live.state is not State.SUBMITTED, "the carrier took all of it: choose another seed"
        await stage.crash()
        stage.carrier.set(throttle_percent=0.0)
        await stage.until(answer, State.DELIVERED, 16 * 3600)
        trail = unpack_trail(stage.row(answer).trail or b"")
        assert sorted(part for _, what, part, status, _ in trail if what == "response" and status == 0) == [0, 1, 2]
        assert stage.platform.world.purse.balance(ACCOUNT).reserved == 0

    play(story, tmp_path, "2026-11-24T20:59:30+08:00")  # quiet from 21:00 on
