"""Stories: what people do, and what becomes of it."""

import asyncio
from pathlib import Path

from kanhe.domain.category import Category
from kanhe.domain.state import State
from kanhe.domain.verdict import Outcome
from kanhe.sim.papers import CHINA_OFFERS

from .stage import Stage, play

PARCEL = "【示例商城】您的包裹已送达驿站，请及时领取。"
OFFER = "【示例商城】会员日全场八折，客服4000000000，拒收请回复R"


def test_a_transactional_message_is_delivered(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        answer = await stage.send(8613800138001, PARCEL)
        assert answer.state is State.ACCEPTED, stage.codes(answer)
        await stage.until(answer, State.DELIVERED)
        assert stage.carrier.handsets["8613800138001"] == [PARCEL]

    play(story, tmp_path)


def test_marketing_without_consent_is_refused_with_its_provision(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        answer = await stage.send(8613800138001, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert answer.verdict is not None
        assert answer.verdict.outcome is Outcome.REFUSE
        assert any(finding.citation for finding in answer.verdict.shape.findings)
        assert stage.carrier.handsets.get("8613800138001") is None

    play(story, tmp_path)


def test_marketing_at_night_waits_for_the_morning(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.consent(8613800138001)
        answer = await stage.send(8613800138001, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert answer.state is State.DEFERRED, stage.codes(answer)
        await asyncio.sleep(9 * 3600)
        assert stage.row(answer).state is State.DEFERRED
        await asyncio.sleep(3700)
        await stage.until(answer, State.DELIVERED)

    play(story, tmp_path, start="2026-11-24T22:30:00+08:00")


def test_a_refusal_between_acceptance_and_claim_wins(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.consent(8613800138001)
        deferred = await stage.send(8613800138001, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert deferred.state is State.DEFERRED, stage.codes(deferred)
        first = await stage.send(8613800138001, PARCEL)
        await stage.until(first, State.DELIVERED)
        stage.carrier.inject("8613800138001", "10690000002", "ＴＤ")
        await asyncio.sleep(2)
        confirmations = [text for text in stage.carrier.handsets["8613800138001"] if "退订" in text]
        assert len(confirmations) == 1
        await asyncio.sleep(12 * 3600)
        assert stage.row(deferred).state is State.REFUSED
        assert OFFER not in stage.carrier.handsets["8613800138001"]

    play(story, tmp_path, start="2026-11-24T22:30:00+08:00")
