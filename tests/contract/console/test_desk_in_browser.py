"""The desk in a real Chromium: a review decided by keyboard alone, an announcement by two people, and without script; nothing serious for axe."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from tests.contract.console.site_of_console import AXE, RUN_AXE, SERIOUS, Site, enter, parcel, to
from tests.patience import PATIENCE_S, until

from kanhe.demo.client import Api
from kanhe.demo.show import stage
from kanhe.domain.review import Kind
from kanhe.domain.state import State
from kanhe.domain.users import Role
from kanhe.offices.waiting import Wanted
from kanhe.sim.papers import ACCOUNT, CHINA

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]

GIFT = "【示例商城】尊敬的会员，加微信 shop1688 领取礼品"
WARNING = "【示例商城】橙色预警：滨河区今晚20:00起有特大暴雨，请避免外出，远离河岸。市气象台"
AUTHORITY = {
    "account": ACCOUNT, "key": "weather", "name": "滨河区气象台", "power": "突发事件应对法 第六十四条",
    "categories": ["emergency"], "valid_to": "2030-01-01",
}  # fmt: skip


class Desk(Site):
    api: Api

    async def hold(self, text: str, count: int) -> tuple[str, list[str]]:
        sent = [
            (await self.api.post("/v1/messages", {**parcel(8613800138100 + n), "text": text}))[1] for n in range(count)
        ]
        items = await self.platform.reviews.items(Wanted(Kind.MESSAGE))
        return str(items[-1].id), [str(each["id"]) for each in sent]

    async def becomes(self, message: str, state: State) -> None:
        def has_become() -> bool:
            row = self.platform.store.row(int(message))
            return row is not None and row.state is state

        await until(has_become)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk() -> AsyncIterator[Desk]:
    async with stage(True) as (platform, api, _, _):
        await platform.file([("authority", AUTHORITY)])
        desk = Desk(platform, platform.address, "", "", "", "")
        desk.api = api
        yield desk


async def test_a_review_is_claimed_and_decided_by_keyboard(desk: Desk, chromium: Any) -> None:
    item, messages = await desk.hold(GIFT, 3)
    tab = await enter(desk, chromium, Role.REVIEWER)
    keys = tab.page.keyboard
    await tab.open("/console/reviews?kind=message")
    await to(tab, f"a[href='/console/reviews/{item}']")
    await keys.press("Enter")
    await tab.page.wait_for_url(f"**/reviews/{item}")
    await to(tab, "form[action$=claim] button")
    await keys.press("Enter")
    await tab.page.wait_for_selector("form[action$=give-back]")
    await to(tab, "#f-reason")
    await keys.type("asked for by the members")
    await to(tab, "button[value=release]")
    await keys.press("Enter")
    await tab.page.wait_for_selector("h1:has-text('Release 3 messages?')")
    await to(tab, "main button")
    await keys.press("Enter")
    await tab.page.wait_for_url(f"**/reviews/{item}")
    for message in messages:
        await desk.becomes(message, State.DELIVERED)
    assert tab.complaints == []


async def test_an_announcement_takes_two_people_without_script(desk: Desk, chromium: Any) -> None:
    an, bo = [await enter(desk, chromium, role, script=False) for role in (Role.OPERATOR, Role.OWNER)]
    await an.open("/console/announcements/new")
    await an.page.select_option("#f-authority", f"{ACCOUNT}/weather")
    await an.page.fill("#f-sender", CHINA)
    await an.page.fill("#f-text", WARNING)
    await an.page.fill("#f-numbers", "+8613800139001\n+8613800139002")
    await an.page.click("main button")
    assert await an.page.locator("#w-why").count() == 1, "the reason is missing, and what was written stays"
    assert await an.page.input_value("#f-numbers") == "+8613800139001\n+8613800139002"
    await an.page.fill("#f-why", "storm")
    await an.page.click("main button")
    assert await an.page.locator("button[value=confirm]").count() == 0
    path = an.page.url.removeprefix(desk.base)
    await bo.open(path)
    await bo.page.fill("#f-reason", "confirmed by telephone")
    await bo.page.click("button[value=confirm]")
    assert "2 numbers" in await bo.page.inner_text("h1")
    await bo.page.click("main button")
    async with asyncio.timeout(PATIENCE_S):
        while "Handed on" not in await bo.page.inner_text(".title-row"):
            await bo.page.reload()
    assert (an.complaints, bo.complaints) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
async def test_axe_finds_nothing_serious_on_the_desk(desk: Desk, chromium: Any, language: str, theme: str) -> None:
    item, _ = await desk.hold(f"{GIFT} {language}", 2)
    tab = await enter(desk, chromium, Role.OWNER)
    await tab.open(f"/console/prefer/language/{language}")
    await tab.open(f"/console/prefer/theme/{theme}")
    sender = desk.platform.cabinet.dossiers.find("sender", f"{ACCOUNT}/{CHINA}")
    assert sender is not None
    announced = desk.platform.announcements.store.page(None, 1 << 62, 1)
    paths = ["/console/reviews", f"/console/reviews/{item}", f"/console/papers/{sender.id}", "/console/announcements"]
    paths += [f"/console/announcements/{each.id}" for each in announced]
    found = []
    for path in paths:
        await tab.open(path)
        await tab.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        await tab.page.evaluate(AXE)
        for violation in await tab.page.evaluate(RUN_AXE):
            if violation["impact"] in SERIOUS:
                found.append((path, violation["id"], [node["html"][:120] for node in violation["nodes"][:3]]))
    assert found == []
