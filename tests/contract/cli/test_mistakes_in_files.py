"""Mistakes in settings and sheets are told with their place, in words that name no Python type."""

from pathlib import Path

import pytest

from kanhe.records.documents import PaperInvalidError, read
from kanhe.records.sheet import SECTIONS
from kanhe.settings import SettingsInvalidError, load

SETTINGS = [
    ("", {"KANHE_HTTP_PORT": "abc"}, "`KANHE_HTTP_PORT`: expected a whole number, got a text"),
    ("", {"KANHE_HTTP_PROT": "8081"}, "`http`: object contains unknown field `prot`"),
    ("[http]\nprot = 1\n", {}, "`FILE`: `http`: object contains unknown field `prot`"),
    ("[http]\nport = 'abc'\n", {}, "`FILE`: `http.port`: expected a whole number, got a text"),
]


@pytest.mark.parametrize(("written", "environment", "said"), SETTINGS)
def test_a_mistake_in_the_settings_is_named_with_its_place(
    written: str, environment: dict[str, str], said: str, tmp_path: Path
) -> None:
    path = tmp_path / "kanhe.toml"
    path.write_text(written)
    with pytest.raises(SettingsInvalidError) as caught:
        load(path if written else None, environment)
    assert str(caught.value) == said.replace("FILE", str(path))


def test_a_mistake_in_a_paper_is_named_with_its_place() -> None:
    body = {"name": "north", "protocol": "smpp", "carrier": "north", "host": "smsc.example", "port": "2775"}
    with pytest.raises(PaperInvalidError) as caught:
        read("connector", "north", 0, body)
    assert str(caught.value) == "connector `north`: `port`: expected a whole number, got a text"
    with pytest.raises(PaperInvalidError) as caught:
        read("connector", "north", 0, {**body, "port": 2775, "options": {"colour": "red"}})
    assert str(caught.value) == "connector `north`: `options`: object contains unknown field `colour`"


def test_a_sheet_says_authorities() -> None:
    assert SECTIONS["authorities"] == "authority"
    assert {"operator", "accounts", "senders", "connectors", "routes"} <= set(SECTIONS)
