"""The field types of SMPP (3.4 section 3.1), as annotations: the declaration of a PDU is its layout."""

from dataclasses import dataclass
from typing import Annotated, TypeAlias


@dataclass(frozen=True, slots=True)
class Integer:
    """An unsigned integer, big-endian."""

    octets: int


@dataclass(frozen=True, slots=True)
class CString:
    """A C-Octet String: at most `octets_max` octets, the NUL included."""

    octets_max: int


@dataclass(frozen=True, slots=True)
class ShortText:
    """sm_length and short_message: one octet of length, then so many octets (254 in 3.4, 255 in 5.0)."""


@dataclass(frozen=True, slots=True)
class Items:
    """One octet of count, then so many items; an item is a Struct of fields, chosen by its flag octet where there are several."""

    count_field: str
    flagged: bool


@dataclass(frozen=True, slots=True)
class TlvList:
    """Optional parameters to the end of the PDU, in the order of the wire."""


FieldType: TypeAlias = Integer | CString | ShortText | Items | TlvList

# A tag and its raw value. A plain pair: PDUs carry several, and a class of its own would cost more than the reading.
Tlv: TypeAlias = tuple[int, bytes]
Tlvs = Annotated[tuple[Tlv, ...], TlvList()]

I1 = Annotated[int, Integer(1)]
I4 = Annotated[int, Integer(4)]
C6 = Annotated[str, CString(6)]
C9 = Annotated[str, CString(9)]
C13 = Annotated[str, CString(13)]
C16 = Annotated[str, CString(16)]
C17 = Annotated[str, CString(17)]  # times: 1 octet (empty) or 17
C21 = Annotated[str, CString(21)]
C41 = Annotated[str, CString(41)]
C65 = Annotated[str, CString(65)]
Octets = Annotated[bytes, ShortText()]
