"""An SGIP packet as plain data and, for people, in plain language: field, value, meaning, in English and Chinese."""

from typing import Any

from kanhe.protocols.exchange.tracing import fault, fields, outcome, text
from kanhe.protocols.framing import PduFault
from kanhe.protocols.plain import Plain, from_plain, to_plain
from kanhe.protocols.sgip.codec import Event, build
from kanhe.protocols.sgip.layouts import BY_ID, BY_STRUCT, command_name
from kanhe.protocols.sgip.pdus import Deliver, Pdu, Report, Sequence, Submit
from kanhe.protocols.sgip.report import outcome_of
from kanhe.protocols.sgip.sequence import unpack
from kanhe.protocols.sgip.texts import read_deliver, read_submit
from kanhe.protocols.sgip.values import LEXICON
from kanhe.protocols.smpp.trace import Line
from kanhe.protocols.smpp.values import Meaning


def explain(event: Event) -> list[Line]:
    """What a packet says, a line a field; `render` of the SMPP trace prints them."""
    if isinstance(event, PduFault):
        return fault(event, command_name(event.command_id))
    command = BY_STRUCT[type(event)]
    return [
        Line("Message Length", str(len(build(event)))),
        Line("Command ID", f"0x{command.id:08x}", Meaning(command.name, command.name)),
        Line("Sequence Number", "-".join(map(str, event.Sequence)), _about(event.Sequence)),
        *fields(command.layout, event, LEXICON),
        *_content(event),
    ]


def _about(sequence: Sequence) -> Meaning:
    node, at, counter = sequence
    return Meaning(f"node {node}, at {at:010d}, counter {counter}", f"节点 {node}，时间 {at:010d}，序号 {counter}")


def _content(pdu: Pdu) -> list[Line]:
    """The text of a message, or what a report says."""
    match pdu:
        case Submit():
            return list(text(read_submit(pdu)))
        case Deliver():
            return list(text(read_deliver(pdu)))
        case Report():
            said = outcome_of(pdu)
            return [Line("receipt", str(pdu.State), outcome(said.state, said.final, said.meaning))]
        case _:
            return []


def show(pdu: Pdu) -> Plain:
    """Show a packet by the names of the specification, header first."""
    command = BY_STRUCT[type(pdu)]
    header = {
        "Message_Length": len(build(pdu)),
        "Command_ID": command.id,
        "Sequence": list(pdu.Sequence),
        "command": command.name,
    }
    about = {"SubmitSequence": list(unpack(pdu.SubmitSequenceNumber))} if isinstance(pdu, Report) else {}
    return header | to_plain(command.layout, pdu) | about


def take(plain: Plain) -> Pdu:
    """Make a packet of what `show` gave."""
    command = BY_ID[plain["Command_ID"]]
    pdu: Any = command.struct(Sequence=tuple(plain["Sequence"]), **from_plain(command.layout, plain))
    return pdu  # type: ignore[no-any-return]  # the table pairs ids with structs
