"""Fast readers and writers, compiled at import from the declarations in pdus.py.

A reader of submit_sm written by hand would be these thirty lines of index arithmetic, thirty-three times over; here one template
per field type writes them. A reader that stumbles gives None and strict.py names the fault; a writer that stumbles raises ValueError.

What is the same in nearly all PDUs of a session is one look-up (chunks.py).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from struct import Struct as Format
from struct import error as FormatError  # noqa: N812
from typing import Any, TypeAlias, get_args

from msgspec import Struct

from kanhe.protocols.smpp.chunks import (
    FIXED,
    OCTET,
    Chunk,
    as_text,
    chunks_of,
    defined,
    known_octets,
    known_values,
    pattern_of,
    wrong,
)
from kanhe.protocols.smpp.fields import CString, FieldType, Integer, Items, ShortText, Tlv, TlvList
from kanhe.protocols.smpp.pdus import DEST_FLAGS, DeliverSmResp, Pdu
from kanhe.protocols.smpp.strict import Cursor, layout_of

# (data, the same as Latin-1 text, start of the body, end of the body, sequence_number, command_status) -> the PDU, or None.
ReadBody: TypeAlias = Callable[[bytes, str, int, int, int, int], Pdu | None]
# (pdu, sequence_number) -> the whole PDU as bytes.
WritePdu: TypeAlias = Callable[[Any, int], bytes]

TLV_HEADER = Format(">HH")
HEADER = Format(">IIII")

# Of a layout: fields that one pattern matches, cut into chunks, or one field of another kind.
Step: TypeAlias = list[Chunk] | tuple[str, FieldType]


def steps_of(pdu: type[Pdu]) -> list[Step]:
    """The fields of a body: runs of text and integers in chunks, every other field alone."""
    grouped = groupby(layout_of(pdu).items(), key=lambda item: item[0] if not isinstance(item[1], FIXED) else "")
    runs = [list(run) for _, run in grouped]
    return [chunks_of(run, pdu.own) if isinstance(run[0][1], FIXED) else run[0] for run in runs]


# --- reading -------------------------------------------------------------------------------------------------------------------

READER = """
def read(data, text, p, end, sequence_number, command_status):
    {absent}
    try:
        {steps}
    except (ValueError, IndexError, AttributeError, FormatError):
        return None
    return struct(sequence_number, command_status, {names})
"""

ABSENT_ALWAYS = """if p == end:
        return struct(sequence_number, command_status, body_absent=True)"""
ABSENT_ON_ERROR = """if p == end and command_status:
        return struct(sequence_number, command_status, body_absent=True)"""

# A run is matched by one expression, which also bounds every length; no match is an AttributeError.
READ_RUN = """m = match_{first}(text, p, end)
        {groups}, = m.groups()
        p = m.end()"""
READ_CHUNK = "{names}, = {name}_values[{name}_text]"
READ_SHORT_TEXT = """q = p + data[p] + 1
        {name} = data[p + 1:q]
        p = q"""
READ_ITEMS = "{name}, p = read_items(data, p, end, {name}_kind, octets_max)"
READ_TLVS = "{name} = () if p == end else read_tlvs(data, p, end)"


def compile_reader(pdu: type[Pdu], octets_max: Mapping[str, int]) -> ReadBody:
    """A reader of one PDU's body; `octets_max` overrides the bounds of single text fields."""
    steps = steps_of(pdu)
    source = READER.format(
        absent=_absent(pdu),
        steps="\n        ".join(line for step in steps for line in _read_step(step)),
        names=", ".join(layout_of(pdu)),
    )
    helpers = {"read_tlvs": read_tlvs, "read_items": read_items, "FormatError": FormatError, "octets_max": octets_max}
    names = {"struct": pdu, **helpers}
    for step in steps:
        names |= _names_read(step, octets_max)
    read: ReadBody = defined(source, "read", names)
    return read


def _absent(pdu: type[Pdu]) -> str:
    if "body_absent" not in pdu.__struct_fields__:
        return ""
    return ABSENT_ALWAYS if pdu is DeliverSmResp else ABSENT_ON_ERROR


def _names_read(step: Step, octets_max: Mapping[str, int]) -> dict[str, Any]:
    """What the source of a step refers to by name."""
    if isinstance(step, tuple):
        return {f"{step[0]}_kind": step[1]}
    pattern = "".join(pattern_of(chunk, octets_max) for chunk in step)
    known = {f"{chunk.name}_values": known_values(chunk, octets_max) for chunk in step if chunk.shared}
    return {f"match_{step[0].name}": re.compile(pattern, re.DOTALL).match, **known}


def _read_step(step: Step) -> Iterator[str]:
    if isinstance(step, list):
        groups = [f"{chunk.name}_text" if chunk.shared else chunk.name for chunk in step]
        yield READ_RUN.format(first=step[0].name, groups=", ".join(groups))
        for chunk in step:
            if chunk.shared:
                yield READ_CHUNK.format(names=", ".join(chunk.names), name=chunk.name)
        return
    name, kind = step
    yield READ_STEPS[type(kind)].format(name=name)


READ_STEPS: dict[type[FieldType], str] = {ShortText: READ_SHORT_TEXT, Items: READ_ITEMS, TlvList: READ_TLVS}


def read_tlvs(data: bytes, p: int, end: int) -> tuple[Tlv, ...]:
    """The optional parameters from p to exactly end."""
    found: list[Tlv] = []
    header, add = TLV_HEADER.unpack_from, found.append
    while p < end:
        tag, length = header(data, p)
        p += 4
        q = p + length
        add((tag, data[p:q]))
        p = q
    if p != end:
        raise ValueError("the last parameter does not end with the body")
    return tuple(found)


def read_items(
    data: bytes, p: int, end: int, kind: Items, octets_max: Mapping[str, int]
) -> tuple[tuple[Struct, ...], int]:
    """Lists are rare (submit_multi): the strict reader reads them."""
    cursor = Cursor(data, p, end, octets_max)
    return cursor.items("", kind), cursor.at


# --- writing -------------------------------------------------------------------------------------------------------------------

WRITER = """
def write(pdu, sequence_number):
    {absent}
    {values}
    if {too_long}:
        raise ValueError("a text field is too long or holds a NUL")
    try:
        body = {body}
        return header(len(body) + 16, {command_id}, pdu.command_status, sequence_number) + body
    except (KeyError, OverflowError, FormatError) as error:
        raise ValueError("a number does not fit its octets") from error
"""

WRITE_ABSENT = """if pdu.body_absent:
        return header(16, {command_id}, pdu.command_status, sequence_number)"""


def compile_writer(pdu: type[Pdu]) -> WritePdu:
    """A writer of one PDU: text and octets are one f-string, encoded once."""
    steps = steps_of(pdu)
    chunks = [chunk for step in steps if isinstance(step, list) for chunk in step]
    alone = [chunk.fields[0] for chunk in chunks if not chunk.shared]
    others = [step[0] for step in steps if isinstance(step, tuple)]
    source = WRITER.format(
        absent=WRITE_ABSENT.format(command_id=pdu.command_id) if "body_absent" in pdu.__struct_fields__ else "",
        values="\n    ".join(f"{name} = pdu.{name}" for name in [*(name for name, _ in alone), *others]),
        too_long=wrong(alone),
        body=" + ".join(_body_parts(steps)) or 'b""',
        command_id=pdu.command_id,
    )
    helpers = {
        "FormatError": FormatError,
        "header": HEADER.pack,
        "octet": OCTET,
        "write_tlvs": write_tlvs,
        "write_items": write_items,
    }
    known = {f"{chunk.name}_octets": known_octets(chunk) for chunk in chunks if chunk.shared}
    write: WritePdu = defined(source, "write", helpers | known)
    return write


def _body_parts(steps: list[Step]) -> Iterator[str]:
    """Expressions whose sum is the body: text is gathered until octets come between."""
    text = ""
    for step in steps:
        if isinstance(step, list):
            text += "".join(map(_chunk_as_text, step))
            continue
        name, kind = step
        text += f"{{octet[len({name})]}}" if isinstance(kind, ShortText | Items) else ""
        if text:
            yield f'f"{text}".encode("latin-1")'
        yield _written_as_octets(name, kind)
        text = ""
    if text:
        yield f'f"{text}".encode("latin-1")'


def _chunk_as_text(chunk: Chunk) -> str:
    """A look-up by the values of a shared chunk; a text that stands alone, with its NUL."""
    if not chunk.shared:
        return as_text(*chunk.fields[0])
    values = ", ".join(f"pdu.{name}" for name in chunk.names)
    return f"{{{chunk.name}_octets[{values},]}}"


def _written_as_octets(name: str, kind: FieldType) -> str:
    match kind:
        case ShortText():
            return name
        case Items():
            return f"write_items({name}, {kind.flagged})"
        case TlvList():
            return f'(write_tlvs({name}) if {name} else b"")'
        case Integer() | CString():
            raise AssertionError(f"`{name}` is written as text")


def write_tlvs(tlvs: tuple[Tlv, ...]) -> bytes:
    """The optional parameters in their order."""
    header = TLV_HEADER.pack
    octets = b""
    for tag, value in tlvs:
        octets += header(tag, len(value)) + value
    return octets


def write_items(items: tuple[Struct, ...], flagged: bool) -> bytes:
    """Lists are rare (submit_multi): written field by field."""
    flags = {struct: flag for flag, struct in DEST_FLAGS.items()} if flagged else {}
    return b"".join((bytes([flags[type(item)]]) if flagged else b"") + _write_item(item) for item in items)


def _write_item(item: Struct) -> bytes:
    return b"".join(_write_field(getattr(item, name), kind) for name, kind in layout_of(type(item)).items())


def _write_field(value: Any, kind: FieldType) -> bytes:
    if isinstance(kind, Integer):
        return int(value).to_bytes(kind.octets, "big")
    assert isinstance(kind, CString)
    if len(value) >= kind.octets_max or "\0" in value:
        raise ValueError(f"`{value}` is too long or holds a NUL")
    return str(value).encode("latin-1") + b"\0"


assert get_args(FieldType) == (Integer, CString, ShortText, Items, TlvList)
