"""The demonstration shows what the README promises, at whatever hour it runs."""

import re
from pathlib import Path

import pytest

from kanhe.demo.show import play

ROOT = Path(__file__).parents[3]
READMES = ("README.md", "README.zh.md")
TRANSCRIPT = re.compile(r"```text\n(.*?)```", re.DOTALL)
LEFT_OUT = "..."
# What differs from run to run: ids, instants, what the carrier calls a message. Numbers of one digit count segments and entries.
LONG_NUMBER = re.compile(r"\d{2,}")


def shape(line: str) -> str:
    return LONG_NUMBER.sub("#", line.strip())


def transcript(readme: str) -> list[str]:
    found = TRANSCRIPT.search((ROOT / readme).read_text("utf-8"))
    assert found is not None, readme
    return [shape(line) for line in found[1].splitlines() if line.strip() and line.strip() != LEFT_OUT]


@pytest.mark.timeout(180)
def test_one_is_delivered_one_refused_with_its_provision_one_deferred_to_the_morning() -> None:
    said: list[str] = []
    report = play(once=True, say=said.append)
    assert report.passed, "\n".join(said)
    assert [message.state for message in report.messages] == ["delivered", "refused", "deferred"]
    assert all(message.citations for message in report.messages)
    assert report.ledger_verified
    assert report.bundle_verified
    assert report.webhook_verified
    printed = {shape(line) for text in said for line in text.splitlines()}
    for readme in READMES:
        assert [line for line in transcript(readme) if line not in printed] == [], readme
