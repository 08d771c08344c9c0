"""Every PDU of SMPP 3.4 and 5.0: one frozen Struct each, fields named and ordered as the specification has them.

A declaration is the layout: codec.py compiles readers and writers from the annotations. What the wire computes (command_length,
sm_length, number_of_dests, no_unsuccess) is no field. Section numbers are those of SMPP 3.4 Issue 1.2; 5.0 is named where it added.
Text fields hold one character an octet (Latin-1), so any octet survives a round trip.
"""

from typing import Annotated, ClassVar, TypeAlias

from msgspec import Struct

from kanhe.protocols.smpp.fields import C6, C9, C13, C16, C17, C21, C41, C65, I1, I4, Items, Octets, Tlvs
from kanhe.protocols.smpp.header import MessageIdResponse as MessageIdResponse
from kanhe.protocols.smpp.header import Pdu as Pdu
from kanhe.protocols.smpp.requests import (
    BroadcastSm,
    BroadcastSmResp,
    CancelBroadcastSm,
    CancelBroadcastSmResp,
    CancelSm,
    CancelSmResp,
    QueryBroadcastSm,
    QueryBroadcastSmResp,
    QuerySm,
    QuerySmResp,
    ReplaceSm,
    ReplaceSmResp,
)

# --- 4.1 bind, outbind ---------------------------------------------------------------------------------------------------------


class BindRequest(Pdu, frozen=True, gc=False):
    """The fields all three binds share."""

    system_id: C16 = ""
    password: C9 = ""
    system_type: C13 = ""
    interface_version: I1 = 0x34
    addr_ton: I1 = 0
    addr_npi: I1 = 0
    address_range: C41 = ""
    tlvs: Tlvs = ()


class BindTransmitter(BindRequest, frozen=True, gc=False):
    """4.1.1: the ESME will submit."""

    command_id: ClassVar[int] = 0x00000002
    command: ClassVar[str] = "bind_transmitter"


class BindReceiver(BindRequest, frozen=True, gc=False):
    """4.1.3: the ESME will receive."""

    command_id: ClassVar[int] = 0x00000001
    command: ClassVar[str] = "bind_receiver"


class BindTransceiver(BindRequest, frozen=True, gc=False):
    """4.1.5: both on one session."""

    command_id: ClassVar[int] = 0x00000009
    command: ClassVar[str] = "bind_transceiver"


class BindResponse(Pdu, frozen=True, gc=False):
    """The SMSC's own system_id, and sc_interface_version as a TLV."""

    system_id: C16 = ""
    tlvs: Tlvs = ()
    body_absent: bool = False


class BindTransmitterResp(BindResponse, frozen=True, gc=False):
    """4.1.2."""

    command_id: ClassVar[int] = 0x80000002
    command: ClassVar[str] = "bind_transmitter_resp"


class BindReceiverResp(BindResponse, frozen=True, gc=False):
    """4.1.4."""

    command_id: ClassVar[int] = 0x80000001
    command: ClassVar[str] = "bind_receiver_resp"


class BindTransceiverResp(BindResponse, frozen=True, gc=False):
    """4.1.6."""

    command_id: ClassVar[int] = 0x80000009
    command: ClassVar[str] = "bind_transceiver_resp"


class Outbind(Pdu, frozen=True, gc=False):
    """4.1.7: the SMSC asks the ESME to bind; there is no response but the bind."""

    command_id: ClassVar[int] = 0x0000000B
    command: ClassVar[str] = "outbind"
    system_id: C16 = ""
    password: C9 = ""
    tlvs: Tlvs = ()


# --- 4.2 unbind, 4.3 generic_nack, 4.11 enquire_link ---------------------------------------------------------------------------


class Unbind(Pdu, frozen=True, gc=False):
    """4.2.1."""

    command_id: ClassVar[int] = 0x00000006
    command: ClassVar[str] = "unbind"
    tlvs: Tlvs = ()


class UnbindResp(Pdu, frozen=True, gc=False):
    """4.2.2."""

    command_id: ClassVar[int] = 0x80000006
    command: ClassVar[str] = "unbind_resp"
    tlvs: Tlvs = ()
    body_absent: bool = False


class GenericNack(Pdu, frozen=True, gc=False):
    """4.3.1: the answer to what has no answer of its own."""

    command_id: ClassVar[int] = 0x80000000
    command: ClassVar[str] = "generic_nack"
    tlvs: Tlvs = ()


class EnquireLink(Pdu, frozen=True, gc=False):
    """4.11.1."""

    command_id: ClassVar[int] = 0x00000015
    command: ClassVar[str] = "enquire_link"
    tlvs: Tlvs = ()


class EnquireLinkResp(Pdu, frozen=True, gc=False):
    """4.11.2."""

    command_id: ClassVar[int] = 0x80000015
    command: ClassVar[str] = "enquire_link_resp"
    tlvs: Tlvs = ()
    body_absent: bool = False


# --- 4.4 submit_sm, 4.6 deliver_sm ---------------------------------------------------------------------------------------------


class ShortMessagePdu(Pdu, frozen=True, gc=False):
    """The fields submit_sm and deliver_sm share."""

    service_type: C6 = ""
    source_addr_ton: I1 = 0
    source_addr_npi: I1 = 0
    source_addr: C21 = ""
    dest_addr_ton: I1 = 0
    dest_addr_npi: I1 = 0
    destination_addr: C21 = ""
    esm_class: I1 = 0
    protocol_id: I1 = 0
    priority_flag: I1 = 0
    schedule_delivery_time: C17 = ""
    validity_period: C17 = ""
    registered_delivery: I1 = 0
    replace_if_present_flag: I1 = 0
    data_coding: I1 = 0
    sm_default_msg_id: I1 = 0
    short_message: Octets = b""
    tlvs: Tlvs = ()


class SubmitSm(ShortMessagePdu, frozen=True, gc=False):
    """4.4.1."""

    command_id: ClassVar[int] = 0x00000004
    command: ClassVar[str] = "submit_sm"
    own: ClassVar[frozenset[str]] = frozenset({"destination_addr", "schedule_delivery_time", "validity_period"})


class DeliverSm(ShortMessagePdu, frozen=True, gc=False):
    """4.6.1; the times, replace_if_present_flag and sm_default_msg_id are unused here."""

    command_id: ClassVar[int] = 0x00000005
    command: ClassVar[str] = "deliver_sm"
    own: ClassVar[frozenset[str]] = frozenset({"source_addr"})


class SubmitSmResp(MessageIdResponse, frozen=True, gc=False):
    """4.4.2; without body when command_status is not 0."""

    command_id: ClassVar[int] = 0x80000004
    command: ClassVar[str] = "submit_sm_resp"


class DeliverSmResp(MessageIdResponse, frozen=True, gc=False):
    """4.6.2; message_id is unused: one NUL, read up to 65 octets or no body at all."""

    command_id: ClassVar[int] = 0x80000005
    command: ClassVar[str] = "deliver_sm_resp"


# --- 4.5 submit_multi ----------------------------------------------------------------------------------------------------------


class SmeAddress(Struct, frozen=True, gc=False):
    """4.5.1.1, dest_flag 1."""

    dest_addr_ton: I1 = 0
    dest_addr_npi: I1 = 0
    destination_addr: C21 = ""


class DistributionList(Struct, frozen=True, gc=False):
    """4.5.1.2, dest_flag 2."""

    dl_name: C21 = ""


class UnsuccessSme(Struct, frozen=True, gc=False):
    """4.5.2.1: one destination that was refused."""

    dest_addr_ton: I1 = 0
    dest_addr_npi: I1 = 0
    destination_addr: C21 = ""
    error_status_code: I4 = 0


# dest_flag, 5.2.25.
DEST_FLAGS: dict[int, type[Struct]] = {1: SmeAddress, 2: DistributionList}

DestAddress: TypeAlias = SmeAddress | DistributionList


class SubmitMulti(Pdu, frozen=True, gc=False):
    """4.5.1: one text to up to 254 destinations; replace_if_present_flag is reserved here."""

    command_id: ClassVar[int] = 0x00000021
    command: ClassVar[str] = "submit_multi"
    service_type: C6 = ""
    source_addr_ton: I1 = 0
    source_addr_npi: I1 = 0
    source_addr: C21 = ""
    dest_address: Annotated[tuple[DestAddress, ...], Items("number_of_dests", flagged=True)] = ()
    esm_class: I1 = 0
    protocol_id: I1 = 0
    priority_flag: I1 = 0
    schedule_delivery_time: C17 = ""
    validity_period: C17 = ""
    registered_delivery: I1 = 0
    replace_if_present_flag: I1 = 0
    data_coding: I1 = 0
    sm_default_msg_id: I1 = 0
    short_message: Octets = b""
    tlvs: Tlvs = ()


class SubmitMultiResp(Pdu, frozen=True, gc=False):
    """4.5.2."""

    command_id: ClassVar[int] = 0x80000021
    command: ClassVar[str] = "submit_multi_resp"
    message_id: C65 = ""
    unsuccess_sme: Annotated[tuple[UnsuccessSme, ...], Items("no_unsuccess", flagged=False)] = ()
    tlvs: Tlvs = ()
    body_absent: bool = False


# --- 4.7 data_sm, 4.12 alert_notification --------------------------------------------------------------------------------------


class DataSm(Pdu, frozen=True, gc=False):
    """4.7.1: message_payload carries the text."""

    command_id: ClassVar[int] = 0x00000103
    command: ClassVar[str] = "data_sm"
    own: ClassVar[frozenset[str]] = frozenset({"destination_addr"})
    service_type: C6 = ""
    source_addr_ton: I1 = 0
    source_addr_npi: I1 = 0
    source_addr: C65 = ""
    dest_addr_ton: I1 = 0
    dest_addr_npi: I1 = 0
    destination_addr: C65 = ""
    esm_class: I1 = 0
    registered_delivery: I1 = 0
    data_coding: I1 = 0
    tlvs: Tlvs = ()


class DataSmResp(MessageIdResponse, frozen=True, gc=False):
    """4.7.2."""

    command_id: ClassVar[int] = 0x80000103
    command: ClassVar[str] = "data_sm_resp"


# What a carrier brings: receipts, and messages from handsets.
Delivery: TypeAlias = DeliverSm | DataSm


class AlertNotification(Pdu, frozen=True, gc=False):
    """4.12.1: a handset can be reached again; no response."""

    command_id: ClassVar[int] = 0x00000102
    command: ClassVar[str] = "alert_notification"
    source_addr_ton: I1 = 0
    source_addr_npi: I1 = 0
    source_addr: C65 = ""
    esme_addr_ton: I1 = 0
    esme_addr_npi: I1 = 0
    esme_addr: C65 = ""
    tlvs: Tlvs = ()


PDUS: tuple[type[Pdu], ...] = (
    BindReceiver,
    BindTransmitter,
    QuerySm,
    SubmitSm,
    DeliverSm,
    Unbind,
    ReplaceSm,
    CancelSm,
    BindTransceiver,
    Outbind,
    EnquireLink,
    SubmitMulti,
    AlertNotification,
    DataSm,
    BroadcastSm,
    QueryBroadcastSm,
    CancelBroadcastSm,
    GenericNack,
    BindReceiverResp,
    BindTransmitterResp,
    QuerySmResp,
    SubmitSmResp,
    DeliverSmResp,
    UnbindResp,
    ReplaceSmResp,
    CancelSmResp,
    BindTransceiverResp,
    EnquireLinkResp,
    SubmitMultiResp,
    DataSmResp,
    BroadcastSmResp,
    QueryBroadcastSmResp,
    CancelBroadcastSmResp,
)

BY_ID: dict[int, type[Pdu]] = {pdu.command_id: pdu for pdu in PDUS}
BY_NAME: dict[str, type[Pdu]] = {pdu.command: pdu for pdu in PDUS}

RESPONSE_BIT = 0x80000000

# The response of each request that has one; its id is the request's with the first bit set (5.1.2.1).
RESPONSES: dict[type[Pdu], type[Pdu]] = {
    pdu: BY_ID[pdu.command_id | RESPONSE_BIT]
    for pdu in PDUS
    if not pdu.command_id & RESPONSE_BIT and pdu.command_id | RESPONSE_BIT in BY_ID
}

assert len(BY_ID) == len(BY_NAME) == len(PDUS)
