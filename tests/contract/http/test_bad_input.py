"""What a caller can do wrong: each mistake has its status, its code and its place."""

import asyncio
from typing import Any

import aiohttp
import msgspec
import pytest
from tests.contract.http.conftest import FOREIGN_KEY, KEY, Site
from tests.contract.http.http_world import MINE

from kanhe.domain.papers import ConnectorPaper
from kanhe.doors.http.limits import BATCH_MESSAGES_MAX, BODY_OCTETS_MAX, HEADER_OCTETS_MAX

GOOD = {"to": "+447400123456", "text": "Hello from Example", "sender": "Example"}

MISTAKES: list[tuple[str, bytes, int, str, str | None]] = [
    ("no JSON", b'{"to": ', 400, "json.malformed", None),
    ("not UTF-8", b'{"to": "\xff"}', 400, "json.malformed", None),
    ("unknown field", b'{"to": "+1", "text": "x", "colour": 1}', 400, "field.unknown", "colour"),
    ("wrong type", b'{"to": 7}', 400, "body.invalid", "to"),
    ("no recipient", b'{"text": "x"}', 400, "body.invalid", None),
    ("local time", b'{"to": "+1", "at": "2027-01-01T00:00:00"}', 400, "body.invalid", "at"),
    ("no country", b'{"to": "13800138000", "text": "x", "sender": "Example"}', 422, "number-country-missing", "to"),
    ("nothing to say", b'{"to": "+447400123456", "text": "", "sender": "Example"}', 422, "text.empty", "text"),
    ("nobody speaks", b'{"to": "+447400123456", "text": "x"}', 422, "sender.missing", "sender"),
    ("half a character", b'{"to": "+447400123456", "text": "\\ud83d", "sender": "Example"}', 400, "json.malformed", None),
    ("too late", b'{"to": "+447400123456", "text": "x", "sender": "E", "validity_s": 0}', 422, "validity.out-of-range", "validity_s"),
    ("two texts", b'{"to": "+447400123456", "text": "x", "sender": "E", "template": "t"}', 422, "text.and-template", "text"),
    ("no template", b'{"to": "+447400123456", "sender": "Example", "template": "t"}', 422, "template.unknown", "template"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "body", "status", "code", "field"), MISTAKES, ids=[row[0] for row in MISTAKES])
async def test_a_mistake_is_named_with_its_place(
    site: Site, what: str, body: bytes, status: int, code: str, field: str | None
) -> None:
    async with site.client.post("/v1/messages", data=body, headers={"content-type": "application/json"}) as answer:
        said = await answer.json(content_type=None)
    assert (answer.status, said["code"], said.get("field")) == (status, code, field)
    assert said["what"]["en"]
    assert said["what"]["zh"]
    assert said["next"]["zh"]


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/check"])
async def test_a_number_that_is_none_is_quoted_once_with_what_to_do(site: Site, path: str) -> None:
    _, said = await site.ask("POST", path, json={**GOOD, "to": "13800138000"})
    problem = said.get("problem", said)
    assert problem["what"]["en"] == "The number `13800138000` says no country."
    assert problem["detail"] == problem["next"]["en"]


async def test_a_mistake_inside_a_batch_refuses_it_whole_with_the_place(site: Site) -> None:
    _, said = await site.ask("POST", "/v1/messages/batch", json={"messages": [GOOD, {**GOOD, "colour": 1}]})
    assert (said["code"], said["field"]) == ("field.unknown", "messages[1].colour")
    _, said = await site.ask("POST", "/v1/messages/batch", json={"messages": [GOOD, {**GOOD, "sender": None}]})
    assert (said["code"], said["field"]) == ("sender.missing", "messages[1].sender")
    assert site.store.last_id() == 0


@pytest.mark.parametrize(("count", "code"), [(0, "batch.empty"), (BATCH_MESSAGES_MAX + 1, "batch.too-many")])
async def test_a_batch_has_one_to_a_thousand(site: Site, count: int, code: str) -> None:
    status, said = await site.ask("POST", "/v1/messages/batch", json={"messages": [GOOD] * count})
    assert (status, said["code"]) == (422, code)


async def test_more_than_ten_segments_are_refused_with_the_count(site: Site) -> None:
    status, said = await site.ask("POST", "/v1/messages", json={**GOOD, "text": "Example " + "x" * 1_530})
    assert (status, said["code"]) == (422, "text.too-many-segments")
    assert "11 segments" in said["detail"]


async def test_a_sender_id_that_its_route_cannot_write_is_refused_with_route_and_limit(site: Site) -> None:
    """Names are lawful where the number is, and CMPP has no type for them."""
    site.books.put(ConnectorPaper(90, "sim", "sim", protocol="cmpp"))
    for way in ("/v1/messages", "/v1/check"):
        _, said = await site.ask("POST", way, json=GOOD)
        problem = said.get("problem", said)
        assert (problem["code"], problem["field"]) == ("sender.unfit", "sender")
        assert problem["detail"] == "route `sim` takes 1 to 20 digits; `Example` does not fit"
    assert site.store.last_id() == 0
    assert (await site.ask("GET", "/v1/usage"))[1]["reserved_micro"] == 0
    site.books.put(ConnectorPaper(91, "sim", "sim", protocol="smpp"))
    assert (await site.ask("POST", "/v1/messages", json=GOOD))[0] == 202


async def test_a_body_over_the_limit_is_not_read(site: Site) -> None:
    body = msgspec.json.encode({**GOOD, "text": "x" * BODY_OCTETS_MAX})
    status, said = await site.ask("POST", "/v1/messages", data=body)
    assert (status, said["code"]) == (413, "body.too-large")

    async def pieces() -> Any:
        yield body

    status, said = await site.ask("POST", "/v1/messages", data=pieces())
    assert (status, said["code"]) == (413, "body.too-large")


async def test_other_media_are_refused(site: Site) -> None:
    async with site.client.post("/v1/messages", data=b"to=1", headers={"content-type": "text/plain"}) as answer:
        assert answer.status == 415


async def test_a_head_over_the_limit_ends_the_connection(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.base.rsplit(":", 1)[1]))
    writer.write(b"GET /healthz HTTP/1.1\r\nhost: x\r\n" + b"x-a: " + b"b" * HEADER_OCTETS_MAX + b"\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 431 ")
    writer.close()


@pytest.mark.parametrize(("header", "code"), [(None, "auth.missing"), ("Basic x", "auth.missing"), ("Bearer kanhe_live_aaaaaaaaaaaa_" + "9" * 64, "auth.unknown"), ("Bearer x", "auth.unknown")])  # fmt: skip
async def test_without_a_key_there_is_nothing(site: Site, header: str | None, code: str) -> None:
    headers = {"Authorization": header} if header else {}
    async with aiohttp.ClientSession(site.base, headers=headers) as client, client.get("/v1/messages") as answer:
        assert (answer.status, (await answer.json(content_type=None))["code"]) == (401, code)
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_withdrawn_key_and_a_suspended_account_are_noticed_at_once(site: Site) -> None:
    assert (await site.ask("GET", "/v1/messages"))[0] == 200
    account = site.books.accounts[MINE]
    site.books.put(msgspec.structs.replace(account, status="suspended"))
    assert (await site.ask("GET", "/v1/messages"))[0] == 403
    site.books.put(account)
    credential = site.books.credentials["api_key", KEY.split("_")[2]]
    site.books.put(msgspec.structs.replace(credential, networks=("10.0.0.0/8",)))
    assert (await site.ask("GET", "/v1/messages"))[1]["code"] == "auth.network"
    site.books.remove(credential, 2)
    assert (await site.ask("GET", "/v1/messages"))[0] == 401


async def test_a_key_over_its_rate_is_told_when_to_come_back(site: Site) -> None:
    credential = site.books.credentials["api_key", FOREIGN_KEY.split("_")[2]]
    site.books.put(msgspec.structs.replace(credential, rate_per_s=2.0))
    body = {**GOOD, "sender": "Other"}
    statuses = [(await site.ask("POST", "/v1/messages", key=FOREIGN_KEY, json=body))[0] for _ in range(3)]
    assert statuses[2] == 429
    assert 429 not in statuses[:2]
    site.clock.advance(0.5)
    assert (await site.ask("POST", "/v1/messages", key=FOREIGN_KEY, json=body))[0] != 429


async def test_a_full_intake_says_so(site: Site) -> None:
    site.intake.cancel()
    await asyncio.gather(site.intake, return_exceptions=True)
    while site.world.intake.offer(3, 99, object(), cost=500):  # type: ignore[arg-type]  # never taken
        pass
    async with site.client.post("/v1/messages", json=GOOD) as answer:
        assert (answer.status, answer.headers["retry-after"]) == (429, "2")
    assert (await site.ask("GET", "/readyz"))[0] == 503


async def test_who_waits_too_long_is_told_that_we_do_not_know(site: Site) -> None:
    site.intake.cancel()
    await asyncio.gather(site.intake, return_exceptions=True)
    asked = asyncio.create_task(site.ask("POST", "/v1/messages", json=GOOD))
    await site.world.intake.wait()
    site.door.waiting.give_up(site.clock.monotonic())
    status, said = await asked
    assert (status, said["code"]) == (503, "answer.late")


async def test_unknown_addresses_and_methods_are_problems_too(site: Site) -> None:
    assert (await site.ask("GET", "/v1/nothing"))[1]["code"] == "path.unknown"
    assert (await site.ask("PUT", "/v1/messages", json={}))[1]["code"] == "method.unknown"
    assert (await site.ask("GET", "/v1/messages?colour=red"))[1]["code"] == "query.invalid"
    assert (await site.ask("GET", "/v1/messages?limit=0"))[1]["field"] == "limit"


async def test_an_idempotency_key_is_a_short_text(site: Site) -> None:
    headers = {"Idempotency-Key": "k" * 256}
    async with site.client.post("/v1/messages", json=GOOD, headers=headers) as answer:
        assert (await answer.json(content_type=None))["code"] == "idempotency.key-invalid"


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_long_head_is_refused_whole_or_in_pieces(site: Site, at_once: bool) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.base.rsplit(":", 1)[1]))
    head = (
        b"GET /healthz HTTP/1.1\r\nhost: x\r\n"
        + b"".join(b"x-%d: %s\r\n" % (i, b"b" * 900) for i in range(40))
        + b"\r\n"
    )
    for piece in [head] if at_once else [head[i : i + 1_000] for i in range(0, HEADER_OCTETS_MAX + 1, 1_000)]:
        writer.write(piece)
        await asyncio.sleep(0)
    assert (await reader.read()).startswith(b"HTTP/1.1 431 ")
    writer.close()


async def test_what_is_no_http_is_answered_and_closed(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.base.rsplit(":", 1)[1]))
    writer.write(b"\x00\x01nonsense\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
    writer.close()


async def test_requests_sent_behind_each_other_are_answered_in_order(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.base.rsplit(":", 1)[1]))
    body = msgspec.json.encode(GOOD)
    head = (
        f"POST /v1/messages HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body + b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    said = await reader.read()
    assert said.index(b"202 Accepted") < said.index(b"200 OK")
    writer.close()
