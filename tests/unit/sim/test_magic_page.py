"""The manual's table of magic numbers is the one the carrier follows."""

from pathlib import Path

from kanhe.sim.magic import MAGIC, page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "magic-numbers.md"


def test_the_page_is_made_from_the_table():
    assert PAGE.read_text("utf-8") == page(), (
        "write it again: python -m kanhe.sim.magic > docs/reference/magic-numbers.md"
    )


def test_every_row_says_what_it_does_in_both_languages():
    for row in MAGIC:
        assert row.en.isprintable()
        assert any("一" <= char <= "鿿" for char in row.zh)
