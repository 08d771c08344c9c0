"""A number in the console: what it agreed to and refused, what counts and why, and what is done by hand; registers taken in."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from tests.contract.console.site_of_console import SCAN, Answer, Site, Visitor

from kanhe.app.platform import Platform
from kanhe.demo.show import stage
from kanhe.domain.category import Category
from kanhe.domain.facts import Wants
from kanhe.domain.users import Role
from kanhe.kit.clock import iso
from kanhe.sim.papers import ACCOUNT, AMERICA, CHINA_OFFERS

pytestmark = pytest.mark.asyncio(loop_scope="session")

NUMBER, TO = 8613800138700, "+8613800138700"
OFFERS = f"{ACCOUNT}/{CHINA_OFFERS}"
CONSENT = {
    "to": TO, "sender": CHINA_OFFERS, "categories": ["marketing"], "method": "written", "channel": "web",
    "captured_at": "2026-06-01T10:00:00+08:00", "wording": "每月不超过四条", "purposes": ["会员优惠"],
    "frequency": "4/month", "proof_fields": ["captured_at", "text_shown", "method", "source", "purpose", "recipient"],
}  # fmt: skip


@dataclass
class Town:
    platform: Platform
    site: Site
    api: Any
    clerk: Visitor
    reviewer: Visitor

    async def page(self, visitor: Visitor, sender: str = OFFERS) -> Answer:
        return await visitor.get(f"/console/consents?to={quote(TO)}&sender={quote(sender)}")

    def refusal(self, place: int = 0) -> str:
        return str(self.platform.store.refusals_ever(NUMBER)[place].refusal.id)


@pytest_asyncio.fixture(loop_scope="session")
async def town() -> AsyncIterator[Town]:
    async with stage(True) as (platform, api, _, _):
        site = Site(platform, platform.address, "", "", "", "")
        yield Town(platform, site, api, await site.visitor(Role.OPERATOR), await site.visitor(Role.REVIEWER))


def said(answer: Answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


async def test_a_number_shows_what_counts_and_why(town: Town) -> None:
    nothing = said(await town.page(town.clerk))
    assert "There is no consent of this person" in nothing
    assert "None is on file." in nothing
    digest = await town.platform.cabinet.files.keep(SCAN, sealed=True)
    status, made = await town.api.post("/v1/consents", {**CONSENT, "proof": f"sha256:{digest}"})
    assert status == 201, made
    proof = f"/console/consents/{made['id']}/proof?to={quote(TO)}"
    assert proof in (await town.page(town.clerk)).text
    assert (await town.clerk.get(proof)).text == SCAN.decode()
    assert (await town.clerk.get(proof.replace("8700", "8701"))).status == 404
    shown = said(await town.page(town.clerk))
    for word in ("Given; its proof waits for a look", "每月不超过四条", "会员优惠", "4/month", "In writing", "Hold"):
        assert word in shown, word
    chinese = said(await town.clerk.get(f"/console/consents?to={quote(TO)}", accept_language="zh"))
    assert "已同意，证明待抽查" in chinese
    wrong = await town.clerk.get("/console/consents?to=12")
    assert (wrong.status, 'href="#f-to"' in wrong.text) == (422, True)
    looks = (await (await town.site.visitor(Role.OWNER)).get("/console/looks")).text
    assert "Looked a number up" in looks


async def test_a_consent_is_taken_back_with_channel_and_reason(town: Town) -> None:
    _, made = await town.api.post("/v1/consents", CONSENT)
    at, fields = f"/console/consents/{made['id']}/withdrawal", {"to": TO, "sender": OFFERS, "channel": "letter"}
    assert (await town.clerk.send(at, **fields, why=" ")).status == 422
    assert (await town.clerk.send(at, **fields | {"channel": "rumour"}, why="x")).status == 422
    asked = await town.clerk.send(at, **fields, why="letter of 3 June")
    assert (asked.status, "Take this consent back?" in asked.text) == (200, True)
    done = await town.clerk.send(at, **fields, why="letter of 3 June", sure="yes")
    assert (done.status, done.headers["Location"]) == (
        303,
        f"/console/consents?to={quote(TO)}&sender={quote(OFFERS, safe='')}",
    )
    shown = said(await town.page(town.clerk))
    assert "Withdrawn" in shown
    assert shown.count("letter of 3 June") == 2, "at the consent, and at the refusal that it is too"
    assert "refused such messages" in shown
    assert (await town.clerk.send(at, **fields, why="again", sure="yes")).status == 404, "it has ended"


async def test_a_consent_is_put_on_file_by_hand_with_what_a_sheet_would_say(town: Town) -> None:
    to = "+8613800138760"
    page, fields = f"/console/consents?to={quote(to)}", {
        "to": to, "given-sender": OFFERS, "given-categories-marketing": "yes", "given-method": "written",
        "given-captured_at": "2026-06-01T10:00", "given-channel": "shop", "given-wording": "每月不超过四条",
        "given-purposes": "会员优惠\n新品", "given-frequency": "4/month", "given-states-frequency": "yes",
        "given-proof_fields-signature": "yes",
    }  # fmt: skip
    for field, wrong in {
        "given-sender": "9/x", "given-captured_at": "2099-01-01T00:00", "given-frequency": "often", "to": "12",
    }.items():  # fmt: skip
        refused = await town.clerk.hand_in("/console/consents", "scan.pdf", SCAN, "proof", **fields | {field: wrong})
        assert (refused.status, f'href="#f-{field}"' in refused.text) == (422, True), field
    none = {name: value for name, value in fields.items() if name != "given-categories-marketing"}
    refused = await town.clerk.hand_in("/console/consents", "scan.pdf", SCAN, "proof", **none)
    assert (refused.status, 'href="#f-given-categories"' in refused.text) == (422, True)
    assert "每月不超过四条" in refused.text, "what was written stays in the form"
    assert town.platform.store.ask(Wants(consents=frozenset({(ACCOUNT, int(to))}))).consents == {}

    done = await town.clerk.hand_in("/console/consents", "scan.pdf", SCAN, "proof", **fields)
    assert done.status == 303
    [found] = town.platform.store.ask(Wants(consents=frozenset({(ACCOUNT, int(to))}))).consents[ACCOUNT, int(to)]
    assert (found.method, found.channel, found.frequency) == ("written", "shop", (4, "month"))
    assert found.categories == {"marketing"}
    assert (found.states, found.proof_fields) == ({"frequency"}, {"signature"})
    assert iso(found.captured_at) == "2026-06-01T02:00:00.000Z", "by the clock of the operator's seat"
    assert (await town.clerk.get(f"/console/consents/{found.id}/proof?to={quote(to)}")).text == SCAN.decode()
    shown = said(await town.clerk.get(page))
    for word in ("Given; its proof waits for a look", "每月不超过四条", "会员优惠; 新品", "In writing"):
        assert word in shown, word
    auditor = await town.site.visitor(Role.AUDITOR)
    assert "Put a consent on file" not in (await auditor.get(page)).text
    assert (await auditor.hand_in("/console/consents", "scan.pdf", SCAN, "proof", **fields)).status == 403


async def test_messages_are_stopped_and_the_block_lifted_as_far_as_each_may(town: Town) -> None:
    form = {"to": TO, "of_sender": OFFERS, "channel": "telephone", "note": "called us"}
    assert (await town.clerk.send("/console/consents/refusals", **form, scope="platform")).status == 422
    assert (await town.clerk.send("/console/consents/refusals", **form | {"note": ""}, scope="account")).status == 422
    nobody = await town.clerk.send("/console/consents/refusals", **form | {"of_sender": "9/x"}, scope="account")
    assert (nobody.status, 'href="#f-of_sender"' in nobody.text) == (422, True)
    for length, status in ((501, 422), (500, 303)):
        long = form | {"note": "w" * length, "to": "+8613800138761"}
        answer = await town.clerk.send("/console/consents/refusals", **long, scope="account")
        assert answer.status == status, length
        assert "use at most 500 characters" in answer.text or status == 303
    some = {"category-marketing": "yes"}
    assert (await town.clerk.send("/console/consents/refusals", **form, **some, scope="entity")).status == 303
    shown = await town.page(town.clerk)
    assert "operator all: called us" in said(shown)
    assert f"/console/consents/{town.refusal()}/lift" not in shown.text, "a person's refusal is for those who decide"
    at, lifting = f"/console/consents/{town.refusal()}/lift", {"to": TO, "why": "asked for it by phone"}
    assert (await town.clerk.send(at, **lifting, sure="yes")).status == 403
    assert (await town.reviewer.send(at, to=TO, why="")).status == 422
    asked = await town.reviewer.send(at, **lifting)
    assert "Lift what the person refused?" in asked.text
    assert (await town.reviewer.send(at, **lifting, sure="yes")).status == 303
    assert (await town.reviewer.send(at, **lifting, sure="yes")).status == 404, "it stands no more"
    assert "Taken back" in said(await town.page(town.reviewer))
    assert "asked for it by phone" in said(await town.page(town.reviewer))

    assert (await town.reviewer.send("/console/consents/refusals", **form, scope="platform")).status == 303
    assert "Lift this block?" in (await town.reviewer.send(f"/console/consents/{town.refusal()}/lift", **lifting)).text


async def test_who_sees_one_account_sees_its_records_alone(town: Town) -> None:
    await town.api.post("/v1/consents", CONSENT)
    await town.api.post("/v1/suppressions", {"to": TO, "note": "hush"})
    foreign = await town.site.visitor(Role.OPERATOR, 2)
    shown = said(await town.page(foreign))
    assert shown.count("None is on file.") == 2
    assert "hush" not in shown
    at = f"/console/consents/{town.refusal()}/lift"
    assert (await foreign.send(at, to=TO, why="x", sure="yes")).status == 404
    developer = await town.site.visitor(Role.DEVELOPER)
    assert (await town.page(developer)).status == 403


async def test_a_list_of_a_register_is_taken_in_and_its_age_shown(town: Town) -> None:
    clerk, path = town.clerk, "/console/registers"
    assert "sg.dnc" in (await clerk.get(path)).text
    fields = {"register": "sg.dnc", "prefix": "+65", "checked_at": "2026-01-05T10:00"}
    done = await clerk.hand_in(path, "dnc.csv", b"number\n81234560\n8123 4561\n", "list", **fields)
    assert (done.status, done.headers["Location"]) == (303, f"{path}#r-sg.dnc")
    shown = said(await clerk.get(path))
    assert re.search(r"sg\.dnc .* 2 2026-01-05 10:00:00 \d+ / 21 Too old", shown), shown
    number = said(await clerk.get(f"/console/consents?to={quote('+6581234560')}"))
    assert "Listed" in number


@pytest.mark.parametrize(
    ("octets", "fields", "says"),
    [
        (b"81234560\nnobody\n", {}, "`nobody` is no number"),
        (b"81234560\n", {"register": "xx.none"}, "no rule asks a register"),
        (b"81234560\n", {"checked_at": "2099-01-01T00:00"}, "This lies in the future"),
        (b"81234560\n", {"checked_at": "soon"}, 'id="w-checked_at"'),
        (b"81234560\n", {"scope": "1212"}, "numbers are not of the scope"),
        (b"\xff\xfe\x00", {}, "is not UTF-8"),
    ],
)
async def test_a_list_that_is_wrong_is_not_taken_in(
    town: Town, octets: bytes, fields: dict[str, str], says: str
) -> None:
    sent = {"register": "sg.dnc", "prefix": "65", **fields}
    answer = await town.clerk.hand_in("/console/registers", "dnc.csv", octets, "list", **sent)
    assert (answer.status, says in answer.text) == (422, True), said(answer)
    assert list(town.platform.store.registers()) == []


async def test_a_user_of_one_account_brings_no_register(town: Town) -> None:
    own = await town.site.visitor(Role.OPERATOR, ACCOUNT)
    answer = await own.hand_in("/console/registers", "dnc.csv", b"81234560\n", "list", register="sg.dnc", prefix="65")
    assert answer.status == 403
    assert "Take in a list" not in (await own.get("/console/registers")).text


@pytest.mark.parametrize("category", [*Category, "letter"])
async def test_every_category_and_every_odd_address_is_answered(town: Town, category: str) -> None:
    at = f"/console/consents?to={quote(TO)}&category={category}&sender="
    for sender in (OFFERS, f"{ACCOUNT}/{AMERICA}", "1/", "x/y", "9" * 30 + "/z", ""):
        assert (await town.clerk.get(at + quote(sender))).status == 200, sender
    for number in ("+12125550123", "+6581234560", "+2348031234567"):
        path = f"/console/consents?to={quote(number)}&category={category}&sender={quote(OFFERS)}"
        assert (await town.clerk.get(path)).status == 200, number
