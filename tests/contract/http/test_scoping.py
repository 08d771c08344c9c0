"""Nobody sees or touches what belongs to another account: every endpoint is asked as a stranger."""

from typing import Any

import pytest
from conftest import FOREIGN_KEY, KEY, Site
from http_world import MINE

from kanhe.doors.http.endpoint import Endpoint
from kanhe.doors.http.table import ENDPOINTS
from kanhe.ports.change import Change, Inbound, Job, Rank

NUMBER = "+447400123456"
MESSAGE = {"to": NUMBER, "text": "Your order has left us. Example", "sender": "Example", "at": "2027-01-16T10:00:00Z"}
CONSENT = {
    "to": NUMBER, "sender": "Example", "categories": ["marketing"], "method": "express",
    "captured_at": "2026-12-01T10:00:00Z",
}  # fmt: skip
ASKED = [endpoint for endpoint in ENDPOINTS if not endpoint.public]


async def furnish(site: Site) -> dict[str, str]:
    """One of everything for the first account; where in paths it is named."""
    _, message = await site.ask("POST", "/v1/messages", json=MESSAGE)
    _, suppression = await site.ask("POST", "/v1/suppressions", json={"to": "+447400999999"})
    _, consent = await site.ask("POST", "/v1/consents", json=CONSENT)
    assert (await site.ask("POST", "/v1/webhooks", json={"name": "mine", "url": "http://127.0.0.1:9/"}))[0] == 201
    now = site.clock.now_ms()
    inbound = [Inbound(1, MINE, 447400123456, "Example", "hush", "sim", now, "none")]
    dead = [Job(2, MINE, "mine", now, b'{"a": "hush"}', 10, dead=True)]
    await site.store.commit(Change(Rank.INBOUND, now, inbound=inbound, jobs=dead))
    return {
        "messages": message["id"],
        "suppressions": suppression["id"],
        "consents": consent["id"],
        "dead-letters": "2",
    }


BODIES: dict[str, Any] = {
    "/v1/messages": MESSAGE,
    "/v1/messages/batch": {"messages": [MESSAGE]},
    "/v1/check": MESSAGE,
    "/v1/suppressions": {"to": NUMBER},
    "/v1/consents": CONSENT,
    "/v1/webhooks": {"name": "theirs", "url": "http://127.0.0.1:9/"},
    "/v1/webhooks/{name}": {"enabled": False},
}


async def ask(site: Site, endpoint: Endpoint, ids: dict[str, str], key: str) -> tuple[int, Any]:
    noun = endpoint.path.split("/")[2]
    path = endpoint.path.replace("{id}", ids.get(noun, "")).replace("{name}", "mine")
    numbers = {"suppressions": "+447400999999", "consents": NUMBER}
    query = (
        {"to": numbers[noun]} if endpoint.query and "to" in endpoint.query.__struct_fields__ and noun in numbers else {}
    )  # type: ignore[attr-defined]  # all queries are structs
    body = BODIES[endpoint.path] if endpoint.body else None
    return await site.ask(endpoint.method, path, key=key, params=query, json=body)


@pytest.mark.parametrize("endpoint", ASKED, ids=lambda e: e.name)
async def test_a_stranger_finds_nothing_and_changes_nothing(site: Site, endpoint: Endpoint) -> None:
    ids = await furnish(site)
    before = await everything(site, ids)
    status, said = await ask(site, endpoint, ids, FOREIGN_KEY)
    if "{" in endpoint.path:
        assert status == 404
    else:
        assert not any(identifier in str(said) for identifier in ids.values() if len(identifier) > 1)
        assert "hush" not in str(said)
        assert "mine" not in str(said)
    assert await everything(site, ids) == before


async def everything(site: Site, ids: dict[str, str]) -> list[Any]:
    """All that the first account can see, but its money and its log of requests."""
    seen = [each for each in ASKED if each.method == "GET" and each.name not in ("show_usage", "prove_message")]
    answers = [await ask(site, endpoint, ids, KEY) for endpoint in seen]
    assert all(status == 200 for status, _ in answers)
    return answers
