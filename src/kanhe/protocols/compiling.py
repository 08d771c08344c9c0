"""The compiler: from the table of a layout to the two functions that read and write it.

A packet of CMPP has more than twenty fields, and a loop over rows spends more on the rows than on the octets (measured: twice the time
of straight code). So the rows are written out as the straight function a person would write, and compiled once, as `dataclasses` does.

Text is read as Latin-1, which maps every octet to one character: what a sloppy peer puts there survives a round trip.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from kanhe.protocols.layout import BuildError, Fault, Field, Kind, Layout, PduFaultError, Tlv

# What peers fill unused text with: NUL by the specifications, spaces by habit.
PADDING = b"\0 "

# A route has a handful of service codes; fields that hold numbers turn over, and 256 of them are not worth keeping longer.
KNOWN_TEXTS_MAX = 256

TLV_HEADER = struct.Struct(">HH")
FORMATS = {1: "B", 2: "H", 4: "I"}
FIXED = frozenset({Kind.INTEGER, Kind.TEXT, Kind.OCTETS, Kind.COUNT})

Run = tuple[Field, ...]
"""Neighbouring fields of fixed width, read by one `struct`."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A layout made ready: `read(packet, at, *header values)` gives the struct, `write(struct)` the octets of the body."""

    layout: Layout
    read: Callable[..., Any]
    write: Callable[[Any], bytes]
    source: str


def compile_layout(layout: Layout, *, header: int = 1) -> Compiled:
    """Compile a layout. The first `header` fields of its struct are values of the packet's header."""
    steps = _steps(layout.fields)
    defaults = {f"_default_{field.name}": field.default for field in msgspec.structs.fields(layout.struct)}
    names: dict[str, Any] = {"_make": layout.struct, **HELPERS, **defaults}
    for index, step in enumerate(steps):
        names |= _constants(index, step)
    source = "\n".join([*_read_source(layout, steps, header), "", *_write_source(steps)])
    exec(compile(source, f"<layout of {layout.struct.__name__}>", "exec"), names)  # noqa: S102  our own table, no input
    return Compiled(layout, names["read"], names["write"], source)


def _steps(fields: tuple[Field, ...]) -> list[Run]:
    """Cut the rows into runs of fixed fields and single fields of varying size. A count ends its run: the next step takes it."""
    steps: list[Run] = []
    for field in fields:
        if field.kind in FIXED and steps and steps[-1][-1].kind in FIXED - {Kind.COUNT}:
            steps[-1] += (field,)
        else:
            steps.append((field,))
    return steps


def _constants(index: int, step: Run) -> dict[str, Any]:
    """What the source of a step refers to by name."""
    field = step[0]
    if field.kind in FIXED:
        packed = _run_struct(step)
        writes = {f"_text_{f.name}": KnownTexts(f) for f in step if f.kind is Kind.TEXT}
        reads = {f"_read_{f.name}": ReadTexts() for f in step if f.kind is Kind.TEXT}
        packing = {f"_unpack{index}": packed.unpack_from, f"_pack{index}": packed.pack, f"_run{index}": step}
        return {**packing, **writes, **reads}
    if field.kind is Kind.GROUPS:
        assert field.item is not None
        return {f"_item_{field.name}": compile_layout(field.item, header=0)}
    return {f"_field_{field.name}": field}


def _run_struct(run: Run) -> struct.Struct:
    codes = (f"{f.octets}s" if f.kind in {Kind.TEXT, Kind.OCTETS} else FORMATS[f.octets] for f in run)
    return struct.Struct(">" + "".join(codes))


# --- reading ------------------------------------------------------------------------------------------------------------------


def _read_source(layout: Layout, steps: list[Run], header_fields: int) -> Iterator[str]:
    carried = {field.name: field for field in layout.fields}
    struct_names = [field.name for field in msgspec.structs.fields(layout.struct)]
    header = struct_names[:header_fields]
    yield f"def read({', '.join(['packet', 'at', *header])}):"
    for index, step in enumerate(steps):
        lines = (
            _run_read(index, step)
            if step[0].kind in FIXED
            else READ_SOURCES[step[0].kind](step[0], steps[index - 1][-1])
        )
        yield from (f"    {line}" for line in lines)
    yield "    if at != len(packet):"
    yield "        raise _fault(_EXTRA_BYTES_IN_BODY)"
    values = [_value(name, carried.get(name)) for name in struct_names[len(header) :]]
    yield f"    return _make({', '.join(header + values)})"


def _value(name: str, field: Field | None) -> str:
    if field is None:
        return f"_default_{name}"
    return f"_read_{name}[{name}]" if field.kind is Kind.TEXT else name


def _run_read(index: int, run: Run) -> list[str]:
    return [
        "try:",
        f"    {', '.join(field.name for field in run)}, = _unpack{index}(packet, at)",
        "except _struct_error:",
        f"    raise _cut(_run{index}, len(packet) - at) from None",
        f"at += {_run_struct(run).size}",
    ]


def _numbers_read(field: Field, counter: Field) -> list[str]:
    each = field.octets
    return [
        f"end = at + {each} * {counter.name}",
        "if end > len(packet):",
        f"    raise _fault(_BODY_TRUNCATED, {field.name!r})",
        f"{field.name} = tuple([packet[i : i + {each}].strip(_padding).decode('latin-1') for i in range(at, end, {each})])",
        "at = end",
    ]


def _content_read(field: Field, counter: Field) -> list[str]:
    return [
        f"end = at + {counter.name}",
        "if end > len(packet):",
        f"    raise _fault(_CONTENT_LENGTH_BEYOND_BODY, {field.name!r})",
        f"{field.name} = packet[at:end]",
        "at = end",
    ]


def _tail_read(field: Field, _before: Field) -> list[str]:
    return [
        f"{field.name} = packet[at : at + {field.octets}].strip(_padding).decode('latin-1')",
        f"at = min(at + {field.octets}, len(packet))",
    ]


def _groups_read(field: Field, counter: Field) -> list[str]:
    return [f"{field.name}, at = _read_groups(packet, at, {counter.name}, _item_{field.name})"]


def _tlvs_read(field: Field, _before: Field) -> list[str]:
    return [
        f"{field.name} = _read_tlvs(packet, at) if at < len(packet) else ()",
        "at = len(packet)",
    ]


def _rest_read(field: Field, _before: Field) -> list[str]:
    return [f"{field.name} = packet[at:]", "at = len(packet)"]


READ_SOURCES: dict[Kind, Callable[[Field, Field], list[str]]] = {
    Kind.NUMBERS: _numbers_read,
    Kind.CONTENT: _content_read,
    Kind.TAIL: _tail_read,
    Kind.GROUPS: _groups_read,
    Kind.TLVS: _tlvs_read,
    Kind.REST: _rest_read,
}


# --- writing ------------------------------------------------------------------------------------------------------------------


def _write_source(steps: list[Run]) -> Iterator[str]:
    yield "def write(pdu):"
    for field in (field for step in steps for field in step if field.kind is Kind.OCTETS):
        yield f"    if len(pdu.{field.name}) > {field.octets}:"
        yield f"        raise _too_long({field.name!r}, {field.octets})"
    parts = [
        _run_write(i, step) if step[0].kind in FIXED else WRITE_SOURCES[step[0].kind](step[0])
        for i, step in enumerate(steps)
    ]
    yield "    try:"
    yield f"        return b''.join(({''.join(part + ', ' for part in parts)}))"
    yield "    except _struct_error as error:"
    yield "        raise _out_of_range(error) from None"


def _run_write(index: int, run: Run) -> str:
    return f"_pack{index}({', '.join(RUN_VALUES[field.kind].format(name=field.name, of=field.of) for field in run)})"


RUN_VALUES: dict[Kind, str] = {
    Kind.INTEGER: "pdu.{name}",
    Kind.OCTETS: "pdu.{name}",
    Kind.TEXT: "_text_{name}[pdu.{name}]",
    Kind.COUNT: "len(pdu.{of})",
}
assert set(RUN_VALUES) == FIXED

WRITE_SOURCES: dict[Kind, Callable[[Field], str]] = {
    Kind.NUMBERS: lambda f: f"*[_encoded(number, _field_{f.name}) for number in pdu.{f.name}]",
    Kind.CONTENT: lambda f: f"pdu.{f.name}",
    Kind.TAIL: lambda f: f"_encoded(pdu.{f.name}, _field_{f.name})",
    Kind.GROUPS: lambda f: f"*[_item_{f.name}.write(group) for group in pdu.{f.name}]",
    Kind.TLVS: lambda f: f"*[_tlv_header(tag, len(value)) + value for tag, value in pdu.{f.name}]",
    Kind.REST: lambda f: f"pdu.{f.name}",
}
assert set(READ_SOURCES) == set(WRITE_SOURCES) == set(Kind) - FIXED


# --- what the compiled functions call -----------------------------------------------------------------------------------------


class KnownTexts(dict[str, bytes]):
    """The texts of one field as written: the same few come again and again, and are checked once."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._field = field

    def __missing__(self, value: str) -> bytes:
        if len(self) >= KNOWN_TEXTS_MAX:
            self.clear()
        raw = self[value] = encoded(value, self._field)
        return raw


class ReadTexts(dict[bytes, str]):
    """The texts of one field as read, of which the same is true."""

    def __missing__(self, raw: bytes) -> str:
        if len(self) >= KNOWN_TEXTS_MAX:
            self.clear()
        value = self[raw] = raw.strip(PADDING).decode("latin-1")
        return value


def encoded(value: str, field: Field) -> bytes:
    """Write a text into the width of its field."""
    try:
        raw = value.encode("latin-1")
    except UnicodeEncodeError:
        raise BuildError(f"`{field.name}` takes no character beyond Latin-1") from None
    if len(raw) > field.octets:
        raise _too_long(field.name, field.octets)
    return raw.ljust(field.octets, b"\0")


def _too_long(name: str, octets: int) -> BuildError:
    return BuildError(f"`{name}` is longer than {octets} octets")


def _out_of_range(error: struct.error) -> BuildError:
    return BuildError(f"a number does not fit its field: {error}")


def _cut(run: Run, left: int) -> PduFaultError:
    """The first field of a run that the `left` octets do not fill."""
    for field in run:
        left -= field.octets
        if left < 0:
            return PduFaultError(Fault.BODY_TRUNCATED, field.name)
    raise AssertionError("the run was not cut")


def _read_groups(packet: bytes, at: int, number: int, item: Compiled) -> tuple[tuple[Any, ...], int]:
    size = sum(field.octets for field in item.layout.fields)
    if at + number * size > len(packet):
        raise PduFaultError(Fault.BODY_TRUNCATED)
    starts = range(at, at + number * size, size)
    return tuple(item.read(packet[start : start + size], 0) for start in starts), starts.stop


def _read_tlvs(packet: bytes, at: int) -> tuple[Tlv, ...]:
    found = []
    while at < len(packet):
        if len(packet) - at < TLV_HEADER.size:
            raise PduFaultError(Fault.TLV_HEADER_TRUNCATED)
        tag, length = TLV_HEADER.unpack_from(packet, at)
        at += TLV_HEADER.size + length
        if at > len(packet):
            raise PduFaultError(Fault.TLV_LENGTH_BEYOND_BODY, f"0x{tag:04x}")
        found.append((tag, packet[at - length : at]))
    return tuple(found)


HELPERS: dict[str, Any] = {
    "_padding": PADDING,
    "_struct_error": struct.error,
    "_fault": PduFaultError,
    **{f"_{fault.name}": fault for fault in Fault},
    "_cut": _cut,
    "_too_long": _too_long,
    "_out_of_range": _out_of_range,
    "_encoded": encoded,
    "_read_groups": _read_groups,
    "_read_tlvs": _read_tlvs,
    "_tlv_header": TLV_HEADER.pack,
}
