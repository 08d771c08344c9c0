"""How a text becomes segments: one canonical rule for the price, the preview and the wire.

1. If each character is in the GSM 7 base or extension table, a unit is a septet and an extension character takes two. Otherwise
   the text is UCS-2 and a unit is a UTF-16 code unit.
2. What fits one segment without a header is one segment.
3. Otherwise each segment is filled in turn, and an escape pair or a surrogate pair is never cut: it moves whole to the next.
"""

from codecs import getincrementaldecoder
from enum import StrEnum

from msgspec import Struct

from kanhe.protocols.text.alphabets import (
    NO_SHIFT,
    PYTHON_CODECS,
    Alphabet,
    NotInAlphabetError,
    Shift,
    encode,
    encode_chosen,
    encode_ucs2,
)
from kanhe.protocols.text.gsm_tables import LOCKING, SINGLE
from kanhe.protocols.text.headers import Concat, build_header

# TP-User-Data carries 140 octets (TS 23.040 section 9.2.3.16).
USER_DATA_OCTETS = 140

# The total and the number of a part are one octet each (9.2.3.24.1).
SEGMENTS_MAX = 255


class CountAs(StrEnum):
    """What a segment is, in the price: domestic Chinese vendors count 70/67 whatever the text is written in."""

    BY_ENCODING = "by_encoding"
    UCS2_ALWAYS = "ucs2_always"


class TooLongError(ValueError):
    """More segments than a header can number."""


class Segments(Struct, frozen=True, gc=False):
    """A text cut for the wire. `parts` are octets without their headers."""

    alphabet: Alphabet
    shift: Shift
    reference_bits: int
    parts: tuple[bytes, ...]

    @property
    def units_per_segment(self) -> tuple[int, ...]:
        """Septets, UTF-16 units or octets of each part."""
        octets = UNIT_OCTETS.get(self.alphabet, 1)
        return tuple(len(part) // octets for part in self.parts)

    @property
    def units(self) -> int:
        """All units of the text."""
        return sum(self.units_per_segment)

    def user_data(self, reference: int) -> list[bytes]:
        """Header and octets of each segment; the UDHI bit is to be set when with_header."""
        total = len(self.parts)
        if total == 1:
            return [build_header(shift=self.shift) + self.parts[0]]
        modulus = 1 << self.reference_bits
        return [
            build_header(Concat(reference % modulus, total, number, self.reference_bits), self.shift) + part
            for number, part in enumerate(self.parts, start=1)
        ]

    @property
    def shift_header(self) -> bytes:
        """The header that names the national tables alone; nothing without them."""
        return build_header(shift=self.shift)

    @property
    def with_header(self) -> bool:
        """True when the segments carry user data headers."""
        return len(self.parts) > 1 or self.shift != NO_SHIFT


UNIT_OCTETS: dict[Alphabet, int] = {Alphabet.UCS2: 2}


def segments(
    text: str,
    *,
    reference_bits: int = 8,
    alphabet: Alphabet | None = None,
    shift: Shift = NO_SHIFT,
) -> Segments:
    """Cut a text. Without an alphabet the canonical rule chooses; NotInAlphabetError and TooLongError are the only failures."""
    if alphabet is None and shift is NO_SHIFT:
        alphabet, data = encode_chosen(text)
        if len(data) <= ALONE_OCTETS[alphabet]:
            return Segments(alphabet, shift, reference_bits, (data,))
    else:
        alphabet = alphabet or Alphabet.GSM7
        data = encode(text, alphabet, shift)
    return _segments(data, alphabet, shift, reference_bits)


def stands_alone(text: str) -> bool:
    """Whether one segment holds it whatever the alphabet: what fits as UCS-2 fits as GSM 7, with an escape before every septet."""
    return len(text) <= ALONE_OCTETS[Alphabet.UCS2] // 2 and len(encode_ucs2(text)) <= ALONE_OCTETS[Alphabet.UCS2]


def _segments(data: bytes, alphabet: Alphabet, shift: Shift, reference_bits: int) -> Segments:
    if len(data) <= _octets_of_one(alphabet, shift, 0):
        return Segments(alphabet, shift, reference_bits, (data,))
    parts = _cut(data, alphabet, _octets_of_one(alphabet, shift, reference_bits))
    if len(parts) > SEGMENTS_MAX:
        raise TooLongError(f"{len(parts)} segments; a header numbers at most {SEGMENTS_MAX}")
    return Segments(alphabet, shift, reference_bits, tuple(parts))


def capacity(alphabet: Alphabet, shift: Shift = NO_SHIFT, reference_bits: int = 0) -> int:
    """Units of one segment: septets, UTF-16 units or octets. `reference_bits` 0 is a segment that stands alone."""
    return _octets_of_one(alphabet, shift, reference_bits) // UNIT_OCTETS.get(alphabet, 1)


def _octets_of_one(alphabet: Alphabet, shift: Shift, reference_bits: int) -> int:
    """Octets of one segment as we hold it: GSM 7 unpacked, whole UTF-16 units."""
    header = len(build_header(Concat(0, 1, 1, reference_bits) if reference_bits else None, shift))
    room = USER_DATA_OCTETS - header
    if alphabet is Alphabet.GSM7:
        return room * 8 // 7
    return room - room % UNIT_OCTETS.get(alphabet, 1)


# Octets of a segment that stands alone without a header.
ALONE_OCTETS: dict[Alphabet, int] = {alphabet: _octets_of_one(alphabet, NO_SHIFT, 0) for alphabet in Alphabet}


def _cut(data: bytes, alphabet: Alphabet, octets: int) -> list[bytes]:
    parts = []
    at = 0
    while at < len(data):
        end = at + octets
        if end < len(data):
            end -= _overhang(data, end, alphabet)
        parts.append(data[at:end])
        at = end
    return parts


def _overhang(data: bytes, end: int, alphabet: Alphabet) -> int:
    """Octets before `end` that belong to the next segment: an escape without its septet, a character that is cut."""
    if alphabet is Alphabet.GSM7:
        return 1 if data[end - 1] == 0x1B else 0
    if alphabet is Alphabet.UCS2:
        return 2 if 0xD8 <= data[end - 2] <= 0xDB else 0
    if alphabet in MULTIBYTE:
        decoder = getincrementaldecoder(PYTHON_CODECS[alphabet])()
        decoder.decode(data[:end])
        return len(decoder.getstate()[0])
    return 0


# Alphabets whose characters take one to four octets.
MULTIBYTE = frozenset({Alphabet.GB18030, Alphabet.UTF8, Alphabet.JIS, Alphabet.KS_C_5601})


def billed_segments(text: str, cut: Segments, count_as: CountAs) -> int:
    """How many segments the price counts; the signature and the opt-out tail belong to the text."""
    if not text:
        return 0
    if count_as is CountAs.BY_ENCODING or cut.alphabet is Alphabet.UCS2:
        return len(cut.parts)
    return len(segments(text, alphabet=Alphabet.UCS2, reference_bits=cut.reference_bits).parts)


def choose_shift(text: str, languages: tuple[int, ...], reference_bits: int = 8) -> Segments:
    """The cheapest way to send a text where a route supports national tables; plain GSM 7 when that holds it."""
    plain = segments(text, reference_bits=reference_bits)
    if plain.alphabet is Alphabet.GSM7:
        return plain
    candidates = [plain]
    for shift in _shifts(languages):
        try:
            candidates.append(segments(text, reference_bits=reference_bits, shift=shift))
        except NotInAlphabetError:
            continue
    return min(candidates, key=lambda cut: len(cut.parts))


def _shifts(languages: tuple[int, ...]) -> list[Shift]:
    """Single shifts first: a handset that lacks the table still shows the base letters."""
    single = [Shift(0, language) for language in languages if language in SINGLE]
    locking = [Shift(language, 0) for language in languages if language in LOCKING]
    both = [Shift(language, language) for language in languages if language in LOCKING and language in SINGLE]
    return single + locking + both
