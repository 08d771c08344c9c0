"""The reference page says what the code does."""

import re
from pathlib import Path

from kanhe.ledger import entry
from kanhe.ledger.bundle import FORMAT, Bundle, Evidence
from kanhe.ledger.faults import FaultKind

PAGE = (Path(__file__).parents[3] / "docs/reference/ledger-format.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """Give the cells of the tables under a heading."""
    section = re.split(r"^#+ ", PAGE.partition(f"# {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    return [
        [cell.strip(" `") for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("|")
    ]


def test_kinds_and_outcomes_are_the_documented_ones():
    assert {int(row[0]): row[1] for row in rows("Kinds") if row[0].isdigit()} == {
        kind: kind.name.lower() for kind in entry.Kind
    }
    outcomes = {int(row[0]): row[1] for row in rows("Outcomes") if row[0].isdigit()}
    assert outcomes == {code: outcome or "none" for outcome, code in entry.OUTCOME_CODES.items()}


def test_the_fields_of_an_entry_follow_each_other_as_documented():
    fields = [row for row in rows("Entry") if row[0].isdigit()]
    at = 0
    for offset, octets, *_ in fields[:-1]:
        assert int(offset) == at
        at += int(octets)
    assert int(fields[-1][0]) == at == entry.ENTRY_OCTETS_MIN
    assert fields[-1][1] == f"0..{entry.DETAIL_OCTETS_MAX}"


def test_the_fields_of_a_bundle_are_the_documented_ones():
    named = [name for row in rows("Evidence bundle") for name in re.split("`, `", row[0])]
    assert set(Bundle.__struct_fields__) | set(Evidence.__struct_fields__) <= set(named)
    assert FORMAT in PAGE


def test_every_fault_is_documented():
    assert {row[0] for row in rows("Faults")} >= set(FaultKind)
