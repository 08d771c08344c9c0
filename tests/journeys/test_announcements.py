"""Stories of announcements: at any hour, through refusals and crashes, each number once; and nothing on the word of one person."""

import asyncio
from collections import Counter
from pathlib import Path

from kanhe.domain.announcement import DOOR, Act, Announcement, Stage
from kanhe.domain.category import Category
from kanhe.domain.facts import Suppression
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.domain.users import Role, User
from kanhe.offices.announcing import Announcements, Asked
from kanhe.ports.change import Change, Rank
from kanhe.ports.store import Filter
from kanhe.records.checks import Wrong
from kanhe.sim.papers import ACCOUNT, CHINA

from .stage import Stage as Theatre
from .stage import play

WARNING = "【示例商城】橙色预警：滨河区今晚20:00起有特大暴雨，请避免外出，远离河岸。市气象台"
AUTHORITY = {
    "account": ACCOUNT, "key": "weather", "name": "滨河区气象台", "power": "突发事件应对法 第六十四条",
    "categories": ["emergency"], "valid_to": "2030-01-01",
}  # fmt: skip
AN, BO = User(11, "an", Role.OPERATOR, None, 0), User(12, "bo", Role.OWNER, None, 0)
NIGHT = "2026-11-25T03:00:00+08:00"
# More than two batches of the intake.
FIRST, COUNT = 8613800130100, 700
NUMBERS = [str(number) for number in range(FIRST, FIRST + COUNT * 100, 100)]


def announcements(theatre: Theatre) -> Announcements:
    return theatre.platform.announcements


async def asked(theatre: Theatre, numbers: list[str]) -> Announcement:
    await theatre.platform.file([("authority", AUTHORITY)])
    written = [f"+{number}" for number in numbers]
    made = await announcements(theatre).ask(
        Asked(ACCOUNT, "weather", CHINA, Category.EMERGENCY, False, WARNING, written, "storm"), AN
    )
    assert isinstance(made, Announcement), made
    return made


async def confirmed(theatre: Theatre, numbers: list[str]) -> Announcement:
    made = await asked(theatre, numbers)
    said = await announcements(theatre).decide(made.id, BO, Act.CONFIRM, "the weather service called")
    assert isinstance(said, Announcement), said
    return said


def messages(theatre: Theatre) -> list[Message]:
    store, found, which = theatre.platform.store, [], Filter(account=ACCOUNT, limit=200)
    while (page := store.page(which)).rows or page.before is not None:
        found += [row.message for row in page.rows if row.message.door == DOOR]
        if page.before is None:
            break
        which = Filter(account=ACCOUNT, limit=200, before=page.before)
    return found


async def sent(theatre: Theatre, made: Announcement) -> Announcement:
    for _ in range(6000):
        found = announcements(theatre).store.announcement(made.id)
        if found is not None and found.stage is Stage.SENT and not theatre.platform.world.board:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError("it was not sent in ten minutes")


def test_a_warning_reaches_those_who_refused_everything_at_night(tmp_path: Path) -> None:
    async def story(theatre: Theatre) -> None:
        number = int(NUMBERS[0])
        refusal = Suppression(
            1, theatre.clock.now_ms(), "sender", account=ACCOUNT, categories=frozenset({"all"}), entity="example-shop"
        )
        await theatre.platform.store.commit(
            Change(Rank.INBOUND, theatre.clock.now_ms(), suppressions=[(number, refusal)])
        )
        made = await confirmed(theatre, NUMBERS[:3])
        found = await sent(theatre, made)
        assert (found.handed, dict(found.became)) == (3, {"accepted": 3})
        assert [text for each in NUMBERS[:3] for text in theatre.carrier.handsets[each]] == [WARNING] * 3

    play(story, tmp_path, NIGHT)


def test_nothing_leaves_on_the_word_of_one(tmp_path: Path) -> None:
    async def story(theatre: Theatre) -> None:
        made = await asked(theatre, NUMBERS[:3])
        said = await announcements(theatre).decide(made.id, AN, Act.CONFIRM, "sure")
        assert isinstance(said, Wrong)
        await theatre.crash()
        await asyncio.sleep(3600)
        assert messages(theatre) == []

    play(story, tmp_path, NIGHT)


def test_a_crash_on_the_way_loses_none_and_doubles_none(tmp_path: Path) -> None:
    async def story(theatre: Theatre) -> None:
        made = await confirmed(theatre, NUMBERS)
        while not messages(theatre):  # noqa: ASYNC110 - as early as can be
            await asyncio.sleep(0)
        await theatre.crash()
        await sent(theatre, made)
        assert Counter(message.recipient for message in messages(theatre)) == {int(number): 1 for number in NUMBERS}

    play(story, tmp_path, NIGHT)


def test_what_is_stopped_goes_no_further(tmp_path: Path) -> None:
    async def story(theatre: Theatre) -> None:
        made = await confirmed(theatre, NUMBERS)
        said = await announcements(theatre).decide(made.id, AN, Act.STOP, "a false alarm")
        assert isinstance(said, Announcement)
        await asyncio.sleep(3600)
        assert len(messages(theatre)) < COUNT
        found = announcements(theatre).store.announcement(made.id)
        assert found is not None
        assert found.stage is Stage.STOPPED

    play(story, tmp_path, NIGHT)


def test_an_authority_that_is_suspended_lifts_nothing_any_more(tmp_path: Path) -> None:
    async def story(theatre: Theatre) -> None:
        made = await confirmed(theatre, NUMBERS[:1])
        await sent(theatre, made)
        await theatre.platform.file([("authority", {**AUTHORITY, "status": "suspended"})])
        [message] = messages(theatre)
        world = theatre.platform.world
        places = {message.recipient: world.numbers.recipient(message.recipient)}
        assert world.announced.powers([message], places, theatre.clock.now_ms()) == {}
        assert theatre.platform.world.announced.newest(message) > 0
        row = theatre.platform.store.row(message.id)
        assert row is not None
        assert row.state is State.DELIVERED

    play(story, tmp_path, NIGHT)
