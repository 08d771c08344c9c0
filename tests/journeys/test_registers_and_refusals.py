"""Stories of lists that others keep, of numbers that change hands, and of refusals that come by letter: by the operator's orders."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kanhe.app.book_orders import BOOK_ORDERS
from kanhe.domain.category import Category
from kanhe.domain.state import State
from kanhe.doors.control import OrderRefusedError
from kanhe.offices.registers import registers_too_old
from kanhe.ports.door import Answer
from kanhe.sim.papers import ACCOUNT, CHINA, CHINA_OFFERS

from .legal.scenes import PAPERS, read_document
from .stage import Stage, play

SINGAPORE = 6581234560
COAT = "SG Shop: members get 20% off winter coats this week. Tel 6123 4567. Reply STOP to opt out."
NUMBER = 8613800138700
OFFER = "【示例商城】会员日全场八折，客服4000000000，拒收请回复R"
PARCEL = "【示例商城】您的包裹已送达驿站，请及时领取。"


async def order(stage: Stage, name: str, **said: object) -> Mapping[str, Any]:
    done = await BOOK_ORDERS[name](stage.platform, said)

    answer: Mapping[str, Any] = msgspec.to_builtins(done)
    return answer


async def file_singapore(stage: Stage) -> None:
    papers: Any = read_document(PAPERS).data
    (sender,) = (paper["sender"] for paper in papers if paper.get("sender", {}).get("name") == "SG")
    await stage.platform.file([("sender", {"account": ACCOUNT, **sender})])


async def offer(stage: Stage, number: int = SINGAPORE) -> Answer:
    return await stage.send(number, COAT, Category.MARKETING, sender="SG")


def test_a_list_says_who_may_be_written_to_until_it_is_too_old(tmp_path: Path) -> None:
    path = tmp_path / "dnc.csv"
    path.write_text("number\n81234560\n8123 4561\n")

    async def story(stage: Stage) -> None:
        await file_singapore(stage)
        assert (await offer(stage)).state is State.HELD, "a register that was never asked"
        given = {"register": "sg.dnc", "file": str(path), "prefix": "65", "checked_at": "2026-11-03T13:00:00+08:00"}
        said = await order(stage, "import_register", **given)
        assert (said["imported"], said["mistakes"]) == (2, ())
        assert (await offer(stage)).state is State.REFUSED
        unlisted = await offer(stage, SINGAPORE + 2)
        assert unlisted.state is State.ACCEPTED, stage.codes(unlisted)
        await stage.crash()
        assert (await offer(stage)).state is State.REFUSED, "also after a restart"
        await asyncio.sleep(timedelta(hours=1, minutes=5).total_seconds())
        assert (await offer(stage, SINGAPORE + 4)).state is State.HELD, "21 days are over"
        (shown,) = [each for each in (await order(stage, "registers"))["registers"] if each["register"] == "sg.dnc"]
        assert (shown["max_age_days"], shown["lists"][0]["too_old"]) == (21, True)
        assert any("register `sg.dnc`" in each for each in registers_too_old(stage.platform.world))

    play(story, tmp_path, start="2026-11-24T12:00:00+08:00")


def test_a_list_that_is_wrong_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "dnc.csv"
    path.write_text("81234560\nnobody\n")

    async def story(stage: Stage) -> None:
        said = await order(stage, "import_register", register="sg.dnc", file=str(path), prefix="65")
        assert (said["imported"], said["mistakes"][0]["row"]) == (0, 2)
        said = await order(stage, "import_register", register="sg.dnc", file=str(path), prefix="65", scope="1212")
        assert said["imported"] == 0
        for wrong in (
            {"register": "xx.none"},
            {"register": "sg.dnc", "checked_at": "2030-01-01T00:00:00+08:00"},
            {"register": "sg.dnc", "scope": "one"},
        ):
            with pytest.raises(OrderRefusedError):
                await order(stage, "import_register", file=str(path), **wrong)
        assert all(each["lists"] == [] for each in (await order(stage, "registers"))["registers"])

    play(story, tmp_path)


def test_who_got_a_number_later_agreed_to_nothing(tmp_path: Path) -> None:
    path = tmp_path / "changed.csv"
    path.write_text(f"+{NUMBER}\n")

    async def story(stage: Stage) -> None:
        await stage.consent(NUMBER)
        first = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert first.state is State.ACCEPTED
        said = await order(stage, "import_register", register="reassigned", file=str(path))
        assert said["imported"] == 1
        second = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert second.state is State.REFUSED
        assert "REFUSE consent-superseded cn.consent.commercial" in stage.codes(second)
        [shown] = (await order(stage, "consents", to=f"+{NUMBER}", account=ACCOUNT))["consents"]
        assert (shown["status"], shown["ended_by"]) == ("superseded", "reassigned")
        assert (await stage.send(NUMBER, PARCEL)).state is State.ACCEPTED, "what rests on no consent still goes"

    play(story, tmp_path)


SCOPES = {
    "sender": ({"scope": "sender", "account": ACCOUNT, "sender": CHINA_OFFERS}, False, True),
    "entity": ({"scope": "entity", "account": ACCOUNT, "sender": CHINA, "categories": ["marketing"]}, False, True),
    "purpose": ({"scope": "account", "account": ACCOUNT, "categories": ["marketing"]}, False, True),
    "account": ({"scope": "account", "account": ACCOUNT}, False, False),
    "platform": ({"scope": "platform"}, False, False),
    "another programme": ({"scope": "account", "account": ACCOUNT, "program": "autumn"}, True, True),
}


@pytest.mark.parametrize("name", SCOPES)
def test_a_refusal_reaches_as_far_as_its_scope_and_ends_when_it_is_lifted(tmp_path: Path, name: str) -> None:
    said, offers, service = SCOPES[name]

    async def story(stage: Stage) -> None:
        await stage.consent(NUMBER)
        made = await order(stage, "add_suppression", to=f"+{NUMBER}", source="letter", **said)
        (shown,) = (await order(stage, "suppressions", to=f"+{NUMBER}"))["suppressions"]
        assert (shown["id"], shown["source"]) == (made["id"], "letter")
        for goes, text, more in ((offers, OFFER, {"sender": CHINA_OFFERS}), (service, PARCEL, {})):
            category = Category.MARKETING if text == OFFER else Category.TRANSACTIONAL
            answer = await stage.send(NUMBER, text, category, **more)
            assert (answer.state is State.ACCEPTED) is goes, (name, stage.codes(answer))
        await order(stage, "lift_suppression", to=f"+{NUMBER}", suppression=made["id"])
        answer = await stage.send(NUMBER, PARCEL)
        assert answer.state is State.ACCEPTED, stage.codes(answer)

    play(story, tmp_path)


def test_a_consent_taken_back_by_letter_stops_what_is_on_its_way(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.consent(NUMBER)
        at = stage.clock.now_ms() + 3_600_000
        scheduled = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS, at=at)
        assert scheduled.state is State.DEFERRED
        (consent,) = (await order(stage, "consents", to=f"+{NUMBER}", account=ACCOUNT))["consents"]
        ended = await order(
            stage, "withdraw_consent", to=f"+{NUMBER}", account=ACCOUNT, consent=consent["id"], by="letter"
        )
        assert (ended["status"], ended["ended_by"]) == ("withdrawn", "letter")
        await stage.until(scheduled, State.REFUSED, seconds=4_000)

    play(story, tmp_path)
