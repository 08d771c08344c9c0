"""Whatever somebody writes into a pack, lint answers with mistakes or with none; it never breaks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kanhe.kit.rng import SeededRng
from kanhe.law.load import PACKS_FOLDER, load_packs, with_draft
from kanhe.law.source import Mistake, PackError

ODD = ({"a": 1}, [{"b": 2}], [["c"]], "nonsense", 7, -1, True, None, [], {}, "25:00", "2026-13-01", "[")
ROUNDS = 6
LIBRARY = load_packs()


def lint(draft: Path) -> tuple[Mistake, ...]:
    try:
        with_draft(LIBRARY, draft)
    except PackError as error:
        return error.mistakes
    return ()


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*at, key))


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_lint_answers_whatever_stands_in_a_pack(seed: int, tmp_path: Path) -> None:
    chance, names = SeededRng(seed), ("us", "in", "kr", "fr", "de")
    name = names[int(chance.random() * len(names))]
    pack = yaml.safe_load((PACKS_FOLDER / f"{name}.yaml").read_text("utf-8"))
    known = list(places(pack))
    *way, last = known[int(chance.random() * len(known))]
    inside = pack
    for key in way:
        inside = inside[key]
    for odd in ODD:
        inside[last] = odd
        draft = tmp_path / "draft.yaml"
        draft.write_text(yaml.safe_dump(pack, allow_unicode=True), "utf-8")
        for mistake in lint(draft):
            assert mistake.file == "draft.yaml"
            assert mistake.line >= 1
            assert mistake.what


@pytest.mark.parametrize(
    "place", ["timezones", "regions.US-NY", "rules.0.source", "rules.0.penalty", "rules.0.region", "iso"]
)
def test_a_list_or_a_map_where_a_word_belongs_is_a_mistake(place: str, tmp_path: Path) -> None:
    pack = yaml.safe_load((PACKS_FOLDER / "us.yaml").read_text("utf-8"))
    *way, last = [int(key) if key.isdigit() else key for key in place.split(".")]
    inside = pack
    for key in way:
        inside = inside[key]
    inside[last] = [[{"odd": 1}]]
    draft = tmp_path / "draft.yaml"
    draft.write_text(yaml.safe_dump(pack, allow_unicode=True), "utf-8")
    assert lint(draft)
