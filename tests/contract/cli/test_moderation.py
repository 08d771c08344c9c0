"""Bad input to the commands of the content engine: each answer names what is wrong, none is a traceback, nothing is changed."""

import json
import sys
from pathlib import Path

import pytest

from kanhe.cli.main import main

FILES = {
    "bad.jsonl": b"not json\n",
    "no-label.jsonl": b'{"text": "x"}\n',
    "wrong-label.jsonl": b'{"text": "x", "label": "ham"}\n{"text": "x", "label": "maybe"}\n',
    "octets.jsonl": b"\xff\xfe\n",
    "surrogate.jsonl": b'{"text": "\\ud800", "label": "ham"}\n',
    "empty.jsonl": b"",
    "one.jsonl": b'{"text": "hi mum see you", "label": "ham", "group": "0"}\n',
    "brands.json": b"brands: x",
    "brand-of-five.json": b'{"brands": [{"brand": 5}]}',
    "sheet.yaml": b"templates: [{account: 1}]",
    "no-sheet.yaml": b": : [",
    "junk/bad.model.xz": b"junk",
    "ruled/moderation/rules/list.yaml": b"version: '1'\nrules: [{id: x, colour: red}]",
    "ruined/kanhe.db": b"this is no database, however long it may be " * 100,
}
# What is typed, how it ends, and what is said.
WRONG = [
    ("eval none.jsonl", 1, "`none.jsonl`: no such file or directory"),
    ("eval junk", 1, "`junk`: is a directory"),
    ("eval bad.jsonl", 1, "bad.jsonl, line 1: JSON is malformed"),
    ("eval no-label.jsonl", 1, "no-label.jsonl, line 1: Object missing required field `label`"),
    ("eval wrong-label.jsonl", 1, "wrong-label.jsonl, line 2: Invalid enum value 'maybe' - at `$.label`"),
    ("eval octets.jsonl", 1, "octets.jsonl, line 1"),
    ("eval surrogate.jsonl", 1, "surrogate.jsonl, line 1"),
    ("eval empty.jsonl", 1, "no labelled texts in these files"),
    ("eval empty.jsonl --unseen", 1, "no group of these texts is held out"),
    ("eval one.jsonl --known one.jsonl", 2, "`--known` names texts to train on: it goes with `--unseen`"),
    ("eval one.jsonl --brands none.json", 1, "`none.json`: no such file"),
    ("eval one.jsonl --brands brands.json", 1, "brands.json: JSON is malformed"),
    ("eval one.jsonl --brands brand-of-five.json", 1, "brand-of-five.json: Expected `str`, got `int`"),
    ("train", 2, "no labelled texts: name files, or take what was decided with `--reviews`"),
    ("train empty.jsonl", 2, "no labelled texts"),
    ("train none.jsonl", 1, "`none.jsonl`: no such file"),
    ("train one.jsonl", 1, "a model needs 40 texts of one script, some ham and some spam; there are 1 latin"),
    ("compare nope one.jsonl", 1, "no model `nope` in "),
    ("compare ../one one.jsonl", 1, "no model `../one` in "),
    ("compare bad one.jsonl --models junk", 1, "`bad.model.xz`: not a model file"),
    ("compare seed", 2, "no labelled texts"),
    ("promote nope one.jsonl", 1, "no model `nope` in "),
    ("promote bad one.jsonl --models junk", 1, "`bad.model.xz`: not a model file"),
    ("promote seed one.jsonl --templates none.yaml", 1, "`none.yaml` cannot be read"),
    ("promote seed one.jsonl --templates sheet.yaml", 1, "template `1/None`: object missing required field `name`"),
    ("promote seed one.jsonl --templates no-sheet.yaml", 1, "no-sheet.yaml:1: not YAML"),
    ("promote seed one.jsonl --models one.jsonl", 1, "`one.jsonl"),
    ("rollback", 1, "the seed model is in force; there is nothing to roll back"),
    ("shadow nope", 1, "no model `nope` in "),
    ("shadow seed --models one.jsonl", 1, "`one.jsonl"),
    ("templates none.yaml", 1, "`none.yaml` cannot be read"),
    ("templates sheet.yaml", 1, "template `1/None`: object missing required field `name`"),
    ("status", 1, "no platform runs on "),
    ("reload", 1, "no platform runs on "),
]
# The same commands where the data folder itself is at fault.
OF_FOLDERS = [
    ("eval one.jsonl", "ruled", "list.yaml: Object contains unknown field `colour`"),
    ("templates", "ruined", "the database of the data folder cannot be read"),
    ("train one.jsonl --reviews", "ruined", "the database of the data folder cannot be read"),
    ("promote seed one.jsonl", "ruined", "the database of the data folder cannot be read"),
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, octets in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(octets)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KANHE_PLATFORM_DATA", "data")
    return tmp_path


def typed(line: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["kanhe", "moderation", *line.split(), "--json"])
    with pytest.raises(SystemExit) as way_out:
        main()
    return int(way_out.value.code or 0)


@pytest.mark.parametrize(("line", "code", "said"), WRONG, ids=[line for line, _, _ in WRONG])
def test_what_is_wrong_is_named_and_nothing_is_changed(
    line: str, code: int, said: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(line, monkeypatch) == code
    assert said in json.loads(capsys.readouterr().out)["error"]
    kept = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert kept == set(FILES), "nothing was written"


@pytest.mark.parametrize(("line", "data", "said"), OF_FOLDERS)
def test_a_data_folder_at_fault_is_named(
    line: str, data: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KANHE_PLATFORM_DATA", data)
    assert typed(line, monkeypatch) == 1
    assert said in json.loads(capsys.readouterr().out)["error"]
