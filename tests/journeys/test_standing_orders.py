"""Stories of standing orders: warnings by an account's own key, on a mandate that two people approved; and on nothing less."""

from pathlib import Path

import pytest

from kanhe.domain.category import Category
from kanhe.domain.dossier import Attached, Dossier
from kanhe.domain.state import State
from kanhe.judging import stands
from kanhe.records.checks import Wrong
from kanhe.records.contents import AuthorityContent
from kanhe.records.documents import PaperInvalidError
from kanhe.records.kinds import KINDS
from kanhe.records.papers import Author, attach, decide, file_new
from kanhe.sim.papers import ACCOUNT, CHINA

from .stage import Stage, play

NUMBER = 8613800138001
WARNING = "【示例商城】橙色预警：滨河区今晚20:00起有特大暴雨，请避免外出，远离河岸。市气象台"
NIGHT = "2026-11-25T03:00:00+08:00"
ORDER = AuthorityContent(
    "weather", "滨河区气象台", "突发事件应对法 第六十四条", ["emergency"], "2027-10-01", senders=[CHINA], area=["CN"]
)
SHEET = {
    "account": ACCOUNT, "key": "weather", "name": "滨河区气象台", "power": "突发事件应对法 第六十四条",
    "categories": ["emergency"], "valid_to": "2027-10-01", "senders": [CHINA], "area": ["CN"],
}  # fmt: skip


async def filed(stage: Stage, content: AuthorityContent = ORDER) -> Dossier | Wrong:
    platform, now = stage.platform, stage.clock.now_ms()
    store, books, author = platform.cabinet.dossiers, platform.world.books, Author("key", now)
    made = await file_new(store, books, platform.world.ids.next(), ACCOUNT, KINDS["authority"], content, author)
    if isinstance(made, Dossier):
        mandate = Attached(made.id, 1, "0" * 64, "mandate", "m.pdf", "application/pdf", 9, now, "key")
        assert await attach(store, books, made, mandate, now) is None
    return made


async def said(stage: Stage, order: Dossier, decision: str, *people: str) -> Wrong | None:
    platform, now = stage.platform, stage.clock.now_ms()
    return await decide(
        platform.cabinet.dossiers, platform.world.books, str(order.id), decision, "looked at", people, now
    )


def test_a_mandate_of_two_people_lets_warnings_go_by_the_accounts_own_key(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        order = await filed(stage)
        assert isinstance(order, Dossier)
        assert isinstance(await said(stage, order, "approve", "an"), Wrong)
        before = await stage.send(NUMBER, WARNING, Category.EMERGENCY)
        assert before.verdict is not None
        assert before.verdict.category is Category.TRANSACTIONAL, "one person's word lifts nothing"
        assert await said(stage, order, "approve", "an", "bo") is None
        after = await stage.send(NUMBER, WARNING, Category.EMERGENCY)
        assert after.verdict is not None
        assert after.verdict.category is Category.EMERGENCY
        [found] = [each for each in after.verdict.shape.findings if each.code == "category-by-authority"]
        paper = stage.platform.world.books.authorities[ACCOUNT, "weather"]
        assert (found.slot, paper.people, paper.revision in after.verdict.noted) == ("authority", ("an", "bo"), True)
        await stage.until(after, State.DELIVERED)
        elsewhere = await stage.send(12125550100, WARNING, Category.EMERGENCY)
        assert elsewhere.verdict is not None
        assert elsewhere.verdict.category is not Category.EMERGENCY, "the order speaks of another country"

    play(story, tmp_path, NIGHT)


def test_what_waits_for_its_carrier_is_judged_anew_when_the_order_is_suspended(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        order = await filed(stage)
        assert isinstance(order, Dossier)
        assert await said(stage, order, "approve", "an", "bo") is None
        for connector in stage.platform.connectors.values():
            await connector.stop()
        waiting = await stage.send(NUMBER, WARNING, Category.EMERGENCY)
        assert waiting.message is not None
        live = stage.platform.world.board.lives[waiting.message.id]
        assert stands(stage.platform.world, live, stage.clock.now_ms())
        assert await said(stage, order, "suspend", "an") is None
        assert not stands(stage.platform.world, live, stage.clock.now_ms())

    play(story, tmp_path, NIGHT)


def test_no_sheet_makes_a_standing_order(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.platform.file([("authority", SHEET)])
        sent = await stage.send(NUMBER, WARNING, Category.EMERGENCY)
        assert sent.verdict is not None
        assert sent.verdict.category is Category.TRANSACTIONAL, "nobody but the operator stands behind it"
        with pytest.raises(PaperInvalidError, match="no sheet can say"):
            await stage.platform.file([("authority", {**SHEET, "people": ["an", "bo"]})])
        account = stage.platform.world.books.find("account", str(ACCOUNT))
        assert account is not None
        for word, told in (("issuer_is_authority", "two people"), ("soft_opt_in_customer", "single recipients")):
            with pytest.raises(PaperInvalidError, match=told):
                await stage.platform.file([("account", {"id": ACCOUNT, "name": "x", "proofs": [word]})])

    play(story, tmp_path, NIGHT)


@pytest.mark.parametrize(
    ("differs", "field"),
    [
        ({"area": []}, "area"),
        ({"senders": []}, "senders"),
        ({"senders": ["Nobody"]}, "senders"),
        ({"valid_to": "2029-01-01"}, "valid_to"),
    ],
)
def test_a_standing_order_names_its_senders_its_area_and_its_end(
    tmp_path: Path, differs: dict[str, object], field: str
) -> None:
    async def story(stage: Stage) -> None:
        bounded = {name: getattr(ORDER, name) for name in ORDER.__struct_fields__} | differs
        wrong = await filed(stage, AuthorityContent(**bounded))  # type: ignore[arg-type]
        assert isinstance(wrong, Wrong)
        assert wrong.field == field

    play(story, tmp_path, NIGHT)
