"""The manual's tables of magic numbers and settings are the ones the carrier follows."""

import re
from pathlib import Path

import msgspec
import pytest

from kanhe.sim.behaviour import Behaviour, changed
from kanhe.sim.magic import MAGIC, page

DOCS = Path(__file__).parents[3] / "docs"
PAGE = DOCS / "reference" / "magic-numbers.md"


def test_the_page_is_made_from_the_table():
    assert PAGE.read_text("utf-8") == page(), (
        "write it again: python -m kanhe.sim.magic > docs/reference/magic-numbers.md"
    )


def test_every_row_says_what_it_does_in_both_languages():
    for row in MAGIC:
        assert row.en.isprintable()
        assert any("一" <= char <= "鿿" for char in row.zh)


@pytest.mark.parametrize("ending", ["md", "zh.md"])
def test_every_setting_is_in_the_manual_with_its_default(ending):
    text = (DOCS / "how-to" / f"rehearse-with-a-simulated-carrier.{ending}").read_text("utf-8")
    shown = dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", text, re.MULTILINE))
    assert shown.keys() == msgspec.structs.asdict(Behaviour()).keys()
    assert changed(Behaviour(), shown) == Behaviour()
