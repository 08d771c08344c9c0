"""Legal scenarios, end to end: through the HTTP door and through SMPP, to the handset or to the refusal with its proof."""

from pathlib import Path

import pytest

from kanhe.domain.category import Category
from tests.journeys.stage import Stage, play

from .runner import Court
from .scenes import HERE, PAPERS, read_file

FILES = sorted(path for path in HERE.glob("*.yaml") if path != PAPERS)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_scenario_comes_out_as_written(path: Path, tmp_path: Path) -> None:
    file = read_file(path)
    courts: list[Court] = []

    async def story(stage: Stage) -> None:
        courts.append(Court(stage, file))
        await courts[0].sit()

    play(story, tmp_path, start=file.starts.isoformat())
    assert courts[0].wrong == [], "\n" + "\n".join(courts[0].wrong)


def test_scenarios_are_many_and_cover_every_category() -> None:
    scenarios = [scenario for path in FILES for scenario in read_file(path).scenarios]
    assert len({scenario.id for scenario in scenarios}) == len(scenarios) >= 60
    assert {scenario.category for scenario in scenarios} == set(Category) - {Category.P2P}
    assert sum("smpp" in scenario.doors for scenario in scenarios) >= 60
