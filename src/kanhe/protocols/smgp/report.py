"""The report in a Deliver with IsReport 1 (SMGP): a text of SMPP's kind whose id is ten raw octets, not text.

`id:` + 10 octets + ` sub:001 dlvrd:001 submit date:... done date:... stat:... err:... text:...`, 122 octets by the letter. Libraries
spell the keys `Submit date`, `submit_date`, leave padding and text away, or write the id as 20 hex digits: the id is taken by its
position (its octets may read as anything, spaces and colons too), the rest by its keys.
"""

import re
from collections.abc import Mapping

import msgspec

from kanhe.protocols.exchange.outcome import STAT_WORDS, VENDOR_WORD, Outcome
from kanhe.protocols.states import Action

ID_KEY = b"id:"
ID_OCTETS = 10
ID_DIGITS = 20
TEXT_OCTETS = 20
REPORT_OCTETS = 122

SUB_FOLLOWS = re.compile(rb"\s*sub:", re.IGNORECASE)
HEX_ID = re.compile(rb"[0-9a-fA-F]{20}")
PAIR = re.compile(rb"(sub|dlvrd|submit[ _]date|done[ _]date|stat|err):(\S*)", re.IGNORECASE)
TEXT = re.compile(rb"\btext:", re.IGNORECASE)


class Report(msgspec.Struct, frozen=True, gc=False):
    """What became of a message; dates are YYMMDDHHMM. `text` is raw: it may be cut inside a character."""

    id: bytes = bytes(ID_OCTETS)
    sub: str = ""
    dlvrd: str = ""
    submit_date: str = ""
    done_date: str = ""
    stat: str = ""
    err: str = ""
    text: bytes = b""


# What err says beyond stat, in English; 005 is the carrier's own blacklist: the suppression list is fed with it.
ERRORS: Mapping[str, tuple[str, Action]] = {
    "000": ("ok", Action.OK),
    "001": ("user cannot be reached", Action.TEMPORARY),
    "002": ("user busy", Action.TEMPORARY),
    "003": ("no such part number", Action.PERMANENT),
    "004": ("illegal user", Action.NUMBER_INVALID),
    "005": ("user is on the blacklist", Action.BLACKLIST),
    "006": ("system error", Action.TEMPORARY),
    "007": ("memory full", Action.TEMPORARY),
    "008": ("not an SMS terminal", Action.PERMANENT),
    "009": ("data error", Action.PERMANENT),
    "010": ("data lost", Action.TEMPORARY),
    "999": ("unknown error", Action.UNKNOWN),
}


def parse_report(content: bytes) -> Report | None:
    """Read the content of a report; None when it does not begin like one: keep it, do not parse it."""
    if content[: len(ID_KEY)].lower() != ID_KEY:
        return None
    identity, rest = _identity(content[len(ID_KEY) :])
    if identity is None:
        return None
    text = TEXT.search(rest)
    pairs = PAIR.findall(rest[: text.start()] if text else rest)
    values = {key.decode().lower().replace(" ", "_"): value.decode("latin-1").rstrip("\0") for key, value in pairs}
    return Report(id=identity, text=rest[text.end() :].rstrip(b"\0 ") if text else b"", **values)


def _identity(content: bytes) -> tuple[bytes | None, bytes]:
    """The id and what follows it: ten octets by position, unless twenty hex digits stand before ` sub:`."""
    digits, behind = content[:ID_DIGITS], content[ID_DIGITS:]
    if HEX_ID.fullmatch(digits) and SUB_FOLLOWS.match(behind):
        return bytes.fromhex(digits.decode()), behind
    if len(content) < ID_OCTETS:
        return None, b""
    return content[:ID_OCTETS], content[ID_OCTETS:]


def build_report(report: Report) -> bytes:
    """Write the 122 octets of the letter."""
    text = f"{len(report.text):03d}".encode() + report.text
    return (
        ID_KEY
        + report.id
        + f" sub:{report.sub:0>3.3} dlvrd:{report.dlvrd:0>3.3} submit date:{report.submit_date:<10.10}".encode()
        + f" done date:{report.done_date:<10.10} stat:{report.stat:<7.7} err:{report.err:0>3.3} text:".encode()
        + text[:TEXT_OCTETS].ljust(TEXT_OCTETS, b"\0")
    )


def show_report(report: Report) -> dict[str, str]:
    """Show a report by its keys; its text is left out, for it is content."""
    keys = ("sub", "dlvrd", "submit_date", "done_date", "stat", "err")
    return {"id_hex": report.id.hex(), **{key: getattr(report, key) for key in keys}}


def outcome_of(report: Report, words: Mapping[str, Outcome] = STAT_WORDS) -> Outcome:
    """What stat means, `words` with the carrier's own among them; err says more precisely what to do about a failure."""
    word = words.get(report.stat.strip().upper(), VENDOR_WORD)
    meaning, action = ERRORS.get(report.err, ("", word.action))
    if word.action is Action.OK:
        return word
    return word._replace(action=action, meaning=meaning or word.meaning)
