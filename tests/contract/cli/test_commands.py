"""Every command's way out: 0 done, 1 failed, 2 wrong use; with `--json` one object on stdout and nothing else, also on errors."""

import json
import socket
import sys
from pathlib import Path

import pytest

from kanhe import __version__
from kanhe.cli.main import COMMANDS, main
from kanhe.cli.output import lines
from kanhe.law.load import PACKS_FOLDER
from kanhe.store.sqlite.store import open_store

# Nothing runs, nothing is on disk: what is wrong is told in the same form by all.
WAYS_OUT = {
    "doctor": 1,
    "backup copy.db": 1,
    "erase +8613800138001": 1,
    "apply -f none.yaml": 2,
    "restore none.db": 1,
    "explain 1": 1,
    "send +8613800138001 x --sender y": 1,
    "send +8613800138001": 2,
    "ledger verify": 2,
    "ledger verify none.json": 2,
    "law lint none": 2,
    "ledger checkpoint": 2,
    "law show nothing": 1,
    "law judge none.yaml": 2,
    "sim trace none.hex": 1,
    "no such command": 2,
    "doctor --no-such-option": 2,
}


def type_in(line: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of a command."""
    monkeypatch.setattr(sys, "argv", ["kanhe", *line.split()])
    with pytest.raises(SystemExit) as way_out:
        main()
    return int(way_out.value.code or 0)


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KANHE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("KANHE_KEY", "kanhe_test_none")


@pytest.mark.parametrize("line", WAYS_OUT)
def test_what_goes_wrong_is_one_object_on_stdout(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert type_in(f"{line} --json", monkeypatch) == WAYS_OUT[line]
    said = capsys.readouterr()
    assert set(json.loads(said.out)) >= {"error"}
    assert said.err == ""


def test_for_people_it_is_a_line_on_stderr(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert type_in("doctor", monkeypatch) == 1
    assert capsys.readouterr().err == "kanhe: no platform runs on `kanhe-data`: start it with `kanhe serve`\n"


@pytest.mark.parametrize(
    ("line", "wants"),
    [("send +8613800138001 x --sender y", "`kanhe key --account ID`"), ("reviews list", "`kanhe key --user NAME`")],
)
def test_a_command_without_its_key_says_how_to_make_one(
    line: str, wants: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KANHE_KEY")
    assert type_in(line, monkeypatch) == 2
    assert wants in capsys.readouterr().err


def test_a_platform_that_does_not_answer_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert type_in("explain 1", monkeypatch) == 1
    said = capsys.readouterr().err
    assert said.startswith("kanhe: `http://127.0.0.1:1` does not answer")
    assert "`kanhe serve`" in said


def test_help_names_every_command_of_every_group(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    assert type_in("-h", monkeypatch) == 0
    said = capsys.readouterr().out
    assert "the rules: list, show, lint, judge, replay, apply, withdraw, reload, duties" in said
    assert all(panel in said for panel in COMMANDS)


def test_values_are_told_as_people_write_them(capsys: pytest.CaptureFixture[str]) -> None:
    lines({"kept by": ["a", "b"], "lists": [], "again": None, "count": 0, "by": {"reply": 1, "page": 2}})
    assert capsys.readouterr().out == "kept by  a, b\nlists    -\nagain    -\ncount    0\nby       reply 1, page 2\n"


def test_the_version_is_an_option(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert type_in("--version", monkeypatch) == 0
    assert capsys.readouterr().out == f"{__version__}\n"


def test_a_simulated_carrier_says_that_its_port_is_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert type_in(f"sim smsc --port {other.getsockname()[1]}", monkeypatch) == 1
    assert "cannot listen: " in capsys.readouterr().err


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_is_taken_is_named_with_its_setting(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("KANHE_HTTP_PORT", "0")
        monkeypatch.setenv("KANHE_SMPP_PORT", str(port))
        assert type_in(command, monkeypatch) == 1
    assert (
        f"port {port}: Address already in use; end what listens there, or set KANHE_SMPP_PORT"
        in capsys.readouterr().err
    )


async def test_a_backup_that_is_none_leaves_the_database_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data, backup = tmp_path / "kanhe-data", tmp_path / "backup.db"
    data.mkdir()
    store = open_store(data / "kanhe.db", inline=True)
    await store.backup(backup)
    assert type_in(f"restore {backup} --json", monkeypatch) == 1
    assert "another process has the store" in json.loads(capsys.readouterr().out)["error"]
    store.close()
    before = (data / "kanhe.db").read_bytes()
    (tmp_path / "other.db").write_bytes(b"no database at all" * 999)
    assert type_in("restore other.db --json", monkeypatch) == 1
    assert "damaged or not a database" in json.loads(capsys.readouterr().out)["error"]
    assert (data / "kanhe.db").read_bytes() == before
    assert type_in(f"restore {backup} --json", monkeypatch) == 0


def test_a_draft_is_linted_by_its_file_whatever_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    draft, pack = tmp_path / "draft.yaml", (PACKS_FOLDER / "kr.yaml").read_text("utf-8")
    draft.write_text(pack, "utf-8")
    assert type_in(f"law lint {draft}", monkeypatch) == 0
    assert capsys.readouterr().out == "no mistake\n"
    draft.write_text(pack.replace("kind: consent", "kind: concent", 1), "utf-8")
    assert type_in(f"law lint {draft}", monkeypatch) == 1
    assert "draft.yaml:" in capsys.readouterr().out
