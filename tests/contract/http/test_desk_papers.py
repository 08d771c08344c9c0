"""Papers of all accounts through the API, with the keys of users: looked at, filed with registries and carriers, taken back."""

import pytest
from tests.contract.http.conftest import Site
from tests.contract.http.http_world import MINE, THEIRS

from kanhe.domain.users import Role
from kanhe.records.papers import decide

TEMPLATE = {"name": "t", "text": "Hi", "category": "transactional"}


@pytest.fixture
def hot() -> bool:
    """Papers always go through the router."""
    return True


async def filed(site: Site, *, approve: bool = True) -> str:
    status, paper = await site.ask("POST", "/v1/templates", json=TEMPLATE)
    assert status == 201, paper
    if approve:
        store, now = site.door.cabinet.dossiers, site.clock.now_ms()
        assert await decide(store, site.books, paper["id"], "approve", "looked at", ["li"], now) is None
    return str(paper["id"])


async def test_a_filing_is_noted_with_its_day_and_shown_to_the_account(site: Site) -> None:
    identifier, key = await filed(site), await site.key_of("li")
    at = f"/v1/admin/papers/{identifier}/filings"
    for body in (
        {"registry": "cn.template", "status": "active"},
        {"registry": "cn.template", "status": "pending", "carrier": "sim", "since": "2027-01-10"},
        {"registry": "cn.template", "status": "refused", "carrier": "sim", "since": "2027-01-12"},
    ):
        status, said = await site.ask("POST", at, key=key, json=body)
        assert status == 200, said
    noted = [
        {"registry": "cn.template", "carrier": None, "status": "active", "since": "2027-01-15"},
        {"registry": "cn.template", "carrier": "sim", "status": "refused", "since": "2027-01-12"},
    ]
    assert said["filings"] == noted
    assert (await site.ask("GET", f"/v1/templates/{identifier}"))[1]["filings"] == noted
    assert site.books.templates[MINE, "t"].registrations["cn.template"].filed == {"sim": "refused"}
    history = [(each["by"], each["reason"]) for each in said["history"] if each["act"] == "register"]
    assert history[:2] == [
        ("li", "cn.template sim: refused (2027-01-12)"),
        ("li", "cn.template sim: pending (2027-01-10)"),
    ]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"registry": "nowhere"}, "body.invalid", "registry"),
        ({"status": "perhaps"}, "body.invalid", "status"),
        ({"since": "2027-01-16"}, "body.invalid", "since"),
        ({"since": "2027-02-30"}, "body.invalid", "since"),
        ({"since": "yesterday"}, "body.invalid", "since"),
        ({"day": "2027-01-15"}, "field.unknown", "day"),
    ],
)
async def test_a_filing_that_cannot_be_is_named(site: Site, wrong: dict[str, str], code: str, field: str) -> None:
    identifier, key = await filed(site), await site.key_of("li")
    body = {"registry": "cn.template", "status": "active", **wrong}
    status, said = await site.ask("POST", f"/v1/admin/papers/{identifier}/filings", key=key, json=body)
    assert (status, said["code"], said["field"]) == (400, code, field)


async def test_only_what_is_in_force_is_filed(site: Site) -> None:
    identifier, key = await filed(site, approve=False), await site.key_of("li")
    body = {"registry": "cn.template", "status": "active"}
    status, said = await site.ask("POST", f"/v1/admin/papers/{identifier}/filings", key=key, json=body)
    assert (status, said["code"]) == (409, "paper.stand")


async def test_a_paper_is_taken_back_by_whoever_files(site: Site) -> None:
    identifier, clerk = await filed(site), await site.key_of("ann", Role.OPERATOR)
    at = f"/v1/admin/papers/{identifier}"
    status, said = await site.ask("DELETE", at, key=clerk)
    assert (status, said["code"], "`why`" in said["detail"]) == (400, "query.invalid", True)
    status, said = await site.ask("DELETE", at, key=clerk, params={"why": "asked by letter"})
    assert (status, said["paper"]["state"], said["history"][0]["reason"]) == (200, "withdrawn", "asked by letter")
    assert site.books.templates[MINE, "t"].status == "withdrawn"
    assert (await site.ask("DELETE", at, key=clerk, params={"why": "again"}))[1]["code"] == "paper.stand"


async def test_each_user_does_what_his_role_allows_with_what_he_sees(site: Site) -> None:
    identifier = await filed(site)
    at, body = f"/v1/admin/papers/{identifier}", {"registry": "cn.template", "status": "active"}
    developer = await site.key_of("dev", Role.DEVELOPER)
    status, listed = await site.ask("GET", "/v1/admin/papers", key=developer, params={"kind": "template"})
    assert (status, [each["id"] for each in listed["papers"]]) == (200, [identifier])
    assert listed["papers"][0]["account"] == str(MINE)
    assert (await site.ask("DELETE", at, key=developer, params={"why": "x"}))[0] == 403
    assert (await site.ask("POST", f"{at}/filings", key=developer, json=body))[0] == 403
    foreign = await site.key_of("their operator", Role.OPERATOR, THEIRS)
    assert (await site.ask("GET", "/v1/admin/papers", key=foreign, params={"account": str(MINE)}))[1]["papers"] == []
    assert (await site.ask("GET", at, key=foreign))[1]["code"] == "paper.unknown"
    assert (await site.ask("DELETE", at, key=foreign, params={"why": "x"}))[1]["code"] == "paper.unknown"
    assert (await site.ask("GET", at, key=developer))[1]["paper"]["key"] == "t"


async def test_a_version_of_an_agreement_is_published_once(site: Site) -> None:
    reviewer, clerk = await site.key_of("li"), await site.key_of("ann", Role.OPERATOR)
    edition = {"key": "cn.customer_terms", "version": "9", "since": "2027-06-01"}
    assert (await site.ask("POST", "/v1/admin/agreements", key=clerk, json=edition))[0] == 403
    assert await site.ask("POST", "/v1/admin/agreements", key=reviewer, json=edition) == (201, edition)
    assert site.books.operator.agreements["cn.customer_terms"] == (("9", "2027-06-01"),)
    status, said = await site.ask("POST", "/v1/admin/agreements", key=reviewer, json=edition)
    assert (status, said["code"]) == (409, "agreement.published")
    status, said = await site.ask("POST", "/v1/admin/agreements", key=reviewer, json={**edition, "key": "letters"})
    assert (status, said["field"]) == (400, "key")
    accepted = {"key": "cn.customer_terms", "version": "9", "accepted_by": "Ann"}
    assert (await site.ask("POST", "/v1/agreements", json=accepted))[1]["state"] == "approved"
