"""The review queue through the API: accounts see their own, users claim, decide, agree; a release is judged at that moment."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from msgspec import structs
from tests.contract.http.conftest import FOREIGN_KEY, KEY, Site
from tests.contract.http.http_world import Content
from tests.contract.http.receiver import Receiver
from tests.patience import until

from kanhe.domain.facts import TextFacts
from kanhe.domain.lot import Joined, Lot, Sample
from kanhe.domain.review import Decision, Item, Says
from kanhe.domain.users import Role
from kanhe.gate.gate import Gate
from kanhe.offices.consenting import ConsentSamples
from kanhe.ports.change import Change, Rank
from kanhe.records.checks import Wrong
from kanhe.records.reviews import CLAIM_MS
from kanhe.records.user_keys import KEY_MS
from kanhe.store.sqlite.reviews import SqliteReviews
from kanhe.world import write_down

HELD = {"to": "+447400123456", "text": "look at me first. Example", "sender": "Example"}
GRAVE = {**HELD, "text": "look at me twice. Example"}
LICENCE = {"key": "cn.value_added_telecom", "number": "A2.B1-1", "holder": "Example", "valid_to": "2028-01-01"}


class Watchful(Content):
    """Holds what asks for a look; what asks for two takes two persons."""

    def describe(self, messages: Any) -> dict[str, TextFacts]:
        shows = frozenset({"sender_name"})
        return {
            m.text: TextFacts(
                shows=shows,
                suggestion="review" if "look at me" in m.text else "pass",
                labels=("cn.rumour:test",) if "twice" in m.text else (),
            )
            for m in messages
        }


@pytest.fixture
def gate(gate: Gate) -> Gate:
    return Gate(gate.library)


@pytest.fixture
def hot() -> bool:
    return True


@pytest.fixture(autouse=True)
def watchful(site: Site) -> None:
    site.world.content = Watchful(site.world.content.moderator, site.books)


async def queue(site: Site, key: str, **query: str) -> list[Mapping[str, Any]]:
    status, page = await site.ask("GET", "/v1/reviews", key=key, params=query)
    assert status == 200, page
    return page["reviews"]


async def decide(site: Site, key: str, item: str, says: str, reason: str = "looked at", **more: str) -> tuple[int, Any]:
    body = {"says": says, "reason": reason, **more}
    return await site.ask("POST", f"/v1/reviews/{item}/decision", key=key, json=body)


async def test_one_decision_for_all_that_are_alike_and_each_is_judged_again(site: Site) -> None:
    li = await site.key_of("li")
    sent = [(await site.ask("POST", "/v1/messages", json={**HELD, "to": f"+44740012345{n}"}))[1] for n in range(3)]
    assert {each["state"] for each in sent} == {"held"}
    [item] = await queue(site, li)
    assert (item["kind"], item["messages"], item["needs"], item["account"]) == ("message", 3, 1, "7")
    await site.ask("POST", "/v1/suppressions", json={"to": "+447400123451"})
    status, decided = await decide(site, li, item["id"], "release")
    assert (status, decided["outcome"], decided["messages"]) == (200, "release", 3)
    assert await queue(site, li) == []
    assert [each["id"] for each in await queue(site, li, state="closed")] == [item["id"]]
    waiting = list(site.world.waiting.take(10))
    assert {live.message.id for live in waiting} == {int(each["id"]) for each in sent}


async def test_a_refused_message_says_so(site: Site) -> None:
    li = await site.key_of("li")
    _, sent = await site.ask("POST", "/v1/messages", json=HELD)
    [item] = await queue(site, li)
    assert (await decide(site, li, item["id"], "refuse", "a trick", label="no such"))[1][
        "code"
    ] == "review.label-unknown"
    assert (await decide(site, li, item["id"], "refuse", "  "))[1]["code"] == "review.reason-missing"
    assert (await decide(site, li, item["id"], "refuse", "x" * 501))[1]["code"] == "review.reason-too-long"
    status, decided = await decide(site, li, item["id"], "refuse", "a trick")
    assert (status, decided["decisions"][0]["by"], decided["decisions"][0]["reason"]) == (200, "li", "a trick")
    status, again = await decide(site, li, item["id"], "refuse")
    assert (status, again["code"]) == (404, "review.closed")
    assert not site.world.reviewed[int(sent["id"])].released


async def test_grave_kinds_take_two_different_people(site: Site) -> None:
    li, wang = await site.key_of("li"), await site.key_of("wang")
    await site.ask("POST", "/v1/messages", json=GRAVE)
    [item] = await queue(site, li)
    assert item["needs"] == 2
    status, first = await decide(site, li, item["id"], "release")
    assert (status, first["outcome"]) == (200, None)
    for said in (await decide(site, li, item["id"], "release"), await site.ask("POST", f"/v1/reviews/{item['id']}/claim", key=li)):  # fmt: skip
        assert (said[0], said[1]["code"]) == (409, "review.second-person-needed")
    status, second = await decide(site, wang, item["id"], "release")
    assert (status, second["outcome"], [each["by"] for each in second["decisions"]]) == (200, "release", ["li", "wang"])


async def test_one_at_a_time_has_it_in_hand(site: Site) -> None:
    li, wang = await site.key_of("li"), await site.key_of("wang")
    await site.ask("POST", "/v1/messages", json=HELD)
    [item] = await queue(site, li)
    claim = f"/v1/reviews/{item['id']}/claim"
    status, mine = await site.ask("POST", claim, key=li)
    assert (status, mine["claimed_by"]) == (200, "li")
    for method, path, body in (("POST", claim, None), ("DELETE", claim, None), ("POST", claim.replace("claim", "decision"), {"says": "release", "reason": "x"})):  # fmt: skip
        status, problem = await site.ask(method, path, key=wang, json=body)
        assert (status, problem["code"]) == (409, "review.claimed-by-another")
    assert [each["id"] for each in await queue(site, li, mine="true")] == [item["id"]]
    assert await queue(site, wang, mine="true") == []
    assert (await site.ask("DELETE", claim, key=li))[1]["claimed_by"] is None
    assert (await site.ask("POST", claim, key=wang))[0] == 200
    site.clock.advance(CLAIM_MS / 1000 + 1)
    assert (await site.ask("POST", claim, key=li))[1]["claimed_by"] == "li"


async def test_a_paper_is_approved_from_the_queue_and_what_is_wrong_by_now_is_said(
    site: Site, receiver: Receiver
) -> None:
    li = await site.key_of("li")
    hook = {"name": "papers", "url": receiver.url, "events": ["paper.decided"]}
    assert (await site.ask("POST", "/v1/webhooks", json=hook))[0] == 201
    _, paper = await site.ask("POST", "/v1/licences", json=LICENCE)
    await site.ask("POST", f"/v1/licences/{paper['id']}/documents?role=copy", data=b"%PDF-1.7")
    [item] = await queue(site, li, kind="paper")
    assert item["subject"] == f"{paper['id']}/1"
    site.clock.advance(2 * 366 * 86_400)
    late = await site.key_of("late")
    assert (await decide(site, late, item["id"], "release"))[1]["outcome"] is None, "a licence takes two"
    assert (await decide(site, await site.key_of("later"), item["id"], "release"))[1]["code"] == "paper.over"
    assert [each["id"] for each in await queue(site, late)] == [item["id"]]
    assert (await decide(site, late, item["id"], "refuse", "over by now"))[1]["outcome"] == "refuse"
    _, whole = await site.ask("GET", f"/v1/licences/{paper['id']}")
    assert (whole["paper"]["state"], whole["history"][0]["reason"]) == ("refused", "over by now")
    await until(lambda: receiver.got)
    [said] = [each["data"] for each in receiver.said()]
    assert (said["id"], said["decision"], said["reason"]) == (paper["id"], "refuse", "over by now")


async def test_an_account_sees_its_own_and_neither_whose_word_it_was_nor_what_rule_told(site: Site) -> None:
    li = await site.key_of("li")
    await site.ask("POST", "/v1/messages", json=GRAVE)
    [item] = await queue(site, li)
    await decide(site, li, item["id"], "release")
    [mine] = await queue(site, KEY)
    assert (mine["id"], mine["labels"], mine["decisions"][0]["by"]) == (item["id"], [], None)
    assert await queue(site, FOREIGN_KEY) == []
    assert (await site.ask("GET", f"/v1/reviews/{item['id']}", key=FOREIGN_KEY))[0] == 404


async def test_a_licence_is_approved_by_two_different_people(site: Site) -> None:
    li, wang = await site.key_of("li"), await site.key_of("wang")
    _, paper = await site.ask("POST", "/v1/licences", json=LICENCE)
    await site.ask("POST", f"/v1/licences/{paper['id']}/documents?role=copy", data=b"%PDF-1.7")
    [item] = await queue(site, li, kind="paper")
    assert item["needs"] == 2
    status, first = await decide(site, li, item["id"], "release")
    assert (status, first["outcome"]) == (200, None)
    assert (await site.ask("GET", f"/v1/licences/{paper['id']}"))[1]["paper"]["state"] == "submitted"
    status, again = await decide(site, li, item["id"], "release")
    assert (status, again["code"]) == (409, "review.second-person-needed")
    assert (await decide(site, wang, item["id"], "release"))[1]["outcome"] == "release"
    _, shown = await site.ask("GET", f"/v1/licences/{paper['id']}")
    assert shown["paper"]["state"] == "approved"
    assert shown["history"][0]["by"] in (None, "li, wang")


@pytest.mark.parametrize(("role", "account"), [(Role.AUDITOR, None), (Role.OPERATOR, None), (Role.REVIEWER, 7)])
async def test_who_may_look_may_not_decide(site: Site, role: Role, account: int | None) -> None:
    key = await site.key_of("ann", role, account)
    await site.ask("POST", "/v1/messages", json=HELD)
    [item] = await queue(site, key)
    status, problem = await decide(site, key, item["id"], "release")
    assert (status, problem["code"]) == (403, "auth.user-needed")
    assert site.door.staff is not None
    looks = [look.what for look in site.door.staff.people.looks(1 << 62, 10)]
    assert looks == (["list_reviews"] if role is Role.AUDITOR else [])


async def test_the_key_of_a_user_sends_nothing_and_ends(site: Site) -> None:
    key = await site.key_of("li", Role.OWNER)
    assert (await site.ask("POST", "/v1/messages", key=key, json=HELD))[1]["code"] == "auth.user-needed"
    assert (await site.ask("GET", "/v1/reviews", key=key[:-1] + ("1" if key.endswith("0") else "0")))[1][
        "code"
    ] == "auth.unknown"
    site.clock.advance(KEY_MS / 1000 + 1)
    assert (await site.ask("GET", "/v1/reviews", key=key))[1]["code"] == "auth.unknown"


async def test_pages_of_the_queue_follow_each_other_without_gap(site: Site) -> None:
    li = await site.key_of("li")
    for n in range(7):
        await site.ask("POST", "/v1/messages", json={**HELD, "text": f"look at me {'x' * n} Example"})
        site.clock.advance(60)
    seen, after = [], None
    while True:
        _, page = await site.ask(
            "GET", "/v1/reviews", key=li, params={"limit": 3} | ({"after": after} if after else {})
        )
        seen += page["reviews"]
        if (after := page["next"]) is None:
            break
    assert len({each["id"] for each in seen}) == len(seen) == 7
    waited = [each["waited_s"] for each in seen]
    assert waited == sorted(waited, reverse=True)
    assert waited[0] >= 6 * 60


async def test_who_decides_blocks_a_number_for_everybody(site: Site) -> None:
    key, to = await site.key_of("ann"), "+447400123456"
    plain = {"to": to, "text": "Your order has left us. Example", "sender": "Example"}
    status, made = await site.ask("POST", "/v1/admin/suppressions", key=key, json={"to": to, "note": "court"})
    assert (status, made["scope"], made["source"]) == (201, "platform", "ann")
    assert (await site.ask("POST", "/v1/messages", json=plain))[0] == 422
    assert (await site.ask("POST", "/v1/messages", key=FOREIGN_KEY, json={**plain, "sender": "Other"}))[0] == 422
    _, shown = await site.ask("GET", "/v1/admin/suppressions?to=%2B447400123456", key=key)
    assert shown["suppressions"] == [made]
    auditor = await site.key_of("bob", Role.AUDITOR)
    there = f"/v1/admin/suppressions/{made['id']}?to=%2B447400123456&why=over"
    for other in (KEY, auditor):
        assert (await site.ask("DELETE", there, key=other))[0] in (401, 403)
    assert (await site.ask("DELETE", there, key=key))[0] == 204
    assert (await site.ask("DELETE", there, key=key))[0] == 404
    assert (await site.ask("POST", "/v1/messages", json=plain))[0] == 202


async def test_two_reviewers_of_one_lot_at_the_same_moment_both_count(site: Site) -> None:
    """On a store with its own thread: neither sees what the other does until both are written."""
    at, desk = site.clock.now_ms(), ConsentSamples(site.world, SqliteReviews(site.store))

    async def open_lot(identifier: int) -> list[Item]:
        drawn = (Sample(identifier + 1, 447400123451), Sample(identifier + 2, 447400123452))
        lot = Lot(identifier, 7, "Example", "Example", "api", at, wording=str(identifier))
        await write_down(site.world, Change(Rank.INBOUND, at, lots=[Joined(lot, drawn)]))
        return [structs.replace(item, id=identifier + n) for n, item in enumerate(desk.waiting(), 10)]

    def word(user: int, says: Says, item: Item) -> tuple[Item, Decision]:
        decision = Decision(at, user, f"user {user}", says, "looked at")
        return structs.replace(item, decisions=(decision,), closed_at=at), decision

    async def both(*words: tuple[Item, Decision]) -> list[Item | Wrong]:
        return await asyncio.gather(*(desk.decide(*each) for each in words))

    one, two = await open_lot(100)
    assert all(isinstance(said, Item) for said in await both(word(1, Says.RELEASE, one), word(2, Says.RELEASE, two)))
    assert (site.world.lots.by_id[100].review, site.world.lots.by_id[100].samples) == ("approved", ())
    one, two = await open_lot(200)
    said = await both(word(1, Says.RELEASE, one), word(2, Says.REFUSE, one))
    assert [isinstance(each, Wrong) and each.code for each in said] == [False, "review.closed"]
    assert site.world.lots.by_id[200].samples == (Sample(202, 447400123452),), "the second word came too late"
    joins = Joined(site.world.lots.by_id[200], (Sample(203, 447400123453),))
    await asyncio.gather(
        desk.decide(*word(2, Says.REFUSE, two)),
        write_down(site.world, Change(Rank.INBOUND, at, lots=[joins])),
    )
    assert (site.world.lots.by_id[200].review, site.world.lots.by_id[200].samples) == ("refused", ())
    assert site.store.lots() == list(site.world.lots.by_id.values())
