"""Coming in: one-time links, cookies, forms of ours alone, roles, throttling, what is recorded."""

import re
from urllib.parse import urlencode

import pytest
from tests.contract.console.site_of_console import CODE, Site, Visitor

from kanhe.console.limits import LINK_MS, LOGIN_TRIES_MAX
from kanhe.console.sessions import COOKIE, first_link, invite, open_session
from kanhe.console.table import PAGES
from kanhe.console.throttle import Throttle
from kanhe.domain.users import ALLOWED, Role
from kanhe.ledger.bundle import verify_bundle

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_link_works_once_and_not_by_looking_ahead(site: Site) -> None:
    path = await site.link("olga", Role.OWNER)
    visitor = Visitor(site.base)
    for _ in range(2):  # a mail scanner follows the link; that uses nothing up
        assert (await visitor.get(path)).status == 200
    entered = await visitor.post(path)
    assert (entered.status, entered.headers["location"]) == (303, "/console")
    assert (await visitor.get("/console")).status == 200
    again = Visitor(site.base)
    assert (await again.post(path)).status == 403
    assert (await again.get(path)).status == 403
    assert COOKIE not in again.cookies


async def test_cookies_of_a_session_are_kept_from_scripts_and_other_sites(site: Site) -> None:
    path = await site.link("olga", Role.OWNER)
    [cookie] = (await Visitor(site.base).post(path)).set_cookies
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie, "nobody listens on loopback, and some browsers keep no secure cookie there"
    path = await site.link("olga", Role.OWNER)
    [cookie] = (await Visitor(site.base).post(path, Host="kanhe.example")).set_cookies
    assert "Secure" in cookie


async def test_no_link_is_made_where_there_are_users(site: Site) -> None:
    await site.link("olga", Role.OWNER)
    assert await first_link(site.platform.console) is None
    assert await site.platform.login_link() is None


async def test_a_name_keeps_its_role(site: Site) -> None:
    await site.link("olga", Role.OWNER)
    assert await invite(site.platform.console, "olga", Role.VIEWER, None) is None


async def test_links_and_sessions_grow_old(site: Site) -> None:
    desk = site.platform.console
    path = await site.link("olga", Role.OWNER)
    token = path.rpartition("/")[2]
    now = desk.world.clock.now_ms()
    digest = desk.vault.digest(f"link {token}")
    assert desk.people.link(digest, now + LINK_MS - 60_000) is not None
    assert desk.people.link(digest, now + LINK_MS + 60_000) is None
    session = await open_session(desk, token)
    assert session is not None
    assert desk.people.session(desk.vault.digest(f"session {session}"), now + 13 * 3_600_000) is None


async def test_logging_out_ends_the_session_everywhere(site: Site) -> None:
    visitor = await site.visitor(Role.OWNER)
    copied = Visitor(site.base, dict(visitor.cookies))
    assert (await visitor.post("/console/logout", f"csrf={await visitor.form_token()}")).status == 303
    assert (await copied.get("/console")).headers["location"] == "/console/login"


async def test_forms_of_others_are_not_taken(site: Site) -> None:
    visitor, other = await site.visitor(Role.OWNER), await site.visitor(Role.OPERATOR)
    path = f"/console/messages/{site.delivered}/numbers"
    for body in ("", "csrf=", f"csrf={await other.form_token()}", "csrf=%E4%BD%A0"):
        refused = await visitor.post(path, body)
        assert refused.status == 403
        assert CODE not in refused.text
    assert (await visitor.post(path, f"csrf={await visitor.form_token()}")).status == 200


async def test_too_many_tries_are_slowed_down(site: Site) -> None:
    desk = site.platform.console
    kept, desk.throttle = desk.throttle, Throttle(desk.world.clock)
    try:
        answers = [await Visitor(site.base).post("/console/login/" + "0" * 64) for _ in range(LOGIN_TRIES_MAX + 1)]
    finally:
        desk.throttle = kept
    assert [answer.status for answer in answers] == [403] * LOGIN_TRIES_MAX + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize("role", Role)
async def test_every_role_sees_its_pages_and_no_other(site: Site, role: Role) -> None:
    visitor = await site.visitor(role)
    for page in PAGES:
        if page.permission is None or page.method != "GET":
            continue
        path = site.at(page.path)
        answer = await visitor.get(path)
        expected = {200, 303, 404} if page.permission in ALLOWED[role] else {403}
        assert answer.status in expected, (role, path)
        assert CODE not in answer.text or page.recorded


async def test_nobody_sees_anything_without_a_session(site: Site) -> None:
    stranger = Visitor(site.base, {COOKIE: "0" * 64})
    for page in PAGES:
        if page.permission is not None:
            path = site.at(page.path)
            answer = await stranger.ask(page.method, path, "" if page.method == "POST" else None)
            assert (answer.status, answer.headers["location"], answer.text) == (303, "/console/login", ""), path


async def test_a_user_of_another_account_sees_no_message(site: Site) -> None:
    mine, foreign = await site.visitor(Role.OPERATOR, 1), await site.visitor(Role.OPERATOR, 2)
    assert site.delivered in (await mine.get("/console/messages")).text
    for query in ("", "?account=1", "?state=delivered", "?state=submitted&account=1", "?to=%2B8613800138001"):
        assert "/console/messages/2" not in (await foreign.get(f"/console/messages{query}")).text
    token = await foreign.form_token()
    path = f"/console/messages/{site.delivered}"
    assert (await foreign.get(path)).status == 404
    assert (await foreign.post(f"{path}/numbers", f"csrf={token}")).status == 404
    assert (await foreign.get(f"{path}/proof")).status == 404
    assert (await foreign.get(f"{path}/evidence.json")).status == 404
    assert (await mine.get(path)).status == 200


async def test_numbers_are_masked_until_asked_for_and_asking_is_recorded(site: Site) -> None:
    visitor = await site.visitor(Role.OPERATOR)
    path = f"/console/messages/{site.delivered}"
    masked = (await visitor.get(path)).text
    assert "+86138••••8001" in masked
    assert "8613800138001" not in masked
    assert CODE not in masked
    opened = (await visitor.post(f"{path}/numbers", f"csrf={await visitor.form_token()}")).text
    assert "+8613800138001" in opened
    assert CODE in opened
    bundle = await visitor.get(f"{path}/evidence.json")
    assert bundle.headers["content-disposition"].startswith("attachment")
    assert verify_bundle(bundle.text.encode(), site.platform.notary.verifier).message_id == int(site.delivered)
    record = (await (await site.visitor(Role.ADMIN)).get("/console/looks")).text
    looks = [re.sub(r"<[^>]+>|\s+", " ", row) for row in record.split("<tr>")]
    for what in ("Opened number and codes", "Downloaded the bundle"):
        assert any(f"operator all {what} " in " ".join(row.split()) and site.delivered in row for row in looks)


async def test_every_look_of_an_auditor_is_recorded(site: Site) -> None:
    auditor = await site.visitor(Role.AUDITOR)
    before = len(site.platform.console.people.looks(1 << 62, 1000))
    for path in (
        "/console",
        "/console/figures",
        f"/console/messages/{site.refused}",
        "/console/rules/cn.consent.commercial",
    ):
        assert (await auditor.get(path)).status == 200
    looks = site.platform.console.people.looks(1 << 62, 1000)
    new = [(look.what, look.about) for look in looks[: len(looks) - before]]
    assert new == [("show_rule", "cn.consent.commercial"), ("show_message", site.refused), ("overview", "")]


async def test_pages_forbid_what_they_do_not_need(site: Site) -> None:
    for visitor, path in ((await site.visitor(Role.VIEWER), "/console"), (Visitor(site.base), "/console/login")):
        headers = (await visitor.get(path)).headers
        assert "script-src 'self';" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "back",
    ["https://evil.example/", "//evil.example", "/console/../v1", "/console\\@evil", "/consoles", "/console/%2e%2e/v1"],
)
async def test_a_preference_leads_back_into_the_console_only(site: Site, back: str) -> None:
    answer = await Visitor(site.base).get("/console/prefer/language/zh?" + urlencode({"back": back}))
    assert answer.status == 303
    assert answer.headers["location"] == "/console"


async def test_language_by_switch_and_by_the_browsers_wish(site: Site) -> None:
    visitor = Visitor(site.base)
    assert '<html lang="zh-Hans"' in (await visitor.get("/console/login", Accept_Language="zh-CN,en;q=0.5")).text
    assert '<html lang="en"' in (await visitor.get("/console/login", Accept_Language="de, en;q=0.5")).text
    await visitor.get("/console/prefer/language/en")
    assert '<html lang="en"' in (await visitor.get("/console/login", Accept_Language="zh-CN")).text


async def test_what_is_not_there_says_so(site: Site) -> None:
    visitor = await site.visitor(Role.OWNER)
    for path in (
        "/console/nowhere",
        "/console/messages/12",
        "/console/messages/x",
        "/console/rules/xx.y",
        "/console/prefer/a/b",
    ):
        assert (await visitor.get(path)).status == 404, path


async def test_a_form_that_is_a_flood_is_not_read(site: Site) -> None:
    visitor = await site.visitor(Role.OWNER)
    answer = await visitor.post(f"/console/messages/{site.delivered}/numbers", "csrf=" + "x" * 40_000)
    assert answer.status == 413
    assert "This form is too large" in answer.text
