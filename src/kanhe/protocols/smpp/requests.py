"""What is asked beside submitting (4.8 to 4.10; 5.0): query, cancel, replace, broadcast. Layouts as in pdus.py, which has the table of all."""

from typing import ClassVar

from kanhe.protocols.smpp.fields import C6, C17, C21, C65, I1, Octets, Tlvs
from kanhe.protocols.smpp.header import MessageIdResponse, Pdu

# --- 4.8 query_sm, 4.9 cancel_sm, 4.10 replace_sm ------------------------------------------------------------------------------


class QuerySm(Pdu, frozen=True, gc=False):
    """4.8.1."""

    command_id: ClassVar[int] = 0x00000003
    command: ClassVar[str] = "query_sm"
    message_id: C65 = ""
    source_addr_ton: I1 = 0
    source_addr_npi: I1 = 0
    source_addr: C21 = ""
    tlvs: Tlvs = ()


class QuerySmResp(Pdu, frozen=True, gc=False):
    """4.8.2."""

    command_id: ClassVar[int] = 0x80000003
    command: ClassVar[str] = "query_sm_resp"
    message_id: C65 = ""
    final_date: C17 = ""
    message_state: I1 = 0
    error_code: I1 = 0
    tlvs: Tlvs = ()
    body_absent: bool = False


class CancelSm(Pdu, frozen=True, gc=False):
    """4.9.1: an empty message_id cancels all that match source, destination and service_type."""

    command_id: ClassVar[int] = 0x00000008
    command: ClassVar[str] = "cancel_sm"
    service_type: C6 = ""
    message_id: C65 = ""
    source_addr_ton: I1 = 0
    source_addr_npi: I1 = 0
    source_addr: C21 = ""
    dest_addr_ton: I1 = 0
    dest_addr_npi: I1 = 0
    destination_addr: C21 = ""
    tlvs: Tlvs = ()


class CancelSmResp(Pdu, frozen=True, gc=False):
    """4.9.2."""

    command_id: ClassVar[int] = 0x80000008
    command: ClassVar[str] = "cancel_sm_resp"
    tlvs: Tlvs = ()
    body_absent: bool = False


class ReplaceSm(Pdu, frozen=True, gc=False):
    """4.10.1."""

    command_id: ClassVar[int] = 0x00000007
    command: ClassVar[str] = "replace_sm"
    message_id: C65 = ""
    source_addr_ton: I1 = 0
    source_addr_npi: I1 = 0
    source_addr: C21 = ""
    schedule_delivery_time: C17 = ""
    validity_period: C17 = ""
    registered_delivery: I1 = 0
    sm_default_msg_id: I1 = 0
    short_message: Octets = b""
    tlvs: Tlvs = ()


class ReplaceSmResp(Pdu, frozen=True, gc=False):
    """4.10.2."""

    command_id: ClassVar[int] = 0x80000007
    command: ClassVar[str] = "replace_sm_resp"
    tlvs: Tlvs = ()
    body_absent: bool = False


# --- broadcast, SMPP 5.0 -------------------------------------------------------------------------------------------------------


class BroadcastSm(Pdu, frozen=True, gc=False):
    """5.0: area, content type, repetitions and interval are mandatory TLVs."""

    command_id: ClassVar[int] = 0x00000111
    command: ClassVar[str] = "broadcast_sm"
    service_type: C6 = ""
    source_addr_ton: I1 = 0
    source_addr_npi: I1 = 0
    source_addr: C21 = ""
    message_id: C65 = ""
    priority_flag: I1 = 0
    schedule_delivery_time: C17 = ""
    validity_period: C17 = ""
    replace_if_present_flag: I1 = 0
    data_coding: I1 = 0
    sm_default_msg_id: I1 = 0
    tlvs: Tlvs = ()


class BroadcastSmResp(MessageIdResponse, frozen=True, gc=False):
    """5.0."""

    command_id: ClassVar[int] = 0x80000111
    command: ClassVar[str] = "broadcast_sm_resp"


class QueryBroadcastSm(Pdu, frozen=True, gc=False):
    """5.0."""

    command_id: ClassVar[int] = 0x00000112
    command: ClassVar[str] = "query_broadcast_sm"
    message_id: C65 = ""
    source_addr_ton: I1 = 0
    source_addr_npi: I1 = 0
    source_addr: C21 = ""
    tlvs: Tlvs = ()


class QueryBroadcastSmResp(MessageIdResponse, frozen=True, gc=False):
    """5.0: the answer is in TLVs (message_state, broadcast_area_identifier, broadcast_area_success)."""

    command_id: ClassVar[int] = 0x80000112
    command: ClassVar[str] = "query_broadcast_sm_resp"


class CancelBroadcastSm(Pdu, frozen=True, gc=False):
    """5.0."""

    command_id: ClassVar[int] = 0x00000113
    command: ClassVar[str] = "cancel_broadcast_sm"
    service_type: C6 = ""
    message_id: C65 = ""
    source_addr_ton: I1 = 0
    source_addr_npi: I1 = 0
    source_addr: C21 = ""
    tlvs: Tlvs = ()


class CancelBroadcastSmResp(Pdu, frozen=True, gc=False):
    """5.0."""

    command_id: ClassVar[int] = 0x80000113
    command: ClassVar[str] = "cancel_broadcast_sm_resp"
    tlvs: Tlvs = ()
    body_absent: bool = False


# What a customer may ask that is no submission.
REQUESTS: tuple[type[Pdu], ...] = (QuerySm, CancelSm, ReplaceSm, BroadcastSm, QueryBroadcastSm, CancelBroadcastSm)
