"""Asked once is asked: a request that a carrier took stays on record longer than caps look back."""

from pathlib import Path

from kanhe.domain.category import Category
from kanhe.domain.facts import Wants
from kanhe.domain.state import State
from kanhe.sim.papers import ACCOUNT, CHINA_OFFERS
from tests.journeys.stage import Stage, play

REQUEST = "【示例商城】每月不超过4条优惠信息，有效期一年，随时可退订。同意请回复Y"
ASKED, NOT_ASKED = 8613800138400, 8613800138402


def test_a_request_that_a_carrier_took_is_recorded(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        answer = await stage.send(ASKED, REQUEST, Category.CONSENT_REQUEST, sender=CHINA_OFFERS)
        await stage.until(answer, State.DELIVERED)
        pairs = frozenset({(ACCOUNT, ASKED), (ACCOUNT, NOT_ASKED)})
        told = stage.platform.store.ask(Wants(requests=pairs)).requests
        assert list(told) == [(ACCOUNT, ASKED)]
        [asked] = told[ACCOUNT, ASKED]
        assert asked.at >= answer.message.accepted_at  # type: ignore[union-attr] # it was accepted

    play(story, tmp_path)
