"""Refusals and consents by the API, and what the gate makes of them."""

from datetime import UTC, datetime

import pytest
from pyroaring import BitMap64
from tests.contract.http.conftest import Site

from kanhe.domain.facts import Consent, Suppression
from kanhe.kit.clock import to_ms
from kanhe.ports.change import REASSIGNED, Change, Rank, RegisterList
from kanhe.world import write_down

NUMBER = "+447400123456"
SERVICE = {"to": NUMBER, "text": "Your order has left us. Example", "sender": "Example"}
CONSENT = {
    "to": NUMBER, "sender": "Example", "categories": ["marketing"], "method": "express",
    "captured_at": "2026-12-01T10:00:00Z", "proof_fields": ["captured_at", "text_shown"],
}  # fmt: skip


async def test_a_suppressed_number_is_not_written_to_until_it_is_freed(site: Site) -> None:
    status, made = await site.ask("POST", "/v1/suppressions", json={"to": NUMBER, "note": "asked by phone"})
    assert (status, made["level"], made["categories"]) == (201, "account", ["all"])
    assert (await site.ask("POST", "/v1/messages", json=SERVICE))[0] == 422
    for query in ("", "?to=%2B447400123456"):
        assert (await site.ask("GET", f"/v1/suppressions{query}"))[1]["suppressions"] == [made]
    assert (await site.ask("DELETE", f"/v1/suppressions/{made['id']}?to=%2B447400123456"))[0] == 204
    assert (await site.ask("DELETE", f"/v1/suppressions/{made['id']}?to=%2B447400123456"))[0] == 404
    assert (await site.ask("POST", "/v1/messages", json=SERVICE))[0] == 202


async def test_a_recipients_own_refusal_is_not_the_accounts_to_lift(site: Site) -> None:
    refusal = Suppression(5, site.clock.now_ms(), "sender", entity="Example", account=7)
    await site.store.commit(Change(Rank.INBOUND, refusal.at, suppressions=[(447400123456, refusal)]))
    status, said = await site.ask("DELETE", "/v1/suppressions/5?to=%2B447400123456")
    assert (status, said["code"]) == (409, "suppression.of-recipient")


async def test_consents_are_put_on_file_listed_and_withdrawn(site: Site) -> None:
    status, made = await site.ask("POST", "/v1/consents", json=CONSENT)
    assert (status, made["status"], made["entity"]) == (201, "active", "Example")
    _, sent = await site.ask("POST", "/v1/messages", json={**SERVICE, "text": "20 % off", "category": "marketing"})
    assert "consent-missing" not in {finding["code"] for finding in sent["findings"]}
    _, gone = await site.ask("DELETE", f"/v1/consents/{made['id']}?to=%2B447400123456")
    ended = {"ended_at": gone["ended_at"], "ended_by": "api"}
    assert gone == {**made, "status": "withdrawn", **ended}
    _, refused = await site.ask("GET", "/v1/suppressions?to=%2B447400123456")
    (refusal,) = refused["suppressions"]
    assert (refusal["scope"], refusal["entity"], refusal["source"]) == ("entity", "Example", "api")
    for query in ("", "?to=%2B447400123456"):
        assert (await site.ask("GET", f"/v1/consents{query}"))[1]["consents"] == [gone]


async def test_a_consent_that_a_reply_ended_names_the_message(site: Site) -> None:
    at = site.clock.now_ms()
    ended = Consent(
        5,
        "withdrawn",
        "Example",
        frozenset({"marketing"}),
        "express",
        at - 1,
        ended_at=at,
        ended_by="reply",
        ended_inbound=9,
    )
    await site.store.commit(Change(Rank.INBOUND, at, consents=[(7, 447400123456, ended)]))
    for address in ("/v1/consents?to=%2B447400123456", "/v1/consents"):
        (shown,) = (await site.ask("GET", address))[1]["consents"]
        assert (shown["status"], shown["ended_by"], shown["ended_inbound"]) == ("withdrawn", "reply", "9")


async def test_a_consent_uses_the_words_of_the_law(site: Site) -> None:
    _, said = await site.ask("POST", "/v1/consents", json={**CONSENT, "proof_fields": ["a_hunch"]})
    assert (said["code"], said["field"]) == ("body.invalid", "proof_fields")
    _, said = await site.ask("POST", "/v1/consents", json={**CONSENT, "captured_at": "2030-01-01T00:00:00Z"})
    assert said["field"] == "captured_at"
    assert (await site.ask("POST", "/v1/consents", json={**CONSENT, "sender": "Nobody"}))[1]["code"] == "sender.unknown"


async def test_pages_of_a_book_follow_its_numbers(site: Site) -> None:
    for last in range(5):
        await site.ask("POST", "/v1/suppressions", json={"to": f"+44740012345{last}"})
    seen, cursor = [], ""
    while True:
        _, page = await site.ask("GET", f"/v1/suppressions?limit=2{cursor}")
        seen += [each["to"] for each in page["suppressions"]]
        if page["next"] is None:
            break
        cursor = f"&after={page['next']}"
    assert seen == [f"+44740012345{last}" for last in range(5)]


async def test_a_block_reaches_as_far_as_its_scope(site: Site) -> None:
    async def status(body: dict[str, object]) -> int:
        return (await site.ask("POST", "/v1/messages", json=body))[0]

    _, made = await site.ask("POST", "/v1/suppressions", json={"to": NUMBER, "scope": "sender", "sender": "Example"})
    assert (made["level"], made["scope"], made["sender"]) == ("account", "sender", "Example")
    assert await status(SERVICE) == 422
    await site.ask("DELETE", f"/v1/suppressions/{made['id']}?to=%2B447400123456")
    for body, sent in (
        ({"scope": "account", "program": "autumn"}, 202),
        ({"scope": "account", "categories": ["marketing"]}, 202),
        ({"scope": "account", "categories": ["transactional"]}, 422),
    ):
        _, made = await site.ask("POST", "/v1/suppressions", json={"to": NUMBER, **body})
        assert await status(SERVICE) == sent, body
        await site.ask("DELETE", f"/v1/suppressions/{made['id']}?to=%2B447400123456")


async def test_a_persons_refusal_told_to_the_account_is_the_persons(site: Site) -> None:
    body = {
        "to": NUMBER, "scope": "entity", "sender": "Example", "categories": ["marketing"], "source": "letter",
        "at": "2026-12-01T10:00:00Z",
    }  # fmt: skip
    status, made = await site.ask("POST", "/v1/suppressions", json=body)
    assert (status, made["level"], made["entity"], made["at"]) == (201, "sender", "Example", "2026-12-01T10:00:00.000Z")
    assert (await site.ask("DELETE", f"/v1/suppressions/{made['id']}?to=%2B447400123456"))[0] == 409
    _, sent = await site.ask("POST", "/v1/messages", json={**SERVICE, "text": "20 % off", "category": "marketing"})
    assert "refused" in {finding["code"] for finding in sent["findings"]}
    _, said = await site.ask("POST", "/v1/suppressions", json={**body, "sender": "Nobody"})
    assert said["code"] == "sender.unknown"
    _, said = await site.ask("POST", "/v1/suppressions", json={**body, "at": "2030-01-01T00:00:00Z"})
    assert (said["code"], said["field"]) == ("body.invalid", "at")


async def test_a_consent_shows_everything_that_proves_it(site: Site) -> None:
    octets = b"%PDF-1.7 signed form"
    status, document = await site.ask("POST", "/v1/consents/documents", data=octets)
    assert (status, document["octets"]) == (201, len(octets))
    more = {
        "wording": "I agree to 4 texts a month", "purposes": ["offers"], "channel": "paper", "frequency": "4/month",
        "proof": document["digest"], "states": ["frequency"], "expires_at": "2027-12-01T10:00:00Z",
    }  # fmt: skip
    status, made = await site.ask("POST", "/v1/consents", json=CONSENT | more)
    assert status == 201, made
    assert {name: made[name] for name in more if name != "expires_at"} == {
        n: v for n, v in more.items() if n != "expires_at"
    }
    place = f"/v1/consents/{made['id']}"
    assert (await site.ask("GET", f"{place}?to=%2B447400123456"))[1] == made
    async with site.client.get(f"{place}/document?to=%2B447400123456") as answer:
        assert await answer.read() == octets
    _, again = await site.ask("PATCH", f"{place}?to=%2B447400123456", json={"reconfirmed_at": "2027-01-01T10:00:00Z"})
    assert again == {**made, "reconfirmed_at": "2027-01-01T10:00:00.000Z"}
    _, said = await site.ask("PATCH", f"{place}?to=%2B447400123456", json={"reconfirmed_at": "2020-01-01T10:00:00Z"})
    assert said["field"] == "reconfirmed_at"
    _, said = await site.ask("POST", "/v1/consents", json={**CONSENT, "proof": "sha256:" + "0" * 64})
    assert said["code"] == "consent.document-unknown"


HEADING = "number,sender,categories,method,captured_at,proof\n"
ROW = "+447400123{n},Example,marketing,express,2026-12-01T10:00:00Z,\n"


async def test_a_sheet_of_consents_is_taken_whole_or_not_at_all(site: Site) -> None:
    good = (HEADING + ROW.format(n=456) + ROW.format(n=457)).encode()
    bad = good + ROW.format(n=458).replace("express", "mumbled").encode()
    there = "/v1/consents/import?name=june.csv"
    _, told = await site.ask("POST", there, data=bad)
    assert (told["rows"], told["imported"]) == (3, 0)
    assert [(one["row"], one["column"]) for one in told["mistakes"]] == [(4, "method")]
    _, told = await site.ask("POST", f"{there}&dry_run=true", data=good)
    assert (told["rows"], told["imported"], told["mistakes"]) == (2, 0, [])
    assert (await site.ask("GET", "/v1/consents"))[1]["consents"] == []
    assert (await site.ask("POST", there, data=good))[1]["imported"] == 2
    assert len((await site.ask("GET", "/v1/consents"))[1]["consents"]) == 2
    _, said = await site.ask("POST", there, data=b"colour\nred\n")
    assert said["code"] == "import.refused"
    unknown = good.replace(b",\n", b",sha256:" + b"0" * 64 + b"\n")
    _, told = await site.ask("POST", there, data=unknown)
    assert (told["imported"], told["mistakes"][0]["column"]) == (0, "proof")


async def test_a_sheet_of_refusals_is_taken_whole_or_not_at_all(site: Site) -> None:
    there = "/v1/suppressions/import?name=stop.csv&scope=entity&sender=Example"
    _, told = await site.ask("POST", there, data=b"number,categories,source\n+447400123456,marketing,letter\n12,,\n")
    assert (told["imported"], told["mistakes"][0]["row"]) == (0, 3)
    _, told = await site.ask("POST", there, data=b"number,categories,source\n+447400123456,marketing,letter\n")
    assert told["imported"] == 1
    (made,) = (await site.ask("GET", "/v1/suppressions?to=%2B447400123456"))[1]["suppressions"]
    assert (made["scope"], made["categories"], made["source"]) == ("entity", ["marketing"], "letter")


async def test_a_consent_is_void_once_its_number_has_changed_hands(site: Site) -> None:
    _, made = await site.ask("POST", "/v1/consents", json=CONSENT)
    since = to_ms(datetime(2026, 12, 20, tzinfo=UTC))
    numbers: bytes = BitMap64([447400123456]).serialize()
    await write_down(
        site.world, Change(Rank.INBOUND, since, registers=[RegisterList(REASSIGNED, "2026-12-20", since, 1, numbers)])
    )
    for query in ("", "?to=%2B447400123456"):
        [shown] = (await site.ask("GET", f"/v1/consents{query}"))[1]["consents"]
        ended = {"ended_at": "2026-12-20T00:00:00.000Z", "ended_by": "reassigned"}
        assert shown == {**made, "status": "superseded", **ended}
    place = f"/v1/consents/{made['id']}?to=%2B447400123456"
    status, said = await site.ask("PATCH", place, json={"reconfirmed_at": "2027-01-01T10:00:00Z"})
    assert (status, said["code"]) == (409, "consent.ended")
    _, sent = await site.ask("POST", "/v1/messages", json={**SERVICE, "text": "20 % off", "category": "marketing"})
    [found] = [each for each in sent["findings"] if each["code"] == "consent-superseded"]
    assert "changed hands" in str(found), found


TERMS = {"sale": "order 8812", "goods": "garden tools", "refusal_offered": "a box on the form"}
GROUND = {
    "to": NUMBER, "sender": "Example", "captured_at": "2026-12-01T10:00:00Z", "ground": "soft_opt_in_customer",
    "terms": TERMS,
}  # fmt: skip


async def test_a_ground_of_one_recipient_is_put_on_file_counts_and_is_shown(site: Site) -> None:
    offer = {**SERVICE, "text": "20 % off", "category": "marketing"}
    _, before = await site.ask("POST", "/v1/messages", json=offer)
    assert "consent-missing" in {finding["code"] for finding in before["findings"]}
    status, made = await site.ask("POST", "/v1/consents", json=GROUND)
    assert (status, made["ground"], made["terms"], made["categories"]) == (
        201,
        GROUND["ground"],
        GROUND["terms"],
        ["marketing"],
    )
    assert (await site.ask("GET", "/v1/consents"))[1]["consents"] == [made]
    _, sent = await site.ask("POST", "/v1/check", json=offer)
    assert "ground-on-file" in str(sent)
    assert (await site.ask("POST", "/v1/messages", json={**offer, "to": "+447400123457"}))[1]["code"] == "gate.refused"
    await site.ask("DELETE", f"/v1/consents/{made['id']}?to=%2B447400123456")
    assert (await site.ask("POST", "/v1/messages", json=offer))[1]["code"] == "gate.refused"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"terms": {"sale": "order 8812"}}, "terms"),
        ({"ground": "likes_us"}, "ground"),
        ({"method": "written"}, "method"),
        ({"terms": {**TERMS, "colour": "red"}}, "terms"),
        ({"ground": None, "method": "written", "categories": ["marketing"]}, "terms"),
        ({"ground": None, "terms": {}, "categories": ["marketing"]}, "method"),
    ],
)
async def test_what_is_wrong_with_a_ground_is_said(site: Site, change: dict[str, object], field: str) -> None:
    status, said = await site.ask("POST", "/v1/consents", json={**GROUND, **change})
    assert (status, said["code"], said["field"]) == (400, "body.invalid", field)
