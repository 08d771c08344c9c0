"""The scenarios as their files say them: who sends what to whom when, with what on file, and what must become of it.

`papers.yaml` holds the senders of every country; each other file is one run of the platform. Every scenario is played twice, to
two neighbouring numbers: `to` ends in an even digit and gets it through the HTTP door, the next number through the SMPP door.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from kanhe.domain.category import Category
from kanhe.kit.clock import to_ms
from kanhe.law.numbers import parse_number
from kanhe.law.source import read_document

HERE = Path(__file__).parent
PAPERS = HERE / "papers.yaml"


class Expect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must have become of the message; what is not named is not asked."""

    state: str | None = None
    verdict: str | None = None
    category: str | None = None
    rules: tuple[str, ...] = ()  # among the findings, whatever they say
    decided_by: tuple[str, ...] = ()  # rules, or codes of the platform's own findings, that gave the verdict
    until: datetime | None = None  # deferred to exactly this instant
    text: str | None = None  # as the handset shows it
    refused_with: str | None = None  # the reason code of a draft that never became a message


class OnFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the books hold about the recipient before anything is sent."""

    consent: dict[str, Any] | None = None  # what differs from a consent with everything in order, a month old
    refusal: dict[str, Any] | None = None  # what differs from a STOP of the sender's offers, a day old
    registers: dict[str, dict[str, Any]] = {}  # do-not-call registers: {listed, days_old}


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What happens later."""

    at: datetime
    recipient_writes: str | None = None
    file: tuple[dict[str, dict[str, Any]], ...] = ()  # papers: what differs from those on file
    consents: dict[str, Any] | None = None
    expect: Expect | None = None


class Earlier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message of the same sender to the same number, before the one that matters."""

    at: datetime
    text: str | None = None
    category: Category | None = None


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"sender": "from"}):
    """One story."""

    id: str
    title: str
    sender: str
    to: str
    category: Category
    text: str
    expect: Expect
    at: datetime | None = None  # none: when the file starts
    validity_s: int | None = None
    on_file: OnFile = OnFile()
    earlier: tuple[Earlier, ...] = ()
    then: tuple[Step, ...] = ()
    doors: tuple[str, ...] = ("http", "smpp")  # the HTTP door alone for what SMPP cannot say
    more: dict[str, Any] = {}  # other fields of the HTTP body
    key: str = "live"  # or `test`


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One run of the platform."""

    about: str
    starts: datetime
    scenarios: tuple[Scenario, ...]
    file: tuple[dict[str, dict[str, Any]], ...] = ()  # papers: what differs from `papers.yaml`, in force from the start


def read_file(path: Path) -> File:
    """A file of scenarios. A wrong word in it is named with its place."""
    return msgspec.convert(read_document(path).data, File)


def number_of(scenario: Scenario, door: str) -> int:
    """The recipient at a door."""
    number = parse_number(scenario.to)
    assert isinstance(number, int), (scenario.id, number)
    assert number % 2 == 0, f"{scenario.id}: `to` ends in an even digit, the SMPP door gets the next number"
    return number + (door == "smpp")


def ms(at: datetime) -> int:
    """Milliseconds."""
    return to_ms(at)
