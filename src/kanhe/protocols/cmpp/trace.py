"""A CMPP packet as plain data and, for people, in plain language: field, value, meaning, in English and Chinese."""

from typing import Any

from kanhe.protocols.cmpp.codec import build
from kanhe.protocols.cmpp.layouts import BY_ID, BY_STRUCT, Version
from kanhe.protocols.cmpp.pdus import Deliver, Pdu
from kanhe.protocols.cmpp.report import is_report, parse_report, show_report
from kanhe.protocols.layout import Layout
from kanhe.protocols.plain import Plain, from_plain, to_plain


def show(pdu: Pdu, version: Version = Version.V30) -> Plain:
    """Show a packet by the names of the specification, header first."""
    command = BY_STRUCT[type(pdu)]
    header = {
        "Total_Length": len(build(pdu, version)),
        "Command_Id": command.id,
        "Sequence_Id": pdu.Sequence_Id,
        "command": command.name,
    }
    body = to_plain(Layout(command.struct, command.fields(version)), pdu)
    return header | body | _report(pdu)


def _report(pdu: Pdu) -> Plain:
    """What the content of a report says, when its length is known."""
    if not isinstance(pdu, Deliver) or not is_report(pdu):
        return {}
    report = parse_report(pdu.Msg_Content)
    return {"report": show_report(report)} if report else {}


def take(plain: Plain, version: Version = Version.V30) -> Pdu:
    """Make a packet of what `show` gave."""
    command = BY_ID[plain["Command_Id"]]
    values = from_plain(Layout(command.struct, command.fields(version)), plain)
    pdu: Any = command.struct(Sequence_Id=plain["Sequence_Id"], **values)
    return pdu  # type: ignore[no-any-return]  # the table pairs ids with structs
