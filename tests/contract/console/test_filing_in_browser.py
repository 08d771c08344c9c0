"""Filing in a real Chromium: a paper by keyboard alone, documents without script; nothing serious for axe where records stand."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from tests.contract.console.site_of_console import AXE, RUN_AXE, SERIOUS, Site, enter, to

from kanhe.demo.show import stage
from kanhe.domain.users import Role
from kanhe.sim.papers import ACCOUNT, CHINA_OFFERS

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]

TO = "+8613800138700"
CONSENT = {
    "to": TO, "sender": CHINA_OFFERS, "categories": ["marketing"], "method": "written", "channel": "web",
    "captured_at": "2026-06-01T10:00:00+08:00", "wording": "每月不超过四条", "purposes": ["会员优惠"],
}  # fmt: skip
QUALIFICATION = {
    "entity": "xinke", "name": "新客户有限公司", "seat": "CN", "number": "91350100M000100Y43", "authorised_person": "王某",
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site() -> AsyncIterator[Site]:
    async with stage(True) as (platform, api, _, _):
        assert (await api.post("/v1/consents", CONSENT))[0] == 201
        refusal = {"to": TO, "scope": "entity", "sender": CHINA_OFFERS, "categories": ["marketing"], "source": "letter"}
        assert (await api.post("/v1/suppressions", refusal))[0] == 201
        yield Site(platform, platform.address, "", "", "", "")


async def test_a_template_is_filed_and_taken_back_by_keyboard(site: Site, chromium: Any) -> None:
    tab = await enter(site, chromium, Role.OPERATOR)
    keys = tab.page.keyboard
    await tab.open("/console/papers")
    await to(tab, "a[href='/console/papers/new']")
    await keys.press("Enter")
    await tab.page.wait_for_url("**/papers/new")
    await to(tab, "#f-kind")
    await keys.type("Templ")
    await to(tab, "main form.card button")
    await keys.press("Enter")
    await tab.page.wait_for_selector("#f-text")
    for field, typed in (("name", "hello"), ("text", "Hi {who}"), ("category", "Trans"), ("variables", "who name 8")):
        await to(tab, f"#f-{field}")
        await keys.type(typed)
    await to(tab, "main form.card button")
    await keys.press("Enter")
    await tab.page.wait_for_url(re.compile(r"/papers/[0-9]+$"))
    assert "Waits for review" in await tab.page.inner_text("main")
    await to(tab, "details.more > summary")
    await keys.press("Enter")
    await to(tab, "#f-why")
    await keys.type("a mistake")
    await to(tab, "form[action$=withdrawal] button")
    await keys.press("Enter")
    await tab.page.wait_for_selector("h1:has-text('Withdraw the version that is not decided yet?')")
    await to(tab, "main button")
    await keys.press("Enter")
    await tab.page.wait_for_selector("main :text('a mistake')")
    assert tab.complaints == []


async def test_documents_are_handed_in_without_script(site: Site, chromium: Any, tmp_path: Path) -> None:
    tab = await enter(site, chromium, Role.OPERATOR, script=False)
    page = tab.page
    await tab.open(f"/console/papers/new?kind=qualification&account={ACCOUNT}")
    for name, value in QUALIFICATION.items():
        await page.fill(f"#f-{name}", value)
    await page.click("main form.card button")
    assert await page.locator("#w-kind").count() == 1, "the kind is missing, and what was written stays"
    assert await page.input_value("#f-name") == QUALIFICATION["name"]
    await page.select_option("#f-kind", "company")
    await page.click("main form.card button")
    scan, odd = tmp_path / "营业执照.pdf", tmp_path / "note.txt"
    scan.write_bytes(b"%PDF-1.7 a scan")
    odd.write_text("not a document")
    await page.set_input_files("#f-document", odd)
    async with page.expect_navigation():
        await page.click("form[action$=documents] button")
    assert "the document is none that a reviewer can read" in await page.inner_text("#w-document")
    for role in ("registration", "authorisation", "identity"):
        await page.select_option("#f-role", role)
        await page.set_input_files("#f-document", scan)
        async with page.expect_navigation():
            await page.click("form[action$=documents] button")
    shown = await page.inner_text("main")
    assert "Waits for review" in shown, shown
    assert "营业执照.pdf" in shown
    assert "Sealed" in shown
    assert tab.complaints == []


@pytest.mark.slow
@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
async def test_axe_finds_nothing_serious_where_records_stand(
    site: Site, chromium: Any, language: str, theme: str
) -> None:
    tab = await enter(site, chromium, Role.OWNER)
    await tab.open(f"/console/prefer/language/{language}")
    await tab.open(f"/console/prefer/theme/{theme}")
    found = []
    for path in (
        f"/console/consents?to={quote(TO)}&sender={quote(f'{ACCOUNT}/{CHINA_OFFERS}')}",
        "/console/consents?to=12",
        "/console/registers",
        "/console/papers/publish",
        f"/console/papers/new?kind=sender&account={ACCOUNT}",
    ):
        await tab.open(path)
        if "kind=sender" in path:
            await tab.page.click("main form.card button")
            await tab.page.wait_for_selector(".faults")
        await tab.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        await tab.page.evaluate(AXE)
        for violation in await tab.page.evaluate(RUN_AXE):
            if violation["impact"] in SERIOUS:
                found.append((path, violation["id"], [node["html"][:200] for node in violation["nodes"]]))
    assert found == []
    assert tab.complaints == []
