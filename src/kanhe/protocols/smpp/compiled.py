"""Fast readers and writers, compiled at import from the declarations in pdus.py.

A reader of submit_sm written by hand would be these thirty lines of index arithmetic, thirty-three times over; here one template
per field type writes them. A reader that stumbles gives None and strict.py names the fault; a writer that stumbles raises ValueError.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from struct import Struct as Format
from struct import error as FormatError  # noqa: N812
from typing import Any, TypeAlias, get_args

from msgspec import Struct

from kanhe.protocols.smpp.fields import CString, FieldType, Integer, Items, ShortText, Tlv, TlvList
from kanhe.protocols.smpp.pdus import DEST_FLAGS, DeliverSmResp, Pdu
from kanhe.protocols.smpp.strict import Cursor, layout_of

# (data, the same as Latin-1 text, start of the body, end of the body, sequence_number, command_status) -> the PDU, or None.
ReadBody: TypeAlias = Callable[[bytes, str, int, int, int, int], Pdu | None]
# (pdu, sequence_number) -> the whole PDU as bytes.
WritePdu: TypeAlias = Callable[[Any, int], bytes]

TLV_HEADER = Format(">HH")
HEADER = Format(">IIII")

# Field types a pattern can match.
FIXED = (Integer, CString)

# One octet as text. A dict, not a list: an index of -1 must fail.
OCTET: dict[int, str] = {value: chr(value) for value in range(256)}


# --- reading -------------------------------------------------------------------------------------------------------------------

READER = """
def read(data, text, p, end, sequence_number, command_status):
    {absent}
    try:
        {steps}
    except (ValueError, IndexError, TypeError, FormatError):
        return None
    return struct(sequence_number, command_status, {names})
"""

ABSENT_ALWAYS = """if p == end:
        return struct(sequence_number, command_status, body_absent=True)"""
ABSENT_ON_ERROR = """if p == end and command_status:
        return struct(sequence_number, command_status, body_absent=True)"""

# A run of text and integers is matched by one expression, which also bounds every length; no match is a TypeError.
MATCH_RUN = "m = match_{first}(text, p, end)"
READ_C_STRING = "{name} = m[{group}]"
READ_OCTET = "{name} = data[p + {offset}]"
MOVE = "p += {offset}"
MOVE_PAST = "p += len({name}) + {offset}"
READ_SHORT_TEXT = """q = p + data[p] + 1
        {name} = data[p + 1:q]
        p = q"""
READ_ITEMS = "{name}, p = read_items(data, p, end, {name}_kind, octets_max)"
READ_TLVS = "{name} = () if p == end else read_tlvs(data, p, end)"


def compile_reader(pdu: type[Pdu], octets_max: Mapping[str, int]) -> ReadBody:
    """A reader of one PDU's body; `octets_max` overrides the bounds of single text fields."""
    layout = layout_of(pdu)
    bounds = {name: octets_max.get(name, kind.octets_max) for name, kind in layout.items() if isinstance(kind, CString)}
    source = READER.format(
        absent=_absent(pdu),
        steps="\n        ".join(step for run in _runs(layout) for step in _read_steps(run)),
        names=", ".join(layout),
    )
    matches = {f"match_{run[0][0]}": _pattern(run, bounds).match for run in _runs(layout)}
    kinds = {f"{name}_kind": kind for name, kind in layout.items()}
    helpers = {"read_tlvs": read_tlvs, "read_items": read_items, "FormatError": FormatError, "octets_max": octets_max}
    read: ReadBody = _run(source, "read", {"struct": pdu, **helpers, **matches, **kinds})
    return read


def _absent(pdu: type[Pdu]) -> str:
    if "body_absent" not in pdu.__struct_fields__:
        return ""
    return ABSENT_ALWAYS if pdu is DeliverSmResp else ABSENT_ON_ERROR


def _runs(layout: Mapping[str, FieldType]) -> list[list[tuple[str, FieldType]]]:
    """The fields, cut into runs of text and integers; every other field stands alone."""
    grouped = groupby(layout.items(), key=lambda item: item[0] if not isinstance(item[1], FIXED) else "")
    return [list(run) for _, run in grouped]


def _pattern(run: list[tuple[str, FieldType]], bounds: Mapping[str, int]) -> re.Pattern[str]:
    """Possessive: a field that does not fit is never tried shorter."""
    parts = [f"([^\0]{{0,{bounds[name] - 1}}}+)\0" if isinstance(kind, CString) else "." for name, kind in run]
    return re.compile("".join(parts), re.DOTALL)


def _read_steps(run: list[tuple[str, FieldType]]) -> Iterator[str]:
    """One step a field. Inside a run the place moves on after each text, so that integers stand at fixed offsets."""
    if isinstance(run[0][1], FIXED):
        yield MATCH_RUN.format(first=run[0][0])
    offset, group = 0, 0
    for name, kind in run:
        match kind:
            case Integer():
                yield READ_OCTET.format(name=name, offset=offset)
                offset += 1
            case CString():
                group += 1
                yield READ_C_STRING.format(name=name, group=group)
                yield MOVE_PAST.format(name=name, offset=offset + 1)
                offset = 0
            case ShortText():
                yield READ_SHORT_TEXT.format(name=name)
            case Items():
                yield READ_ITEMS.format(name=name)
            case TlvList():
                yield READ_TLVS.format(name=name)
    if offset:
        yield MOVE.format(offset=offset)


def read_tlvs(data: bytes, p: int, end: int) -> tuple[Tlv, ...]:
    """The optional parameters from p to exactly end."""
    found = []
    header = TLV_HEADER.unpack_from
    while p < end:
        tag, length = header(data, p)
        q = p + 4 + length
        found.append((tag, data[p + 4 : q]))
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
    layout = layout_of(pdu)
    strings = [name for name, kind in layout.items() if isinstance(kind, CString)]
    too_long = [f"len({name}) >= {kind.octets_max}" for name, kind in layout.items() if isinstance(kind, CString)]
    nul = [f'"\\0" in {name}' for name in strings]
    source = WRITER.format(
        absent=WRITE_ABSENT.format(command_id=pdu.command_id) if "body_absent" in pdu.__struct_fields__ else "",
        values="\n    ".join(f"{name} = pdu.{name}" for name in layout),
        too_long=" or ".join(too_long + nul) or "False",
        body=" + ".join(_body_parts(layout)),
        command_id=pdu.command_id,
    )
    helpers = {
        "FormatError": FormatError,
        "header": HEADER.pack,
        "octet": OCTET,
        "write_tlvs": write_tlvs,
        "write_items": write_items,
    }
    write: WritePdu = _run(source, "write", helpers)
    return write


def _body_parts(layout: Mapping[str, FieldType]) -> Iterator[str]:
    """Expressions whose sum is the body: text is gathered until octets come between."""
    text = ""
    for name, kind in layout.items():
        text += _written_as_text(name, kind)
        if not isinstance(kind, FIXED):
            if text:
                yield f'f"{text}".encode("latin-1")'
            yield _written_as_octets(name, kind)
            text = ""


def _written_as_text(name: str, kind: FieldType) -> str:
    match kind:
        case CString():
            return f"{{{name}}}\\0"
        case Integer():
            return f"{{octet[{name}]}}"
        case ShortText() | Items():
            return f"{{octet[len({name})]}}"
        case TlvList():
            return ""


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
    return b"".join([header(tag, len(value)) + value for tag, value in tlvs])


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


def _run(source: str, name: str, names: dict[str, Any]) -> Any:
    """Define the function that `source` spells out; its only input is our own declarations."""
    exec(source, names)  # noqa: S102 - the source is made from pdus.py, never from a peer
    return names[name]


assert get_args(FieldType) == (Integer, CString, ShortText, Items, TlvList)
