"""An SMGP packet as plain data and, for people, in plain language: field, value, meaning, in English and Chinese."""

from typing import Any

from kanhe.protocols.exchange.tracing import fault, fields, outcome, text
from kanhe.protocols.framing import PduFault
from kanhe.protocols.plain import Plain, from_plain, to_plain
from kanhe.protocols.smgp.codec import Event, build
from kanhe.protocols.smgp.layouts import BY_ID, BY_STRUCT, command_name
from kanhe.protocols.smgp.pdus import Deliver, Pdu, Submit
from kanhe.protocols.smgp.report import outcome_of, parse_report, show_report
from kanhe.protocols.smgp.texts import read_deliver, read_submit
from kanhe.protocols.smgp.values import LEXICON
from kanhe.protocols.smpp.trace import Line
from kanhe.protocols.smpp.values import Meaning


def explain(event: Event) -> list[Line]:
    """What a packet says, a line a field; `render` of the SMPP trace prints them."""
    if isinstance(event, PduFault):
        return fault(event, command_name(event.command_id))
    command = BY_STRUCT[type(event)]
    return [
        Line("PacketLength", str(len(build(event)))),
        Line("RequestID", f"0x{command.id:08x}", Meaning(command.name, command.name)),
        Line("SequenceID", str(event.SequenceID)),
        *fields(command.layout, event, LEXICON),
        *_content(event),
    ]


def _content(pdu: Pdu) -> list[Line]:
    """The text of a message, or what a report says."""
    if isinstance(pdu, Submit):
        return list(text(read_submit(pdu)))
    if not isinstance(pdu, Deliver):
        return []
    if pdu.IsReport != 1:
        return list(text(read_deliver(pdu)))
    report = parse_report(pdu.MsgContent)
    if report is None:
        return [Line("receipt", pdu.MsgContent.hex(), Meaning("does not read as a report", "无法识别的状态报告"))]
    said = outcome_of(report)
    lines = [Line(f"receipt.{key}", value) for key, value in show_report(report).items()]
    return [*lines, Line("receipt", report.stat, outcome(said.state, said.final, said.meaning))]


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
