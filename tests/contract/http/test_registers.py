"""Registers through the API, with the keys of users."""

import pytest
from tests.contract.http.conftest import Site
from tests.contract.http.http_world import MINE

from kanhe.domain.users import Role


@pytest.fixture
def hot() -> bool:
    return True


async def test_a_list_is_taken_in_and_told_with_its_age(site: Site) -> None:
    clerk = await site.key_of("ann", Role.OPERATOR)
    query = {"prefix": "65", "checked_at": "2026-12-01T10:00:00+08:00"}
    status, done = await site.ask("POST", "/v1/admin/registers/sg.dnc", key=clerk, params=query, data=b"81234560\n")
    assert (status, done["rows"], done["imported"], done["mistakes"]) == (200, 1, 1, [])
    _, told = await site.ask("GET", "/v1/admin/registers", key=clerk)
    [register] = [each for each in told["registers"] if each["key"] == "sg.dnc"]
    assert (register["max_age_days"], [each["too_old"] for each in register["lists"]]) == (21, [True])
    sheet = b"number,listed\n+6581234561,yes\n"
    query = {"answers": "true", "checked_at": "2027-01-14T10:00:00+08:00"}
    status, done = await site.ask("POST", "/v1/admin/registers/sg.dnc", key=clerk, params=query, data=sheet)
    assert (status, done["imported"]) == (200, 1), done


@pytest.mark.parametrize(
    ("key", "query", "octets", "code"),
    [
        ("xx.none", {}, b"81234560\n", "import.refused"),
        ("sg.dnc", {"checked_at": "2030-01-01T00:00:00Z"}, b"81234560\n", "import.refused"),
        ("sg.dnc", {"prefix": "sixty"}, b"81234560\n", "query.invalid"),
        ("sg.dnc", {}, b"\xff\xfe\x00", "import.refused"),
    ],
)
async def test_what_cannot_be_taken_is_said(
    site: Site, key: str, query: dict[str, str], octets: bytes, code: str
) -> None:
    clerk = await site.key_of("ann", Role.OPERATOR)
    _, said = await site.ask("POST", f"/v1/admin/registers/{key}", key=clerk, params=query, data=octets)
    assert said["code"] == code, said


async def test_mistakes_are_named_and_nothing_is_taken_in(site: Site) -> None:
    clerk = await site.key_of("ann", Role.OPERATOR)
    at = "/v1/admin/registers/sg.dnc"
    status, done = await site.ask("POST", at, key=clerk, params={"prefix": "65"}, data=b"81234560\nnobody\n")
    assert (status, done["imported"], done["mistakes"][0]["row"]) == (200, 0, 2)
    status, done = await site.ask("POST", at, key=clerk, params={"prefix": "65", "dry_run": "true"}, data=b"81234560\n")
    assert (status, done["rows"], done["imported"]) == (200, 1, 0)
    assert list(site.store.registers()) == []


async def test_only_users_of_the_platform_bring_lists(site: Site) -> None:
    for role, account in ((Role.OPERATOR, MINE), (Role.DEVELOPER, None)):
        key = await site.key_of(f"{role} {account}", role, account)
        status, said = await site.ask("POST", "/v1/admin/registers/sg.dnc", key=key, data=b"81234560\n")
        assert (status, said["code"]) == (403, "auth.user-needed")
