"""What the page of the duty calendar shows, and who may write down that something is done."""

import pytest
from tests.contract.console.site_of_console import Site

from kanhe.domain.users import Role
from kanhe.law.kinds import Kind
from kanhe.records.duties import Event, open_duties

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_task_shows_its_rule_and_date_and_whoever_did_it_says_how(site: Site) -> None:
    world, cabinet = site.platform.world, site.platform.cabinet
    event = Event(Kind.BREACH, world.clock.now_ms() - 5 * 3_600_000, "CN", note="a tape was lost")
    made = await open_duties(cabinet.duties, event, world.gate.library, "CN", world.ids)
    late = made[0]
    reviewer, viewer, foreign = (
        await site.visitor(Role.REVIEWER),
        await site.visitor(Role.OPERATOR),
        await site.visitor(Role.DEVELOPER, 1),
    )
    page = (await reviewer.get("/console/duties")).text
    assert all(word in page for word in (late.rule, "Overdue", "a tape was lost", late.about))
    assert "已逾期" in (await reviewer.get("/console/duties", accept_language="zh")).text
    path = f"/console/duties/{late.id}/done"
    assert path in page
    assert path not in (await viewer.get("/console/duties")).text
    assert late.about not in (await foreign.get("/console/duties")).text
    assert (await viewer.post(path, f"csrf={await viewer.form_token()}&note=by+me")).status == 403
    token = await reviewer.form_token()
    empty = await reviewer.post(path, f"csrf={token}&note=+")
    assert (empty.status, "Say how it was done" in empty.text) == (422, True)
    assert (await reviewer.post(path, f"csrf={token}&note=reported+under+number+7")).status == 303
    done = (await reviewer.get("/console/duties")).text
    assert "reported under number 7" in done
    assert path not in done
