"""Text to octets and back, in every alphabet a carrier uses (3GPP TS 23.038; Python's codecs for the rest).

GSM 7 here is unpacked: one septet an octet, as it travels at nearly every SMSC; packing.py packs it.
"""

import re
from codecs import charmap_encode, utf_16_be_decode, utf_16_be_encode
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from kanhe.protocols.text.gsm_indian import EMPTY
from kanhe.protocols.text.gsm_tables import BASE, ESC, EXTENSION, LOCKING, SINGLE


class Alphabet(StrEnum):
    """How text becomes octets; `octets` is no text at all."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"  # UTF-16BE in use: surrogate pairs pass
    LATIN1 = "latin1"
    ASCII = "ascii"
    UTF8 = "utf8"
    GB18030 = "gb18030"
    CYRILLIC = "cyrillic"
    HEBREW = "hebrew"
    JIS = "jis"
    ISO2022_JP = "iso2022_jp"
    KS_C_5601 = "ks_c_5601"
    OCTETS = "octets"


PYTHON_CODECS: dict[Alphabet, str] = {
    Alphabet.UCS2: "utf-16-be",
    Alphabet.LATIN1: "latin-1",
    Alphabet.ASCII: "ascii",
    Alphabet.UTF8: "utf-8",
    Alphabet.GB18030: "gb18030",
    Alphabet.CYRILLIC: "iso8859_5",
    Alphabet.HEBREW: "iso8859_8",
    Alphabet.JIS: "shift_jis",
    Alphabet.ISO2022_JP: "iso2022_jp",
    Alphabet.KS_C_5601: "euc_kr",
    Alphabet.OCTETS: "latin-1",
}

assert set(PYTHON_CODECS) == set(Alphabet) - {Alphabet.GSM7}


class Shift(NamedTuple):
    """National language tables by language id; 0 is none."""

    locking: int = 0
    single: int = 0


NO_SHIFT = Shift()


class NotInAlphabetError(ValueError):
    """A character the alphabet does not have."""

    def __init__(self, text: str, alphabet: Alphabet) -> None:
        super().__init__(f"`{text}` cannot be written in {alphabet}")


# --- which alphabet ------------------------------------------------------------------------------------------------------------

# One search in C decides between GSM 7 and UCS-2; an escape sent as text would swallow the next character.
_not_gsm7 = re.compile("[^" + re.escape(BASE.replace(ESC, "") + "".join(EXTENSION.values())) + "]").search


def is_gsm7(text: str) -> bool:
    """True when every character is in the base or extension table (no national ones)."""
    return _not_gsm7(text) is None


def choose(text: str) -> Alphabet:
    """The canonical rule: GSM 7 when it holds the whole text, else UCS-2."""
    return Alphabet.UCS2 if _not_gsm7(text) else Alphabet.GSM7


# ASCII to septets in one step; 0xFF where a character is in neither table or needs an escape.
_ASCII_SEPTETS = bytes(BASE.replace(ESC, "\xff").find(chr(code)) & 0xFF for code in range(128)) + b"\xff" * 128


# No GSM 7 character comes after the euro sign, so a text that sorts behind it begins with one that is in no table.
_BEYOND_GSM7 = chr(max(map(ord, BASE + "".join(EXTENSION.values()))) + 1)


def encode_chosen(text: str) -> tuple[Alphabet, bytes]:
    """Choose and encode at once: the hot path, where most texts are plain ASCII or Chinese."""
    if text.isascii():
        septets = text.encode("ascii").translate(_ASCII_SEPTETS)
        if 0xFF not in septets:
            return Alphabet.GSM7, septets
    if text < _BEYOND_GSM7 and _not_gsm7(text) is None:
        return Alphabet.GSM7, encode_gsm7(text)
    return Alphabet.UCS2, encode_ucs2(text)


# --- encode --------------------------------------------------------------------------------------------------------------------


@cache
def _encoder(shift: Shift) -> dict[int, int | bytes]:
    """What each character is written as; the first place counts where a table repeats one."""
    base = {ord(char): septet for septet, char in enumerate(LOCKING[shift.locking]) if char not in (ESC, EMPTY)}
    escapes = {ord(char): b"\x1b%c" % septet for septet, char in reversed(SINGLE[shift.single].items())}
    return {**escapes, **base}


def encode_gsm7(text: str, shift: Shift = NO_SHIFT) -> bytes:
    """Unpacked septets; a character of the extension (or single shift) table takes two."""
    try:
        return charmap_encode(text, "strict", _encoder(shift))[0]
    except UnicodeEncodeError as error:
        raise NotInAlphabetError(error.object[error.start : error.end], Alphabet.GSM7) from None


def encode_ucs2(text: str) -> bytes:
    """UTF-16BE; half a surrogate pair is no character and becomes U+FFFD."""
    try:
        return utf_16_be_encode(text)[0]
    except UnicodeEncodeError:
        return utf_16_be_encode(re.sub("[\ud800-\udfff]", "\ufffd", text))[0]


def encode(text: str, alphabet: Alphabet, shift: Shift = NO_SHIFT) -> bytes:
    """The text in one alphabet, or NotInAlphabetError."""
    if alphabet is Alphabet.GSM7:
        return encode_gsm7(text, shift)
    if alphabet is Alphabet.UCS2:
        return encode_ucs2(text)
    try:
        return text.encode(PYTHON_CODECS[alphabet])
    except UnicodeEncodeError as error:
        raise NotInAlphabetError(error.object[error.start : error.end], alphabet) from None


# --- decode: never fails -------------------------------------------------------------------------------------------------------


def decode_gsm7(septets: bytes, shift: Shift = NO_SHIFT) -> str:
    """What a handset shows. An unknown table decodes with the default one, an unknown escape as its base character."""
    base = LOCKING.get(shift.locking, BASE)
    single = SINGLE.get(shift.single, EXTENSION)
    first, *escaped = _split_escapes(septets)
    return "".join([_plain(base, first), *(_escaped(base, single, part) for part in escaped)])


def _split_escapes(septets: bytes) -> list[bytes]:
    """The text before the first escape, then what follows each; `1b 1b` is reserved and one escape swallows the other."""
    return septets.replace(b"\x1b\x1b", b"\x20").split(b"\x1b")


def _plain(base: str, septets: bytes) -> str:
    return "".join([base[octet & 0x7F] for octet in septets])


def _escaped(base: str, single: dict[int, str], part: bytes) -> str:
    if not part:
        return ""
    first = part[0] & 0x7F
    return single.get(first, base[first]) + _plain(base, part[1:])


def decode_ucs2(data: bytes) -> str:
    """UTF-16BE; an odd last octet is cut, a lone surrogate becomes U+FFFD."""
    return utf_16_be_decode(data[: len(data) & ~1], "replace", True)[0]


def decode(data: bytes, alphabet: Alphabet, shift: Shift = NO_SHIFT) -> str:
    """The text of octets that claim an alphabet; what cannot be read is U+FFFD."""
    if alphabet is Alphabet.GSM7:
        return decode_gsm7(data, shift)
    if alphabet is Alphabet.UCS2:
        return decode_ucs2(data)
    return data.decode(PYTHON_CODECS[alphabet], "replace")
