"""User data headers (3GPP TS 23.040 section 9.2.3.24): concatenation, ports, national language shifts."""

from typing import NamedTuple

from kanhe.protocols.text.alphabets import NO_SHIFT, Shift

CONCAT_8 = 0x00
PORTS_8 = 0x04
PORTS_16 = 0x05
CONCAT_16 = 0x08
SINGLE_SHIFT = 0x24
LOCKING_SHIFT = 0x25


class Concat(NamedTuple):
    """One part of a long message."""

    reference: int
    total: int
    sequence: int
    reference_bits: int = 8


class Header(NamedTuple):
    """A parsed header: its information elements in order, and how many octets it took."""

    elements: tuple[tuple[int, bytes], ...] = ()
    octets: int = 0
    concat: Concat | None = None
    shift: Shift = NO_SHIFT
    ports: tuple[int, int] | None = None  # destination, source


NO_HEADER = Header()


class HeaderError(ValueError):
    """The header does not fit its text."""


def build_header(concat: Concat | None = None, shift: Shift = NO_SHIFT) -> bytes:
    """The header with its length octet, or nothing when there is nothing to say."""
    elements = b""
    if concat is not None:
        elements += _concat_element(concat)
    if shift.single:
        elements += bytes((SINGLE_SHIFT, 1, shift.single))
    if shift.locking:
        elements += bytes((LOCKING_SHIFT, 1, shift.locking))
    return bytes((len(elements),)) + elements if elements else b""


def _concat_element(concat: Concat) -> bytes:
    octets = concat.reference_bits // 8
    reference = concat.reference.to_bytes(octets, "big")
    return (
        bytes((CONCAT_8 if octets == 1 else CONCAT_16, octets + 2)) + reference + bytes((concat.total, concat.sequence))
    )


def parse_header(user_data: bytes) -> Header:
    """The header at the start of user data whose UDHI is set; HeaderError when its length points past the end."""
    if not user_data or user_data[0] + 1 > len(user_data):
        raise HeaderError("the header is longer than the text")
    octets = user_data[0] + 1
    elements = _elements(user_data[1:octets])
    by_id = dict(elements)  # a repeated element: the last one counts (9.2.3.24)
    return Header(elements, octets, _concat(by_id), _shift(by_id), _ports(by_id))


def _elements(data: bytes) -> tuple[tuple[int, bytes], ...]:
    found = []
    at = 0
    while at < len(data):
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            raise HeaderError("an information element is longer than the header")
        found.append((data[at], data[at + 2 : at + 2 + data[at + 1]]))
        at += 2 + data[at + 1]
    return tuple(found)


def _concat(by_id: dict[int, bytes]) -> Concat | None:
    """A part number outside its total means the element is to be ignored (9.2.3.24.1)."""
    for element, octets in ((CONCAT_8, 1), (CONCAT_16, 2)):
        value = by_id.get(element)
        if value is not None and len(value) == octets + 2 and 1 <= value[-1] <= value[-2]:
            return Concat(int.from_bytes(value[:octets], "big"), value[-2], value[-1], octets * 8)
    return None


def _shift(by_id: dict[int, bytes]) -> Shift:
    locking, single = by_id.get(LOCKING_SHIFT, b""), by_id.get(SINGLE_SHIFT, b"")
    return Shift(locking[0] if len(locking) == 1 else 0, single[0] if len(single) == 1 else 0)


def _ports(by_id: dict[int, bytes]) -> tuple[int, int] | None:
    for element, octets in ((PORTS_8, 1), (PORTS_16, 2)):
        value = by_id.get(element)
        if value is not None and len(value) == octets * 2:
            return int.from_bytes(value[:octets], "big"), int.from_bytes(value[octets:], "big")
    return None
