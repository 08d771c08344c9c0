"""A PDU as plain data, named as the specification names it: for vectors, logs and traces; and back."""

from typing import Any

from msgspec import Struct

from kanhe.protocols.smpp.codec import build
from kanhe.protocols.smpp.fields import Items, ShortText, Tlv, TlvList
from kanhe.protocols.smpp.pdus import BY_NAME, DEST_FLAGS, Pdu, UnsuccessSme
from kanhe.protocols.smpp.strict import layout_of

FLAGS: dict[type[Struct], int] = {struct: flag for flag, struct in DEST_FLAGS.items()}


def to_fields(pdu: Pdu) -> dict[str, Any]:
    """Integers are numbers, octets are hex under NAME_hex; what the wire computes is there too."""
    head = {
        "command_length": len(build(pdu)),
        "command_id": pdu.command_id,
        "command_status": pdu.command_status,
        "sequence_number": pdu.sequence_number,
        "command": pdu.command,
    }
    if getattr(pdu, "body_absent", False):
        return {**head, "body_absent": True}
    return head | _body(pdu)


def _body(pdu: Pdu) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, kind in layout_of(type(pdu)).items():
        value = getattr(pdu, name)
        match kind:
            case ShortText():
                fields |= {"sm_length": len(value), f"{name}_hex": value.hex()}
            case Items():
                fields |= {kind.count_field: len(value), name: [_item(item) for item in value]}
            case TlvList():
                fields[name] = [_tlv(tlv) for tlv in value]
            case _:
                fields[name] = value
    return fields


def _item(item: Struct) -> dict[str, Any]:
    flag = {"dest_flag": FLAGS[type(item)]} if type(item) in FLAGS else {}
    return flag | {name: getattr(item, name) for name in item.__struct_fields__}


def _tlv(tlv: Tlv) -> dict[str, Any]:
    tag, value = tlv
    return {"tag": f"0x{tag:04x}", "length": len(value), "value_hex": value.hex()}


def from_fields(fields: dict[str, Any]) -> Pdu:
    """The PDU that plain data describes; lengths and counts are computed, not taken."""
    pdu = BY_NAME[fields["command"]]
    values: dict[str, Any] = {"sequence_number": fields["sequence_number"], "command_status": fields["command_status"]}
    if fields.get("body_absent"):
        values["body_absent"] = True
        return pdu(**values)
    for name, kind in layout_of(pdu).items():
        match kind:
            case ShortText():
                values[name] = bytes.fromhex(fields[f"{name}_hex"])
            case Items():
                values[name] = tuple(_item_from(item, kind) for item in fields[name])
            case TlvList():
                values[name] = tuple((int(tlv["tag"], 16), bytes.fromhex(tlv["value_hex"])) for tlv in fields[name])
            case _:
                values[name] = fields[name]
    return pdu(**values)


def _item_from(item: dict[str, Any], kind: Items) -> Struct:
    struct = DEST_FLAGS[item["dest_flag"]] if kind.flagged else UnsuccessSme
    return struct(**{name: value for name, value in item.items() if name != "dest_flag"})
