"""Packet layouts as tables: one row a field, as the specifications of CMPP, SGIP and SMGP draw them.

Their packets are a header and fields of fixed width; only the list of numbers, the content and what follows it vary. `compiling.py`
turns a layout into a reader and a writer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Protocol, TypeAlias

import msgspec


class Fault(StrEnum):
    """What can be wrong with a packet, in the order in which a strict reader meets it."""

    SHORT_HEADER = "short_header"
    LENGTH_BELOW_HEADER = "length_below_header"
    LENGTH_BEYOND_DATA = "length_beyond_data"
    TRAILING_BYTES_AFTER_PACKET = "trailing_bytes_after_packet"
    UNKNOWN_COMMAND_ID = "unknown_command_id"
    BODY_TRUNCATED = "body_truncated"
    CONTENT_LENGTH_BEYOND_BODY = "content_length_beyond_body"
    TLV_HEADER_TRUNCATED = "tlv_header_truncated"
    TLV_LENGTH_BEYOND_BODY = "tlv_length_beyond_body"
    EXTRA_BYTES_IN_BODY = "extra_bytes_in_body"


class PduFaultError(ValueError):
    """Raised while one packet is read: the octets do not follow its layout."""

    def __init__(self, fault: Fault, field: str = "") -> None:
        super().__init__(f"{fault} at `{field}`" if field else str(fault))
        self.fault = fault
        self.field = field


class BuildError(ValueError):
    """A value does not fit the width or the alphabet of its field."""


Tlv: TypeAlias = tuple[int, bytes]
"""An optional parameter: its tag and its raw value, of which the length is taken."""


class Kind(Enum):
    """How a field stands in the packet."""

    INTEGER = "integer"
    TEXT = "text"
    OCTETS = "octets"
    COUNT = "count"
    NUMBERS = "numbers"
    CONTENT = "content"
    TAIL = "tail"
    GROUPS = "groups"
    TLVS = "tlvs"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a layout. A COUNT is not a value of its own: it is how many `of` there are, or how long `of` is."""

    name: str
    kind: Kind
    octets: int = 0
    of: str = ""
    item: "Layout | None" = None


def integer(name: str, octets: int) -> Field:
    """Name an unsigned number, big endian."""
    return Field(name, Kind.INTEGER, octets)


def text(name: str, octets: int) -> Field:
    """Name an Octet String: fixed width, padded on the right with NUL."""
    return Field(name, Kind.TEXT, octets)


def octets(name: str, width: int) -> Field:
    """Name opaque octets of fixed width: ids and digests."""
    return Field(name, Kind.OCTETS, width)


def count(name: str, width: int, of: str) -> Field:
    """Name the number of items, or of octets, of the field that follows."""
    return Field(name, Kind.COUNT, width, of=of)


def numbers(name: str, each: int) -> Field:
    """Name a list of Octet Strings of one width, as many as the count before says."""
    return Field(name, Kind.NUMBERS, each)


def content(name: str) -> Field:
    """Name the message content, as long as the count before says."""
    return Field(name, Kind.CONTENT)


def tail(name: str, octets_max: int) -> Field:
    """Name a last Octet String that the peer may have cut short."""
    return Field(name, Kind.TAIL, octets_max)


def groups(name: str, item: "Layout") -> Field:
    """Name a list of groups of fields, as many as the count before says."""
    return Field(name, Kind.GROUPS, item=item)


TLVS = Field("tlvs", Kind.TLVS)
"""Optional parameters to the end of the packet."""

REST = Field("rest", Kind.REST)
"""Whatever follows, kept raw: private fields behind the ones the specification has."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The rows of one packet body (or group), and the struct its values become."""

    struct: type[msgspec.Struct]
    fields: tuple[Field, ...]


# Every answer is its request with the highest bit set.
RESPONSE = 0x80000000


class Named(Protocol):
    """What a table of commands knows of each."""

    @property
    def name(self) -> str:
        """The name in the specification."""


@dataclass(frozen=True, slots=True)
class Command:
    """One row of a table of commands: its name in the specification, its section, its packet."""

    id: int
    name: str
    section: str
    struct: type[msgspec.Struct]
    fields: tuple[Field, ...] = ()

    @property
    def layout(self) -> Layout:
        """The body."""
        return Layout(self.struct, self.fields)


def name_of(command_id: int, known: Mapping[int, Named], foreign: Mapping[int, str], suffix: str) -> str:
    """Name a command by its tables: ours, those between gateways, or the bare number."""
    if command := known.get(command_id):
        return command.name
    name = foreign.get(command_id & ~RESPONSE)
    if name is None:
        return f"0x{command_id:08x}"
    return name + suffix if command_id & RESPONSE else name


def rows(layout: Layout, pdu: msgspec.Struct) -> list[tuple[Field, Any]]:
    """Pair every row of a layout with its value in `pdu`, counts included, in the order of the packet."""
    return [(f, len(getattr(pdu, f.of)) if f.kind is Kind.COUNT else getattr(pdu, f.name)) for f in layout.fields]
