"""Papers through the API: filed, proved by documents, decided, taken back; what is wrong is said."""

import hashlib
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.contract.http.conftest import FOREIGN_KEY, KEY, Site
from tests.contract.http.http_world import MINE, THEIRS
from tests.contract.http.receiver import Receiver
from tests.patience import until

from kanhe.domain.papers import Qualification
from kanhe.gate.gate import Gate
from kanhe.kit.clock import iso, to_ms
from kanhe.records.by_operator import file_by_operator
from kanhe.records.filing import Filed
from kanhe.records.papers import Author, decide
from kanhe.records.uploads import OCTETS_MAX
from kanhe.upkeep.ends import Watch

PDF = b"%PDF-1.7 a scan"
LICENCE = {"key": "cn.value_added_telecom", "number": "A2.B1-1", "holder": "Example", "valid_to": "2028-01-01"}
SENDER = {
    "name": "Offers", "id": {"type": "numeric", "value": "447400000001"}, "entity": "example",
    "owner": {"by": "trademark", "reference": "UK0001"}, "links": ["example.com"],
}  # fmt: skip
SEND = {"to": "+447400123456", "text": "Your order has left us. Offers", "sender": "Offers"}


@pytest.fixture
def gate(gate: Gate) -> Gate:
    """One a test: senders of different tests have the same name and revision here, by which a gate knows them again."""
    return Gate(gate.library)


@pytest.fixture
def hot() -> bool:
    """Papers always go through the router."""
    return True


async def decided(site: Site, paper: dict[str, Any], decision: str) -> None:
    """As the review queue does."""
    now = site.clock.now_ms()
    wrong = await decide(
        site.door.cabinet.dossiers, site.books, paper["id"], decision, "looked at", ("li", "wang"), now
    )
    assert wrong is None


def qualify(site: Site) -> None:
    for account in (MINE, THEIRS):
        site.books.put(Qualification(1, account, "example", "Example Ltd", "company", "GB"))


async def test_a_paper_is_filed_proved_reviewed_and_counts(site: Site) -> None:
    status, paper = await site.ask("POST", "/v1/licences", json=LICENCE)
    assert (status, paper["state"], paper["missing"]) == (201, "draft", ["copy"])
    one = f"/v1/licences/{paper['id']}"
    status, document = await site.ask("POST", f"{one}/documents?role=copy&name=licence.pdf", data=PDF)
    assert (status, document["digest"], document["media"]) == (201, hashlib.sha256(PDF).hexdigest(), "application/pdf")
    _, whole = await site.ask("GET", one)
    assert (whole["paper"]["state"], whole["paper"]["in_force"], whole["paper"]["days_left"]) == (
        "submitted",
        None,
        None,
    )
    await decided(site, paper, "approve")
    _, whole = await site.ask("GET", one)
    assert (whole["paper"]["state"], whole["paper"]["in_force"], whole["paper"]["days_left"]) == ("approved", 1, 351)
    assert [(done["act"], done["by"]) for done in whole["history"]] == [
        ("approve", "li, wang"), ("submit", "key aaaaaaaaaaaa"), ("attach", "key aaaaaaaaaaaa"), ("file", "key aaaaaaaaaaaa"),
    ]  # fmt: skip
    assert [licence.number for licence in site.books.accounts[MINE].licences] == ["A2.B1-1"]
    status, octets = await site.ask("GET", f"{one}/documents/{document['digest']}")
    assert (status, octets) == (200, PDF)


async def test_a_document_that_shows_a_person_lies_sealed(site: Site) -> None:
    _, paper = await site.ask(
        "POST", "/v1/qualifications",
        json={"entity": "e", "name": "E", "kind": "company", "seat": "GB", "number": "1", "authorised_person": "A"},
    )  # fmt: skip
    one = f"/v1/qualifications/{paper['id']}/documents"
    _, identity = await site.ask("POST", f"{one}?role=identity", data=PDF)
    _, register = await site.ask("POST", f"{one}?role=registration", data=PDF + b"!")
    folder = site.store.path.with_name("files")
    kept = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert kept[register["digest"]] == PDF + b"!"
    assert set(kept) == {register["digest"], identity["digest"] + ".sealed"}
    assert b"scan" not in kept[identity["digest"] + ".sealed"]
    assert await site.ask("GET", f"{one}/{identity['digest']}") == (200, PDF)


REFUSED: list[tuple[str, bytes, int, str]] = [
    ("copy", b"MZ\x90\x00", 415, "document.type-unknown"),
    ("copy", b"", 415, "document.type-unknown"),
    ("copy", b"<html>%PDF-", 415, "document.type-unknown"),
    ("passport", PDF, 422, "document.role-unknown"),
    ("copy", b"%PDF-" + bytes(OCTETS_MAX), 413, "body.too-large"),
]


@pytest.mark.parametrize(
    ("role", "octets", "status", "code"), REFUSED, ids=["program", "empty", "page", "role", "large"]
)
async def test_a_document_of_a_wrong_kind_or_size_is_refused(
    site: Site, role: str, octets: bytes, status: int, code: str
) -> None:
    _, paper = await site.ask("POST", "/v1/licences", json=LICENCE)
    said, problem = await site.ask("POST", f"/v1/licences/{paper['id']}/documents?role={role}", data=io.BytesIO(octets))
    assert (said, problem["code"]) == (status, code)
    assert (await site.ask("GET", f"/v1/licences/{paper['id']}/documents"))[1] == {"documents": []}


async def test_what_is_not_lawful_is_refused_with_its_reason(site: Site) -> None:
    assert (await site.ask("POST", "/v1/senders", json=SENDER))[1]["code"] == "qualification.missing"
    qualify(site)
    _, mine = await site.ask("POST", "/v1/senders", json=SENDER)
    assert (await site.ask("POST", "/v1/senders", json=SENDER))[1]["code"] == "paper.exists"
    await site.ask("POST", f"/v1/senders/{mine['id']}/documents?role=trademark", data=PDF)
    await decided(site, mine, "approve")
    status, problem = await site.ask("POST", "/v1/senders", key=FOREIGN_KEY, json=SENDER)
    assert (status, problem["code"], problem["field"]) == (409, "port.bound", "id.value")
    for value in ("EXAMPLESHOPS", "商城"):
        named = {**SENDER, "name": "named", "id": {"type": "alphanumeric", "value": value}}
        status, problem = await site.ask("POST", "/v1/senders", json=named)
        assert (status, problem["code"], problem["field"]) == (422, "sender.unfit", "id.value")
        assert problem["detail"] == "a sender id is 1 to 20 digits, or a name of 1 to 11 characters of ASCII"
    over = {**LICENCE, "valid_to": "2027-01-14"}
    assert (await site.ask("POST", "/v1/licences", json=over))[1]["code"] == "paper.over"


async def test_messages_go_only_while_the_sender_is_approved(site: Site) -> None:
    async def would() -> tuple[str, list[str]]:
        _, said = await site.ask("POST", "/v1/check", json=SEND)
        findings = (said.get("explanation") or {}).get("findings", [])
        return said["would"], [each["code"] for each in findings if each["effect"] == "refuse"]

    qualify(site)
    named = {**SENDER, "id": {"type": "alphanumeric", "value": "Offers"}}
    _, paper = await site.ask("POST", "/v1/senders", json=named)
    one = f"/v1/senders/{paper['id']}"
    assert await would() == ("refused", ["sender-unknown"])
    await site.ask("POST", f"{one}/documents?role=trademark", data=PDF)
    await decided(site, paper, "approve")
    assert await would() == ("accepted", [])
    status, taken = await site.ask("DELETE", f"{one}?why=sold")
    assert (status, taken["state"]) == (200, "withdrawn")
    assert await would() == ("refused", ["sender-not-approved"])


async def test_a_new_version_waits_while_the_old_one_serves(site: Site) -> None:
    qualify(site)
    _, paper = await site.ask("POST", "/v1/templates", json={"name": "t", "text": "Hi {who}", "category": "transactional", "variables": {"who": {"kind": "name"}}})  # fmt: skip
    await decided(site, paper, "approve")
    one = f"/v1/templates/{paper['id']}"
    status, said = await site.ask("POST", f"{one}/versions?why=shorter", json={"name": "t", "text": "Hi", "category": "transactional"})  # fmt: skip
    assert (status, said["state"], said["in_force"]) == (201, "submitted", 1)
    assert site.books.templates[MINE, "t"].text == "Hi {who}"
    other = {"name": "u", "text": "Hi", "category": "transactional"}
    assert (await site.ask("POST", f"{one}/versions", json=other))[1]["code"] == "paper.other"
    await decided(site, paper, "approve")
    assert site.books.templates[MINE, "t"].text == "Hi"
    _, versions = await site.ask("GET", f"{one}/versions")
    assert [(v["version"], v["state"], v["why"]) for v in versions["versions"]] == [
        (2, "approved", "shorter"),
        (1, "superseded", ""),
    ]
    assert (await site.ask("GET", "/v1/templates?limit=1"))[1]["next"] == paper["id"]
    assert (await site.ask("GET", f"/v1/templates?after={paper['id']}"))[1] == {"papers": [], "next": None}


DAY_S = 86_400


async def test_traffic_stops_by_itself_on_the_day_after_the_last(site: Site) -> None:
    """2027-01-15, 12:00 in London; a sender whose last day is the 16th."""
    qualify(site)
    ends = {
        **SENDER,
        "id": {"type": "alphanumeric", "value": "Offers"},
        "owner": {"by": "entity"},
        "valid_to": "2027-01-16",
    }
    _, paper = await site.ask("POST", "/v1/senders", json=ends)
    await decided(site, paper, "approve")
    site.clock.instant_ms = to_ms(datetime(2027, 1, 16, 23, 59, 59, tzinfo=UTC))
    assert (await site.ask("POST", "/v1/check", json=SEND))[1]["would"] == "accepted"
    site.clock.advance(1)
    _, said = await site.ask("POST", "/v1/check", json=SEND)
    refused = [each["code"] for each in said["explanation"]["findings"] if each["effect"] == "refuse"]
    assert (said["would"], refused) == ("refused", ["sender-ended"])


async def test_the_end_of_a_qualification_stops_its_senders(site: Site) -> None:
    site.books.put(Qualification(1, MINE, "example", "Example Ltd", "company", "GB", valid_to="2027-01-15"))
    named = {**SENDER, "id": {"type": "alphanumeric", "value": "Offers"}, "owner": {"by": "entity"}}
    _, paper = await site.ask("POST", "/v1/senders", json=named)
    await decided(site, paper, "approve")
    assert (await site.ask("POST", "/v1/check", json=SEND))[1]["would"] == "accepted"
    site.clock.advance(DAY_S)
    assert (await site.ask("POST", "/v1/check", json=SEND))[1]["would"] == "refused"


async def test_the_account_is_warned_60_30_and_7_days_before_once_each(site: Site, receiver: Receiver) -> None:
    watch = Watch(site.door.cabinet.dossiers, site.books)
    hook = {"name": "mine", "url": receiver.url, "events": ["paper.expiring"]}
    assert (await site.ask("POST", "/v1/webhooks", json=hook))[0] == 201
    _, paper = await site.ask("POST", "/v1/licences", json={**LICENCE, "valid_to": "2027-04-15"})
    await site.ask("POST", f"/v1/licences/{paper['id']}/documents?role=copy", data=PDF)
    await decided(site, paper, "approve")
    for _ in range(100):
        await watch.look(site.clock.now_ms())
        await watch.look(site.clock.now_ms())
        site.clock.advance(DAY_S)
    await until(lambda: len(receiver.got) == 3 and not site.store.jobs(1))
    said = receiver.said()
    assert [(each["type"], each["data"]["days_left"]) for each in said] == [("paper.expiring", d) for d in (60, 30, 7)]
    assert {each["data"]["valid_to"] for each in said} == {"2027-04-15"}
    _, whole = await site.ask("GET", f"/v1/licences/{paper['id']}")
    assert (whole["paper"]["state"], whole["paper"]["in_force"]) == ("expired", None)
    warned = [(each["act"], each["reason"]) for each in whole["history"] if each["by"] == "platform"]
    assert warned == [("expire", "2027-04-15 was its last day"), ("warn", "7"), ("warn", "30"), ("warn", "60")]


async def test_the_account_hears_what_was_decided_of_its_papers_and_nobody_else_does(
    site: Site, receiver: Receiver
) -> None:
    """Approved, refused with its reason, suspended, resumed, superseded, withdrawn: each once, after its commit."""
    for key in (KEY, FOREIGN_KEY):
        hook = {"name": "papers", "url": f"{receiver.url}?{key[-1]}", "events": ["paper.decided"]}
        assert (await site.ask("POST", "/v1/webhooks", key=key, json=hook))[0] == 201
    first = {"name": "t", "text": "Hi {who}", "category": "transactional", "variables": {"who": {"kind": "name"}}}
    _, paper = await site.ask("POST", "/v1/templates", json=first)
    again = f"/v1/templates/{paper['id']}/versions"
    for decision in ("claim", "approve", "suspend", "resume"):
        await decided(site, paper, decision)
    for decision in ("refuse", "approve"):
        assert (await site.ask("POST", again, json={"name": "t", "text": "Hi", "category": "transactional"}))[0] == 201
        await decided(site, paper, decision)
    assert (await site.ask("DELETE", f"/v1/templates/{paper['id']}?why=no+more"))[0] == 200
    await until(lambda: len(receiver.got) == 7 and not site.store.jobs(1))
    said = [each["data"] for each in receiver.said() if each["type"] == "paper.decided"]
    assert {(each["id"], each["kind"], each["name"], each["at"]) for each in said} == {
        (paper["id"], "template", "t", iso(site.clock.now_ms()))
    }
    assert sorted((each["version"], each["decision"], each["reason"]) for each in said) == [
        (1, "approve", "looked at"),
        (1, "resume", "looked at"),
        (1, "supersede", "version 3 was approved"),
        (1, "suspend", "looked at"),
        (2, "refuse", "looked at"),
        (3, "approve", "looked at"),
        (3, "withdraw", "no more"),
    ]
    assert set(receiver.paths) == {f"/hook?{KEY[-1]}"}


async def test_one_scan_may_prove_several_things(site: Site) -> None:
    body = {
        "entity": "m", "name": "M", "kind": "company", "seat": "GB", "number": "1", "authorised_person": "A",
    }  # fmt: skip
    _, paper = await site.ask("POST", "/v1/qualifications", json=body)
    one = f"/v1/qualifications/{paper['id']}"
    for role in paper["missing"]:
        assert (await site.ask("POST", f"{one}/documents?role={role}", data=PDF))[0] == 201
    _, whole = await site.ask("GET", one)
    assert (whole["paper"]["state"], whole["paper"]["missing"]) == ("submitted", [])
    assert {each["role"] for each in whole["documents"]} == set(paper["missing"])
    assert await site.ask("GET", f"{one}/documents/{hashlib.sha256(PDF).hexdigest()}") == (200, PDF)


async def test_what_a_sheet_takes_out_is_told_like_a_withdrawal(site: Site, receiver: Receiver) -> None:
    hook = {"name": "papers", "url": receiver.url, "events": ["paper.decided"]}
    assert (await site.ask("POST", "/v1/webhooks", json=hook))[0] == 201
    store, books = site.door.cabinet.dossiers, site.books
    bare = {"id": MINE, "name": "Example"}
    with_licence = {**bare, "licences": [{"key": "cn.value_added_telecom", "number": "B2-1"}]}
    for before, after in ((bare, with_licence), (with_licence, bare)):
        author = Author("operator", site.clock.now_ms())
        await file_by_operator(store, books, site.world.ids, [Filed("account", str(MINE), before, after)], author)
    await until(lambda: len(receiver.got) == 2 and not site.store.jobs(1))
    said = [each["data"] for each in receiver.said()]
    assert [each["name"] for each in said] == ["cn.value_added_telecom/B2-1"] * 2
    assert sorted((each["decision"], each["reason"]) for each in said) == [
        ("approve", ""),
        ("withdraw", "taken out by the operator"),
    ]


@pytest.mark.parametrize(("code", "status"), [("482913", 202), ("4829137", 422), ("加微信领红包", 422), ("12{x}", 422)])
async def test_a_variable_takes_what_it_was_approved_for(site: Site, code: str, status: int) -> None:
    template = {
        "name": "login", "text": "Example: your code is {code}", "category": "transactional",
        "variables": {"code": {"kind": "code", "max_chars": 6}},
    }  # fmt: skip
    _, paper = await site.ask("POST", "/v1/templates", json=template)
    await decided(site, paper, "approve")
    message = {"to": "+447400123456", "template": "login", "params": {"code": code}, "sender": "Example"}
    said, answer = await site.ask("POST", "/v1/messages", json=message)
    assert said == status
    assert said == 202 or answer["code"] == "template.variable-invalid"
