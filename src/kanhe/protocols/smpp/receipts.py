"""Delivery receipts: the text of Appendix B as carriers really write it, the TLVs beside it, and our own for customers.

The grammar: `text` begins at the first `text:` that stands at the start or after white space, and nothing inside it is parsed.
Before it stand known keys in any case and order, any of them missing, mixed with unknown pairs; a value ends at white space; a
bare known word counts as stat when `stat:` is missing. sub and dlvrd decide nothing. The state is the message_state TLV, else the
stat, else unknown.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import lru_cache

from msgspec import Struct

from kanhe.protocols.link import TellReceipt
from kanhe.protocols.smpp import tlvs
from kanhe.protocols.smpp.coding import MESSAGE_TYPE_MASK, UDHI, alphabet_of, octets_of
from kanhe.protocols.smpp.fields import Tlv
from kanhe.protocols.smpp.pdus import DataSm, DeliverSm
from kanhe.protocols.states import FINAL, CarrierState
from kanhe.protocols.text.alphabets import Alphabet, decode_ucs2
from kanhe.protocols.text.headers import HeaderError, parse_header

# esm_class of a deliver (5.2.12).
SMSC_RECEIPT = 0x04
INTERMEDIATE = 0x20

STATS: dict[str, CarrierState] = {
    "DELIVRD": CarrierState.DELIVERED,
    "EXPIRED": CarrierState.EXPIRED,
    "DELETED": CarrierState.DELETED,
    "UNDELIV": CarrierState.UNDELIVERABLE,
    "ACCEPTD": CarrierState.ACCEPTED,
    "UNKNOWN": CarrierState.UNKNOWN,
    "REJECTD": CarrierState.REJECTED,
    "ENROUTE": CarrierState.ENROUTE,
    "SCHEDLD": CarrierState.SCHEDULED,
    "BUFFRED": CarrierState.ENROUTE,
    "SKIPPED": CarrierState.SKIPPED,
    "FAILED": CarrierState.UNDELIVERABLE,
}

# message_state (5.2.28); 0 and 9 are of 5.0. The word is the one Appendix B writes for it.
MESSAGE_STATES: dict[int, tuple[CarrierState, str]] = {
    0: (CarrierState.SCHEDULED, "SCHEDLD"),
    1: (CarrierState.ENROUTE, "ENROUTE"),
    2: (CarrierState.DELIVERED, "DELIVRD"),
    3: (CarrierState.EXPIRED, "EXPIRED"),
    4: (CarrierState.DELETED, "DELETED"),
    5: (CarrierState.UNDELIVERABLE, "UNDELIV"),
    6: (CarrierState.ACCEPTED, "ACCEPTD"),
    7: (CarrierState.UNKNOWN, "UNKNOWN"),
    8: (CarrierState.REJECTED, "REJECTD"),
    9: (CarrierState.SKIPPED, "SKIPPED"),
}

NUMBERS: dict[CarrierState, int] = {state: number for number, (state, _) in MESSAGE_STATES.items()}

assert set(NUMBERS) == set(CarrierState)


class Line(Struct, frozen=True, gc=False):
    """What stands between the id and the text. Dates are naive, in the carrier's own zone (a setting)."""

    id: str | None
    stat: str | None
    err: str | None
    submit_date: datetime | None
    done_date: datetime | None
    sub: str | None
    dlvrd: str | None
    extra: tuple[tuple[str, str], ...]


class ReceiptReading(Struct, frozen=True, gc=False):
    """What a receipt says. `ids` are in the order to try."""

    ids: tuple[str, ...]
    state: CarrierState
    final: bool
    line: Line
    text: str | None = None
    network_error: tuple[int, int] | None = None  # network type, error (5.3.2.31)
    coherent: bool = True  # False: TLV and text name different states


def is_receipt(esm_class: int) -> bool:
    """True for final receipts and intermediate notifications."""
    return esm_class & MESSAGE_TYPE_MASK in (SMSC_RECEIPT, INTERMEDIATE)


# --- reading -------------------------------------------------------------------------------------------------------------------

KEYS = r"id|sub|dlvrd|submit[ _]date|done[ _]date|stat|err"

# The id where nearly all have it: in front.
_leading_id = re.compile(rf"id:(?!(?:{KEYS}):)(\S+)", re.IGNORECASE).match

TEXT = "text:"

# A pair, or a word that stands alone. A value is not the next known key: `sub: dlvrd:001` has an empty sub.
_find_words = re.compile(
    rf"(?P<key>submit[ _]date|done[ _]date|\w+):\s*(?P<value>(?!(?:{KEYS}):)\S*)|(?P<word>\S+)", re.IGNORECASE
).findall

KNOWN = frozenset({"id", "sub", "dlvrd", "submit_date", "done_date", "stat", "err"})

NO_WORDS: Mapping[str, CarrierState] = {}


def read_receipt(pdu: DeliverSm | DataSm, stat_words: Mapping[str, CarrierState] = NO_WORDS) -> ReceiptReading:
    """Read a receipt wherever it stands. `stat_words` are a carrier's own words for states."""
    parameters = dict(pdu.tlvs)
    said_id, line, text = _cut(_text_of(pdu, parameters))
    said = _state_of(line.stat, stat_words) if line.stat else None
    told = TOLD.get(parameters.get(tlvs.MESSAGE_STATE))
    state = told or said or CarrierState.UNKNOWN
    return ReceiptReading(
        _ids(parameters.get(tlvs.RECEIPTED_MESSAGE_ID), said_id or line.id),
        state,
        state in FINAL and pdu.esm_class & MESSAGE_TYPE_MASK != INTERMEDIATE,
        line,
        text,
        _network_error(parameters.get(tlvs.NETWORK_ERROR_CODE)),
        told is None or said is None or told is said,
    )


def _text_of(pdu: DeliverSm | DataSm, parameters: Mapping[int, bytes]) -> str:
    octets = octets_of(pdu) if tlvs.MESSAGE_PAYLOAD in parameters or isinstance(pdu, DataSm) else pdu.short_message
    if pdu.esm_class & UDHI and octets[:1] < b" ":  # some set UDHI on receipts and write no header
        with suppress(HeaderError):
            octets = octets[parse_header(octets).octets :]
    ucs2 = pdu.data_coding and alphabet_of(pdu.data_coding) is Alphabet.UCS2
    return (decode_ucs2(octets) if ucs2 else octets.decode("latin-1")).strip("\0 \r\n\t")


def _cut(whole: str) -> tuple[str | None, Line, str | None]:
    """The id in front, the line behind it, the text."""
    at = _text_at(whole)
    line, text = (whole, None) if at < 0 else (whole[:at], whole[at + len(TEXT) :])
    found = _leading_id(line)
    return (found[1], _read_line(line[found.end() :]), text) if found else (None, _read_line(line), text)


def _text_at(whole: str) -> int:
    """Where the first `text:` stands that is a word of its own; -1: nowhere."""
    lowered = whole.lower()
    if len(lowered) != len(whole):  # a letter that grows (U+0130) would move all places
        lowered = whole
    at = lowered.find(TEXT)
    while at > 0 and not whole[at - 1].isspace():
        at = lowered.find(TEXT, at + 1)
    return at


# Receipts of one minute share all but id and text; a cache of speed only.
@lru_cache(maxsize=4096)
def _read_line(line: str) -> Line:
    fields: dict[str, str] = {}
    extra: dict[str, str] = {}
    for key, value, word in _find_words(line):
        if word:
            if word.upper() in STATS:
                fields.setdefault("stat", word)
            continue
        name = key.lower().replace(" ", "_")
        (fields if name in KNOWN else extra).setdefault(name, value)
    get = fields.get
    stat, submitted, done = get("stat"), _date(get("submit_date", "")), _date(get("done_date", ""))
    known = (stat.upper() if stat else None, get("err"), submitted, done, get("sub"), get("dlvrd"))
    return Line(get("id"), *known, tuple(extra.items()))


def _ids(parameter: bytes | None, said: str | None) -> tuple[str, ...]:
    """receipted_message_id first (many leave its NUL out, some put one inside), then the id of the text."""
    told = parameter.replace(b"\0", b"").decode("latin-1") if parameter else ""
    if not told or told == said:
        return (said,) if said else ()
    return (told, said) if said else (told,)


def _state_of(stat: str, stat_words: Mapping[str, CarrierState]) -> CarrierState:
    """Words nobody defined (BWLISTS, BLACKLS) are failures; the word itself is kept beside the state."""
    return stat_words.get(stat) or STATS.get(stat, CarrierState.UNDELIVERABLE)


# The message_state parameter; a wrong length or an unknown number says nothing.
TOLD: dict[bytes | None, CarrierState] = {bytes((number,)): state for number, (state, _) in MESSAGE_STATES.items()}


def _network_error(value: bytes | None) -> tuple[int, int] | None:
    return (value[0], int.from_bytes(value[1:], "big")) if value is not None and len(value) == 3 else None


# The readings of a date by its length, tried in order; SMPP time (16) is cut to 12.
DATE_FORMS: dict[int, tuple[str, ...]] = {
    10: ("%y%m%d%H%M",),
    12: ("%y%m%d%H%M%S", "%Y%m%d%H%M"),
    14: ("%Y%m%d%H%M%S",),
}


# Receipts of one second share their dates; a cache of speed only.
@lru_cache(maxsize=4096)
def _date(digits: str) -> datetime | None:
    """A date, or none when it is missing, zero or invalid."""
    if len(digits) == 16:
        digits = digits[:12]
    if not digits.isascii() or not digits.isdigit():
        return None
    for form in DATE_FORMS.get(len(digits), ()):
        try:
            return datetime.strptime(digits, form)  # noqa: DTZ007 - the zone is the carrier's, a setting
        except ValueError:
            continue
    return None


# --- writing -------------------------------------------------------------------------------------------------------------------

# Appendix B: the first 20 characters of the message.
TEXT_CHARS_MAX = 20


class Wording(Struct, frozen=True, gc=False):
    """How a receipt says a state: its message type, sub and dlvrd and stat of its text, its parameter."""

    esm_class: int
    delivered: str
    stat: str
    parameter: Tlv


def _wording(state: CarrierState) -> Wording:
    number = NUMBERS[state]
    return Wording(
        SMSC_RECEIPT if state in FINAL else INTERMEDIATE,
        "sub:001 dlvrd:001" if state is CarrierState.DELIVERED else "sub:001 dlvrd:000",
        f"stat:{MESSAGE_STATES[number][1]}",
        (tlvs.MESSAGE_STATE, bytes((number,))),
    )


WORDINGS: dict[CarrierState, Wording] = {state: _wording(state) for state in CarrierState}


def write_receipt(tell: TellReceipt, with_tlvs: bool = True) -> DeliverSm:
    """A receipt for a customer: text and TLVs say the same; a 3.3 peer gets no TLVs (section 3.3 of 3.4)."""
    said, named, to = WORDINGS[tell.state], tell.message_id, tell.destination
    line = (  # Appendix B
        f"id:{named} {said.delivered} submit date:{_minute(tell.submitted_at)} done date:{_minute(tell.done_at)} "
        f"{said.stat} err:{tell.error} text:{tell.text[:TEXT_CHARS_MAX]}"
    )
    ton, npi = address_type(to)
    own = (tlvs.RECEIPTED_MESSAGE_ID, f"{named}\0".encode("latin-1"))
    return DeliverSm(
        source_addr_ton=1,
        source_addr_npi=1,
        source_addr=tell.source,
        dest_addr_ton=ton,
        dest_addr_npi=npi,
        destination_addr=to,
        esm_class=said.esm_class,
        short_message=line.encode("latin-1", "replace"),
        tlvs=(own, said.parameter) if with_tlvs else (),
    )


def address_type(address: str) -> tuple[int, int]:
    """TON and NPI: an international number, or an alphanumeric sender (5.2.5)."""
    return (1, 1) if address.isdigit() else (5, 0)


@lru_cache(maxsize=4_096)
def _minute(at: datetime) -> str:
    return "%02d%02d%02d%02d%02d" % (at.year % 100, at.month, at.day, at.hour, at.minute)  # noqa: UP031 - twice as fast
