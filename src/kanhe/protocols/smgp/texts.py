"""Messages and SMGP packets: a text as Submits or Delivers, and the parts of one as they come."""

from msgspec.structs import replace

from kanhe.protocols.exchange.content import Format, NumberForm, read_part, write_number, write_text
from kanhe.protocols.link import TellInbound
from kanhe.protocols.smgp.pdus import Deliver, Submit
from kanhe.protocols.smgp.tlvs import TP_UDHI, find_integer, part_of_long
from kanhe.protocols.text.joining import Part


def write_submits(
    pattern: Submit, to: str, text: str, wanted: Format, form: NumberForm, reference: int, bits: int = 8
) -> list[Submit]:
    """One Submit a segment; `pattern` holds what the route always says (SrcTermID, ServiceID, fees, product)."""
    written = write_text(text, wanted, reference, bits)
    numbers, total = (write_number(to, form),), len(written.parts)
    return [
        replace(
            pattern,
            MsgFormat=written.format,
            DestTermID=numbers,
            MsgContent=part,
            tlvs=(*part_of_long(total, number), *pattern.tlvs) if written.udhi else pattern.tlvs,
        )
        for number, part in enumerate(written.parts, start=1)
    ]


def write_inbound(tell: TellInbound, msg_id: bytes, received: str, reference: int) -> list[Deliver]:
    """An inbound message for a customer, one Deliver a segment."""
    written = write_text(tell.text, Format.AUTO, reference)
    total = len(written.parts)
    return [
        Deliver(
            MsgID=msg_id,
            MsgFormat=written.format,
            RecvTime=received,
            SrcTermID=tell.source,
            DestTermID=tell.destination,
            MsgContent=part,
            tlvs=part_of_long(total, number) if written.udhi else (),
        )
        for number, part in enumerate(written.parts, start=1)
    ]


def read_submit(pdu: Submit, *, udh_by_content: bool = True) -> Part:
    """The text, or one part of it, that a customer submits; it goes to every number of DestTermID."""
    to = pdu.DestTermID[0] if pdu.DestTermID else ""
    udhi = find_integer(pdu.tlvs, TP_UDHI) == 1
    return read_part(pdu.SrcTermID, to, pdu.MsgFormat, udhi, pdu.MsgContent, udh_by_content)


def read_deliver(pdu: Deliver, *, udh_by_content: bool = True) -> Part:
    """An inbound message, or one part of one."""
    udhi = find_integer(pdu.tlvs, TP_UDHI) == 1
    return read_part(pdu.SrcTermID, pdu.DestTermID, pdu.MsgFormat, udhi, pdu.MsgContent, udh_by_content)
