"""Messages and CMPP packets: a text as SUBMITs or DELIVERs, and the parts of one as they come."""

import msgspec

from kanhe.protocols.cmpp.pdus import Deliver, Submit
from kanhe.protocols.exchange.content import Format, NumberForm, Written, read_part, write_number, write_text
from kanhe.protocols.link import TellInbound
from kanhe.protocols.text.joining import Part


def write_submits(
    pattern: Submit, to: str, text: str, wanted: Format, form: NumberForm, reference: int, bits: int = 8
) -> list[Submit]:
    """One SUBMIT a segment; `pattern` holds what the route always says (Msg_src, Src_Id, Service_Id, fees)."""
    written = write_text(text, wanted, reference, bits)
    numbers = (write_number(to, form),)
    return [
        msgspec.structs.replace(
            pattern,
            Pk_total=len(written.parts),
            Pk_number=number,
            TP_udhi=written.udhi,
            Msg_Fmt=written.format,
            Dest_terminal_Id=numbers,
            Msg_Content=part,
        )
        for number, part in enumerate(written.parts, start=1)
    ]


def write_inbound(tell: TellInbound, msg_id: bytes, reference: int) -> list[Deliver]:
    """An inbound message for a customer, one DELIVER a segment."""
    written: Written = write_text(tell.text, Format.AUTO, reference)
    return [
        Deliver(
            Msg_Id=msg_id,
            Dest_Id=tell.destination,
            TP_udhi=written.udhi,
            Msg_Fmt=written.format,
            Src_terminal_Id=tell.source,
            Msg_Content=part,
        )
        for part in written.parts
    ]


def read_submit(pdu: Submit, *, udh_by_content: bool = True) -> Part:
    """The text, or one part of it, that a customer submits; it goes to every number of Dest_terminal_Id."""
    to = pdu.Dest_terminal_Id[0] if pdu.Dest_terminal_Id else ""
    return read_part(pdu.Src_Id, to, pdu.Msg_Fmt, bool(pdu.TP_udhi), pdu.Msg_Content, udh_by_content)


def read_deliver(pdu: Deliver, *, udh_by_content: bool = True) -> Part:
    """An inbound message, or one part of one."""
    return read_part(pdu.Src_terminal_Id, pdu.Dest_Id, pdu.Msg_Fmt, bool(pdu.TP_udhi), pdu.Msg_Content, udh_by_content)
