"""Looking up: what was sent, where it stands, why, what it cost; taking it back."""

import re
from pathlib import Path

import pytest
from msgspec import structs
from tests.contract.http.conftest import Site
from tests.contract.http.http_world import MINE

from kanhe.domain.state import State
from kanhe.ledger.bundle import verify_bundle
from kanhe.ports.change import Change, Inbound, Rank
from kanhe.routing.candidates import Routes

SERVICE = {"to": "+447400123456", "text": "Your order has left us. Example", "sender": "Example"}
LATER = {**SERVICE, "at": "2027-01-16T10:00:00Z"}


async def test_a_page_leads_to_the_next_until_there_is_none(site: Site) -> None:
    sent = [(await site.ask("POST", "/v1/messages", json=SERVICE))[1]["id"] for _ in range(5)]
    seen, cursor = [], ""
    while True:
        _, page = await site.ask("GET", f"/v1/messages?limit=2{cursor}")
        seen += [message["id"] for message in page["messages"]]
        if page["next"] is None:
            break
        cursor = f"&before={page['next']}"
    assert seen == sent[::-1]


async def test_filters_narrow_a_list(site: Site) -> None:
    await site.ask("POST", "/v1/messages", json=SERVICE)
    _, later = await site.ask("POST", "/v1/messages", json={**LATER, "to": "+447400999999"})
    for query in ("state=deferred", "to=%2B44 7400 999999"):
        _, page = await site.ask("GET", f"/v1/messages?{query}")
        assert [message["id"] for message in page["messages"]] == [later["id"]]
    for query in ("category=marketing", "sender=Nobody", "until=2026-01-01T00:00:00Z", "state=submitted"):
        assert (await site.ask("GET", f"/v1/messages?{query}"))[1]["messages"] == []


async def test_a_message_on_its_way_shows_what_the_board_knows(site: Site) -> None:
    _, sent = await site.ask("POST", "/v1/messages", json=SERVICE)
    live = site.world.board.lives[int(sent["id"])]
    live.move(State.CLAIMED)
    live.move(State.SUBMITTED)
    assert (await site.ask("GET", f"/v1/messages/{sent['id']}"))[1]["state"] == "submitted"
    _, page = await site.ask("GET", "/v1/messages?state=submitted")
    assert [message["id"] for message in page["messages"]] == [sent["id"]]


async def test_a_message_is_taken_back_once_and_its_money_too(site: Site) -> None:
    before = (await site.ask("GET", "/v1/usage"))[1]["free_micro"]
    _, sent = await site.ask("POST", "/v1/messages", json=LATER)
    assert (await site.ask("GET", "/v1/usage"))[1]["free_micro"] == before - 45_000
    status, said = await site.ask("DELETE", f"/v1/messages/{sent['id']}")
    assert (status, said["state"]) == (200, "cancelled")
    status, said = await site.ask("DELETE", f"/v1/messages/{sent['id']}")
    assert (status, said["code"]) == (409, "cancel.too-late")
    _, usage = await site.ask("GET", "/v1/usage")
    assert usage["free_micro"] == before
    assert usage["counts"] == {"cancelled": {"messages": 1, "segments": 1}}


async def test_a_verdict_is_explained_and_a_check_says_the_same_without_sending(site: Site) -> None:
    offer = {**SERVICE, "text": "20 % off", "category": "marketing"}
    _, asked = await site.ask("POST", "/v1/check", json=offer)
    assert site.store.last_id() == 0
    _, sent = await site.ask("POST", "/v1/messages", json=offer)
    _, told = await site.ask("GET", f"/v1/messages/{sent['id']}/explanation")
    assert asked["would"] == "refused"
    assert told["findings"] == asked["explanation"]["findings"]
    assert told["outcome"] == "refuse"
    assert told["message"] == sent["id"]
    assert all(one["words"]["zh"]["what"] and one["words"]["en"]["why"] for one in told["findings"])


async def test_a_check_prices_what_may_go_and_sets_nothing_aside(site: Site) -> None:
    _, said = await site.ask("POST", "/v1/check", json=SERVICE)
    assert (said["would"], said["segments"], said["price_micro"]) == ("accepted", 1, 45_000)
    assert (await site.ask("GET", "/v1/usage"))[1]["reserved_micro"] == 0
    _, said = await site.ask("POST", "/v1/check", json={**SERVICE, "to": "nobody"})
    assert (said["would"], said["problem"]["code"]) == ("refused", "number-unreadable")


async def test_a_check_shows_what_typographic_characters_cost(site: Site) -> None:
    curly = {**SERVICE, "text": "Your order “42” has left us… " + "It comes today. " * 6 + "Example"}
    _, said = await site.ask("POST", "/v1/check", json=curly)
    assert (said["segments"], said["shorter"]["segments"]) == (2, 1)
    assert said["shorter"]["text"].startswith('Your order "42" has left us... ')
    _, sent = await site.ask("POST", "/v1/messages", json=curly)
    assert (await site.ask("GET", f"/v1/messages/{sent['id']}"))[1]["text"] == curly["text"]
    assert "shorter" not in (await site.ask("POST", "/v1/check", json=SERVICE))[1]


@pytest.mark.parametrize("switch", ["route", "account"])
async def test_where_substitutions_are_switched_on_they_are_an_amendment(site: Site, switch: str) -> None:
    books, curly = site.books, {**SERVICE, "text": "Your order “42” has left us… " + "It comes today. " * 6 + "Example"}
    plain = curly["text"].replace("“", '"').replace("”", '"').replace("…", "...")
    if switch == "route":
        books.put(structs.replace(books.routes["sim"], revision=90, substitutions=True))
        site.world.routes = Routes(books.routes.values())
    else:
        books.put(structs.replace(books.accounts[MINE], revision=90, amendments=frozenset({"substitutions"})))
    _, said = await site.ask("POST", "/v1/check", json=curly)
    assert (said["segments"], said["price_micro"], said["explanation"]["outcome"]) == (1, 45_000, "amend")
    assert "shorter" not in said
    _, sent = await site.ask("POST", "/v1/messages", json=curly)
    _, told = await site.ask("GET", f"/v1/messages/{sent['id']}/explanation")
    assert told["text"] == said["explanation"]["text"] == plain
    assert told["changes"] == [{"kind": "substitutions", "rule": "", "before": "“ ” …", "after": '" " ...'}]
    assert "text-substituted" in {finding["code"] for finding in told["findings"]}
    row = site.store.row(int(sent["id"]))
    assert row is not None
    assert (row.message.text, row.verdict.text, row.segments, row.price) == (curly["text"], plain, 1, 45_000)
    for text in ("Your order “42” has left us. Example", curly["text"] + "中", SERVICE["text"]):
        _, said = await site.ask("POST", "/v1/check", json={**SERVICE, "text": text})
        assert said["explanation"]["outcome"] == "allow"
        assert "changes" not in said["explanation"]


async def test_no_money_no_message(site: Site) -> None:
    site.world.purse.top_up(7, -10_000_000)
    status, said = await site.ask("POST", "/v1/messages", json=SERVICE)
    assert (status, said["code"]) == (402, "money.insufficient")


async def test_what_people_wrote_is_listed(site: Site) -> None:
    now = site.clock.now_ms()
    inbound = [Inbound(i, 7, 447400123456, "Example", f"Hello {i}", "sim", now, "none") for i in (1, 2, 3)]
    await site.store.commit(Change(Rank.INBOUND, now, inbound=inbound))
    _, page = await site.ask("GET", "/v1/inbound?limit=2")
    assert [message["text"] for message in page["inbound"]] == ["Hello 3", "Hello 2"]
    assert (await site.ask("GET", f"/v1/inbound?before={page['next']}"))[1]["inbound"][0]["id"] == "1"


async def test_machines_find_their_addresses(site: Site) -> None:
    assert await site.ask("GET", "/healthz") == (200, "ok\n")
    assert await site.ask("GET", "/readyz") == (200, "ready\n")
    await site.ask("POST", "/v1/messages", json=SERVICE)
    _, metrics = await site.ask("GET", "/metrics")
    assert 'kanhe_http_requests_total{endpoint="submit",status="202"} 1.0' in metrics
    assert 'kanhe_verdicts_total{outcome="allow"} 1.0' in metrics
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "run-in-production.md").read_text("utf-8")
    named = {name.removesuffix("_total") for name in re.findall(r"`(kanhe_\w+)`", page)}
    assert named <= set(re.findall(r"^# HELP (kanhe_\w+?)(?:_total)? ", metrics, re.MULTILINE)), (
        "the manual names no others"
    )


async def test_the_evidence_for_a_message_verifies_against_the_published_checkpoint(site: Site) -> None:
    assert (await site.ask("GET", "/ledger/checkpoint"))[0] == 404
    _, sent = await site.ask("POST", "/v1/messages", json=SERVICE)
    status, said = await site.ask("GET", f"/v1/messages/{sent['id']}/evidence")
    assert (status, said["code"]) == (409, "evidence.not-yet")
    await site.notary.grow()
    async with site.client.get(f"/v1/messages/{sent['id']}/evidence") as answer:
        proved = verify_bundle(await answer.read(), site.notary.verifier)
    assert [entry.recipient for entry in proved.entries] == ["+447400123456"]
    _, note = await site.ask("GET", "/ledger/checkpoint")
    assert note.splitlines()[:2] == ["kanhe.test/ledger/1", "1"]
    async with site.client.get("/ledger/tile/0/000.p/1") as answer:
        assert (answer.status, len(await answer.read())) == (200, 32)
    for path in ("0/001", "0/001.p/1", "9/x", "%2e%2e/secret.key"):
        assert (await site.ask("GET", f"/ledger/tile/{path}"))[0] == 404
