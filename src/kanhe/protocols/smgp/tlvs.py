"""The optional parameters of SMGP (chapter 6.3): their tags, names and widths. They come in any order, and unknown ones are kept."""

from collections.abc import Iterable
from typing import NamedTuple

from kanhe.protocols.layout import Tlv


class Parameter(NamedTuple):
    """One row: octets None is a text of any width."""

    tag: int
    name: str
    octets: int | None
    is_text: bool = False


TP_UDHI = 0x0002
PK_TOTAL = 0x0009
PK_NUMBER = 0x000A
M_SERVICE_ID = 0x0012

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(0x0001, "TP_pid", 1),
    Parameter(TP_UDHI, "TP_udhi", 1),
    Parameter(0x0003, "LinkID", 20, is_text=True),
    Parameter(0x0004, "ChargeUserType", 1),
    Parameter(0x0005, "ChargeTermType", 1),
    Parameter(0x0006, "ChargeTermPseudo", None, is_text=True),
    Parameter(0x0007, "DestTermType", 1),
    Parameter(0x0008, "DestTermPseudo", None, is_text=True),
    Parameter(PK_TOTAL, "PkTotal", 1),
    Parameter(PK_NUMBER, "PkNumber", 1),
    Parameter(0x000B, "SubmitMsgType", 1),
    Parameter(0x000C, "SPDealResult", 1),
    Parameter(0x000D, "SrcTermType", 1),
    Parameter(0x000E, "SrcTermPseudo", None, is_text=True),
    Parameter(0x000F, "NodesCount", 1),
    Parameter(0x0010, "MsgSrc", 8, is_text=True),
    Parameter(0x0011, "SrcType", 1),
    Parameter(M_SERVICE_ID, "MServiceID", 21, is_text=True),
)
BY_TAG = {parameter.tag: parameter for parameter in PARAMETERS}


def find_integer(tlvs: Iterable[Tlv], tag: int) -> int | None:
    """The value of the first TLV with a tag, as a number."""
    return next((int.from_bytes(value, "big") for found, value in tlvs if found == tag), None)


def integer(tag: int, value: int) -> Tlv:
    """A TLV of one octet."""
    return tag, bytes((value,))


def part_of_long(total: int, number: int) -> tuple[Tlv, ...]:
    """What marks one part of a long message."""
    return integer(TP_UDHI, 1), integer(PK_TOTAL, total), integer(PK_NUMBER, number)


def product(identity: str) -> Tlv:
    """MServiceID: the product, which some provinces require."""
    return M_SERVICE_ID, identity.encode("latin-1").ljust(21, b"\0")
