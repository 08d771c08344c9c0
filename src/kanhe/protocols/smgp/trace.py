"""An SMGP packet as plain data and, for people, in plain language: field, value, meaning, in English and Chinese."""

from typing import Any

from kanhe.protocols.plain import Plain, from_plain, to_plain
from kanhe.protocols.smgp.codec import build
from kanhe.protocols.smgp.layouts import BY_ID, BY_STRUCT
from kanhe.protocols.smgp.pdus import Deliver, Pdu
from kanhe.protocols.smgp.report import parse_report, show_report


def show(pdu: Pdu) -> Plain:
    """Show a packet by the names of the specification, header first."""
    command = BY_STRUCT[type(pdu)]
    header = {
        "PacketLength": len(build(pdu)),
        "RequestID": command.id,
        "SequenceID": pdu.SequenceID,
        "command": command.name,
    }
    return header | to_plain(command.layout, pdu) | _report(pdu)


def _report(pdu: Pdu) -> Plain:
    """What the content of a report says, when it reads as one."""
    report = parse_report(pdu.MsgContent) if isinstance(pdu, Deliver) and pdu.IsReport == 1 else None
    return {"report": show_report(report)} if report else {}


def take(plain: Plain) -> Pdu:
    """Make a packet of what `show` gave."""
    command = BY_ID[plain["RequestID"]]
    pdu: Any = command.struct(SequenceID=plain["SequenceID"], **from_plain(command.layout, plain))
    return pdu  # type: ignore[no-any-return]  # the table pairs ids with structs
