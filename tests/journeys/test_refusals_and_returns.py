"""Stories of people who say no, and of people who change their minds."""

import asyncio
from pathlib import Path

import pytest

from kanhe.domain.category import Category
from kanhe.domain.state import State
from kanhe.sim.papers import CHINA_OFFERS

from .stage import Stage, play

NUMBER = 8613800138001
HANDSET = str(NUMBER)
PORT = "10690000002"
OFFER = "【示例商城】会员日全场八折，客服4000000000，拒收请回复R"
PARCEL = "【示例商城】您的包裹已送达驿站，请及时领取。"


@pytest.mark.parametrize("word", ["TD", "ｔｄ", "退订", " t ", "R", "Stop", "ＳＴＯＰ!", "退订。"])
def test_every_form_of_no_is_no(tmp_path: Path, word: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.consent(NUMBER)
        first = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        await stage.until(first, State.DELIVERED)
        stage.carrier.inject(HANDSET, PORT, word)
        await asyncio.sleep(2)
        second = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert second.state is State.REFUSED
        assert "suppressed" in " ".join(stage.codes(second)) or "opt" in " ".join(stage.codes(second))
        service = await stage.send(NUMBER, PARCEL)
        assert service.state is State.ACCEPTED, "a refusal of offers does not refuse the parcel"

    play(story, tmp_path)


def test_a_refusal_is_confirmed_once_and_a_return_restores(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.consent(NUMBER)
        first = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        await stage.until(first, State.DELIVERED)
        for _ in range(3):
            stage.carrier.inject(HANDSET, PORT, "退订")
            await asyncio.sleep(5)
        confirmations = [text for text in stage.carrier.handsets[HANDSET] if "您已退订" in text]
        assert len(confirmations) == 1
        stage.carrier.inject(HANDSET, PORT, "START")
        await asyncio.sleep(5)
        again = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert again.state is State.ACCEPTED, stage.codes(again)

    play(story, tmp_path)


def test_conversation_is_no_refusal(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.consent(NUMBER)
        stage.carrier.inject(HANDSET, PORT, "Thanks, see you on Tuesday")
        await asyncio.sleep(2)
        answer = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert answer.state is State.ACCEPTED, stage.codes(answer)

    play(story, tmp_path)
