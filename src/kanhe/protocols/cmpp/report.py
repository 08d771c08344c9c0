"""The report in a CMPP_DELIVER with Registered_Delivery 1 (8.4.5): read by its length, not by the version of the link.

3.0 gateways send the 60 octets of 2.0 as well as the 71 of 3.0; any other length is kept and not parsed.
"""

from collections.abc import Mapping

import msgspec

from kanhe.protocols.cmpp.layouts import Version
from kanhe.protocols.cmpp.pdus import NO_MSG_ID, Deliver
from kanhe.protocols.compiling import Compiled, compile_layout
from kanhe.protocols.exchange.outcome import STAT_WORDS, VENDOR_WORD, Outcome
from kanhe.protocols.layout import Field, Layout, integer, octets, text
from kanhe.protocols.plain import Plain, to_plain
from kanhe.protocols.states import Action, CarrierState


class Report(msgspec.Struct, frozen=True, gc=False):
    """What became of a message; times are YYMMDDHHMM, SMSC_sequence is the short message centre's own."""

    Msg_Id: bytes = NO_MSG_ID
    Stat: str = ""
    Submit_time: str = ""
    Done_time: str = ""
    Dest_terminal_Id: str = ""
    SMSC_sequence: int = 0


def _fields(number_octets: int) -> tuple[Field, ...]:
    return (
        octets("Msg_Id", 8),
        text("Stat", 7),
        text("Submit_time", 10),
        text("Done_time", 10),
        text("Dest_terminal_Id", number_octets),
        integer("SMSC_sequence", 4),
    )


LAYOUTS: dict[int, Layout] = {60: Layout(Report, _fields(21)), 71: Layout(Report, _fields(32))}
LAYOUT = LAYOUTS[60]
"""The names of the fields, which both lengths share."""

COMPILED: dict[int, Compiled] = {length: compile_layout(layout, header=0) for length, layout in LAYOUTS.items()}
OCTETS: dict[Version, int] = {Version.V20: 60, Version.V30: 71, Version.PRIVATE: 71}

# Who gave no answer (A), answered with an error (B) or sent no report (C); the number behind the colon is theirs.
STAT_PREFIXES: dict[str, str] = {
    "MA": "SMSC gave no answer",
    "MB": "SMSC answered with an error",
    "MC": "no report came from the SMSC",
    "CA": "SCP gave no answer",
    "CB": "SCP answered with an error",
    "DA": "DSMP gave no answer",
    "DB": "DSMP answered with an error",
    "SA": "SP gave no answer",
    "SB": "SP answered with an error",
    "IA": "next gateway gave no answer",
    "IB": "next gateway answered with an error",
    "IC": "no report came from the next gateway",
}


def is_report(deliver: Deliver) -> bool:
    """Say whether the delivery says it is a report."""
    return deliver.Registered_Delivery == 1


def parse_report(content: bytes) -> Report | None:
    """Read the content of a report; None when its length is no known one: keep it, do not parse it."""
    compiled = COMPILED.get(len(content))
    if compiled is None:
        return None
    report: Report = compiled.read(content, 0)
    return report


def build_report(report: Report, version: Version) -> bytes:
    """Write the content of a report in the length of a version."""
    return COMPILED[OCTETS[version]].write(report)


def show_report(report: Report) -> Plain:
    """Show a report by the names of the specification."""
    return to_plain(LAYOUT, report)


def outcome_of(stat: str, words: Mapping[str, Outcome] = STAT_WORDS) -> Outcome:
    """What a Stat means: a word of table 1 (and the carrier's own), a fault of a node on the way, or a word nobody told us of."""
    word = stat.strip().upper()
    if outcome := words.get(word):
        return outcome
    meaning = STAT_PREFIXES.get(word[:2]) if word[2:3] == ":" else None
    return Outcome(CarrierState.UNDELIVERABLE, True, Action.PERMANENT, meaning) if meaning else VENDOR_WORD
