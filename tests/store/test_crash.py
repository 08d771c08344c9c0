"""`kill -9` at any instant: whatever a commit has returned for is there, entries have no gap, look-ups still agree."""

import subprocess
import sys
import time
from pathlib import Path

from tests.store.store_samples import NUMBER, message

from kanhe.domain.facts import Wants
from kanhe.domain.state import State
from kanhe.ports.store import Filter
from kanhe.store.sqlite.merge import MERGED
from kanhe.store.sqlite.standing import SWEPT
from kanhe.store.sqlite.store import open_store

ROUND = b"merged\n"  # what `crasher.py` says when upkeep has been through a whole round

# Long enough to kill it at different depths of commits, merges and sweeps; short enough for every run of the tests.
ROUNDS = 4


def run_and_kill(path: Path, first: int, seconds: float) -> list[int]:
    command = [sys.executable, str(Path(__file__).with_name("crasher.py")), str(path), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        heard = b""
        while (line := process.stdout.readline()) != ROUND:
            assert line, "the writer died by itself"
            heard += line
        time.sleep(seconds)
        process.kill()
        heard += process.stdout.read()
    whole = heard[: heard.rfind(b"\n") + 1].split()
    return [int(line) for line in whole if line != ROUND.strip()]


def test_nothing_that_was_committed_is_lost(path: Path) -> None:
    heard: list[int] = []
    for turn in range(ROUNDS):
        heard += run_and_kill(path, turn * 1_000_000, 0.01 + 0.07 * turn)
        store = open_store(path, inline=True)
        written = [row.message.id for row in every_row(store)]
        assert set(heard) <= set(written)
        assert len(written) == len(set(written))
        entries = store.entries_since(0, 1_000_000)
        assert [entry.id for entry in entries] == list(range(len(written)))
        listed = [sent.message for sent in store.ask(Wants(history=frozenset({NUMBER}))).history[NUMBER]]
        assert listed == sorted(written)
        standing = {row.message.id for row in store.unsettled().rows}
        assert standing == {row.message.id for row in every_row(store) if row.state is State.ACCEPTED}
        merged, swept = store.reader.mark(MERGED), store.reader.mark(SWEPT)
        store.close()
    assert min(merged, swept) > 0, "upkeep ran in between"
    assert len(heard) > ROUNDS * 8
    assert message().id in heard


def every_row(store):
    before = None
    while page := store.rows(Filter(limit=1000, before=before)):
        yield from page
        before = page[-1].message.id
