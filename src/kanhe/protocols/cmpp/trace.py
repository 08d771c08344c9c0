"""A CMPP packet as plain data and, for people, in plain language: field, value, meaning, in English and Chinese."""

from typing import Any

from kanhe.protocols.cmpp.codec import Event, build
from kanhe.protocols.cmpp.layouts import BY_ID, BY_STRUCT, Version, command_name
from kanhe.protocols.cmpp.pdus import Deliver, Pdu, Submit
from kanhe.protocols.cmpp.report import LAYOUT, is_report, outcome_of, parse_report, show_report
from kanhe.protocols.cmpp.texts import read_deliver, read_submit
from kanhe.protocols.cmpp.values import LEXICON
from kanhe.protocols.exchange.tracing import fault, fields, outcome, text
from kanhe.protocols.framing import PduFault
from kanhe.protocols.layout import BuildError, Layout
from kanhe.protocols.plain import Plain, from_plain, to_plain
from kanhe.protocols.smpp.trace import Line
from kanhe.protocols.smpp.values import Meaning


def explain(event: Event, version: Version = Version.V30) -> list[Line]:
    """What a packet says, a line a field; `render` of the SMPP trace prints them."""
    if isinstance(event, PduFault):
        return fault(event, command_name(event.command_id))
    command = BY_STRUCT[type(event)]
    return [
        Line("Total_Length", str(_length(event, version))),
        Line("Command_Id", f"0x{command.id:08x}", Meaning(command.name, command.name)),
        Line("Sequence_Id", str(event.Sequence_Id)),
        *fields(Layout(command.struct, command.fields(version)), event, LEXICON),
        *_content(event),
    ]


def _length(pdu: Pdu, version: Version) -> int:
    """How long it is by the letter; an answer with a value of 3.0's width has the length of that."""
    try:
        return len(build(pdu, version))
    except BuildError:
        return len(build(pdu, Version.V30))


def _content(pdu: Pdu) -> list[Line]:
    """The text of a message, or what a report says."""
    if isinstance(pdu, Submit):
        return list(text(read_submit(pdu)))
    if not isinstance(pdu, Deliver):
        return []
    if not is_report(pdu):
        return list(text(read_deliver(pdu)))
    report = parse_report(pdu.Msg_Content)
    if report is None:
        return [Line("receipt", pdu.Msg_Content.hex(), Meaning("of no known length", "长度未知，未解析"))]
    said = outcome_of(report.Stat)
    lines = [line._replace(field=f"receipt.{line.field}") for line in fields(LAYOUT, report, LEXICON)]
    return [*lines, Line("receipt", report.Stat, outcome(said.state, said.final, said.meaning))]


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
