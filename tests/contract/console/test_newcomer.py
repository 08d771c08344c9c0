"""A newcomer's story: qualification, agreement, signature and template by the API, reviewed in the console, then the first message; suspended, nothing goes."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from tests.contract.console.site_of_console import Site, Visitor
from tests.patience import PATIENCE_S

from kanhe.app.orders import key as key_order
from kanhe.app.platform import Platform
from kanhe.demo.show import stage
from kanhe.domain.review import Kind
from kanhe.domain.users import Role
from kanhe.offices.waiting import Wanted
from kanhe.sim.carrier import SimulatedCarrier
from kanhe.sim.papers import CARRIER, filing

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEWCOMER = 2
# What the operator knows of a new customer when the contract is signed.
ACCOUNT = {
    "id": NEWCOMER, "name": "新客户", "prepaid": False, "basis": {"kind": "contract"},
    "recipient_source": ["own_customer", True], "amendments": ["signature"],
    "registrations": {"cn.customer_file": filing("cn.customer_file")},
}  # fmt: skip
QUALIFICATION = {
    "entity": "xinke", "name": "新客户有限公司", "kind": "company", "seat": "CN", "number": "91350100M000100Y43",
    "authorised_person": "王某",
}  # fmt: skip
SENDER = {
    "name": "新客户", "id": {"type": "numeric", "value": "10690000077"}, "entity": "xinke", "owner": {"by": "entity"},
    "signature": "新客户", "links": ["xinke.example"],
}  # fmt: skip
TEMPLATE = {
    "name": "login", "text": "您的验证码是{code}，五分钟内有效。", "category": "verification",
    "variables": {"code": {"kind": "code", "max_chars": 6}},
}  # fmt: skip
SEND = {
    "to": "+8613800138077",
    "sender": "新客户",
    "category": "verification",
    "template": "login",
    "params": {"code": "482913"},
}


@dataclass
class Town:
    platform: Platform
    carrier: SimulatedCarrier
    site: Site
    key: str
    reviewer: Visitor

    async def api(self, method: str, path: str, body: object = None, raw: str | None = None) -> tuple[int, Any]:
        sent = raw if raw is not None else json.dumps(body) if body is not None else None
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        answer = await Visitor(self.platform.address).ask(method, path, sent, **headers)
        return answer.status, json.loads(answer.text)

    async def file(self, collection: str, body: Mapping[str, object], *roles: str) -> str:
        status, filed = await self.api("POST", f"/v1/{collection}", body)
        assert status == 201, filed
        assert filed["missing"] == list(roles)
        for role in roles:
            status, said = await self.api(
                "POST", f"/v1/{collection}/{filed['id']}/documents?role={role}", raw="%PDF-1.7 " + role
            )
            assert status == 201, said
        return str(filed["id"])

    async def reviewed(self, paper: str, says: str, reason: str) -> None:
        """A reviewer opens the item in the console, and decides."""
        items = await self.platform.reviews.items(Wanted(Kind.PAPER))
        [item] = [each for each in items if each.subject.startswith(f"{paper}/")]
        assert (await self.reviewer.get(f"/console/reviews/{item.id}")).status == 200
        assert await self.post(f"/console/reviews/{item.id}/decision", says=says, reason=reason) == 303

    async def post(self, path: str, **form: str) -> int:
        token = await self.reviewer.form_token()
        return (await self.reviewer.post(path, urlencode({**form, "csrf": token}))).status

    async def task_list(self) -> list[str]:
        """The states of the steps, as the newcomer's own developer sees them."""
        developer = await self.site.visitor(Role.DEVELOPER, NEWCOMER)
        page = (await developer.get("/console/start")).text
        return re.findall(r'<span class="status \w+">.*?</svg>([^<]+)</span>', page)

    async def would(self) -> tuple[str, list[str]]:
        _, said = await self.api("POST", "/v1/check", {**SEND, "to": "+8613800138078"})
        findings = (said.get("explanation") or {}).get("findings", [])
        return said["would"], [each["code"] for each in findings if each["effect"] == "refuse" and each["decided"]]


@pytest_asyncio.fixture(loop_scope="session")
async def town() -> AsyncIterator[Town]:
    async with stage(True) as (platform, _, _, carrier):
        await platform.file([("account", ACCOUNT)])
        made: Any = await key_order(platform, {"account": NEWCOMER, "live": True})
        site = Site(platform, platform.address, "", "", "", "")
        yield Town(platform, carrier, site, made["key"], await site.visitor(Role.REVIEWER))


async def test_from_nothing_to_the_first_message(town: Town) -> None:
    assert await town.task_list() == ["To do"] * 7
    status, problem = await town.api("POST", "/v1/senders", SENDER)
    assert (status, problem["code"]) == (422, "qualification.missing")
    qualification = await town.file("qualifications", QUALIFICATION, "registration", "authorisation", "identity")
    await town.reviewed(qualification, "release", "company and person checked in the register")
    await town.file("agreements", {"key": "cn.customer_terms", "version": "3", "accepted_by": "王某"})

    sender = await town.file("senders", SENDER)
    assert await town.task_list() == ["Done", "Done", "Waits for others", "To do", "To do", "To do", "To do"]
    assert (await town.would())[0] == "refused"
    await town.reviewed(sender, "refuse", "the port is not yours yet")
    _, whole = await town.api("GET", f"/v1/senders/{sender}")
    assert (whole["paper"]["state"], whole["history"][0]["reason"]) == ("refused", "the port is not yours yet")
    status, again = await town.api("POST", f"/v1/senders/{sender}/versions?why=port+assigned", SENDER)
    assert (status, again["newest"]["version"]) == (201, 2)
    await town.reviewed(sender, "release", "assigned on the 3rd")

    template = await town.file("templates", TEMPLATE)
    await town.reviewed(template, "release", "a login code")
    assert (await town.would())[0] == "refused", "no registry knows the signature"

    page = f"/console/papers/{sender}"
    for registry in ("cn.signature", "cn.template"):
        assert await town.post(f"{page}/registration", registry=registry, carrier=CARRIER, status="pending") == 303
    traits = {f"trait-{each}": "yes" for each in ("registered", "assigned", "domestic_number")}
    assert await town.post(f"{page}/traits", **traits) == 303
    shown = (await town.reviewer.get(page)).text
    assert "Entered in the registry" in shown, "what is known of its id is said in words"
    assert (await town.would())[0] == "refused", "the carrier has not answered yet"
    for registry in ("cn.signature", "cn.template"):
        assert await town.post(f"{page}/registration", registry=registry, carrier=CARRIER, status="active") == 303
    assert await town.would() == ("accepted", [])

    status, sent = await town.api("POST", "/v1/messages", SEND)
    assert (status, sent["state"]) == (202, "accepted")
    async with asyncio.timeout(PATIENCE_S):
        while (await town.api("GET", f"/v1/messages/{sent['id']}"))[1]["state"] != "delivered":  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.05)
    assert town.carrier.handsets.get("8613800138077") == ["【新客户】您的验证码是482913，五分钟内有效。"]

    assert await town.task_list() == ["Done", "Done", "Done", "Done", "Done", "To do", "Done"], "all but the test"
    assert await town.post(f"{page}/decision", says="suspend", reason="complaints") == 200, "asked once more"
    assert await town.would() == ("accepted", [])
    assert await town.post(f"{page}/decision", says="suspend", reason="complaints", sure="yes") == 303
    assert await town.would() == ("refused", ["sender-not-approved"])
    assert await town.post(f"{page}/decision", says="resume", reason="settled") == 303
    assert await town.would() == ("accepted", [])
    history = (await town.reviewer.get(page)).text
    steps = re.sub(r"<[^>]+>", " ", history)
    for step in ("Put in force again", "Suspended", "cn.signature rehearsal: active (", "Approved", "Refused", "Filed"):
        assert step in steps, step


async def test_forms_on_a_paper_say_what_is_wrong(town: Town) -> None:
    qualification = await town.file("qualifications", QUALIFICATION, "registration", "authorisation", "identity")
    await town.reviewed(qualification, "release", "checked")
    sender = await town.file("senders", SENDER)
    page = f"/console/papers/{sender}"
    assert await town.post(f"{page}/registration", registry="cn.signature", status="active") == 422, (
        "it is not in force"
    )
    await town.reviewed(sender, "release", "checked")
    assert await town.post(f"{page}/registration", registry="cn.nothing", status="active") == 422
    assert await town.post(f"{page}/decision", says="suspend", reason=" ") == 422
    auditor = await town.site.visitor(Role.AUDITOR)
    token = await auditor.form_token()
    for act in ("decision", "registration", "traits"):
        assert (await auditor.post(f"{page}/{act}", f"csrf={token}&says=suspend&reason=x&sure=yes")).status == 403
