"""What the pages of papers show, and to whom."""

import pytest
from tests.contract.console.site_of_console import DIGEST, SCAN, Site

from kanhe.domain.users import Role

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_list_shows_what_waits_and_what_ends(site: Site) -> None:
    visitor = await site.visitor(Role.OPERATOR)
    everything = (await visitor.get("/console/papers")).text
    waiting = (await visitor.get("/console/papers?show=waiting")).text
    assert f"/console/papers/{site.paper}" in everything
    assert f"/console/papers/{site.paper}" in waiting
    assert "Waits for review" in waiting
    assert f"/console/papers/{site.paper}" not in (await visitor.get("/console/papers?kind=sender")).text
    assert f"/console/papers/{site.paper}" not in (await visitor.get("/console/papers?show=ending")).text, (
        "it is not in force"
    )


async def test_a_paper_shows_its_documents_and_history_and_who_may_opens_them(site: Site) -> None:
    visitor, viewer = await site.visitor(Role.OPERATOR), await site.visitor(Role.DEVELOPER)
    path = f"/console/papers/{site.paper}"
    page = (await visitor.get(path)).text
    assert all(word in page for word in ("A2.B1-20250001", "Submitted for review", "key demo", DIGEST[:16], "Sealed"))
    chinese = (await visitor.get(path, accept_language="zh")).text
    assert "送审" in chinese
    opened = await visitor.get(f"{path}/documents/{DIGEST}")
    assert (opened.status, opened.text) == (200, SCAN.decode())
    assert f"{path}/documents/" not in (await viewer.get(path)).text
    assert (await viewer.get(f"{path}/documents/{DIGEST}")).status == 403
    looks = (await (await site.visitor(Role.OWNER)).get("/console/looks")).text
    assert "Opened a document of a paper" in looks


async def test_a_user_of_another_account_sees_no_paper(site: Site) -> None:
    foreign = await site.visitor(Role.OPERATOR, 2)
    for path in ("", f"/{site.paper}", f"/{site.paper}/documents/{DIGEST}"):
        assert (await foreign.get(f"/console/papers{path}")).status == (404 if path else 200)
    for query in ("", "?show=waiting", "?show=ending"):
        assert "/console/papers/1" not in (await foreign.get(f"/console/papers{query}")).text
        assert "/console/papers/2" not in (await foreign.get(f"/console/papers{query}")).text
