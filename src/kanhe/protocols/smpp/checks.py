"""Values a well-formed submit may not have, and the status each is answered with (4.4.1, 5.2).

The session lives on: the sender reads the status. Nearly every submit is ordinary, which one expression sees; only the others walk
the table.
"""

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from kanhe.protocols.smpp import status, tlvs
from kanhe.protocols.smpp.coding import MESSAGE_TYPE_MASK, UDHI, octets_of
from kanhe.protocols.smpp.fields import Tlv
from kanhe.protocols.smpp.pdus import DataSm, SubmitMulti, SubmitSm
from kanhe.protocols.text.headers import HeaderError, parse_header

Submit: TypeAlias = SubmitSm | SubmitMulti | DataSm

TON_MAX = 6
NPI_MAX = 18
TON_ALPHANUMERIC = 5

# An alphanumeric sender is eleven GSM septets (TS 23.040 section 9.1.2.5).
ALPHANUMERIC_CHARS_MAX = 11

# sm_length (5.2.21): 254 in 3.4; 5.0 uses the whole octet.
SHORT_MESSAGE_OCTETS_MAX = 254
VERSION_5_0 = 0x50

DESTINATIONS_MAX = 254

# A header with an 8-bit or a 16-bit reference, and how long the longer one is.
CONCAT_STARTS = (b"\x05\x00\x03", b"\x06\x08\x04")
CONCAT_OCTETS = 7

# YYMMDDhhmmsstnnp (7.1.1): months 01-12, days 01-31, hours 00-23, quarter-hours 00-48; R is a duration.
_absolute = re.compile(
    r"\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d\d([0-3]\d|4[0-8])[+-]"
).fullmatch
_relative = re.compile(r"\d{15}R").fullmatch

# esm_class of a submit: no type, ESME delivery acknowledgement, ESME user acknowledgement (5.2.12).
SUBMIT_TYPES = frozenset({0x00, 0x08, 0x10})


def status_of(pdu: SubmitSm, version: int) -> int:
    """0, or the status of the first wrong value."""
    if (
        (not pdu.esm_class or _is_usual_part(pdu))
        and not pdu.replace_if_present_flag
        and not pdu.schedule_delivery_time
        and (not pdu.validity_period or is_time(pdu.validity_period))
        and (not pdu.tlvs or _are_usual(pdu.tlvs))
        and pdu.priority_flag <= 3
        and pdu.source_addr_ton <= TON_MAX
        and pdu.dest_addr_ton <= TON_MAX
        and pdu.source_addr_npi <= NPI_MAX
        and pdu.dest_addr_npi <= NPI_MAX
        and pdu.destination_addr
        and (pdu.source_addr_ton != TON_ALPHANUMERIC or len(pdu.source_addr) <= ALPHANUMERIC_CHARS_MAX)
        and len(pdu.short_message) <= SHORT_MESSAGE_OCTETS_MAX
    ):
        return status.ROK
    return status_of_any(pdu, version)


def _is_usual_part(pdu: SubmitSm) -> bool:
    """A segment with nothing but the concatenation header every sender writes (TS 23.040 section 9.2.3.24.1)."""
    text = pdu.short_message
    return pdu.esm_class == UDHI and len(text) > CONCAT_OCTETS and text[:3] in CONCAT_STARTS


def _are_usual(found: tuple[Tlv, ...]) -> bool:
    """Parameters that fit, and no text among them."""
    return all(tag != tlvs.MESSAGE_PAYLOAD and tlvs.fits(tag, value) for tag, value in found)


def status_of_any(pdu: Submit, version: int) -> int:
    """The same for every kind of submit, by the table."""
    checks = CHECKS[type(pdu)]
    return next((wrong for wrong, is_wrong in checks if is_wrong(pdu, version)), status.ROK)


def is_time(value: str) -> bool:
    """True for an empty, an absolute or a relative time."""
    return not value or _absolute(value) is not None or _relative(value) is not None


def _header_does_not_fit(pdu: Submit, _version: int) -> bool:
    if not pdu.esm_class & UDHI:
        return False
    try:
        parse_header(octets_of(pdu))
    except HeaderError:
        return True
    return False


def _text_twice(pdu: SubmitSm | SubmitMulti, _version: int) -> bool:
    return bool(pdu.short_message) and tlvs.find(pdu.tlvs, tlvs.MESSAGE_PAYLOAD) is not None


def _text_too_long(pdu: SubmitSm | SubmitMulti, version: int) -> bool:
    return version < VERSION_5_0 and len(pdu.short_message) > SHORT_MESSAGE_OCTETS_MAX


def _parameter_does_not_fit(pdu: Submit, _version: int) -> bool:
    return not all(tlvs.fits(tag, value) for tag, value in pdu.tlvs)


def _alphanumeric_too_long(pdu: Submit, _version: int) -> bool:
    return pdu.source_addr_ton == TON_ALPHANUMERIC and len(pdu.source_addr) > ALPHANUMERIC_CHARS_MAX


Check: TypeAlias = tuple[int, Callable[..., bool]]

OF_EVERY_SUBMIT: tuple[Check, ...] = (
    (status.RINVSRCTON, lambda pdu, _: pdu.source_addr_ton > TON_MAX),
    (status.RINVSRCNPI, lambda pdu, _: pdu.source_addr_npi > NPI_MAX),
    (status.RINVSRCADR, _alphanumeric_too_long),
    (status.RINVESMCLASS, lambda pdu, _: pdu.esm_class & MESSAGE_TYPE_MASK not in SUBMIT_TYPES),
    (status.RINVESMCLASS, _header_does_not_fit),
    (status.RINVPARLEN, _parameter_does_not_fit),
)

OF_ONE_DESTINATION: tuple[Check, ...] = (
    (status.RINVDSTTON, lambda pdu, _: pdu.dest_addr_ton > TON_MAX),
    (status.RINVDSTNPI, lambda pdu, _: pdu.dest_addr_npi > NPI_MAX),
    (status.RINVDSTADR, lambda pdu, _: not pdu.destination_addr),
)

OF_MANY_DESTINATIONS: tuple[Check, ...] = (
    (status.RINVNUMDESTS, lambda pdu, _: not 1 <= len(pdu.dest_address) <= DESTINATIONS_MAX),
)

OF_SHORT_MESSAGE: tuple[Check, ...] = (
    (status.RINVPRTFLG, lambda pdu, _: pdu.priority_flag > 3),
    (status.RINVSCHED, lambda pdu, _: not is_time(pdu.schedule_delivery_time)),
    (status.RINVEXPIRY, lambda pdu, _: not is_time(pdu.validity_period)),
    (status.RINVREPFLAG, lambda pdu, _: pdu.replace_if_present_flag > 1),
    (status.RINVMSGLEN, _text_too_long),
    (status.ROPTPARNOTALLWD, _text_twice),
)

CHECKS: dict[type[Submit], tuple[Check, ...]] = {
    SubmitSm: OF_EVERY_SUBMIT + OF_ONE_DESTINATION + OF_SHORT_MESSAGE,
    SubmitMulti: OF_EVERY_SUBMIT + OF_MANY_DESTINATIONS + OF_SHORT_MESSAGE,
    DataSm: OF_EVERY_SUBMIT + OF_ONE_DESTINATION,
}

# A submit_sm is looked at first; the others are rare.
STATUS_OF: dict[type[Submit], Callable[[Any, int], int]] = {
    SubmitSm: status_of,
    SubmitMulti: status_of_any,
    DataSm: status_of_any,
}
