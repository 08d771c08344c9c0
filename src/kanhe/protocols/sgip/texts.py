"""Messages and SGIP packets: a text as Submits or Delivers, and the parts of one as they come."""

from msgspec.structs import replace

from kanhe.protocols.exchange.content import Format, NumberForm, read_part, write_number, write_text
from kanhe.protocols.link import TellInbound
from kanhe.protocols.sgip.pdus import Deliver, Submit
from kanhe.protocols.text.joining import Part


def write_submits(
    pattern: Submit, to: str, text: str, wanted: Format, form: NumberForm, reference: int, bits: int = 8
) -> list[Submit]:
    """One Submit a segment; `pattern` holds what the route always says (SPNumber, CorpId, ServiceType, fees)."""
    written = write_text(text, wanted, reference, bits)
    numbers = (write_number(to, form),)
    return [
        replace(
            pattern,
            UserNumber=numbers,
            TP_udhi=written.udhi,
            MessageCoding=written.format,
            MessageContent=part,
        )
        for part in written.parts
    ]


def write_inbound(tell: TellInbound, reference: int) -> list[Deliver]:
    """An inbound message for a customer, one Deliver a segment."""
    written = write_text(tell.text, Format.AUTO, reference)
    return [
        Deliver(
            UserNumber=tell.source,
            SPNumber=tell.destination,
            TP_udhi=written.udhi,
            MessageCoding=written.format,
            MessageContent=part,
        )
        for part in written.parts
    ]


def read_submit(pdu: Submit, *, udh_by_content: bool = True) -> Part:
    """The text, or one part of it, that a customer submits; it goes to every number of UserNumber."""
    to = pdu.UserNumber[0] if pdu.UserNumber else ""
    return read_part(pdu.SPNumber, to, pdu.MessageCoding, bool(pdu.TP_udhi), pdu.MessageContent, udh_by_content)


def read_deliver(pdu: Deliver, *, udh_by_content: bool = True) -> Part:
    """An inbound message, or one part of one."""
    return read_part(
        pdu.UserNumber, pdu.SPNumber, pdu.MessageCoding, bool(pdu.TP_udhi), pdu.MessageContent, udh_by_content
    )
