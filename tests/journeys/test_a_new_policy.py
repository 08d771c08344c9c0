"""A content policy that comes into force judges what waits: queued, deferred, scheduled and held; also when it came with a restart."""

import asyncio
from pathlib import Path

from kanhe.domain.category import Category
from kanhe.domain.review import Says
from kanhe.domain.state import State
from kanhe.domain.users import Role, User
from kanhe.ports.door import Answer
from kanhe.records.checks import Wrong
from kanhe.sim.papers import CHINA_OFFERS

from .stage import Stage, play

NUMBER = 8613800138001
OFFER = "【示例商城】会员日绿薯条全场八折，客服4000000000，拒收请回复R"
PARCEL = "【示例商城】您买的绿薯条已送达驿站，请及时领取。"
DOUBTED = "【示例商城】您的绿薯条已处理完毕，进度见www.shouhou-jindu.example"
# An operator forbids what no rule of ours knows.
RULE = """
version: "1"
rules:
  - id: local.crisps
    category: illegal.guns
    suggest: block
    when: {all: [绿薯条, '@han']}
    examples: {finds: [绿薯条来了], leaves: [红薯条来了]}
"""


def forbid(stage: Stage) -> None:
    rules = stage.folder / "moderation" / "rules"
    rules.mkdir(parents=True)
    (rules / "local.yaml").write_text(RULE, "utf-8")


async def reload(stage: Stage) -> None:
    await stage.platform.content.reload()
    await asyncio.sleep(5)


async def queued(stage: Stage) -> Answer:
    """A message that no carrier takes for the moment."""
    await stage.carrier.stop()
    await asyncio.sleep(60)
    answer = await stage.send(NUMBER, PARCEL)
    await asyncio.sleep(60)
    assert stage.row(answer).state is State.ACCEPTED
    return answer


def test_what_is_queued_deferred_or_scheduled_is_judged_by_the_policy_in_force(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.consent(NUMBER)
        deferred = await stage.send(NUMBER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        scheduled = await stage.send(NUMBER, PARCEL, at=stage.clock.now_ms() + 3_600_000)
        assert (stage.row(deferred).state, stage.row(scheduled).state) == (State.DEFERRED, State.DEFERRED)
        waiting = await queued(stage)
        forbid(stage)
        await reload(stage)
        await stage.carrier.start()
        for answer in (waiting, deferred, scheduled):
            row = await stage.until(answer, State.REFUSED, 12 * 3_600)
            assert "text-blocked" in [finding.code for finding in row.verdict.shape.findings]
        assert stage.carrier.log() == []

    play(story, tmp_path, start="2026-11-24T22:30:00+08:00")


def test_a_release_by_people_is_judged_by_the_policy_in_force(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        held = await stage.send(NUMBER, DOUBTED)
        assert held.state is State.HELD
        await asyncio.sleep(60)
        (item,) = await stage.platform.reviews.items()
        forbid(stage)
        await reload(stage)
        assert stage.row(held).state is State.HELD, "a person decides"
        ann = User(1, "Ann", Role.REVIEWER, None, 0)
        assert not isinstance(await stage.platform.reviews.decide(item.id, ann, Says.RELEASE, "fine"), Wrong)
        await stage.until(held, State.REFUSED)

    play(story, tmp_path)


def test_a_policy_that_comes_with_a_restart_judges_what_was_queued(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        waiting = await queued(stage)
        forbid(stage)
        await stage.crash()
        await stage.carrier.start()
        await stage.until(waiting, State.REFUSED)
        assert stage.carrier.log() == []

    play(story, tmp_path)


def test_the_same_policy_read_again_leaves_verdicts_as_they_are(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        waiting = await queued(stage)
        await reload(stage)
        await stage.carrier.start()
        row = await stage.until(waiting, State.DELIVERED)
        assert row.judged == 0, "no second verdict"

    play(story, tmp_path)
