"""Stories of long messages that people write, whose segments come when and where they like."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kanhe.sim.papers import CARRIER, rehearsal
from tests.contract.carriers.raw_smsc import RawSmsc

from .stage import Stage, play

HANDSET, PORT = "8613800138001", "10690000001"
FIRST, SECOND, THIRD = "您好，我昨天收到的包裹", "外包装破损，里面的杯子", "也碎了，请问怎么办？"
WHOLE = FIRST + SECOND + THIRD
DAY_S = 24 * 3600


def played(story: Callable[[Stage, RawSmsc], Awaitable[None]], folder: Path, *, links: int = 1) -> None:
    """Play with a carrier that says exactly what the story wants, on as many connectors as it wants."""

    async def whole(stage: Stage) -> None:
        smsc = RawSmsc()
        port = await smsc.start()
        vault = stage.platform.vault
        usual = dict(next(body for kind, body in rehearsal(vault, port) if kind == "connector"))
        names = [CARRIER, *(f"{CARRIER}-{n}" for n in range(1, links))]
        papers = [usual | {"name": n, "secret": vault.seal("secret", f"connector/{n}")} for n in names]
        await stage.platform.file([("connector", paper) for paper in papers])
        await bound(smsc, links)
        await story(stage, smsc)
        await smsc.stop()

    play(whole, folder)


async def bound(smsc: RawSmsc, links: int = 1) -> None:
    for _ in range(100):
        if len(smsc.links) == links:
            return
        await asyncio.sleep(1)
    raise AssertionError("the platform does not come")


def heard(stage: Stage) -> list[tuple[str, int]]:
    """What the accounts were told, oldest first, and how much of each never came."""
    return [(message.text, message.missing) for message in reversed(stage.platform.store.inbound(None, None, 50))]


def test_a_crash_between_segments_loses_none(tmp_path: Path) -> None:
    async def story(stage: Stage, smsc: RawSmsc) -> None:
        for number, text in ((3, THIRD), (1, FIRST)):
            said = smsc.say_part(text, 77, 3, number, HANDSET, PORT)
            await asyncio.sleep(1)
            assert (said, 0) in smsc.answered, "answered: so it is kept"
        await stage.crash()
        await bound(smsc)
        assert heard(stage) == []
        smsc.say_part(FIRST, 77, 3, 1, HANDSET, PORT)  # the carrier repeats one whose answer it did not see
        smsc.say_part(SECOND, 77, 3, 2, HANDSET, PORT)
        await asyncio.sleep(1)
        assert heard(stage) == [(WHOLE, 0)]
        await stage.crash()
        await bound(smsc)
        for number, text in ((1, FIRST), (2, SECOND), (3, THIRD)):  # and once more, all of them
            smsc.say_part(text, 77, 3, number, HANDSET, PORT)
        await asyncio.sleep(60)
        assert heard(stage) == [(WHOLE, 0)]
        assert len(smsc.answered) == 7

    played(story, tmp_path)


def test_segments_meet_across_the_connectors_of_a_carrier(tmp_path: Path) -> None:
    async def story(stage: Stage, smsc: RawSmsc) -> None:
        for link, (number, text) in enumerate(((1, FIRST), (2, SECOND), (3, THIRD))):
            smsc.say_part(text, 5, 3, number, HANDSET, PORT, link)
            await asyncio.sleep(1)
        assert heard(stage) == [(WHOLE, 0)]

    played(story, tmp_path, links=3)


@pytest.mark.parametrize("crash", [False, True])
def test_what_stays_incomplete_for_a_day_is_handed_on_with_a_mark(tmp_path: Path, crash: bool) -> None:
    async def story(stage: Stage, smsc: RawSmsc) -> None:
        smsc.say_part(FIRST, 5, 3, 1, HANDSET, PORT)
        smsc.say_part(THIRD, 5, 3, 3, HANDSET, PORT)
        await asyncio.sleep(DAY_S - 3600)
        assert heard(stage) == []
        if crash:
            await stage.crash()
        await asyncio.sleep(7200)
        assert heard(stage) == [(f"{FIRST}…{THIRD}", 1)]
        await stage.crash()
        await asyncio.sleep(DAY_S + 3600)
        assert heard(stage) == [(f"{FIRST}…{THIRD}", 1)], "told once"
        assert stage.platform.store.inbound_parts() == []

    played(story, tmp_path)
