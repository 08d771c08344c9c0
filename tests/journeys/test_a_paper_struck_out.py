"""What is accepted and waits for its carrier does not leave once its sender is struck out, also when a crash comes between."""

import asyncio
from pathlib import Path

import pytest

from kanhe.domain.state import State
from kanhe.records.by_operator import Author, file_by_operator
from kanhe.records.filing import Filed
from kanhe.sim.papers import ACCOUNT, CHINA

from .stage import Stage, play

NUMBER = 8613800138001
PARCEL = "【示例商城】您的包裹已送达驿站，请及时领取。"


async def strike_out_the_sender(stage: Stage) -> None:
    platform = stage.platform
    gone = Filed("sender", f"{ACCOUNT}/{CHINA}", {"account": ACCOUNT, "name": CHINA}, None)
    author = Author("operator", stage.clock.now_ms())
    assert platform.world.books.find(gone.kind, gone.key) is not None
    await file_by_operator(platform.cabinet.dossiers, platform.world.books, platform.world.ids, [gone], author)


@pytest.mark.parametrize("crashes", [False, True])
def test_what_waits_under_a_sender_that_is_struck_out_is_refused(tmp_path: Path, crashes: bool) -> None:
    async def story(stage: Stage) -> None:
        await stage.carrier.stop()
        await asyncio.sleep(60)
        waiting = await stage.send(NUMBER, PARCEL)
        await asyncio.sleep(60)
        assert stage.row(waiting).state is State.ACCEPTED
        await strike_out_the_sender(stage)
        if crashes:
            await stage.crash()
        await stage.carrier.start()
        await stage.until(waiting, State.REFUSED)
        assert stage.carrier.log() == []

    play(story, tmp_path)
