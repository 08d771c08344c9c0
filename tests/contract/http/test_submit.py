"""Submitting: answered after the commit, each refusal with its reasons, one answer per idempotency key."""

import asyncio
from typing import Any

from tests.contract.http.conftest import TEST_KEY, Site

SERVICE = {"to": "+44 7400 123456", "text": "Your order has left us. Example", "sender": "Example", "ref": "r-1"}
OFFER = {"to": "+447400123456", "text": "20 % off", "sender": "Example", "category": "marketing"}


async def post(site: Site, body: Any, path: str = "/v1/messages", **headers: str) -> tuple[int, Any, Any]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    async with site.client.post(path, json=body, headers=given) as answer:
        return answer.status, await answer.json(content_type=None), answer.headers


async def test_what_may_go_is_accepted_and_on_file_with_its_price(site: Site) -> None:
    status, said, _ = await post(site, SERVICE)
    assert status == 202
    assert said["state"] == "accepted"
    assert said["verdict"] == "allow"
    assert (said["segments"], said["price_micro"], said["ref"]) == (1, 45_000, "r-1")
    row = site.store.row(int(said["id"]))
    assert row is not None
    assert (row.message.recipient, row.message.live) == (447400123456, True)


async def test_what_may_not_go_is_a_problem_with_every_provision_and_is_on_file_too(site: Site) -> None:
    status, said, headers = await post(site, OFFER, Accept_Language="zh-CN,en;q=0.5")
    assert status == 422
    assert headers["content-type"] == "application/problem+json"
    assert said["code"] == "gate.refused"
    assert said["title"] == "依照法律或协议，该短信不得发送"
    found = {finding["code"]: finding for finding in said["findings"]}
    assert found["consent-missing"]["citation"][0]["instrument"]
    assert set(found["consent-missing"]["words"]) == {"en", "zh"}
    assert site.store.row(int(said["id"])) is not None


async def test_a_scheduled_message_waits(site: Site) -> None:
    status, said, _ = await post(site, {**SERVICE, "at": "2027-01-16T10:00:00+01:00"})
    assert (status, said["state"], said["not_before"]) == (202, "deferred", "2027-01-16T09:00:00.000Z")


async def test_a_test_key_never_makes_a_live_message(site: Site) -> None:
    status, said, _ = await post(site, SERVICE, **site.as_(TEST_KEY))
    assert (status, said["test"]) == (202, True)


async def test_one_key_gives_one_answer_and_one_message(site: Site) -> None:
    first, again = await asyncio.gather(*(post(site, SERVICE, Idempotency_Key="k1") for _ in range(2)))
    later = await post(site, SERVICE, Idempotency_Key="k1")
    assert first[:2] == again[:2] == later[:2]
    assert later[2]["idempotent-replayed"] == "true"
    assert (await post(site, OFFER, Idempotency_Key="k1"))[1]["code"] == "idempotency.other-body"
    assert (await post(site, SERVICE, Idempotency_Key="k2"))[1]["id"] != first[1]["id"]


async def test_a_batch_answers_each_message_for_itself(site: Site) -> None:
    bodies = [SERVICE, OFFER, {**SERVICE, "to": "nobody"}]
    status, said, _ = await post(site, {"messages": bodies}, "/v1/messages/batch", Idempotency_Key="b1")
    assert status == 202
    assert [answer["status"] for answer in said["answers"]] == [202, 422, 422]
    assert said["answers"][2]["problem"]["code"] == "number-unreadable"
    assert (await post(site, {"messages": bodies}, "/v1/messages/batch", Idempotency_Key="b1"))[1] == said
