"""The plain reader of one PDU body, field by field: slow, and the authority on which fault comes first.

compiled.py makes fast readers from the same declarations; when one of them stumbles, this one says why. Property tests hold the
two together.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from msgspec import Struct

from kanhe.protocols.smpp.faults import Fault, PduFaultError
from kanhe.protocols.smpp.fields import CString, FieldType, Integer, Items, ShortText, Tlv, TlvList
from kanhe.protocols.smpp.pdus import DEST_FLAGS, DeliverSmResp, UnsuccessSme


def layout_of(struct: type[Struct]) -> dict[str, FieldType]:
    """The wire fields of a declaration, in order."""
    hints = get_type_hints(struct, include_extras=True)
    wire = {name: hints[name] for name in struct.__struct_fields__ if get_origin(hints[name]) is Annotated}
    return {name: get_args(hint)[1] for name, hint in wire.items()}


def read_body(
    struct: type[Struct], data: bytes, start: int, end: int, status: int, octets_max: Mapping[str, int]
) -> dict[str, Any]:
    """The fields of a body, or the first fault in it. `octets_max` overrides the bounds of single text fields."""
    layout = layout_of(struct)
    if start == end and may_lack_body(struct, status):
        return {"body_absent": True}
    cursor = Cursor(data, start, end, octets_max)
    return {name: cursor.read(name, kind) for name, kind in layout.items()}


def may_lack_body(struct: type[Struct], status: int) -> bool:
    """A response has no body when its status is not 0; deliver_sm_resp may always lack it (4.6.2, as clients send it)."""
    return "body_absent" in struct.__struct_fields__ and (status != 0 or struct is DeliverSmResp)


class Cursor:
    """A place in a body, moving on with each field."""

    def __init__(self, data: bytes, start: int, end: int, octets_max: Mapping[str, int]) -> None:
        self.data, self.at, self.end = data, start, end
        self.octets_max = octets_max

    def read(self, name: str, kind: FieldType) -> Any:
        """One field of whatever kind."""
        return READERS[type(kind)](self, name, kind)

    def integer(self, name: str, kind: Integer) -> int:
        """A field that does not start, or is cut, truncates the body."""
        return int.from_bytes(self._take(kind.octets, name), "big")

    def c_string(self, name: str, kind: CString) -> str:
        """A NUL must come, and come in time."""
        self._must_start(name)
        stop = self.data.find(0, self.at, self.end)
        if stop < 0:
            raise PduFaultError(Fault.UNTERMINATED_C_OCTET_STRING, name)
        if stop - self.at >= self.octets_max.get(name, kind.octets_max):
            raise PduFaultError(Fault.C_OCTET_STRING_TOO_LONG, name)
        value = self.data[self.at : stop].decode("latin-1")
        self.at = stop + 1
        return value

    def short_text(self, name: str, _kind: ShortText) -> bytes:
        """The length octet belongs to the field."""
        length = self._take(1, "sm_length")[0]
        if self.end - self.at < length:
            raise PduFaultError(Fault.SM_LENGTH_BEYOND_BODY, name)
        return self._take(length, name)

    def items(self, _name: str, kind: Items) -> tuple[Struct, ...]:
        """As many items as the count says."""
        count = self._take(1, kind.count_field)[0]
        return tuple(self._item(kind) for _ in range(count))

    def _item(self, kind: Items) -> Struct:
        struct: type[Struct] = UnsuccessSme
        if kind.flagged:
            flag = self._take(1, "dest_flag")[0]
            if flag not in DEST_FLAGS:
                raise PduFaultError(Fault.BAD_DEST_FLAG, "dest_flag")
            struct = DEST_FLAGS[flag]
        return struct(**{name: self.read(name, part) for name, part in layout_of(struct).items()})

    def tlvs(self, _name: str, _kind: TlvList) -> tuple[Tlv, ...]:
        """Everything that is left."""
        found = []
        while self.at < self.end:
            if self.end - self.at < 4:
                raise PduFaultError(Fault.TLV_HEADER_TRUNCATED, "tlvs")
            tag = int.from_bytes(self._take(2, "tlvs"), "big")
            length = int.from_bytes(self._take(2, "tlvs"), "big")
            if self.end - self.at < length:
                raise PduFaultError(Fault.TLV_LENGTH_BEYOND_BODY, f"0x{tag:04x}")
            found.append((tag, self._take(length, "tlvs")))
        return tuple(found)

    def _must_start(self, name: str) -> None:
        if self.at >= self.end:
            raise PduFaultError(Fault.BODY_TRUNCATED, name)

    def _take(self, octets: int, name: str) -> bytes:
        if self.end - self.at < octets:
            raise PduFaultError(Fault.BODY_TRUNCATED, name)
        value = self.data[self.at : self.at + octets]
        self.at += octets
        return value


READERS: dict[type[FieldType], Callable[[Cursor, str, Any], Any]] = {
    Integer: Cursor.integer,
    CString: Cursor.c_string,
    ShortText: Cursor.short_text,
    Items: Cursor.items,
    TlvList: Cursor.tlvs,
}
