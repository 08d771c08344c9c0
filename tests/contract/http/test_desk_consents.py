"""Consents and refusals of every account, with the keys of users: taken back by hand, put down and lifted as far as each may."""

import pytest
from tests.contract.http.conftest import KEY, Site
from tests.contract.http.http_world import MINE, THEIRS

from kanhe.domain.users import Role

NUMBER, WRITTEN = 447400123456, "+447400123456"
CONSENT = {
    "to": WRITTEN, "sender": "Example", "categories": ["marketing"], "method": "express",
    "captured_at": "2026-12-01T10:00:00Z",
}  # fmt: skip


@pytest.fixture
def hot() -> bool:
    return True


async def test_a_consent_is_taken_back_by_hand_with_channel_and_words(site: Site) -> None:
    clerk = await site.key_of("ann", Role.OPERATOR)
    _, made = await site.ask("POST", "/v1/consents", json=CONSENT)
    of = {"to": WRITTEN, "account": str(MINE)}
    status, listed = await site.ask("GET", "/v1/admin/consents", key=clerk, params=of)
    assert (status, [each["id"] for each in listed["consents"]]) == (200, [made["id"]])
    at, said = f"/v1/admin/consents/{made['id']}", {"channel": "letter", "why": "letter of 3 January"}
    assert (await site.ask("DELETE", at, key=clerk, params=of))[0] == 400, "a channel and words are needed"
    status, ended = await site.ask("DELETE", at, key=clerk, params=of | said)
    assert (status, ended["status"], ended["ended_by"], ended["ended_why"]) == (
        200,
        "withdrawn",
        "letter",
        "letter of 3 January",
    )
    _, refused = await site.ask("GET", "/v1/suppressions", params={"to": WRITTEN})
    assert [(each["scope"], each["source"], each["note"]) for each in refused["suppressions"]] == [
        ("entity", "letter", "letter of 3 January")
    ]
    status, again = await site.ask("DELETE", at, key=clerk, params=of | said)
    assert (status, again["code"]) == (409, "consent.ended")
    assert (await site.ask("GET", "/v1/suppressions", params={"to": WRITTEN}))[1] == refused, "no second refusal"
    other = await site.key_of("eve", Role.OPERATOR, THEIRS)
    assert (await site.ask("GET", "/v1/admin/consents", key=other, params=of))[1]["consents"] == []
    assert (await site.ask("DELETE", at, key=other, params=of | said))[1]["code"] == "consent.unknown"


async def test_the_account_says_by_what_channel_and_why(site: Site) -> None:
    _, made = await site.ask("POST", "/v1/consents", json=CONSENT)
    query = {"to": WRITTEN, "channel": "telephone", "why": "called the shop"}
    _, ended = await site.ask("DELETE", f"/v1/consents/{made['id']}", params=query)
    assert (ended["ended_by"], ended["ended_why"]) == ("telephone", "called the shop")
    assert (await site.ask("GET", f"/v1/consents/{made['id']}", params={"to": WRITTEN}))[1] == ended
    status, again = await site.ask("DELETE", f"/v1/consents/{made['id']}", params=query)
    assert (status, again["code"]) == (409, "consent.ended")
    assert len((await site.ask("GET", "/v1/suppressions", params={"to": WRITTEN}))[1]["suppressions"]) == 1


async def test_who_took_a_refusal_back_and_why_stays_with_it(site: Site) -> None:
    clerk, reviewer = await site.key_of("ann", Role.OPERATOR), await site.key_of("li")
    of_entity = {"to": WRITTEN, "scope": "entity", "account": MINE, "sender": "Example", "source": "letter"}
    status, made = await site.ask("POST", "/v1/admin/suppressions", key=clerk, json=of_entity)
    assert (status, made["scope"], made["entity"]) == (201, "entity", "Example")
    at = f"/v1/admin/suppressions/{made['id']}"
    assert (await site.ask("DELETE", at, key=reviewer, params={"to": WRITTEN}))[0] == 400, "a reason is needed"
    why = {"to": WRITTEN, "why": "she asked to be written to again"}
    assert (await site.ask("DELETE", at, key=clerk, params=why))[0] == 403, (
        "a person's refusal is lifted by those who decide"
    )
    assert (await site.ask("DELETE", at, key=reviewer, params=why))[0] == 204
    assert (await site.ask("DELETE", at, key=reviewer, params=why))[1]["code"] == "suppression.unknown"
    _, standing = await site.ask("GET", "/v1/admin/suppressions", key=clerk, params={"to": WRITTEN})
    assert standing["suppressions"] == []
    _, ever = await site.ask("GET", "/v1/admin/suppressions", key=clerk, params={"to": WRITTEN, "ever": "true"})
    [lifted] = ever["suppressions"]
    assert (lifted["lifted_by"], lifted["lifted_why"], lifted["account"]) == (
        "li",
        "she asked to be written to again",
        str(MINE),
    )


async def test_the_account_lifts_its_own_with_a_reason(site: Site) -> None:
    _, made = await site.ask("POST", "/v1/suppressions", json={"to": WRITTEN})
    at = f"/v1/suppressions/{made['id']}"
    assert (await site.ask("DELETE", at, params={"to": WRITTEN, "why": "paid"}))[0] == 204
    [found] = site.store.refusals_ever(NUMBER)
    assert (found.lifted_by, found.lifted_why) == (f"key {KEY.split('_')[2]}", "paid")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"scope": "platform"}, 403, "auth.user-needed"),
        ({"scope": "all_senders"}, 403, "auth.user-needed"),
        ({"scope": "account", "account": 99}, 400, "body.invalid"),
        ({"scope": "account"}, 400, "body.invalid"),
        ({"scope": "sender", "account": MINE, "sender": "Nobody"}, 422, "sender.unknown"),
        ({"scope": "account", "account": MINE, "at": "2030-01-01T00:00:00Z"}, 400, "body.invalid"),
        ({"scope": "street"}, 400, "body.invalid"),
    ],
)
async def test_what_an_operator_may_not_or_cannot_put_down_is_said(
    site: Site, body: dict[str, object], status: int, code: str
) -> None:
    clerk = await site.key_of("ann", Role.OPERATOR)
    answered, said = await site.ask("POST", "/v1/admin/suppressions", key=clerk, json={"to": WRITTEN, **body})
    assert (answered, said["code"]) == (status, code)


async def test_who_sees_one_account_puts_down_and_sees_its_own_alone(site: Site) -> None:
    theirs, clerk = await site.key_of("eve", Role.OPERATOR, THEIRS), await site.key_of("ann", Role.OPERATOR)
    mine = {"to": WRITTEN, "scope": "account", "account": MINE}
    assert (await site.ask("POST", "/v1/admin/suppressions", key=theirs, json=mine))[0] == 403
    _, made = await site.ask("POST", "/v1/admin/suppressions", key=clerk, json=mine)
    own = {"to": WRITTEN, "scope": "account"}
    assert (await site.ask("POST", "/v1/admin/suppressions", key=theirs, json=own))[0] == 201
    _, seen = await site.ask("GET", "/v1/admin/suppressions", key=theirs, params={"to": WRITTEN})
    assert [each["account"] for each in seen["suppressions"]] == [str(THEIRS)]
    at = f"/v1/admin/suppressions/{made['id']}"
    assert (await site.ask("DELETE", at, key=theirs, params={"to": WRITTEN, "why": "x"}))[0] == 404
