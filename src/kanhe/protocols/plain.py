"""Packets as plain data: the fields of a layout by their names in the specification, octets as hex; and back.

This is the form in which traces, logs of interop tests and golden vectors show a packet.
"""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from kanhe.protocols.layout import Field, Kind, Layout, Tlv, rows

Plain = dict[str, Any]


def to_plain(layout: Layout, pdu: msgspec.Struct) -> Plain:
    """Show the body of a packet, counts included, in the order of its layout."""
    return {_key(field): SHOW[field.kind](field, value) for field, value in rows(layout, pdu)}


def from_plain(layout: Layout, plain: Plain) -> dict[str, Any]:
    """Give the values for the struct of a layout; counts are left out, for they are how long the others are."""
    return {field.name: TAKE[field.kind](field, plain[_key(field)]) for field in layout.fields if field.kind in TAKE}


def _key(field: Field) -> str:
    return f"{field.name}_hex" if field.kind in {Kind.CONTENT, Kind.REST} else field.name


def _show_tlvs(tlvs: Iterable[Tlv]) -> list[Plain]:
    return [{"tag": f"0x{tag:04x}", "length": len(value), "value_hex": value.hex()} for tag, value in tlvs]


def _take_tlvs(tlvs: Iterable[Plain]) -> tuple[Tlv, ...]:
    return tuple((int(tlv["tag"], 16), bytes.fromhex(tlv["value_hex"])) for tlv in tlvs)


def _show_groups(field: Field, groups: Iterable[msgspec.Struct]) -> list[Plain]:
    assert field.item is not None
    return [to_plain(field.item, group) for group in groups]


def _take_groups(field: Field, groups: Iterable[Plain]) -> tuple[msgspec.Struct, ...]:
    assert field.item is not None
    return tuple(field.item.struct(**from_plain(field.item, group)) for group in groups)


SHOW: dict[Kind, Callable[[Field, Any], Any]] = {
    Kind.INTEGER: lambda _field, value: value,
    Kind.COUNT: lambda _field, value: value,
    Kind.TEXT: lambda _field, value: value,
    Kind.TAIL: lambda _field, value: value,
    Kind.NUMBERS: lambda _field, value: list(value),
    Kind.OCTETS: lambda _field, value: value.hex(),
    Kind.CONTENT: lambda _field, value: value.hex(),
    Kind.REST: lambda _field, value: value.hex(),
    Kind.GROUPS: _show_groups,
    Kind.TLVS: lambda _field, value: _show_tlvs(value),
}
TAKE: dict[Kind, Callable[[Field, Any], Any]] = {
    Kind.INTEGER: lambda _field, value: value,
    Kind.TEXT: lambda _field, value: value,
    Kind.TAIL: lambda _field, value: value,
    Kind.NUMBERS: lambda _field, value: tuple(value),
    Kind.OCTETS: lambda _field, value: bytes.fromhex(value),
    Kind.CONTENT: lambda _field, value: bytes.fromhex(value),
    Kind.REST: lambda _field, value: bytes.fromhex(value),
    Kind.GROUPS: _take_groups,
    Kind.TLVS: lambda _field, value: _take_tlvs(value),
}
assert set(SHOW) == set(Kind) == set(TAKE) | {Kind.COUNT}
