"""The sheets on the manual's protocol pages can be filed as they stand."""

import re
from pathlib import Path

import pytest
import yaml

from kanhe.records.documents import key_of, read
from kanhe.records.sheet import SECTIONS

DOCS = Path(__file__).parents[3] / "docs" / "reference"
PAGES = [f"{family}{language}.md" for family in ("smpp", "cmpp", "sgip", "smgp") for language in ("", ".zh")]


@pytest.mark.parametrize("page", PAGES)
def test_every_sheet_of_a_page_can_be_filed(page):
    sheets = re.findall(r"^```yaml\n(.*?)^```", (DOCS / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(sheets) == 2, "a customer and a carrier"
    for sheet in sheets:
        for section, bodies in yaml.safe_load(sheet).items():
            for body in bodies:
                whole = {name: value for name, value in body.items() if name != "password"} | {"secret": "sealed"}
                kind = SECTIONS[section]
                assert read(kind, key_of(kind, whole), 0, whole)
