"""The console in a real Chromium: nothing serious for axe-core on any page, in either language and theme; by keyboard; without script."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect
from tests.contract.console.site_of_console import AXE, CODE, RUN_AXE, SERIOUS, Site, Tab

from kanhe.domain.users import Role

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]

# As often as `console.js` asks for the figures.
LIVE_EVERY_S = 3

PAGES = (
    "/console",
    "/console/messages",
    "/console/messages?to=12",
    "/console/messages?sender=nobody",
    "/console/messages/{delivered}",
    "/console/messages/{refused}",
    "/console/messages/{delivered}/proof",
    "/console/packets",
    "/console/rules",
    "/console/rules/cn.consent.commercial",
    "/console/announcements",
    "/console/announcements/new",
    "/console/start",
    "/console/papers",
    "/console/papers?show=ending",
    "/console/papers?show=nothing&kind=template",
    "/console/papers/new",
    "/console/papers/publish",
    "/console/papers/new?kind=sender&account=1",
    "/console/papers/new?kind=authority&account=1",
    "/console/papers/{paper}",
    "/console/papers/{paper}/version",
    "/console/reviews",
    "/console/reviews?show=closed&reason=nothing",
    "/console/reviews/{review}",
    "/console/consents",
    "/console/consents?to=%2B8613800138001&sender=1/示例商城会员",
    "/console/registers",
    "/console/duties",
    "/console/report",
    "/console/users",
    "/console/users/{user}",
    "/console/looks",
    "/console/patterns",
    "/console/nowhere",
)


@pytest_asyncio.fixture(loop_scope="session")
async def tab(site: Site, chromium: Any) -> AsyncIterator[Tab]:
    context = await chromium.new_context()
    tab = Tab(await context.new_page(), site.base)
    await tab.open(await site.link("olga", Role.OWNER))
    await tab.page.click("main button")
    yield tab
    await context.close()
    assert tab.complaints == []


async def test_axe_would_find_a_mistake(tab: Tab) -> None:
    await tab.open("/console/messages")
    await tab.page.evaluate("document.querySelector('label[for=f-state]').remove()")
    await tab.page.evaluate("document.querySelector('.filters a').style.color = '#bbb'")
    await tab.page.evaluate(AXE)
    serious = {each["id"] for each in await tab.page.evaluate(RUN_AXE) if each["impact"] in SERIOUS}
    assert serious == {"select-name", "color-contrast"}


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
async def test_axe_finds_nothing_serious(site: Site, tab: Tab, language: str, theme: str) -> None:
    await tab.open(f"/console/prefer/language/{language}")
    await tab.open(f"/console/prefer/theme/{theme}")
    found = []
    for path in PAGES:
        await tab.open(site.named(path))
        assert await tab.page.get_attribute("html", "data-theme") == theme
        await tab.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        await tab.page.evaluate(AXE)
        for violation in await tab.page.evaluate(RUN_AXE):
            if violation["impact"] in SERIOUS:
                found.append((path, violation["id"], [node["html"][:120] for node in violation["nodes"][:3]]))
    assert found == []


async def test_axe_finds_nothing_serious_before_one_is_in(site: Site, chromium: Any) -> None:
    page = await chromium.new_page(locale="zh-CN", color_scheme="dark")
    for path in ("/console/login", await site.link("olga", Role.OWNER), "/console/login/" + "0" * 64):
        await page.goto(site.base + path)
        assert await page.get_attribute("html", "lang") == "zh-Hans"
        await page.evaluate(AXE)
        assert [each["id"] for each in await page.evaluate(RUN_AXE) if each["impact"] in SERIOUS] == []
    await page.close()


async def test_pages_fit_a_narrow_screen(site: Site, tab: Tab) -> None:
    await tab.page.set_viewport_size({"width": 360, "height": 740})
    for path in PAGES:
        await tab.open(site.named(path))
        width = await tab.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, path


async def test_by_keyboard_from_the_overview_to_a_message(site: Site, tab: Tab) -> None:
    keys = tab.page.keyboard
    await tab.open("/console/messages?state=refused")
    await keys.press("Tab")
    assert await tab.page.evaluate("document.activeElement.className") == "skip"
    await keys.press("Enter")
    for _ in range(30):
        await keys.press("Tab")
        if (await tab.page.evaluate("document.activeElement.pathname") or "").endswith(site.refused):
            break
    outline = await tab.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    await keys.press("Enter")
    await tab.page.wait_for_url(f"**/messages/{site.refused}")


async def test_a_filter_changes_list_and_address_without_a_new_page(site: Site, tab: Tab) -> None:
    await tab.open("/console/messages")
    await tab.page.evaluate("window.sameAsBefore = true")
    await tab.page.select_option("#f-state", "refused")
    await expect(tab.page.locator("#list tbody tr")).to_have_count(1)
    assert "state=refused" in tab.page.url
    assert await tab.page.evaluate("window.sameAsBefore") is True
    assert await tab.page.get_attribute("tbody a", "href") == f"/console/messages/{site.refused}"


async def test_the_proof_is_verified_in_place(site: Site, tab: Tab) -> None:
    await tab.open(f"/console/messages/{site.delivered}")
    await tab.page.evaluate("window.sameAsBefore = true")
    await tab.page.click("#proof button")
    await tab.page.wait_for_selector("#proof .good")
    assert await tab.page.evaluate("window.sameAsBefore") is True


async def test_numbers_are_shown_when_asked_for(site: Site, tab: Tab) -> None:
    await tab.open(f"/console/messages/{site.delivered}")
    assert CODE not in await tab.page.content()
    await tab.page.get_by_role("button", name="Show number and codes").click()
    await tab.page.wait_for_url("**/numbers")
    assert CODE in await tab.page.content()


async def test_figures_are_live(site: Site, tab: Tab) -> None:
    await tab.open("/console")
    [connector] = site.platform.connectors.values()
    connector.stopped = "the test says so"
    try:
        await tab.page.wait_for_selector(".alarms")
    finally:
        connector.stopped = None


async def test_everything_works_without_script(site: Site, chromium: Any) -> None:
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(site.base + await site.link("olga", Role.OWNER))
    await page.click("main button")
    await page.click("text=Messages")
    await page.select_option("#f-state", "refused")
    await page.click("form.filters button")
    await page.click(f"a[href='/console/messages/{site.refused}']")
    await page.click("#proof button")
    assert "The proof holds" in await page.content()
    await page.click("text=中文")
    assert "证明成立" in await page.content()
    await context.close()


async def test_a_hidden_tab_is_silent(site: Site, tab: Tab) -> None:
    asked: list[str] = []
    await tab.page.add_init_script("Object.defineProperty(document, 'hidden', {get: () => true})")
    tab.page.on("request", lambda request: asked.append(request.url))
    await tab.open("/console")
    await asyncio.sleep(2 * LIVE_EVERY_S)
    assert [url for url in asked if url.endswith("/figures")] == []


async def test_figures_of_a_session_that_is_over_lead_to_the_login(site: Site, tab: Tab) -> None:
    await tab.open("/console")
    await tab.page.context.clear_cookies()
    await tab.page.wait_for_url("**/console/login")
