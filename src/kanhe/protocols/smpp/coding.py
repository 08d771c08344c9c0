"""data_coding (5.2.19) to alphabets and back, and the octets of a message wherever they stand.

data_coding 0 is the carrier's own choice: a setting. Values of GSM 03.38 (flash, message waiting) are read by their bits, also
those the SMPP text reserves: 0x10 GSM 7 flash, 0x14 8-bit, 0x18 UCS-2 flash are widely accepted.
"""

from typing import TypeAlias

from kanhe.protocols.smpp import tlvs
from kanhe.protocols.smpp.pdus import DataSm, DeliverSm, SubmitMulti, SubmitSm
from kanhe.protocols.text.alphabets import Alphabet

Carrying: TypeAlias = SubmitSm | DeliverSm | DataSm | SubmitMulti

UDHI = 0x40
MESSAGE_TYPE_MASK = 0x3C

ALPHABETS: dict[int, Alphabet] = {
    1: Alphabet.ASCII,
    2: Alphabet.OCTETS,
    3: Alphabet.LATIN1,
    4: Alphabet.OCTETS,
    5: Alphabet.JIS,
    6: Alphabet.CYRILLIC,
    7: Alphabet.HEBREW,
    8: Alphabet.UCS2,
    9: Alphabet.OCTETS,
    10: Alphabet.ISO2022_JP,
    13: Alphabet.OCTETS,
    14: Alphabet.KS_C_5601,
}

# Bits 3-2 of every value from 0x10 on (GSM 03.38 section 4); the fourth is reserved.
GSM_ALPHABETS: tuple[Alphabet, ...] = (Alphabet.GSM7, Alphabet.OCTETS, Alphabet.UCS2, Alphabet.OCTETS)

CODINGS: dict[Alphabet, int] = {
    Alphabet.GSM7: 0,
    Alphabet.ASCII: 1,
    Alphabet.LATIN1: 3,
    Alphabet.OCTETS: 4,
    Alphabet.JIS: 5,
    Alphabet.CYRILLIC: 6,
    Alphabet.HEBREW: 7,
    Alphabet.UCS2: 8,
    Alphabet.ISO2022_JP: 10,
    Alphabet.KS_C_5601: 14,
}


def _read_by_bits(data_coding: int) -> Alphabet:
    """Of GSM 03.38; 0xC0 to 0xEF are about message waiting: discard, store, and store with UCS-2."""
    if 0xC0 <= data_coding < 0xF0:
        return Alphabet.UCS2 if data_coding >= 0xE0 else Alphabet.GSM7
    return GSM_ALPHABETS[data_coding >> 2 & 3]


# Every data_coding that says which alphabet it means; 0 and the reserved ones mean the peer's own.
MEANT: dict[int, Alphabet] = ALPHABETS | {coding: _read_by_bits(coding) for coding in range(0x10, 0x100)}


def alphabet_of(data_coding: int, default: Alphabet = Alphabet.GSM7) -> Alphabet:
    """The alphabet of a data_coding; `default` is what this peer means by 0."""
    return MEANT.get(data_coding, default)


def is_flash(data_coding: int) -> bool:
    """Message class 0: shown at once, not stored (GSM 03.38 section 4)."""
    return data_coding & 0xF3 in (0x10, 0xF0)


def octets_of(pdu: Carrying) -> bytes:
    """The user data: short_message, or message_payload when it is there (with both present, the payload: 5.3.2.32)."""
    if pdu.tlvs and (payload := tlvs.find(pdu.tlvs, tlvs.MESSAGE_PAYLOAD)) is not None:
        return payload
    return b"" if isinstance(pdu, DataSm) else pdu.short_message
