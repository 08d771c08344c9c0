"""Of one person the last word stands, whether their messages come in one batch or one after the other."""

import asyncio
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest
from msgspec import structs

from kanhe.domain.category import Category
from kanhe.domain.facts import Consent, Suppression, Wants
from kanhe.domain.state import State
from kanhe.journey import INBOUND, walk
from kanhe.protocols.events import Inbound
from kanhe.protocols.text.joining import Part
from kanhe.sim.papers import ACCOUNT, CHINA_OFFERS
from kanhe.steps.inbound import InboundBatch

from .stage import Stage, play

NUMBER = 8613800138001
PORT = "10690000002"
OFFER = "【示例商城】会员日全场八折，客服4000000000，拒收请回复R"
REQUEST = "【示例商城】每月不超过4条优惠信息，有效期一年，随时可退订。同意请回复Y"
WORDS = ("TD", "START", "Y")


class Handset:
    """Brings what one person writes."""

    name = "handset"

    def part(self, segment: Inbound) -> Part:
        return Part(str(NUMBER), PORT, str(segment.handle).encode())

    def acknowledge(self, handles: Sequence[object]) -> None:
        """Nobody waits."""

    def keys(self, message_id: str) -> tuple[str, ...]:
        raise AssertionError("nobody sends to this handset")

    def forms(self, receipt: object) -> tuple[tuple[str, ...], int]:
        raise AssertionError("nobody sends to this handset")


async def says(stage: Stage, words: Sequence[str], *, together: bool) -> None:
    """The person writes all of it; together: it comes in as one batch."""
    handset = Handset()
    for batch in [words] if together else [[word] for word in words]:
        await walk(INBOUND, stage.platform.world, InboundBatch([(handset, Inbound(word)) for word in batch]))
        await asyncio.sleep(1)


def stands(stage: Stage) -> tuple[list[Suppression], list[Consent]]:
    """What is on file of the person, less what differs from day to day."""
    pair = (ACCOUNT, NUMBER)
    told = stage.platform.store.ask(Wants(consents=frozenset({pair}), suppressions=frozenset({NUMBER})))
    none: dict[str, int | None] = dict.fromkeys(("inbound", "ended_at", "ended_inbound", "proof", "lot", "expires_at"))
    refusals = sorted(told.suppressions.get(NUMBER, ()), key=lambda each: each.id)
    consents = sorted(told.consents.get(pair, ()), key=lambda each: each.id)
    return (
        [structs.replace(each, id=0, at=0) for each in refusals],
        [structs.replace(each, id=0, captured_at=0, **none) for each in consents],
    )


@pytest.mark.parametrize("words", [*product(WORDS, repeat=2), ("TD", "START", "TD"), ("START", "TD", "START"), ("Y", "TD", "Y")])  # fmt: skip
def test_one_batch_is_like_its_messages_one_by_one(tmp_path: Path, words: tuple[str, ...]) -> None:
    found = {}
    for together in (True, False):

        async def story(stage: Stage, together: bool = together) -> None:
            await stage.consent(NUMBER)
            asked = await stage.send(NUMBER, REQUEST, Category.CONSENT_REQUEST, sender=CHINA_OFFERS)
            await stage.until(asked, State.DELIVERED)
            await says(stage, words, together=together)
            offer = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
            codes = {code.split()[1] for code in stage.codes(offer)}
            found[together] = (*stands(stage), "refused" in codes)

        play(story, tmp_path / str(together))
    assert found[True] == found[False]
    assert found[True][2] == (words[-1] == "TD"), "the last word stands"
