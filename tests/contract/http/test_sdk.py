"""The Python client against the real door, with and without asyncio."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.contract.http.conftest import KEY, Site

from kanhe.kit.rng import SeededRng
from kanhe.webhooks.signing import make_secret, sign
from kanhe_sdk import AsyncClient, Client, Problem, Sent, SignatureError, verify_webhook

TO, TEXT = "+447400123456", "Your order has left us. Example"


async def test_the_asynchronous_client_goes_the_whole_way(site: Site) -> None:
    async with AsyncClient(site.base, KEY) as kanhe:
        sent = await kanhe.send(TO, TEXT, sender="Example", at=datetime(2027, 1, 16, 10, tzinfo=UTC))
        assert (sent.state, sent.not_before) == ("deferred", "2027-01-16T10:00:00.000Z")
        assert (await kanhe.get(sent.id)).to == TO
        assert (await kanhe.cancel(sent.id)).state == "cancelled"
        assert (await kanhe.explain(sent.id))["outcome"] == "defer"
        assert (await kanhe.check(TO, TEXT, sender="Example"))["would"] == "accepted"
        with pytest.raises(Problem) as refused:
            await kanhe.send(TO, "20 % off", sender="Example", category="marketing")
        assert refused.value.code == "gate.refused"
        assert refused.value.citations
        batch = await kanhe.send_batch(
            [{"to": TO, "text": TEXT, "sender": "Example"}, {"to": "x", "sender": "Example"}]
        )
        assert [type(answer) for answer in batch.answers] == [Sent, Problem]
        assert [message.id async for message in kanhe.messages(limit=1, state="cancelled")] == [sent.id]
        assert (await kanhe.request("POST", "/v1/suppressions", {"to": TO}))["level"] == "account"


LICENCE = {"key": "cn.value_added_telecom", "number": "1", "holder": "Example", "valid_to": "2030-01-01"}


async def test_both_clients_hand_in_a_document(site: Site) -> None:
    def plain(path: str) -> Any:
        with Client(site.base, KEY) as kanhe:
            return kanhe.upload(path, b"%PDF-1.7 other", role="other")

    async with AsyncClient(site.base, KEY) as kanhe:
        paper = await kanhe.request("POST", "/v1/licences", LICENCE)
        path = f"/v1/licences/{paper['id']}/documents"
        copy = await kanhe.upload(path, b"%PDF-1.7 copy", role="copy", name="licence.pdf")
        assert (copy["name"], copy["media"]) == ("licence.pdf", "application/pdf")
        assert (await asyncio.to_thread(plain, path))["role"] == "other"
        with pytest.raises(Problem) as refused:
            await kanhe.upload(path, b"MZ", role="copy")
        assert refused.value.code == "document.type-unknown"
        assert (await kanhe.request("GET", f"/v1/licences/{paper['id']}"))["paper"]["state"] == "submitted"


async def test_the_plain_client_goes_the_whole_way(site: Site) -> None:
    def go() -> list[Any]:
        with Client(site.base, KEY) as kanhe:
            sent = kanhe.send(TO, TEXT, sender="Example", idempotency_key="a")
            again = kanhe.send(TO, TEXT, sender="Example", idempotency_key="a")
            with pytest.raises(Problem) as unknown:
                kanhe.get("1")
            listed = [message.id for message in kanhe.messages(limit=1)]
            return [sent.id == again.id, unknown.value.code, listed == [sent.id]]

    assert await asyncio.to_thread(go) == [True, "message.unknown", True]


async def test_a_busy_server_is_asked_again_and_a_dead_one_is_a_problem(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kanhe_sdk.requests.WAITS_S", (0.0, 0.0, 0.0))
    site.intake.cancel()
    await asyncio.gather(site.intake, return_exceptions=True)
    site.world.intake.offer(3, 99, object(), cost=1_000)  # type: ignore[arg-type]  # never judged
    async with AsyncClient(site.base, KEY, timeout_s=0.2) as kanhe:
        sending = asyncio.create_task(kanhe.send(TO, TEXT, sender="Example"))
        await asyncio.sleep(0.3)
        assert site.door.counts.requests["submit", 429] == 1
        site.world.intake.take(10_000)  # there is room again, but nobody judges
        with pytest.raises(Problem) as late:
            await sending
    assert late.value.status == 502
    assert len(site.world.intake) == 1  # tried three times more, and joined under its one key


def test_webhooks_are_verified_before_they_are_read() -> None:
    secret, other, body = make_secret(SeededRng(1)), make_secret(SeededRng(2)), b'{"type": "message.settled"}'
    headers = {
        "Webhook-Id": "evt_1",
        "Webhook-Timestamp": "1000",
        "Webhook-Signature": sign([other, secret], "evt_1", 1000, body),
    }
    assert verify_webhook(secret, headers, body, now_s=1_299) == {"type": "message.settled"}
    for wrong in (
        {"secret": make_secret(SeededRng(3))},
        {"body": body + b" "},
        {"now_s": 1_301},
        {"headers": {}},
        {"headers": {**headers, "Webhook-Signature": "v1,%%% v2,xx"}},
    ):
        given: dict[str, Any] = {"secret": secret, "headers": headers, "body": body, "now_s": 1_000, **wrong}
        with pytest.raises(SignatureError):
            verify_webhook(**given)
