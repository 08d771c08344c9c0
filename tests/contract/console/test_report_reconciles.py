"""The figures of the compliance report are those of the store, in every form and at every door."""

import csv
import io
import json
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import pytest
import pytest_asyncio
from tests.contract.console.site_of_console import Site, Visitor, code, licence, offer, parcel
from tests.patience import until

from kanhe.app.orders import compliance
from kanhe.demo.client import Api
from kanhe.demo.show import stage
from kanhe.domain.facts import Suppression
from kanhe.domain.review import Says
from kanhe.domain.state import State
from kanhe.domain.users import Role
from kanhe.offices.refusing import refuse
from kanhe.records.checks import Wrong
from kanhe.records.user_keys import make_user_key
from kanhe.sim.papers import ACCOUNT, API_KEY

pytestmark = pytest.mark.asyncio(loop_scope="session")

COMPLAINTS = 4
REVIEWERS = (Role.REVIEWER, Role.ADMIN)
WORDS_OF_OFFERS = frozenset({"marketing", "consent_request"})
# Refusals on file: (whose number, source, clarity, how long ago); the first person refused twice, by two channels.
REFUSALS = (
    (0, "reply", "keyword", 0), (0, "page", "clear", 0), (1, "reply", "keyword", 0), (2, "api", "clear", 0), (3, "letter", "clear", 0),
    (4, "reply", "doubtful", 0), (5, "api", "clear", 90 * 86_400_000),
)  # fmt: skip
REFUSED = {"reply": 2, "page": 1, "api": 1, "complaint": 1, "letter": 1}
REFUSERS = 5


class House(Site):
    api: Api

    async def fill(self) -> None:
        """Delivered, refused, held; stops and other messages of people; complaints; a paper that ends."""
        for n in range(7):
            await self.api.post("/v1/messages", parcel(8613800138100 + n))
        for n in range(4):
            await self.api.post("/v1/messages", offer(8613800138200 + n))
        await self.api.post("/v1/messages", code(8613800138001))
        await self.api.post(
            "/v1/messages", {**parcel(8613800138300), "text": "【示例商城】尊敬的会员，加微信 shop1688 领取礼品"}
        )
        world = self.platform.world
        now = world.clock.now_ms()
        for n, source, clarity, ago in REFUSALS:
            noted = Suppression(
                0, now - ago, "sender", "example-shop", ACCOUNT, WORDS_OF_OFFERS, clarity=clarity, source=source
            )
            await refuse(world, 8613800138500 + n, noted)
        for n in range(COMPLAINTS):
            body = {
                "source": "carrier" if n else "regulator",
                "to": "+8613800138600",
                "text": "too many",
                "refuses": not n,
            }
            assert (await self.api.post("/v1/complaints", body))[0] == 201
        paper = await licence(self.platform)
        [item] = [each for each in await self.platform.reviews.items() if each.subject.startswith(paper)]
        for user in [user for user in self.platform.console.people.users() if user.role in REVIEWERS]:
            assert not isinstance(await self.platform.reviews.decide(item.id, user, Says.RELEASE, "seen"), Wrong)

    async def at_rest(self) -> None:
        await until(lambda: not len(self.platform.world.board))

    def stored(self) -> Counter[str]:
        """Messages by state as the database has them, asked by another way than the report does."""
        path = self.platform.data / "kanhe.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            settled = dict(connection.execute("SELECT id, state FROM settled").fetchall())
            rows = connection.execute("SELECT id, state FROM messages WHERE account = ?", (ACCOUNT,)).fetchall()
        return Counter(State(settled.get(i, state)).word for i, state in rows)

    async def asked(self, path: str, key: str) -> tuple[int, str]:
        answer = await Visitor(self.base).ask("GET", path, Authorization=f"Bearer {key}")
        return answer.status, answer.text


@pytest_asyncio.fixture(loop_scope="session")
async def house() -> AsyncIterator[House]:
    async with stage(True) as (platform, api, _, _):
        house = House(platform, platform.address, "", "", "", "")
        house.api = api
        await house.visitor(Role.REVIEWER)
        await house.visitor(Role.ADMIN)  # a licence takes two people
        await house.fill()
        await house.at_rest()
        yield house


async def test_the_figures_are_those_of_the_store(house: House) -> None:
    stored = house.stored()
    assert stored == {"delivered": 8, "refused": 4, "held": 1}
    status, text = await house.asked("/v1/report", API_KEY)
    made = json.loads(text)
    assert (status, made["states"], made["messages"]) == (200, dict(stored), stored.total())
    assert (made["sent"], made["refused"]) == (8, 4)
    assert made["segments"] == 9, "a code of two segments among them"
    by = {each["rule"]: each["messages"] for each in made["refused_by"]}
    assert by["cn.consent.commercial"] == 4
    assert all(0 < count <= made["refused"] for count in by.values())
    assert (made["opt_outs"], made["opt_outs_by"], made["opt_out_rate"]) == (REFUSERS, REFUSED, REFUSERS / 8)
    assert (made["complaints"], made["complaints_by"]) == (COMPLAINTS, {"carrier": 3, "regulator": 1})
    assert made["complaint_rate"] == COMPLAINTS / 8
    [paper] = made["papers"]
    assert (paper["kind"], paper["days_left"] in {24, 25}) == ("licence", True), (
        "25 days of UTC, of the seat perhaps one less"
    )


async def test_every_form_and_door_shows_the_same(house: House) -> None:
    made = json.loads((await house.asked("/v1/report", API_KEY))[1])
    status, text = await house.asked("/v1/report.csv", API_KEY)
    visitor = await house.visitor(Role.OPERATOR)
    page = (await visitor.get("/console/report.csv")).text
    assert (status, text) == (200, page)
    cells = {label: value for _, label, value in csv.reader(io.StringIO(page.removeprefix("\ufeff")))}
    assert int(cells["All messages"]) == made["messages"]
    assert int(cells["Handed to carriers"]) == made["sent"]
    assert int(cells["Refused"]) == made["refused"]
    assert int(cells["Complaints"]) == made["complaints"]
    assert cells["Refusals per delivered message"] == "62.50%"
    ordered: Any = await compliance(house.platform, {"account": ACCOUNT})
    assert ordered.states == made["states"]
    status, text = await house.asked("/v1/report.pdf", API_KEY)
    assert (status, text[:5]) == (200, "%PDF-")


async def test_another_time_counts_nothing_of_this_one(house: House) -> None:
    made = json.loads((await house.asked("/v1/report?since=2020-01-01&until=2020-03-31", API_KEY))[1])
    assert (made["messages"], made["opt_outs"], made["complaints"], made["opt_out_rate"]) == (0, 0, 0, None)
    for query in ("since=2020-01-01&until=2020-04-02", "since=2020-02-30", "until=2020-01-01&since=2020-01-02"):
        status, text = await house.asked(f"/v1/report?{query}", API_KEY)
        assert (status, json.loads(text)["code"]) in {(422, "report.not-to-be-had"), (400, "query.invalid")}, query


async def test_an_account_has_its_own_report_and_a_user_names_one(house: House) -> None:
    assert (await house.asked("/v1/report?account=2", API_KEY))[0] == 422
    people, now = house.platform.console.people, house.platform.clock.now_ms()
    who = people.users()[0]
    key, session = make_user_key(house.platform.rng, house.platform.vault, who.id, now)
    await people.add_session(session)
    assert (await house.asked("/v1/report", key))[0] == 422
    status, text = await house.asked(f"/v1/report?account={ACCOUNT}", key)
    assert (status, json.loads(text)["account"]) == (200, str(ACCOUNT))
