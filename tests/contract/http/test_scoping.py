"""Nobody sees or touches what belongs to another account: every endpoint is asked as a stranger."""

import hashlib
import json
from typing import Any

from msgspec import structs
from tests.contract.http.conftest import FOREIGN_KEY, KEY, Site
from tests.contract.http.http_world import MINE, THEIRS

from kanhe.domain.papers import Qualification
from kanhe.doors.http.endpoint import Endpoint
from kanhe.doors.http.table import ENDPOINTS
from kanhe.ports.change import Change, Inbound, Job, Rank

NUMBER = "+447400123456"
MESSAGE = {"to": NUMBER, "text": "Your order has left us. Example", "sender": "Example", "at": "2027-01-16T10:00:00Z"}
CONSENT = {
    "to": NUMBER, "sender": "Example", "categories": ["marketing"], "method": "express",
    "captured_at": "2026-12-01T10:00:00Z",
}  # fmt: skip
ASKED = [endpoint for endpoint in ENDPOINTS if not endpoint.public and endpoint.accounts]
OF_USERS = [endpoint for endpoint in ENDPOINTS if not endpoint.accounts]


async def furnish(site: Site) -> dict[str, str]:
    """One of everything for the first account; where in paths it is named."""
    _, message = await site.ask("POST", "/v1/messages", json=MESSAGE)
    _, suppression = await site.ask("POST", "/v1/suppressions", json={"to": "+447400999999"})
    _, proof = await site.ask("POST", "/v1/consents/documents", data=b"%PDF-mine")
    _, consent = await site.ask("POST", "/v1/consents", json={**CONSENT, "proof": proof["digest"]})
    assert (await site.ask("POST", "/v1/webhooks", json={"name": "mine", "url": "http://127.0.0.1:9/"}))[0] == 201
    now = site.clock.now_ms()
    inbound = [Inbound(1, MINE, 447400123456, "Example", "hush", "sim", now, "none")]
    dead = [Job(2, MINE, "mine", now, b'{"a": "hush"}', 10, dead=True)]
    await site.store.commit(Change(Rank.INBOUND, now, inbound=inbound, jobs=dead))
    papers = await furnish_papers(site)
    [review] = (await site.ask("GET", "/v1/reviews", params={"limit": 1}))[1]["reviews"]
    _, complaint = await site.ask("POST", "/v1/complaints", json={"source": "carrier", "to": NUMBER, "text": "hush"})
    return papers | {
        "complaints": complaint["id"],
        "reviews": review["id"],
        "messages": message["id"],
        "suppressions": suppression["id"],
        "consents": consent["id"],
        "dead-letters": "2",
    }


async def furnish_papers(site: Site) -> dict[str, str]:
    """A paper of each kind with a document."""
    operator = structs.replace(site.books.operator, agreements={"cn.customer_terms": (("1", "2026-01-01"),)})
    site.books.put(operator)
    site.books.put(Qualification(1, MINE, "firm", "mine", "company", "GB"))
    site.books.put(Qualification(1, THEIRS, "firm", "theirs", "company", "GB"))
    ids = {}
    for collection, body in PAPERS.items():
        status, made = await site.ask("POST", f"/v1/{collection}", json=body)
        assert status == 201, made
        ids[collection] = made["id"]
        status, _ = await site.ask("POST", f"/v1/{collection}/{made['id']}/documents?role=other", data=b"%PDF-mine")
        assert (status, collection) in {(201, collection), (422, "agreements")}
    return ids


DOCUMENT = hashlib.sha256(b"%PDF-mine").hexdigest()
PAPERS: dict[str, Any] = {
    "licences": {"key": "cn.value_added_telecom", "number": "mine", "holder": "Mine", "valid_to": "2030-01-01"},
    "qualifications": {
        "entity": "m", "name": "mine", "kind": "company", "seat": "GB", "number": "1", "authorised_person": "mine",
    },
    "agreements": {"key": "cn.customer_terms", "version": "1", "accepted_by": "mine"},
    "authorities": {
        "key": "mine", "name": "mine", "power": "mine", "categories": ["emergency"], "valid_to": "2030-01-01",
    },
    "senders": {
        "name": "mine", "id": {"type": "alphanumeric", "value": "mine"}, "entity": "firm", "owner": {"by": "entity"},
    },
    "templates": {"name": "mine", "text": "mine", "category": "transactional"},
}  # fmt: skip
BODIES: dict[str, Any] = {
    **{
        f"/v1/{collection}": json.loads(json.dumps(body).replace("mine", "yours"))
        for collection, body in PAPERS.items()
    },
    **{f"/v1/{collection}/{{id}}/versions": body for collection, body in PAPERS.items()},
    "/v1/messages": MESSAGE,
    "/v1/messages/batch": {"messages": [MESSAGE]},
    "/v1/check": MESSAGE,
    "/v1/complaints": {"source": "recipient", "to": NUMBER, "text": "yours"},
    "/v1/complaints/{id}": {"state": "closed"},
    "/v1/moderation/check": {"text": "老虎机注册送88彩金，加微信ab12345", "sender": "Example"},
    "/v1/suppressions": {"to": NUMBER},
    "/v1/consents": CONSENT,
    "/v1/consents/{id}": {"reconfirmed_at": "2027-01-01T10:00:00Z"},
    "/v1/links": {"to": NUMBER, "sender": "Other"},
    "/v1/webhooks": {"name": "theirs", "url": "http://127.0.0.1:9/"},
    "/v1/webhooks/{name}": {"enabled": False},
}


async def ask(site: Site, endpoint: Endpoint, ids: dict[str, str], key: str) -> tuple[int, Any]:
    noun = endpoint.path.split("/")[2]
    path = endpoint.path.replace("{id}", ids.get(noun, "")).replace("{name}", DOCUMENT if noun in PAPERS else "mine")
    numbers = {"suppressions": "+447400999999", "consents": NUMBER}
    query = (
        {"to": numbers[noun]} if endpoint.query and "to" in endpoint.query.__struct_fields__ and noun in numbers else {}
    )  # type: ignore[attr-defined]  # all queries are structs
    if endpoint.body is bytes:
        return await site.ask(endpoint.method, path, key=key, params={"role": "other"}, data=b"%PDF-theirs")
    body = BODIES[endpoint.path] if endpoint.body else None
    return await site.ask(endpoint.method, path, key=key, params=query, json=body)


async def test_a_stranger_finds_nothing_and_changes_nothing(site: Site) -> None:
    ids = await furnish(site)
    before = await everything(site, ids)
    for endpoint in ASKED:
        status, said = await ask(site, endpoint, ids, FOREIGN_KEY)
        if "{" in endpoint.path:
            assert status == 404, endpoint.name
        else:
            assert not any(identifier in str(said) for identifier in ids.values() if len(identifier) > 1), endpoint.name
            assert "hush" not in str(said), endpoint.name
            assert "mine" not in str(said), endpoint.name
        if endpoint.method != "GET":
            assert await everything(site, ids) == before, endpoint.name


async def test_what_is_for_users_takes_no_key_of_an_account(site: Site) -> None:
    for endpoint in OF_USERS:
        path = endpoint.path.replace("{id}", "1").replace("{name}", "x")
        status, said = await site.ask(endpoint.method, path, json={} if endpoint.body else None)
        assert (status, said["code"]) == (403, "auth.user-needed"), endpoint.name


async def everything(site: Site, ids: dict[str, str]) -> list[Any]:
    """All that the first account can see, but its money and its log of requests."""
    seen = [each for each in ASKED if each.method == "GET" and each.name not in ("show_usage", "prove_message")]
    answers = [await ask(site, endpoint, ids, KEY) for endpoint in seen]
    without = {"get_document_of_agreement"}  # an acceptance is proved by who gave it
    assert [
        e.name for e, (status, _) in zip(seen, answers, strict=True) if status != 200 and e.name not in without
    ] == []
    return answers
