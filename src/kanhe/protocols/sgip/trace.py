"""An SGIP packet as plain data and, for people, in plain language: field, value, meaning, in English and Chinese."""

from typing import Any

from kanhe.protocols.plain import Plain, from_plain, to_plain
from kanhe.protocols.sgip.codec import build
from kanhe.protocols.sgip.layouts import BY_ID, BY_STRUCT
from kanhe.protocols.sgip.pdus import Pdu, Report
from kanhe.protocols.sgip.sequence import unpack


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
