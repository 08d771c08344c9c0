"""Papers filed in the browser, without script: forms of every kind, documents, new versions, and taking back."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from tests.contract.console.site_of_console import Answer, Site, Visitor

from kanhe.app.platform import Platform
from kanhe.demo.show import stage
from kanhe.domain.review import Kind
from kanhe.domain.users import Role
from kanhe.offices.waiting import Wanted
from kanhe.records.uploads import OCTETS_MAX
from kanhe.sim.papers import ACCOUNT

pytestmark = pytest.mark.asyncio(loop_scope="session")

CUSTOMER = 2
PDF = b"%PDF-1.7 a scan"
QUALIFICATION = {
    "entity": "xinke", "name": "新客户有限公司", "kind": "company", "seat": "CN", "number": "91350100M000100Y43",
    "authorised_person": "王某",
}  # fmt: skip
SENDER = {
    "name": "新客户", "id.type": "numeric", "id.value": "10690000077", "entity": "xinke", "owner.by": "third_party",
    "owner.reference": "别家", "signature": "新客户", "links": "xinke.example\r\nm.xinke.example",
}  # fmt: skip


@dataclass
class Office:
    platform: Platform
    site: Site
    clerk: Visitor
    reviewer: Visitor

    async def file(self, paper: str, account: int = CUSTOMER, **fields: str) -> str:
        """The address of a paper that was filed."""
        answer = await self.clerk.send("/console/papers/new", paper=paper, account=str(account), **fields)
        assert answer.status == 303, answer.text
        return answer.headers["Location"]

    async def prove(self, page: str, *roles: str) -> None:
        for role in roles:
            answer = await self.clerk.hand_in(f"{page}/documents", f"{role}.pdf", PDF + role.encode(), role=role)
            assert answer.status == 303, answer.text

    async def decided(self, page: str, says: str, reason: str = "looked at") -> None:
        items = await self.platform.reviews.items(Wanted(Kind.PAPER))
        [item] = [each for each in items if each.subject.startswith(f"{page.rpartition('/')[2]}/")]
        sent = await self.reviewer.send(f"/console/reviews/{item.id}/decision", says=says, reason=reason)
        assert sent.status == 303, sent.text


@pytest_asyncio.fixture(loop_scope="session")
async def office() -> AsyncIterator[Office]:
    async with stage(True) as (platform, _, _, _):
        account = {"id": CUSTOMER, "name": "新客户", "prepaid": False}
        await platform.file([("account", account)])
        site = Site(platform, platform.address, "", "", "", "")
        yield Office(platform, site, await site.visitor(Role.OPERATOR), await site.visitor(Role.REVIEWER))


def said(answer: Answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


async def test_a_clerk_files_a_customer_from_first_paper_to_sender(office: Office) -> None:
    clerk = office.clerk
    assert "新客户" in (await clerk.get("/console/papers/new")).text
    form = await clerk.get(f"/console/papers/new?kind=qualification&account={CUSTOMER}")
    assert all(f'name="{name}"' in form.text for name in (*QUALIFICATION, "valid_to"))

    page = await office.file("qualification", **QUALIFICATION)
    shown = await clerk.get(page)
    assert "Documents are missing" in shown.text
    assert "Unified" not in shown.text
    assert all(word in said(shown) for word in ("Name in full", "新客户有限公司", "Company", "Draft"))
    await office.prove(page, "registration", "authorisation", "identity")
    assert "Waits for review" in said(await clerk.get(page))
    await office.decided(page, "release")

    agreement = await office.file("agreement", key="cn.customer_terms", version="3", accepted_by="王某")
    assert "Valid" in said(await clerk.get(agreement))
    sender = await office.file("sender", **SENDER)
    assert "Registration of the owner of the name" in said(await clerk.get(sender))
    await office.prove(sender, "authorisation", "owner_registration")
    await office.decided(sender, "release")
    filed = office.platform.world.books.senders[CUSTOMER, "新客户"]
    assert (filed.owner and filed.owner.by, sorted(filed.links)) == (
        "third_party",
        ["m.xinke.example", "xinke.example"],
    )


async def test_forms_say_what_is_wrong_and_keep_what_was_written(office: Office) -> None:
    clerk, sent = office.clerk, {"paper": "qualification", "account": str(CUSTOMER)}
    empty = await clerk.send("/console/papers/new", **sent, entity="xinke")
    assert (empty.status, empty.text.count("Fill this in")) == (422, 10), "on top and at each of five fields"
    assert 'value="xinke"' in empty.text
    wrong = await clerk.send("/console/papers/new", **sent, **QUALIFICATION | {"number": "91350100M000100Y44"})
    assert wrong.status == 422
    assert 'href="#f-number"' in wrong.text
    over = await clerk.send("/console/papers/new", **sent, **QUALIFICATION, valid_to="2020-01-01")
    assert (over.status, "the paper is over" in over.text) == (422, True)
    licence = {"key": "cn.value_added_telecom", "number": "B2-1", "holder": "示例", "valid_to": "2099-01-01"}
    future = await clerk.send(
        "/console/papers/new", paper="licence", account=str(CUSTOMER), **licence, valid_from="2098-01-01"
    )
    assert (future.status, "the paper is not in force yet" in future.text) == (422, True)
    twice = await office.file("qualification", **QUALIFICATION)
    again = await clerk.send("/console/papers/new", **sent, **QUALIFICATION)
    assert (again.status, "file a new version of it" in again.text) == (422, True)
    assert (await clerk.send("/console/papers/new", paper="letter", account="1")).status == 404
    assert (await clerk.get(f"{twice}/documents")).status == 303, "a form's address leads back to its page"


@pytest.mark.parametrize(
    ("octets", "says"),
    [
        (b"MZ not a document", "the document is none that a reviewer can read"),
        (PDF + bytes(OCTETS_MAX), "the body is too large"),
    ],
    ids=["another type", "more than 20 MB"],
)
async def test_a_document_that_cannot_be_taken_is_named_at_its_field(office: Office, octets: bytes, says: str) -> None:
    page = await office.file("qualification", **QUALIFICATION)
    answer = await office.clerk.hand_in(f"{page}/documents", "scan.pdf", octets, role="registration")
    assert (answer.status, says in answer.text, 'id="w-document"' in answer.text) == (422, True, True)
    nothing = await office.clerk.send(f"{page}/documents", role="registration")
    assert (nothing.status, "Fill this in" in nothing.text) == (422, True)
    strange = await office.clerk.hand_in(f"{page}/documents", "scan.pdf", PDF, role="letter")
    assert (strange.status, "the paper has no document of this role" in strange.text) == (422, True)


async def test_what_is_far_too_large_and_what_is_no_form_is_answered(office: Office) -> None:
    page = await office.file("qualification", **QUALIFICATION)
    large = await office.clerk.hand_in(f"{page}/documents", "scan.pdf", PDF + bytes(25 * 1024 * 1024), role="copy")
    assert (large.status, "This form is too large" in large.text) == (413, True)
    torn = await office.clerk.ask("POST", f"{page}/documents", "--x", Content_Type="multipart/form-data")
    assert (torn.status, "This form cannot be read" in torn.text) == (400, True)


async def test_a_version_follows_and_a_paper_is_taken_back_with_a_reason(office: Office) -> None:
    clerk, books = office.clerk, office.platform.world.books
    page = await office.file("template", name="hi", text="Hi {who}", category="transactional", variables="who name 8")
    await office.decided(page, "release")
    form = await clerk.get(f"{page}/version")
    assert "Hi {who}" in form.text
    assert re.search(r'name="name"[^>]* readonly', form.text)
    fields = {"name": "hi", "text": "Hello {who}", "category": "transactional", "variables": "who name 8"}
    other = await clerk.send(f"{page}/version", **fields | {"name": "ho"})
    assert (other.status, "this is another paper" in other.text) == (422, True)
    assert (await clerk.send(f"{page}/version", **fields, why="kinder")).status == 303
    assert "kinder" in said(await clerk.get(page))

    assert (await clerk.send(f"{page}/withdrawal", why=" ")).status == 422
    asked = await clerk.send(f"{page}/withdrawal", why="a mistake")
    assert (asked.status, "Withdraw the version that is not decided yet?" in asked.text) == (200, True)
    assert (await clerk.send(f"{page}/withdrawal", why="a mistake", sure="yes")).status == 303
    assert books.templates[CUSTOMER, "hi"].status == "approved", "the one in force stays"
    asked = await clerk.send(f"{page}/withdrawal", why="no longer used")
    assert "Withdraw the paper that is in force?" in asked.text
    assert (await clerk.send(f"{page}/withdrawal", why="no longer used", sure="yes")).status == 303
    assert books.templates[CUSTOMER, "hi"].status == "withdrawn"
    history = said(await clerk.get(page))
    assert "a mistake" in history
    assert "no longer used" in history
    again = await clerk.send(f"{page}/withdrawal", why="once more", sure="yes")
    assert (again.status, "the paper stands where this cannot be done" in again.text) == (422, True)


async def test_a_sender_of_a_sheet_gets_a_version_from_its_form(office: Office) -> None:
    """What the operator's sheet says beside, the registrations, stays when the version is approved."""
    clerk, shop = office.clerk, {"entity": "example-shop", "name": "示例商城有限公司", "number": "91350100M000100Y43"}
    entity = await office.file("qualification", ACCOUNT, **QUALIFICATION | shop)
    await office.prove(entity, "registration", "authorisation", "identity")
    await office.decided(entity, "release")
    store = office.platform.cabinet.dossiers
    dossier = store.find("sender", f"{ACCOUNT}/示例商城")
    assert dossier is not None
    page = f"/console/papers/{dossier.id}"
    form = (await clerk.get(f"{page}/version")).text
    assert 'value="10690000001"' in form
    fields = {
        "name": "示例商城", "id.type": "numeric", "id.value": "10690000001", "entity": "example-shop",
        "owner.by": "entity", "signature": "示例商城", "links": "shop.example",
    }  # fmt: skip
    assert (await clerk.send(f"{page}/version", **fields)).status == 303
    await office.decided(page, "release")
    sender = office.platform.world.books.senders[ACCOUNT, "示例商城"]
    assert (sorted(sender.links), sorted(sender.registrations)) == (["shop.example"], ["cn.signature", "cn.template"])


async def test_who_may_file_files_for_his_own_account_alone(office: Office) -> None:
    own, foreign = await office.site.visitor(Role.OPERATOR, CUSTOMER), await office.site.visitor(Role.OPERATOR, ACCOUNT)
    sent: dict[str, Any] = {"paper": "qualification", **QUALIFICATION}
    assert (await foreign.send("/console/papers/new", account=str(CUSTOMER), **sent)).status == 404
    answer = await own.send("/console/papers/new", account=str(CUSTOMER), **sent)
    assert answer.status == 303
    page = answer.headers["Location"]
    for path in ("documents", "version", "withdrawal"):
        assert (await foreign.send(f"{page}/{path}", why="x", sure="yes", **QUALIFICATION)).status == 404
    for role in (Role.REVIEWER, Role.AUDITOR, Role.DEVELOPER):
        visitor = await office.site.visitor(role)
        assert (await visitor.send(f"{page}/withdrawal", why="x", sure="yes")).status == 403
        assert "File a new version" not in (await visitor.get(page)).text
    operators = office.platform.cabinet.dossiers.shelf(["licence"], None, 0, 10)
    of_operator = next(each.dossier for each in operators if each.dossier.account is None)
    assert (await office.clerk.send(f"/console/papers/{of_operator.id}/withdrawal", why="x", sure="yes")).status == 404


async def test_a_version_of_an_agreement_is_published_and_can_be_accepted(office: Office) -> None:
    path, edition = "/console/papers/publish", {"key": "cn.customer_terms", "version": "4", "since": "2099-01-01"}
    reviewer, books = office.reviewer, office.platform.world.books
    asked = await reviewer.send(path, **edition)
    assert (asked.status, "Publish version 4 of cn.customer_terms?" in asked.text) == (200, True)
    assert (await reviewer.send(path, **edition, sure="yes")).status == 303
    assert books.operator.agreements["cn.customer_terms"] == (("3", "2026-05-01"), ("4", "2099-01-01"))
    assert "2099-01-01" in (await reviewer.get(path)).text
    again = await reviewer.send(path, **edition, sure="yes")
    assert (again.status, "this version is published already" in again.text) == (422, True)
    wrong = await reviewer.send(path, **edition | {"version": "5", "since": "2099-02-30"}, sure="yes")
    assert (wrong.status, 'id="w-since"' in wrong.text) == (422, True)
    assert (await office.clerk.get(path)).status == 403
    accepted = await office.file("agreement", key="cn.customer_terms", version="4", accepted_by="王某")
    assert "Valid" in said(await office.clerk.get(accepted))
    starts = (await office.clerk.get(f"/console/start?account={CUSTOMER}")).text
    assert f"/console/papers/new?kind=qualification&amp;account={CUSTOMER}" in starts
