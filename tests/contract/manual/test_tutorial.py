"""The tutorial is typed, command by command, on free ports and in a folder of its own."""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.patience import PATIENCE_S

from kanhe.bench.roundtrip import free_ports

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Its ports are those of everybody's machine; here each becomes one that is free.
TUTORIAL = DOCS / "tutorials" / "first-message.md"
SHEET = "docs/tutorials/first-message.yaml"
CARRIER_PORT, ID_ON_THE_PAGE = "2776", "250828858310266880"
# A cold start of the platform takes two seconds, on a busy machine many more.
STAYS_UP = ("kanhe sim", "kanhe serve")


class Typist:
    """Types what a page says, in a folder of its own, and keeps what was printed."""

    def __init__(self, folder: Path) -> None:
        ports = free_ports("http", "carrier")
        self.carrier_port = str(ports["carrier"])
        self.folder = folder
        self.said = ""
        self.running: list[subprocess.Popen[str]] = []
        self.swaps = {CARRIER_PORT: self.carrier_port}
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "KANHE_HTTP_PORT": str(ports["http"]),
            "KANHE_SMPP_PORT": "0",
            "KANHE_URL": f"http://127.0.0.1:{ports['http']}",
            "PYTHONUNBUFFERED": "1",
        }
        sheet = folder / SHEET
        sheet.parent.mkdir(parents=True)
        sheet.write_text((ROOT / SHEET).read_text("utf-8").replace(CARRIER_PORT, self.carrier_port), "utf-8")

    def type(self, command: str) -> int:
        for old, new in self.swaps.items():
            command = command.replace(old, new)
        if command.startswith(STAYS_UP):
            return self._start(command)
        if command.startswith("export "):
            variable, _, inner = command.removeprefix("export ").partition("=")
            status = self._run(inner.removeprefix("$(").removesuffix(")"))
            self.environment[variable] = self.said.strip()
            return status
        return self._run(command)

    def _run(self, command: str) -> int:
        done = subprocess.run(
            shlex.split(command),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        self.said = done.stdout + done.stderr
        return done.returncode

    def _start(self, command: str) -> int:
        log = self.folder / f"{len(self.running)}.log"
        with log.open("w") as out:
            self.running.append(
                subprocess.Popen(
                    shlex.split(command),
                    cwd=self.folder,
                    env=self.environment,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    text=True,
                )
            )
        self.wait_for(log, "smpp on" if "sim" in command else "logs in here")
        return 0

    def wait_for(self, log: Path, words: str) -> None:
        until = time.perf_counter() + PATIENCE_S
        while words not in log.read_text("utf-8"):
            assert time.perf_counter() < until, log.read_text("utf-8")
            time.sleep(0.05)

    def stop(self) -> None:
        for process in reversed(self.running):
            process.terminate()
            process.wait(PATIENCE_S)


@pytest.fixture
def typist(tmp_path: Path) -> Iterator[Typist]:
    hand = Typist(tmp_path)
    yield hand
    hand.stop()


@pytest.mark.slow
@pytest.mark.timeout(900)  # fifteen cold starts of the command line, on a machine that may have other work
def test_the_tutorial_does_what_it_says(typist: Typist) -> None:
    handset = typist.folder / "0.log"
    expected = {"--category marketing": 1}
    for command in (line for block in SHELL_BLOCK.findall(TUTORIAL.read_text("utf-8")) for line in block.splitlines()):
        if command == "kanhe ledger verify":
            time.sleep(1.5)  # a checkpoint covers every entry within two seconds, most within half
        status = typist.type(command)
        assert status == next((code for words, code in expected.items() if words in command), 0), (
            f"{command}\n{typist.said}"
        )
        if command.startswith("kanhe send") and status == 0:
            typist.swaps[ID_ON_THE_PAGE] = re.findall(r"accepted  (\d+)", typist.said)[0]
            typist.wait_for(handset, "✓ 10690000001 → 8613800138001")
        if "marketing" in command:
            assert "There is no consent of this person" in typist.said
    assert typist.said.endswith("nothing needs a person\n")
    assert typist.type(f"kanhe apply -f {SHEET}") == 0
    assert typist.said == "0 changed\n"
