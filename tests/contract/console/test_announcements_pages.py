"""Announcements of authorities, end to end: an authority on file, one asks, another confirms, and only then something leaves."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from tests.contract.console.site_of_console import Answer, Site, Visitor, offer
from tests.patience import until

from kanhe.demo.client import Api
from kanhe.demo.show import stage
from kanhe.domain.announcement import Stage
from kanhe.domain.message import Message
from kanhe.domain.users import Role
from kanhe.ledger.entry import Kind, decode_entry
from kanhe.ports.store import Filter
from kanhe.sim.carrier import SimulatedCarrier
from kanhe.sim.papers import ACCOUNT, API_KEY, CHINA

pytestmark = pytest.mark.asyncio(loop_scope="session")

WARNING = "【示例商城】橙色预警：滨河区今晚20:00起有特大暴雨，请避免外出，远离河岸。市气象台"
AUTHORITY = {
    "key": "weather", "name": "滨河区气象台", "power": "突发事件应对法 第六十四条", "categories": ["emergency"], "valid_to": "2030-01-01",
}  # fmt: skip
NUMBERS = [f"+86138001390{n:02}" for n in range(20)]
REFUSED = "+8613800138003"  # wrote that it wants nothing
FORM = {"authority": f"{ACCOUNT}/weather", "sender": CHINA, "category": "emergency", "text": WARNING, "why": "暴雨"}


class City(Site):
    api: Api
    carrier: SimulatedCarrier

    async def authority(self) -> str:
        """An authority of the account, filed by the API and approved by two people in the console."""
        _, filed = await self.api.post("/v1/authorities", AUTHORITY)
        one = f"/v1/authorities/{filed['id']}"
        assert (await self.ask("POST", f"{one}/documents?role=mandate", "%PDF-1.7 mandate")).status == 201
        [item] = await self.platform.reviews.items()
        for person in (await self.visitor(Role.REVIEWER), await self.visitor(Role.ADMIN)):
            await post(person, f"/console/reviews/{item.id}/decision", says="release", reason="the mandate is genuine")
        assert '"state":"approved"' in (await self.ask("GET", one)).text
        return str(filed["id"])

    async def ask(self, method: str, path: str, body: str | None = None) -> Answer:
        """As the account, at the API."""
        return await Visitor(self.base).ask(method, path, body, Authorization=f"Bearer {API_KEY}")

    def messages(self) -> list[Message]:
        rows = self.platform.store.rows(Filter(account=ACCOUNT, limit=200))
        return [row.message for row in rows if row.message.door == "announcement"]

    async def sent(self, announcement: str) -> None:
        await until(lambda: self.stage(announcement) is Stage.SENT and not len(self.platform.world.board))

    def stage(self, announcement: str) -> Stage:
        found = self.platform.announcements.store.announcement(int(announcement))
        assert found is not None
        return found.stage


@pytest_asyncio.fixture(loop_scope="session")
async def city() -> AsyncIterator[City]:
    async with stage(True) as (platform, api, _, carrier):
        city = City(platform, platform.address, "", "", "", "")
        city.api, city.carrier = api, carrier
        yield city


async def post(visitor: Visitor, path: str, **form: str) -> tuple[int, str, str]:
    token = await visitor.form_token()
    answer = await visitor.post(path, urlencode({**form, "csrf": token}))
    return answer.status, answer.text, answer.headers.get("location", "")


async def test_two_people_an_authority_and_only_then_it_leaves(city: City) -> None:
    await city.authority()
    await city.api.post("/v1/suppressions", {"to": REFUSED})
    an, bo = await city.visitor(Role.OPERATOR), await city.visitor(Role.OWNER)
    status, _, to = await post(an, "/console/announcements", **FORM, numbers="\n".join([*NUMBERS, REFUSED, NUMBERS[0]]))
    assert status == 303
    one = to.rpartition("/")[2]
    shown = (await an.get(to)).text
    assert "Another person must confirm" in shown
    assert "cn.consent.commercial" in shown or "cn.opt_out" in shown or "Rules that are lifted" in shown
    status, page, _ = await post(an, f"{to}/decision", says="confirm", reason="sure", sure="yes")
    assert (status, "another person must confirm" in page) == (422, True)
    assert city.messages() == []
    status, page, _ = await post(bo, f"{to}/decision", says="confirm", reason="the weather service called")
    assert (status, "Send this text to 21 numbers?" in page) == (200, True)
    assert city.messages() == []
    status, _, _ = await post(bo, f"{to}/decision", says="confirm", reason="the weather service called", sure="yes")
    assert status == 303
    await city.sent(one)
    messages = city.messages()
    assert len(messages) == 21
    assert {message.ref for message in messages} == {one}
    assert all(city.carrier.handsets.get(number[1:]) == [WARNING] for number in (*NUMBERS, REFUSED))
    [power] = [decode_entry(entry.octets) for entry in city.platform.store.entries_of(int(one))]
    assert (power.kind, power.account_id) == (Kind.EXEMPTION, ACCOUNT)
    _, told = await city.api.get(f"/v1/messages/{messages[0].id}/explanation")
    lifting = [f["rule"] for f in told["findings"] if f["code"] == "exemption-applied"]
    assert lifting == ["cn.exempt.emergency"]
    assert "the weather service called" in (await bo.get(to)).text


async def test_the_same_message_at_a_customers_door_lifts_nothing(city: City) -> None:
    await city.authority()
    body = {"to": NUMBERS[0], "text": WARNING, "sender": CHINA, "category": "emergency", "ref": "1"}
    _, answer = await city.api.post("/v1/messages", body)
    assert answer["category"] == "transactional"


async def test_an_offer_is_no_warning_whoever_confirms_it(city: City) -> None:
    await city.authority()
    an, bo = await city.visitor(Role.OPERATOR), await city.visitor(Role.OWNER)
    form = {**FORM, "text": str(offer(1)["text"])}
    _, _, to = await post(an, "/console/announcements", **form, numbers=NUMBERS[0])
    assert 'class="status stop"' in (await bo.get(to)).text
    await post(bo, f"{to}/decision", says="confirm", reason="x", sure="yes")
    await city.sent(to.rpartition("/")[2])
    assert city.carrier.handsets.get(NUMBERS[0][1:]) is None


async def test_an_authority_that_was_suspended_stops_what_is_asked(city: City) -> None:
    paper = await city.authority()
    an, bo = await city.visitor(Role.OPERATOR), await city.visitor(Role.OWNER)
    _, _, to = await post(an, "/console/announcements", **FORM, numbers=NUMBERS[0])
    await city.ask("DELETE", f"/v1/authorities/{paper}?why=over")
    status, page, _ = await post(bo, f"{to}/decision", says="confirm", reason="x", sure="yes")
    assert (status, "no authority is on file" in page) == (422, True)
    assert city.messages() == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"numbers": "12\n+8613800139001"}, "numbers"),
        ({"numbers": ""}, "numbers"),
        ({"sender": "nobody"}, "sender"),
        ({"authority": f"{ACCOUNT}/nobody"}, "authority"),
        ({"category": "public_service"}, "authority"),
        ({"text": " "}, "text"),
        ({"why": " "}, "why"),
    ],
    ids=["no number", "no numbers", "sender", "authority", "category", "text", "reason"],
)
async def test_what_is_wrong_is_said(city: City, wrong: dict[str, str], field: str) -> None:
    await city.authority()
    an = await city.visitor(Role.OPERATOR)
    status, page, _ = await post(an, "/console/announcements", **{**FORM, "numbers": NUMBERS[0], **wrong})
    assert (status, f'href="#f-{field}"' in page) == (422, True), re.findall(r"<li>.*", page)
    assert (field == "text") or f">{WARNING}</textarea>" in page


async def test_refused_it_never_leaves_and_an_auditor_only_looks(city: City) -> None:
    await city.authority()
    an, bo, ann = [await city.visitor(role) for role in (Role.OPERATOR, Role.OWNER, Role.AUDITOR)]
    _, _, to = await post(an, "/console/announcements", **FORM, numbers=NUMBERS[0])
    assert (await ann.get(to)).status == 200
    assert (await post(ann, f"{to}/decision", says="confirm", reason="x", sure="yes"))[0] == 403
    assert (await post(bo, f"{to}/decision", says="refuse", reason="a false alarm"))[0] == 303
    assert (await post(bo, f"{to}/decision", says="confirm", reason="x", sure="yes"))[0] == 422
    assert city.stage(to.rpartition("/")[2]) is Stage.REFUSED
    assert city.messages() == []


async def test_through_the_api_with_two_keys(city: City) -> None:
    await city.authority()

    async def key(role: Role) -> Visitor:
        owner = await city.visitor(Role.ADMIN)
        await city.visitor(role)
        who = next(user for user in city.platform.console.people.users() if user.name == f"{role} all")
        _, page, _ = await post(owner, f"/console/users/{who.id}/key")
        found = re.search(r"kanhe_user_[0-9a-f]{64}", page)
        assert found is not None
        return Visitor(city.base, {"key": found[0]})

    async def ask(who: Visitor, method: str, path: str, body: object = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {who.cookies['key']}", "Content-Type": "application/json"}
        answer = await Visitor(city.base).ask(method, path, json.dumps(body) if body else None, **headers)
        return answer.status, json.loads(answer.text)

    an, bo = await key(Role.OPERATOR), await key(Role.ADMIN)
    body = {
        "account": ACCOUNT, "authority": "weather", "sender": CHINA, "category": "emergency", "text": WARNING,
        "numbers": NUMBERS, "why": "暴雨", "danger": True,
    }  # fmt: skip
    status, asked = await ask(an, "POST", "/v1/admin/announcements", body)
    assert (status, asked["stage"], asked["preview"][0]["verdict"]) == (201, "asked", "allow")
    one = f"/v1/admin/announcements/{asked['id']}"
    status, problem = await ask(an, "POST", f"{one}/decision", {"says": "confirm", "reason": "mine"})
    assert (status, problem["code"]) == (409, "announcement.second-person-needed")
    assert (await ask(bo, "POST", f"{one}/decision", {"says": "confirm", "reason": "yes"}))[0] == 200
    await city.sent(asked["id"])
    _, shown = await ask(bo, "GET", one)
    assert (shown["handed"], shown["became"]) == (20, {"accepted": 20})
