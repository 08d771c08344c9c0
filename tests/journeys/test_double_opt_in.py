"""Stories of consents that people give by message, and of people who look at them."""

import asyncio
from pathlib import Path

from kanhe.domain.category import Category
from kanhe.domain.facts import Wants
from kanhe.domain.state import State
from kanhe.sim.papers import ACCOUNT, CHINA_OFFERS

from .stage import Stage, play

NUMBER = 8613800138600
HANDSET = str(NUMBER)
PORT = "10690000002"
REQUEST = "【示例商城】每月不超过4条优惠信息，有效期一年，随时可退订。同意请回复Y"
OFFER = "【示例商城】会员日全场八折，客服4000000000，拒收请回复R"


def on_file(stage: Stage):  # type: ignore[no-untyped-def] # consents of the number
    pair = (ACCOUNT, NUMBER)
    return stage.platform.store.ask(Wants(consents=frozenset({pair}))).consents.get(pair, ())


def test_a_yes_to_a_request_is_a_consent_with_question_and_answer_as_its_proof(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        asked = await stage.send(NUMBER, REQUEST, Category.CONSENT_REQUEST, sender=CHINA_OFFERS)
        await stage.until(asked, State.DELIVERED)
        stage.carrier.inject(HANDSET, PORT, "ｙ。")
        await asyncio.sleep(5)
        [consent] = on_file(stage)
        [inbound] = stage.platform.store.inbound(ACCOUNT, None, 10)
        assert (consent.inbound, consent.proof) == (inbound.id, f"message {asked.message.id}")  # type: ignore[union-attr]
        assert (consent.frequency, consent.categories) == ((4, "month"), {"marketing"})
        assert consent.expires_at == consent.captured_at + 365 * 86_400_000
        assert {"question_text", "reply_text", "double_opt_in_reply", "frequency", "term"} <= consent.proof_fields
        lot = stage.platform.world.lots.by_id[consent.lot]
        assert (lot.wording, lot.source, lot.review) == (REQUEST, "reply", "pending")
        assert "您已同意" in stage.carrier.handsets[HANDSET][-1]
        pair = (ACCOUNT, NUMBER)
        [request] = stage.platform.store.ask(Wants(requests=frozenset({pair}))).requests[pair]
        assert request.answer == "yes"
        first = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert first.state is State.HELD, "the law of this number wants somebody to have looked at the proof"

    play(story, tmp_path)


def test_a_yes_that_nobody_asked_for_is_conversation(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        stage.carrier.inject(HANDSET, PORT, "Y")
        await asyncio.sleep(5)
        assert on_file(stage) == ()
        assert [each.act for each in stage.platform.store.inbound(ACCOUNT, None, 10)] == ["none"]

    play(story, tmp_path)
