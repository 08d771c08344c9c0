"""Texts in the content of a packet: message formats, user data headers, parts, and how a number is written."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from kanhe.protocols.numbers import number_of
from kanhe.protocols.text.alphabets import NO_SHIFT, Alphabet, encode
from kanhe.protocols.text.headers import NO_HEADER, Header, HeaderError, parse_header
from kanhe.protocols.text.joining import Part
from kanhe.protocols.text.segments import Segments, segments

ASCII, CARD, BINARY, UCS2, GB = 0, 3, 4, 8, 15

# Msg_Fmt, MessageCoding, MsgFormat: all three protocols number them alike. 15 is called GB2312, GBK and GB18030: the last holds all.
ALPHABETS: dict[int, Alphabet] = {
    ASCII: Alphabet.ASCII,
    CARD: Alphabet.OCTETS,
    BINARY: Alphabet.OCTETS,
    UCS2: Alphabet.UCS2,
    GB: Alphabet.GB18030,
}

# A text alone in format 0 has fewer than 160 octets (CMPP 8.4.3): no septets are packed.
ASCII_OCTETS_MAX = 159

# Concatenation with an 8-bit reference: what a header looks like that no flag announces.
UDH_START = bytes((5, 0, 3))


class Format(StrEnum):
    """Which message format a route wants."""

    AUTO = "auto"  # 0 for ASCII in one segment, else 8
    UCS2 = "ucs2"
    GB = "gb"  # 15, ASCII included


class NumberForm(StrEnum):
    """How a gateway wants numbers of its own country written."""

    WITH_86 = "86"
    PLUS_86 = "+86"
    NATIONAL = "national"


class Written(NamedTuple):
    """A text cut for the wire: its format, whether parts carry a header, and the parts."""

    format: int
    udhi: int
    parts: Sequence[bytes]


# The format in which each alphabet goes.
FORMATS: dict[Alphabet, int] = {Alphabet.ASCII: ASCII, Alphabet.UCS2: UCS2, Alphabet.GB18030: GB}


def cut_text(text: str, wanted: Format, reference_bits: int = 8) -> Segments:
    """Cut a text into contents of at most 140 octets."""
    if wanted is Format.AUTO and text.isascii() and len(text) <= ASCII_OCTETS_MAX:
        return Segments(Alphabet.ASCII, NO_SHIFT, reference_bits, (encode(text, Alphabet.ASCII),))
    alphabet = Alphabet.GB18030 if wanted is Format.GB else Alphabet.UCS2
    return segments(text, reference_bits=reference_bits, alphabet=alphabet)


def write_text(text: str, wanted: Format, reference: int, reference_bits: int = 8) -> Written:
    """A text cut and numbered for the wire."""
    cut = cut_text(text, wanted, reference_bits)
    return Written(FORMATS[cut.alphabet], int(cut.with_header), cut.user_data(reference))


def write_number(number: str, form: NumberForm) -> str:
    """Write a number as a gateway wants it."""
    digits = number.removeprefix("+")
    if form is NumberForm.PLUS_86:
        return f"+{digits}"
    return digits.removeprefix("86") if form is NumberForm.NATIONAL and len(digits) > ANY_NATIONAL else digits


def read_number(written: str) -> int:
    """A number however a peer writes it: 86, +86, 0086 or as it is dialled in China; 0: it is none."""
    digits = written.strip().removeprefix("+").removeprefix("00")
    return number_of(f"86{digits}" if CHINESE_MOBILE.fullmatch(digits) else digits)


# A mobile number as it is dialled in China: 1 and a second digit from 3 on, eleven in all.
CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")

# A Chinese number without its country code has at most 11 digits; only a longer one begins with 86 for China.
ANY_NATIONAL = 11


def read_part(source: str, destination: str, number: int, udhi: bool, content: bytes, udh_by_content: bool) -> Part:
    """One message, or one part of one; gateways forget to set the flag, so a header may also be known by its look."""
    header = _header(content, udhi, udh_by_content)
    return Part(
        source=source,
        destination=destination,
        octets=content[header.octets :],
        alphabet=ALPHABETS.get(number, Alphabet.OCTETS),
        shift=header.shift,
        concat=header.concat,
    )


def _header(content: bytes, udhi: bool, udh_by_content: bool) -> Header:
    if not udhi and not (udh_by_content and content.startswith(UDH_START)):
        return NO_HEADER
    try:
        header = parse_header(content)
    except HeaderError:
        return NO_HEADER
    return header if udhi or header.concat else NO_HEADER
