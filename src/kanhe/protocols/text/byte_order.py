"""UCS-2 that comes in the wrong order: the specifications have the higher octet first, some carriers the lower, some a mark in front."""

from enum import StrEnum


class ByteOrder(StrEnum):
    """How a carrier writes UCS-2 towards us."""

    BE = "be"
    LE = "le"
    DETECT = "detect"  # by its mark, else by what reads more like text


MARKS = {b"\xfe\xff": ByteOrder.BE, b"\xff\xfe": ByteOrder.LE}

# The higher octets of nearly all that people write beside ASCII: Latin to Cyrillic, punctuation, kana, ideographs, Hangul, surrogates,
# full width.
LIKELY = frozenset({*range(1, 0x05), 0x20, 0x30, *range(0x4E, 0xA0), *range(0xAC, 0xE0), 0xFF})
# What stands behind a higher octet of nought: ASCII and Latin-1, without controls.
LATIN = frozenset({*b"\n\r", *range(0x20, 0x7F), *range(0xA0, 0x100)})


def in_order(octets: bytes, order: ByteOrder) -> bytes:
    """The same text with the higher octet first, without a mark."""
    if order is ByteOrder.BE:
        return octets
    if (marked := MARKS.get(octets[:2])) is not None:
        octets = octets[2:]
    found = marked or (order if order is ByteOrder.LE else _likelier(octets))
    return _swapped(octets) if found is ByteOrder.LE else octets


def _likelier(octets: bytes) -> ByteOrder:
    """The order of the specifications, unless the other reads as more text."""
    return ByteOrder.LE if _score(octets[1::2], octets[::2]) > _score(octets[::2], octets[1::2]) else ByteOrder.BE


def _score(higher: bytes, lower: bytes) -> int:
    """Latin weighs twice: `R` the wrong way round is an ideograph that is hardly ever sent alone."""
    return sum(2 * (low in LATIN) if not high else high in LIKELY for high, low in zip(higher, lower, strict=False))


def _swapped(octets: bytes) -> bytes:
    swapped = bytearray(octets[: len(octets) & ~1])
    swapped[::2], swapped[1::2] = swapped[1::2], swapped[::2]
    return bytes(swapped)
