"""The review queue in the console: who sees it, who decides, one question before many, what is wrong on top. Without script."""

import json
import re
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any, ClassVar
from urllib.parse import urlencode

import aiohttp
import pytest
import pytest_asyncio
from tests.contract.console.site_of_console import Site, Visitor, parcel
from tests.patience import until

from kanhe.app.content import ContentCare, put_down
from kanhe.app.opinions import second_opinion
from kanhe.app.user_orders import user_key
from kanhe.demo.client import Api
from kanhe.demo.show import stage
from kanhe.domain.review import Kind
from kanhe.domain.state import State
from kanhe.domain.users import Role
from kanhe.ledger.entry import Kind as LedgerKind
from kanhe.ledger.entry import decode_entry
from kanhe.offices.waiting import Wanted
from kanhe.settings import Opinions
from kanhe.sim.papers import API_KEY, CHINA_OFFERS

pytestmark = pytest.mark.asyncio(loop_scope="session")

GIFT = "【示例商城】尊敬的会员，加微信 shop1688 领取礼品"
TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')


class Desk(Site):
    """A platform of its own: here things are decided."""

    api: Api

    async def hold(self, text: str, count: int = 1) -> tuple[str, list[str]]:
        """(item of the queue, its messages)."""
        sent = [
            (await self.api.post("/v1/messages", {**parcel(8613800138100 + n), "text": text}))[1] for n in range(count)
        ]
        assert {each["state"] for each in sent} == {"held"}, sent
        items = await self.platform.reviews.items(Wanted(Kind.MESSAGE))
        return str(items[-1].id), [str(each["id"]) for each in sent]

    async def reviewers_key(self) -> str:
        """A key by which a reviewer uses the API."""
        platform = self.platform
        made = await user_key(platform, {"name": f"{Role.REVIEWER} all"})
        return str(made["key"])

    async def becomes(self, message: str, *states: State) -> None:
        def has_become() -> bool:
            row = self.platform.store.row(int(message))
            return row is not None and row.state in states

        await until(has_become)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk() -> AsyncIterator[Desk]:
    async with stage(True) as (platform, api, _, _):
        desk = Desk(platform, platform.address, "", "", "", "")
        desk.api = api
        yield desk


async def post(visitor: Visitor, path: str, **form: str) -> tuple[int, str, str]:
    """(status, page, where to) of a form sent from the item's own page."""
    token = await visitor.form_token()
    answer = await visitor.post(path, urlencode({**form, "csrf": token}))
    return answer.status, answer.text, answer.headers.get("location", "")


async def test_one_reads_claims_and_releases_and_it_is_judged_again(desk: Desk) -> None:
    item, [message] = await desk.hold(f"{GIFT} 一")
    li = await desk.visitor(Role.REVIEWER)
    listed = (await li.get("/console/reviews?kind=message")).text
    assert f'href="/console/reviews/{item}"' in listed
    page = (await li.get(f"/console/reviews/{item}")).text
    assert "<mark" in page
    assert "shop1688" not in page
    status, _, to = await post(li, f"/console/reviews/{item}/claim")
    assert (status, to) == (303, f"/console/reviews/{item}")
    assert "In your hand until" in (await li.get(to)).text
    assert item in (await li.get("/console/reviews?show=mine")).text
    status, _, to = await post(
        li, f"/console/reviews/{item}/decision", says="release", reason="a real notice of the shop"
    )
    assert (status, to) == (303, f"/console/reviews/{item}")
    await desk.becomes(message, State.DELIVERED)
    told = [decode_entry(entry.octets).kind for entry in desk.platform.store.entries_of(int(message))]
    assert told == [LedgerKind.VERDICT, LedgerKind.REVIEW, LedgerKind.SECOND_VERDICT]
    closed = (await li.get("/console/reviews?show=closed")).text
    assert f'href="/console/reviews/{item}"' in closed
    assert "a real notice of the shop" in (await li.get(f"/console/reviews/{item}")).text


async def by_key(desk: Desk, key: str, item: str) -> dict[str, Any]:
    """An item as the API shows it to who holds a key."""
    headers = {"Authorization": f"Bearer {key}"}
    async with aiohttp.request("GET", f"{desk.platform.address}/v1/reviews/{item}", headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        return dict(await answer.json())


class Suspicious:
    """A model of an operator's own, which doubts gifts."""

    asked: ClassVar[list[str]] = []

    def classify(self, texts: Sequence[str]) -> Sequence[float]:
        self.asked += texts
        return [0.9 if "礼品" in text else 0.1 for text in texts]


async def test_another_opinion_stands_beside_ours_and_decides_nothing(desk: Desk) -> None:
    doubted, [message] = await desk.hold(f"{GIFT} 另一 8848")
    doubtless, _ = await desk.hold("【示例商城】尊敬的会员，加微信 shop1688 领取赠券 另一")
    platform, settings = desk.platform, Opinions("classifier", classifier=f"{__name__}:Suspicious")
    other = second_opinion(settings, platform.clock, platform.rng)
    care = ContentCare(platform.data, platform.world.content, partial(put_down, platform.world), other)
    for _ in range(2):
        await care.ask_others(platform.reviews)
    told = [text for text in Suspicious.asked if "另一" in text]
    assert sorted(text.endswith("另一 0000") for text in told) == [False, True], "each once, with its digits masked"

    li, key = await desk.visitor(Role.REVIEWER), await desk.reviewers_key()
    for language, says, finds_nothing in (
        ("en", "Doubts it too", "Finds nothing to doubt"),
        ("zh", "同样存疑", "未见可疑"),
    ):
        page = (await li.get(f"/console/reviews/{doubted}", Accept_Language=language)).text
        assert says in page
        assert "<code>classifier</code>" in page
        assert "<code>onnx.model</code>" in page
        assert finds_nothing in (await li.get(f"/console/reviews/{doubtless}", Accept_Language=language)).text
    view = await by_key(desk, key, doubted)
    assert (view["opinion"]["by"], view["opinion"]["doubts"]) == ("classifier", True)
    assert view["opinion"]["labels"] == ["model:onnx.model"]
    assert (await by_key(desk, key, doubtless))["opinion"]["doubts"] is False
    assert (await by_key(desk, API_KEY, doubted))["opinion"] is None, (
        "an account is told what we found, not whom we asked"
    )
    await desk.becomes(message, State.HELD)
    status, _, _ = await post(li, f"/console/reviews/{doubted}/decision", says="release", reason="the shop's own gift")
    assert status == 303
    await desk.becomes(message, State.DELIVERED)
    assert "同样存疑" in (await li.get(f"/console/reviews/{doubted}", Accept_Language="zh")).text, (
        "kept with the decision"
    )


async def test_many_messages_are_asked_once_more(desk: Desk) -> None:
    item, messages = await desk.hold(f"{GIFT} 二", 3)
    li = await desk.visitor(Role.REVIEWER)
    status, page, _ = await post(li, f"/console/reviews/{item}/decision", says="refuse", reason="a <b>trick</b>")
    assert status == 200
    assert "Refuse 3 messages?" in page
    assert 'name="reason" value="a &lt;b&gt;trick&lt;/b&gt;"' in page
    assert desk.platform.store.row(int(messages[0])).state is State.HELD  # type: ignore[union-attr]  # it is there
    status, _, to = await post(
        li, f"/console/reviews/{item}/decision", says="refuse", reason="a <b>trick</b>", sure="yes"
    )
    assert (status, to) == (303, f"/console/reviews/{item}")
    for message in messages:
        await desk.becomes(message, State.REFUSED)
    assert "a &lt;b&gt;trick&lt;/b&gt;" in (await li.get(to)).text


@pytest.mark.parametrize(("language", "said"), [("en", "a decision needs a reason"), ("zh", "作出决定须说明理由")])
async def test_what_is_wrong_stands_on_top_and_at_the_field(desk: Desk, language: str, said: str) -> None:
    item, _ = await desk.hold(f"{GIFT} 三{language}")
    li = await desk.visitor(Role.REVIEWER)
    token = await li.form_token()
    answer = await li.post(
        f"/console/reviews/{item}/decision",
        f"csrf={token}&says=refuse&label=spam.ad&reason=+",
        Accept_Language=language,
    )
    assert answer.status == 422
    assert f'<a href="#f-reason">{said}</a>' in answer.text
    assert f'<p class="wrong" id="w-reason">{said}</p>' in answer.text
    assert '<option value="spam.ad" selected>' in answer.text


async def test_what_another_has_in_hand_is_his(desk: Desk) -> None:
    item, _ = await desk.hold(f"{GIFT} 四")
    li, owner = await desk.visitor(Role.REVIEWER), await desk.visitor(Role.OWNER)
    await post(li, f"/console/reviews/{item}/claim")
    assert "has it in hand" in (await owner.get(f"/console/reviews/{item}")).text
    status, page, _ = await post(owner, f"/console/reviews/{item}/decision", says="release", reason="x")
    assert (status, "another reviewer has it in hand" in page) == (422, True)
    assert (await post(li, f"/console/reviews/{item}/give-back"))[0] == 303
    assert "has it in hand" not in (await owner.get(f"/console/reviews/{item}")).text


async def test_an_auditor_sees_everything_changes_nothing_and_is_recorded(desk: Desk) -> None:
    item, [message] = await desk.hold(f"{GIFT} 五")
    ann = await desk.visitor(Role.AUDITOR)
    page = await ann.get(f"/console/reviews/{item}")
    assert (page.status, "/decision" in page.text) == (200, False)
    for act in ("claim", "give-back", "decision"):
        assert (await post(ann, f"/console/reviews/{item}/{act}", says="release", reason="x"))[0] == 403
    assert desk.platform.store.row(int(message)).state is State.HELD  # type: ignore[union-attr]  # it is there
    looks = [(look.what, look.about) for look in desk.platform.console.people.looks(1 << 62, 20)]
    assert ("show_review", item) in looks


async def test_users_of_an_account_see_their_own_and_decide_nothing(desk: Desk) -> None:
    item, _ = await desk.hold(f"{GIFT} 六")
    mine, foreign = await desk.visitor(Role.REVIEWER, 1), await desk.visitor(Role.REVIEWER, 2)
    assert (await mine.get(f"/console/reviews/{item}")).status == 200
    assert (await foreign.get(f"/console/reviews/{item}")).status == 404
    assert item not in (await foreign.get("/console/reviews?account=1")).text
    assert (await post(mine, f"/console/reviews/{item}/decision", says="release", reason="x"))[0] == 403


async def test_a_form_of_another_site_decides_nothing(desk: Desk) -> None:
    item, [message] = await desk.hold(f"{GIFT} 七")
    li = await desk.visitor(Role.REVIEWER)
    answer = await li.post(f"/console/reviews/{item}/decision", "csrf=0&says=release&reason=x")
    assert answer.status == 403
    assert desk.platform.store.row(int(message)).state is State.HELD  # type: ignore[union-attr]  # it is there


async def test_a_consent_that_was_drawn_shows_its_proof_and_speaks_for_its_lot(desk: Desk) -> None:
    bearer = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/octet-stream"}
    kept = await Visitor(desk.base).ask("POST", "/v1/consents/documents", "%PDF-1.7 signed form", **bearer)
    assert kept.status == 201, kept.text
    digest = json.loads(kept.text)["digest"]
    consent = {
        "to": "+8613800138777", "sender": CHINA_OFFERS, "categories": ["marketing"], "method": "written", "channel": "web",
        "captured_at": "2026-06-01T10:00:00Z", "wording": "我同意接收示例商城的优惠短信", "proof": digest,
    }  # fmt: skip
    status, said = await desk.api.post("/v1/consents", consent)
    assert status == 201, said
    [item] = await desk.platform.reviews.items(Wanted(Kind.CONSENT))
    li = await desk.visitor(Role.REVIEWER)
    page = (await li.get(f"/console/reviews/{item.id}")).text
    assert "我同意接收示例商城的优惠短信" in page
    assert "8613800138777" not in page
    proof = await li.get(f"/console/reviews/{item.id}/proof")
    assert (proof.status, proof.headers["content-type"], proof.text) == (200, "application/pdf", "%PDF-1.7 signed form")
    assert desk.platform.console.people.looks(1 << 62, 1)[0].what == "open_proof"
    assert (await post(li, f"/console/reviews/{item.id}/decision", says="release", reason="the form is signed"))[
        0
    ] == 303
    assert "Approved" in (await li.get("/console/reviews?show=closed&kind=consent")).text
