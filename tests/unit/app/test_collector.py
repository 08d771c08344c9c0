"""A platform that has ended is gone: nothing keeps it in memory, so that a process may see many of them."""

import gc
import weakref
from pathlib import Path

from tests.journeys.stage import Stage, play


def test_a_platform_that_has_ended_is_forgotten(tmp_path: Path) -> None:
    ended = []

    async def story(stage: Stage) -> None:
        ended.append(weakref.ref(stage.platform))

    play(story, tmp_path / "first")
    play(story, tmp_path / "second")
    gc.collect()
    assert [each() for each in ended] == [None, None]
