"""Every mistake a pack can make is found, with its place and in words."""

from pathlib import Path

import pytest
import yaml

from kanhe.law.load import load_packs
from kanhe.law.source import PackError

SPOILED = yaml.safe_load((Path(__file__).parent / "mistakes.yaml").read_text(encoding="utf-8"))
PACK: str = SPOILED["pack"]


def mistakes_of(folder: Path, text: str) -> list[tuple[int, str, str]]:
    (folder / "xa.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_packs(folder)
    assert all(mistake.file == "xa.yaml" for mistake in caught.value.mistakes)
    return [(mistake.line, mistake.rule, mistake.what) for mistake in caught.value.mistakes]


def test_the_pack_is_right_before_it_is_spoiled(tmp_path: Path):
    (tmp_path / "xa.yaml").write_text(PACK, encoding="utf-8")
    assert len(load_packs(tmp_path).rules) == 8


@pytest.mark.parametrize("spoil", SPOILED["mistakes"], ids=[one["says"] for one in SPOILED["mistakes"]])
def test_a_mistake_is_named_with_its_place(spoil: dict[str, str], tmp_path: Path):
    assert spoil["change"] in PACK
    text = PACK.replace(spoil["change"], spoil["to"], 1)
    found = mistakes_of(tmp_path, text)
    lines = [line.strip() for line in text.splitlines()]
    assert (spoil["at"], spoil["rule"]) in {
        (lines[at - 1], rule) for at, rule, said in found if spoil["says"] in said
    }, found


def test_all_mistakes_of_a_pack_are_named_at_once(tmp_path: Path):
    spoiled = (
        PACK.replace("max: 3", "max: -3")
        .replace("match: keyword", "match: guess")
        .replace("currency: EUR", "currency: 1")
    )
    assert len(mistakes_of(tmp_path, spoiled)) == 3


def test_an_empty_folder_and_a_file_that_is_no_text_are_refused(tmp_path: Path):
    with pytest.raises(PackError, match="no pack here"):
        load_packs(tmp_path)
    (tmp_path / "xa.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PackError, match="not UTF-8"):
        load_packs(tmp_path)


def test_the_same_date_may_not_stand_for_old_law_that_has_no_end(tmp_path: Path):
    spoiled = PACK.replace("effective: {from: '2020-01-01', to: '2025-12-31'}", "effective: {from: '2020-01-01'}")
    assert "must end the day before" in mistakes_of(tmp_path, spoiled)[0][2]
