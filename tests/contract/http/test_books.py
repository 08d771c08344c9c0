"""Refusals and consents by the API, and what the gate makes of them."""

from conftest import Site

from kanhe.domain.facts import Suppression
from kanhe.ports.change import Change, Rank

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
    assert gone == {**made, "status": "withdrawn"}
    for query in ("", "?to=%2B447400123456"):
        assert (await site.ask("GET", f"/v1/consents{query}"))[1]["consents"] == [gone]


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
