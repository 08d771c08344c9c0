"""Stories of people who say no, and of people who change their minds."""

import asyncio
from pathlib import Path

import pytest

from kanhe.app.book_orders import BOOK_ORDERS
from kanhe.domain.category import Category
from kanhe.domain.facts import Consent, Wants
from kanhe.domain.state import State
from kanhe.sim.papers import ACCOUNT, CHINA_OFFERS

from .stage import Stage, play

NUMBER = 8613800138001
HANDSET = str(NUMBER)
PORT = "10690000002"
OFFER = "【示例商城】会员日全场八折，客服4000000000，拒收请回复R"
PARCEL = "【示例商城】您的包裹已送达驿站，请及时领取。"


def on_file(stage: Stage) -> list[Consent]:
    """The number's consents, oldest first."""
    pair = (ACCOUNT, NUMBER)
    found = stage.platform.store.ask(Wants(consents=frozenset({pair}))).consents.get(pair, ())
    return sorted(found, key=lambda consent: consent.id)


async def writes(stage: Stage, text: str) -> int:
    """The id of what the person wrote."""
    stage.carrier.inject(HANDSET, PORT, text)
    await asyncio.sleep(5)
    return stage.platform.store.inbound(ACCOUNT, None, 1)[0].id


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


def test_a_refusal_by_reply_ends_the_consent_with_the_message_as_its_proof(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.consent(NUMBER)
        [given] = on_file(stage)
        stop = await writes(stage, "退订")
        [ended] = on_file(stage)
        assert (ended.id, ended.status, ended.ended_by, ended.ended_inbound) == (given.id, "withdrawn", "reply", stop)
        assert ended.ended_at == stage.platform.store.inbound(ACCOUNT, None, 1)[0].at
        shown = await BOOK_ORDERS["consents"](stage.platform, {"to": f"+{NUMBER}", "account": ACCOUNT})
        [told] = shown["consents"]  # type: ignore[index]
        assert (told["status"], told["ended_by"], told["ended_inbound"]) == ("withdrawn", "reply", str(stop))
        again = await writes(stage, "TD")
        assert again != stop
        assert on_file(stage) == [ended], "what has ended does not end again"
        await stage.crash()
        assert on_file(stage) == [ended]

    play(story, tmp_path)


def test_a_refusal_of_offers_leaves_the_consent_to_what_it_does_not_refuse(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.consent(NUMBER, Category.MARKETING, Category.TRANSACTIONAL)
        await writes(stage, "TD")
        ended, left = on_file(stage)
        assert (ended.status, ended.categories) == ("withdrawn", {"marketing", "transactional"})
        assert (left.status, left.categories, left.captured_at) == ("active", {"transactional"}, ended.captured_at)
        await writes(stage, "退订")
        assert on_file(stage) == [ended, left]

    play(story, tmp_path)


def test_a_doubtful_refusal_ends_no_consent_before_a_person_has_looked(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.consent(NUMBER)
        await writes(stage, "please remove me when you can, thanks")
        assert [each.act for each in stage.platform.store.inbound(ACCOUNT, None, 1)] == ["doubtful"]
        assert [each.status for each in on_file(stage)] == ["active"]
        offer = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert offer.state in (State.HELD, State.REFUSED)

    play(story, tmp_path)


def test_a_return_is_a_new_consent_and_the_one_that_ended_stays_ended(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.consent(NUMBER)
        await writes(stage, "退订")
        [ended] = on_file(stage)
        start = await writes(stage, "START")
        first, second = on_file(stage)
        assert first == ended
        assert (second.status, second.channel, second.inbound) == ("active", "sms", start)
        assert (second.proof, second.ended_at, second.ended_inbound) == (f"consent {ended.id}", None, None)
        assert second.captured_at > (ended.ended_at or 0)
        assert (second.expires_at, second.frequency) == (ended.expires_at, ended.frequency)
        await writes(stage, "开始")
        assert on_file(stage) == [first, second], "one return is one consent"
        stop = await writes(stage, "TD")
        assert [each.ended_inbound for each in on_file(stage)] == [ended.ended_inbound, stop]
        await writes(stage, "START")
        assert [each.status for each in on_file(stage)] == ["withdrawn", "withdrawn", "active"]
        again = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert again.state is State.ACCEPTED, stage.codes(again)

    play(story, tmp_path)


def test_a_return_by_reply_does_not_revive_what_ended_by_letter(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.consent(NUMBER)
        [given] = on_file(stage)
        said = {"to": f"+{NUMBER}", "account": ACCOUNT, "consent": given.id, "by": "letter"}
        await BOOK_ORDERS["withdraw_consent"](stage.platform, said)
        await writes(stage, "START")
        assert [each.status for each in on_file(stage)] == ["withdrawn"]
        offer = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert offer.state is State.REFUSED

    play(story, tmp_path)
