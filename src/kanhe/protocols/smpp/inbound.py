"""Inbound messages in deliver_sm and data_sm: their parts as a joiner wants them, and our own for customers."""

from kanhe.protocols.link import TellInbound
from kanhe.protocols.smpp import tlvs
from kanhe.protocols.smpp.coding import UDHI, Carrying, alphabet_of, octets_of
from kanhe.protocols.smpp.pdus import DataSm, DeliverSm, SubmitMulti, SubmitSm
from kanhe.protocols.smpp.receipts import address_type
from kanhe.protocols.text.alphabets import Alphabet, encode_chosen
from kanhe.protocols.text.headers import NO_HEADER, Concat, Header, HeaderError, parse_header
from kanhe.protocols.text.joining import Part

# One octet counts short_message (5.2.22); longer text travels in message_payload.
SHORT_MESSAGE_OCTETS_MAX = 254


def read_part(pdu: DeliverSm | DataSm | SubmitSm, default: Alphabet = Alphabet.GSM7) -> Part:
    """One message, or one part of one: by UDH (UDHI set) or by the SAR parameters, never both (5.3.2.22)."""
    header, body = split_header(pdu)
    alphabet = alphabet_of(pdu.data_coding, default)
    concat = header.concat or (_sar(pdu) if pdu.tlvs else None)
    return Part(pdu.source_addr, pdu.destination_addr, body, alphabet, header.shift, concat)


def read_multi(pdu: SubmitMulti, default: Alphabet = Alphabet.GSM7) -> Part:
    """The same of a submit_multi, whose destinations stand in a list of their own (destinations_of)."""
    header, body = split_header(pdu)
    alphabet = alphabet_of(pdu.data_coding, default)
    return Part(pdu.source_addr, "", body, alphabet, header.shift, header.concat or _sar(pdu))


def split_header(pdu: Carrying) -> tuple[Header, bytes]:
    """The user data header, if UDHI announces one that fits, and the octets behind it."""
    octets = octets_of(pdu)
    if not pdu.esm_class & UDHI:
        return NO_HEADER, octets
    try:
        header = parse_header(octets)
    except HeaderError:
        return NO_HEADER, octets
    return header, octets[header.octets :]


def _sar(pdu: Carrying) -> Concat | None:
    """The three sar_* parameters count only together."""
    reference = tlvs.find_integer(pdu.tlvs, tlvs.SAR_MSG_REF_NUM)
    total = tlvs.find_integer(pdu.tlvs, tlvs.SAR_TOTAL_SEGMENTS)
    sequence = tlvs.find_integer(pdu.tlvs, tlvs.SAR_SEGMENT_SEQNUM)
    if reference is None or total is None or sequence is None or not 1 <= sequence <= total:
        return None
    return Concat(reference, total, sequence, 16)


def destinations_of(pdu: SubmitSm | SubmitMulti | DataSm) -> tuple[str, ...]:
    """To whom a submission goes; distribution lists are no numbers."""
    if isinstance(pdu, SubmitMulti):
        return tuple(item.destination_addr for item in pdu.dest_address if hasattr(item, "destination_addr"))
    return (pdu.destination_addr,)


def write_inbound(tell: TellInbound) -> DeliverSm:
    """An inbound message for a customer, whole: what does not fit short_message goes into message_payload."""
    alphabet, octets = encode_chosen(tell.text)
    ton, npi = address_type(tell.destination)
    fits = len(octets) <= SHORT_MESSAGE_OCTETS_MAX
    return DeliverSm(
        source_addr_ton=1,
        source_addr_npi=1,
        source_addr=tell.source,
        dest_addr_ton=ton,
        dest_addr_npi=npi,
        destination_addr=tell.destination,
        data_coding=0 if alphabet is Alphabet.GSM7 else 8,
        short_message=octets if fits else b"",
        tlvs=() if fits else ((tlvs.MESSAGE_PAYLOAD, octets),),
    )
