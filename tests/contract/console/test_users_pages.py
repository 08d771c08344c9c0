"""Users in the console: invited, given roles and keys, closed; owners answer to owners, and one of them stays."""

import re
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from tests.contract.console.site_of_console import Site, Visitor

from kanhe.console.sessions import COOKIE
from kanhe.demo.show import stage
from kanhe.domain.users import Role, User

pytestmark = pytest.mark.asyncio(loop_scope="session")

LINK = re.compile(r"https?://[^/]+(/console/login/[0-9a-f]{64})")
KEY = re.compile(r"kanhe_user_[0-9a-f]{64}")


@pytest_asyncio.fixture(loop_scope="session")
async def house() -> AsyncIterator[Site]:
    """A platform of its own for each test: they close people."""
    async with stage(True) as (platform, _, _, _):
        yield Site(platform, platform.address, "", "", "", "")


async def post(visitor: Visitor, path: str, **form: str) -> tuple[int, str, str]:
    token = await visitor.form_token()
    answer = await visitor.post(path, urlencode({**form, "csrf": token}))
    return answer.status, answer.text, answer.headers.get("location", "")


def user(house: Site, name: str) -> User:
    return next(each for each in house.platform.console.people.users() if each.name == name)


async def test_an_owner_invites_a_reviewer_who_logs_in(house: Site) -> None:
    owner = await house.visitor(Role.OWNER)
    status, page, _ = await post(owner, "/console/users", name="李审", role="reviewer")
    assert status == 200
    found = LINK.search(page)
    assert found is not None
    li = Visitor(house.base)
    assert (await li.post(found[1])).status == 303
    assert (await li.get("/console/reviews")).status == 200
    assert (await li.get("/console/users")).status == 403
    assert "李审" in (await owner.get("/console/users")).text
    looks = [look.what for look in house.platform.console.people.looks(1 << 62, 5)]
    assert "invite_user" in looks


async def test_what_is_wrong_is_said_and_what_was_written_stays(house: Site) -> None:
    owner = await house.visitor(Role.OWNER)
    for form, field in (
        ({"name": " ", "role": "reviewer"}, "name"),
        ({"name": "x" * 65, "role": "reviewer"}, "name"),
        ({"name": "li", "role": "emperor"}, "role"),
        ({"name": "li", "role": "viewer", "account": "77"}, "account"),
    ):
        status, page, _ = await post(owner, "/console/users", **form)
        assert (status, f'href="#f-{field}"' in page, f'id="w-{field}"' in page) == (422, True, True), form
    await post(owner, "/console/users", name="li", role="reviewer")
    status, page, _ = await post(owner, "/console/users", name="li", role="viewer")
    assert (status, 'value="li"' in page) == (422, True)


async def test_a_closed_user_is_out_at_once_with_his_key(house: Site) -> None:
    owner, li = await house.visitor(Role.OWNER), await house.visitor(Role.REVIEWER)
    who = user(house, "reviewer all")
    status, page, _ = await post(owner, f"/console/users/{who.id}/key")
    key = KEY.search(page)
    assert (status, key is not None) == (200, True)
    assert key is not None
    bearer = {"Authorization": f"Bearer {key[0]}"}
    assert (await li.get("/v1/reviews", **bearer)).status == 200
    status, page, _ = await post(owner, f"/console/users/{who.id}/close")
    assert (status, "Close reviewer all?" in page) == (200, True)
    assert (await li.get("/console/reviews")).status == 200, "nothing has happened yet"
    assert (await owner.get(f"/console/users/{who.id}/close")).headers["location"] == f"/console/users/{who.id}"
    assert (await post(owner, f"/console/users/{who.id}/close", sure="yes"))[0] == 303
    assert (await li.get("/console/reviews")).status == 303
    assert (await li.get("/v1/reviews", **bearer)).status == 401
    assert (await post(owner, f"/console/users/{who.id}/link"))[0] == 404


async def test_another_role_counts_from_the_next_login(house: Site) -> None:
    owner, li = await house.visitor(Role.OWNER), await house.visitor(Role.REVIEWER)
    who = user(house, "reviewer all")
    assert (await post(owner, f"/console/users/{who.id}/role", role="viewer"))[0] == 303
    assert (await li.get("/console")).status == 303
    _, page, _ = await post(owner, f"/console/users/{who.id}/link")
    found = LINK.search(page)
    assert found is not None
    await li.post(found[1])
    assert li.cookies[COOKIE]
    assert (await li.get("/console/reviews")).status == 403


async def test_owners_answer_to_owners_and_the_last_one_stays(house: Site) -> None:
    owner, admin = await house.visitor(Role.OWNER), await house.visitor(Role.ADMIN)
    who = user(house, "owner all")
    assert (await post(admin, "/console/users", name="mine", role="owner"))[0] == 422
    assert (await post(admin, f"/console/users/{who.id}/close", sure="yes"))[0] == 404
    assert (await post(admin, f"/console/users/{who.id}/link"))[0] == 404
    for path, form in (("role", {"role": "viewer"}), ("close", {"sure": "yes"})):
        status, page, _ = await post(owner, f"/console/users/{who.id}/{path}", **form)
        assert (status, "This is the last owner" in page) == (422, True)
    await post(owner, "/console/users", name="second", role="owner")
    assert (await post(owner, f"/console/users/{who.id}/role", role="viewer"))[0] == 303
    assert user(house, "owner all").role is Role.VIEWER
