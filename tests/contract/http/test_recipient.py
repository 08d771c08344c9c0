"""The recipient's page: reached by a code alone, it says no for good, and what it says holds at the gate."""

import pytest
from tests.contract.http.conftest import Site

from kanhe.domain.facts import Wants

NUMBER = "+447400123456"
OFFER = {"to": NUMBER, "text": "20 % off", "sender": "Example", "category": "marketing"}
CONSENT = {
    "to": NUMBER, "sender": "Example", "categories": ["marketing"], "method": "express",
    "captured_at": "2026-12-01T10:00:00Z", "proof_fields": ["captured_at", "text_shown"],
}  # fmt: skip


async def page(site: Site, path: str, *, method: str = "GET", language: str = "en") -> tuple[int, str]:
    headers = {"Authorization": "", "Accept-Language": language}
    async with site.client.request(method, path, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_a_person_refuses_without_a_login(site: Site) -> None:
    _, consent = await site.ask("POST", "/v1/consents", json=CONSENT)
    status, link = await site.ask("POST", "/v1/links", json={"to": NUMBER, "sender": "Example"})
    assert (status, link["path"]) == (200, f"/r/{link['code']}")
    assert len(link["code"]) == 22
    status, shown = await page(site, link["path"])
    assert (status, "Example" in shown, "3456" in shown, "447400" in shown) == (200, True, True, False)
    assert "不再接收推广短信" in (await page(site, link["path"], language="zh"))[1]
    for _ in range(2):
        status, shown = await page(site, f"{link['path']}/refuse", method="POST")
        assert (status, "You have refused offers from Example" in shown) == (200, True)
    _, sent = await site.ask("POST", "/v1/messages", json=OFFER)
    assert "refused" in {finding["code"] for finding in sent["findings"]}
    _, ended = await site.ask("GET", f"/v1/consents/{consent['id']}?to=%2B447400123456")
    assert (ended["status"], ended["ended_by"]) == ("withdrawn", "page")
    standing = site.store.ask(Wants(suppressions=frozenset({447400123456}))).suppressions[447400123456]
    assert {each.source for each in standing} == {"page"}
    assert len(standing) == 2, "a second click adds nothing"


async def test_the_page_runs_nothing_and_tells_nobody_where_it_was_opened(site: Site) -> None:
    _, link = await site.ask("POST", "/v1/links", json={"to": NUMBER, "sender": "Example"})
    async with site.client.get(link["path"]) as answer:
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "<script" not in await answer.text()


@pytest.mark.parametrize("code", ["AAAAAAAAAAAAAAAAAAAAAA", "x", "%2e%2e", "AAAAAAAAAAAAAAAAAAAAAAAA"])
async def test_a_code_that_was_never_given_out_opens_nothing(site: Site, code: str) -> None:
    for method, path in (("GET", f"/r/{code}"), ("POST", f"/r/{code}/refuse"), ("POST", f"/r/{code}/agree")):
        assert (await page(site, path, method=method))[0] == 404


async def test_who_was_not_asked_cannot_agree(site: Site) -> None:
    _, link = await site.ask("POST", "/v1/links", json={"to": NUMBER, "sender": "Example"})
    assert (await page(site, f"{link['path']}/agree", method="POST"))[0] == 409
    assert (await site.ask("POST", "/v1/links", json={"to": NUMBER, "sender": "Other"}))[0] == 422
