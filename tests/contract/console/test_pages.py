"""What the pages show, to a browser without script."""

import re

import pytest
from tests.contract.console.site_of_console import PARCELS, Site

from kanhe.domain.users import Role

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROW = re.compile(r'<th scope="row"><a href="/console/messages/(\d+)"')
NEXT = re.compile(r'<a href="([^"]+)" rel="next">')


async def test_the_overview_counts_what_came_in(site: Site) -> None:
    text = (await (await site.visitor(Role.VIEWER)).get("/console")).text
    assert re.search(rf'Messages in the last hour</dt><dd><span class="figure">{PARCELS + 2}<', text)
    assert re.search(rf"Entries under the checkpoint</dt><dd>{site.platform.notary.size}<", text)
    delivered = re.search(r'state=delivered">.*?</th><td class="num">(\d+)</td>', text)
    assert delivered is not None
    assert int(delivered[1]) == PARCELS + 1
    assert "Nothing needs a person." in text


async def test_an_alarm_names_the_connector_that_is_down(site: Site) -> None:
    visitor = await site.visitor(Role.VIEWER)
    [connector] = site.platform.connectors.values()
    connector.stopped = "the carrier refused our password"
    try:
        text = (await visitor.get("/console/figures", Accept_Language="zh")).text
    finally:
        connector.stopped = None
    assert f"通道 {connector.name} 已停止：the carrier refused our password" in text


async def test_pages_of_the_list_follow_each_other_without_gap(site: Site) -> None:
    visitor = await site.visitor(Role.OPERATOR)
    path, seen = "/console/messages?category=transactional", []
    while path:
        text = (await visitor.get(path.replace("&amp;", "&"))).text
        seen += ROW.findall(text)
        following = NEXT.search(text)
        path = following[1] if following else ""
    assert len(seen) == len(set(seen)) == PARCELS
    assert seen == sorted(seen, key=int, reverse=True)


async def test_filters_stand_in_the_address_bar(site: Site) -> None:
    visitor = await site.visitor(Role.OPERATOR)
    assert ROW.findall((await visitor.get("/console/messages?state=refused")).text) == [site.refused]
    assert ROW.findall((await visitor.get("/console/messages?to=%2B86+138+0013+8001")).text) == [site.delivered]
    assert ROW.findall((await visitor.get("/console/messages?until=2020-01-01T00:00")).text) == []
    wrong = await visitor.get("/console/messages?to=12&state=refused")
    assert wrong.status == 422
    assert 'href="#f-to"' in wrong.text
    assert 'value="12"' in wrong.text
    assert 'aria-invalid="true" aria-describedby="w-to"' in wrong.text


async def test_a_message_tells_its_journey_and_its_reasons(site: Site) -> None:
    text = (await (await site.visitor(Role.OPERATOR)).get(f"/console/messages/{site.delivered}")).text
    steps = (
        "Came in at the HTTP door",
        "Judged: it may go.",
        "Claimed for connector",
        "The carrier took segment 2",
        "Receipt for segment 2",
        "End of the journey",
    )
    places = [text.index(step) for step in steps]
    assert places == sorted(places)
    assert "2 segments" in text
    assert text.count('class="cut"') == 1


async def test_findings_speak_both_languages_and_name_their_provision(site: Site) -> None:
    text = (await (await site.visitor(Role.OPERATOR)).get(f"/console/messages/{site.refused}")).text
    opened = text.split('<details class="finding" open>')[1]
    assert "There is no consent of this person" in opened
    assert 'lang="zh-Hans"' in opened
    assert "没有此人同意" in opened
    assert "中华人民共和国广告法" in opened
    assert "Penalty" in opened
    assert 'href="/console/rules/cn.consent.commercial"' in opened


async def test_the_proof_is_verified_by_the_public_key(site: Site) -> None:
    visitor = await site.visitor(Role.DEVELOPER)
    text = (await visitor.get(f"/console/messages/{site.refused}/proof")).text
    assert "The proof holds" in text
    assert "1 entry leads to the signed root" in text


async def test_a_rule_shows_everything_behind_it(site: Site) -> None:
    visitor = await site.visitor(Role.VIEWER)
    for row in re.findall(r'href="(/console/rules/[^"]+)"', (await visitor.get("/console/rules")).text):
        answer = await visitor.get(row)
        assert answer.status == 200, row
        assert "Seen in" in answer.text or "Not seen in a source" in answer.text
    listed = (await visitor.get("/console/rules?pack=cn&kind=consent&words=consent")).text
    assert 0 < listed.count('<th scope="row">') < 10
