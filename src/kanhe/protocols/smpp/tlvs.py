"""Optional parameters (3.4 section 5.3.2; 5.0 where named): tag, name, type and bounds as a table, and how to look one up.

Bounds are those to accept: where implementations and text disagree (source_telematics_id, ms_validity, alert_on_message_delivery,
receipted_message_id without its NUL) they are the wider ones.
"""

from typing import NamedTuple

from kanhe.protocols.smpp.fields import Tlv

INTEGER = "integer"
TEXT = "text"
OCTETS = "octets"

RECEIPTED_MESSAGE_ID = 0x001E
MESSAGE_STATE = 0x0427
NETWORK_ERROR_CODE = 0x0423
MESSAGE_PAYLOAD = 0x0424
SC_INTERFACE_VERSION = 0x0210
QOS_TIME_TO_LIVE = 0x0017
USER_MESSAGE_REFERENCE = 0x0204
SAR_MSG_REF_NUM = 0x020C
SAR_TOTAL_SEGMENTS = 0x020E
SAR_SEGMENT_SEQNUM = 0x020F
SOURCE_PORT = 0x020A
DESTINATION_PORT = 0x020B


class TlvSpec(NamedTuple):
    """One optional parameter."""

    tag: int
    name: str
    kind: str
    octets_min: int
    octets_max: int
    section: str


SPECS: tuple[TlvSpec, ...] = (
    TlvSpec(0x0005, "dest_addr_subunit", INTEGER, 1, 1, "5.3.2.1"),
    TlvSpec(0x0006, "dest_network_type", INTEGER, 1, 1, "5.3.2.3"),
    TlvSpec(0x0007, "dest_bearer_type", INTEGER, 1, 1, "5.3.2.5"),
    TlvSpec(0x0008, "dest_telematics_id", INTEGER, 2, 2, "5.3.2.7"),
    TlvSpec(0x000D, "source_addr_subunit", INTEGER, 1, 1, "5.3.2.2"),
    TlvSpec(0x000E, "source_network_type", INTEGER, 1, 1, "5.3.2.4"),
    TlvSpec(0x000F, "source_bearer_type", INTEGER, 1, 1, "5.3.2.6"),
    TlvSpec(0x0010, "source_telematics_id", INTEGER, 1, 2, "5.3.2.8"),
    TlvSpec(0x0017, "qos_time_to_live", INTEGER, 4, 4, "5.3.2.9"),
    TlvSpec(0x0019, "payload_type", INTEGER, 1, 1, "5.3.2.10"),
    TlvSpec(0x001D, "additional_status_info_text", TEXT, 0, 256, "5.3.2.11"),
    TlvSpec(0x001E, "receipted_message_id", TEXT, 0, 65, "5.3.2.12"),
    TlvSpec(0x0030, "ms_msg_wait_facilities", INTEGER, 1, 1, "5.3.2.13"),
    TlvSpec(0x0201, "privacy_indicator", INTEGER, 1, 1, "5.3.2.14"),
    TlvSpec(0x0202, "source_subaddress", OCTETS, 2, 23, "5.3.2.15"),
    TlvSpec(0x0203, "dest_subaddress", OCTETS, 2, 23, "5.3.2.16"),
    TlvSpec(0x0204, "user_message_reference", INTEGER, 2, 2, "5.3.2.17"),
    TlvSpec(0x0205, "user_response_code", INTEGER, 1, 1, "5.3.2.18"),
    TlvSpec(0x020A, "source_port", INTEGER, 2, 2, "5.3.2.20"),
    TlvSpec(0x020B, "destination_port", INTEGER, 2, 2, "5.3.2.21"),
    TlvSpec(0x020C, "sar_msg_ref_num", INTEGER, 2, 2, "5.3.2.22"),
    TlvSpec(0x020D, "language_indicator", INTEGER, 1, 1, "5.3.2.19"),
    TlvSpec(0x020E, "sar_total_segments", INTEGER, 1, 1, "5.3.2.23"),
    TlvSpec(0x020F, "sar_segment_seqnum", INTEGER, 1, 1, "5.3.2.24"),
    TlvSpec(0x0210, "sc_interface_version", INTEGER, 1, 1, "5.3.2.25"),
    TlvSpec(0x0302, "callback_num_pres_ind", INTEGER, 1, 1, "5.3.2.37"),
    TlvSpec(0x0303, "callback_num_atag", OCTETS, 1, 65, "5.3.2.38"),
    TlvSpec(0x0304, "number_of_messages", INTEGER, 1, 1, "5.3.2.39"),
    TlvSpec(0x0381, "callback_num", OCTETS, 4, 19, "5.3.2.36"),
    TlvSpec(0x0420, "dpf_result", INTEGER, 1, 1, "5.3.2.28"),
    TlvSpec(0x0421, "set_dpf", INTEGER, 1, 1, "5.3.2.29"),
    TlvSpec(0x0422, "ms_availability_status", INTEGER, 1, 1, "5.3.2.30"),
    TlvSpec(0x0423, "network_error_code", OCTETS, 3, 3, "5.3.2.31"),
    TlvSpec(0x0424, "message_payload", OCTETS, 0, 65535, "5.3.2.32"),
    TlvSpec(0x0425, "delivery_failure_reason", INTEGER, 1, 1, "5.3.2.33"),
    TlvSpec(0x0426, "more_messages_to_send", INTEGER, 1, 1, "5.3.2.34"),
    TlvSpec(0x0427, "message_state", INTEGER, 1, 1, "5.3.2.35"),
    TlvSpec(0x0501, "ussd_service_op", INTEGER, 1, 1, "5.3.2.44"),
    TlvSpec(0x1201, "display_time", INTEGER, 1, 1, "5.3.2.26"),
    TlvSpec(0x1203, "sms_signal", INTEGER, 2, 2, "5.3.2.40"),
    TlvSpec(0x1204, "ms_validity", INTEGER, 1, 4, "5.3.2.27"),
    TlvSpec(0x130C, "alert_on_message_delivery", OCTETS, 0, 1, "5.3.2.41"),
    TlvSpec(0x1380, "its_reply_type", INTEGER, 1, 1, "5.3.2.42"),
    TlvSpec(0x1383, "its_session_info", OCTETS, 2, 2, "5.3.2.43"),
    TlvSpec(0x0428, "congestion_state", INTEGER, 1, 1, "5.0"),
    TlvSpec(0x0600, "broadcast_channel_indicator", INTEGER, 1, 1, "5.0"),
    TlvSpec(0x0601, "broadcast_content_type", OCTETS, 3, 3, "5.0"),
    TlvSpec(0x0602, "broadcast_content_type_info", OCTETS, 1, 255, "5.0"),
    TlvSpec(0x0603, "broadcast_message_class", INTEGER, 1, 1, "5.0"),
    TlvSpec(0x0604, "broadcast_rep_num", INTEGER, 2, 2, "5.0"),
    TlvSpec(0x0605, "broadcast_frequency_interval", OCTETS, 3, 3, "5.0"),
    TlvSpec(0x0606, "broadcast_area_identifier", OCTETS, 1, 65535, "5.0"),
    TlvSpec(0x0607, "broadcast_error_status", INTEGER, 4, 4, "5.0"),
    TlvSpec(0x0608, "broadcast_area_success", INTEGER, 1, 1, "5.0"),
    TlvSpec(0x0609, "broadcast_end_time", TEXT, 16, 17, "5.0"),
    TlvSpec(0x060A, "broadcast_service_group", OCTETS, 1, 255, "5.0"),
    TlvSpec(0x060B, "billing_identification", OCTETS, 1, 1024, "5.0"),
    TlvSpec(0x060D, "source_network_id", TEXT, 7, 65, "5.0"),
    TlvSpec(0x060E, "dest_network_id", TEXT, 7, 65, "5.0"),
    TlvSpec(0x060F, "source_node_id", OCTETS, 6, 6, "5.0"),
    TlvSpec(0x0610, "dest_node_id", OCTETS, 6, 6, "5.0"),
    TlvSpec(0x0611, "dest_addr_np_resolution", INTEGER, 1, 1, "5.0"),
    TlvSpec(0x0612, "dest_addr_np_information", OCTETS, 1, 10, "5.0"),
    TlvSpec(0x0613, "dest_addr_np_country", INTEGER, 1, 5, "5.0"),
)

BY_TAG: dict[int, TlvSpec] = {spec.tag: spec for spec in SPECS}
BY_NAME: dict[str, TlvSpec] = {spec.name: spec for spec in SPECS}

# Seen in the wild, defined by nobody we can cite.
VENDOR_TAGS: dict[int, str] = {
    0x1400: "DLT entity id (India, several aggregators)",
    0x1401: "DLT template id (India, several aggregators)",
    0x1402: "DLT chain or hash (India, several aggregators)",
    0x1501: "source MSC address",
    0x1502: "destination MSC address",
    0x8081: "originating MSC address",
    0x8082: "destination MSC address",
}

# What the numbers of enumerated parameters mean.
VALUES: dict[str, dict[int, str]] = {
    "dest_addr_subunit": {
        0: "unknown",
        1: "MS display",
        2: "mobile equipment",
        3: "smart card 1 (SIM)",
        4: "external unit 1",
    },
    "dest_network_type": {
        0: "unknown",
        1: "GSM",
        2: "ANSI-136/TDMA",
        3: "IS-95/CDMA",
        4: "PDC",
        5: "PHS",
        6: "iDEN",
        7: "AMPS",
        8: "paging network",
    },
    "dest_bearer_type": {
        0: "unknown",
        1: "SMS",
        2: "CSD",
        3: "packet data",
        4: "USSD",
        5: "CDPD",
        6: "DataTAC",
        7: "FLEX/ReFLEX",
        8: "cell broadcast",
    },
    "source_addr_subunit": {
        0: "unknown",
        1: "MS display",
        2: "mobile equipment",
        3: "smart card 1 (SIM)",
        4: "external unit 1",
    },
    "source_network_type": {
        0: "unknown",
        1: "GSM",
        2: "ANSI-136/TDMA",
        3: "IS-95/CDMA",
        4: "PDC",
        5: "PHS",
        6: "iDEN",
        7: "AMPS",
        8: "paging network",
    },
    "source_bearer_type": {
        0: "unknown",
        1: "SMS",
        2: "CSD",
        3: "packet data",
        4: "USSD",
        5: "CDPD",
        6: "DataTAC",
        7: "FLEX/ReFLEX",
        8: "cell broadcast",
    },
    "payload_type": {0: "default (WDP for WAP)", 1: "WCMP"},
    "privacy_indicator": {0: "not restricted", 1: "restricted", 2: "confidential", 3: "secret"},
    "language_indicator": {0: "unspecified", 1: "english", 2: "french", 3: "spanish", 4: "german", 5: "portuguese"},
    "dpf_result": {0: "DPF not set", 1: "DPF set"},
    "set_dpf": {0: "not requested", 1: "requested"},
    "ms_availability_status": {0: "available", 1: "denied", 2: "unavailable"},
    "delivery_failure_reason": {
        0: "destination unavailable",
        1: "destination address invalid",
        2: "permanent network error",
        3: "temporary network error",
    },
    "more_messages_to_send": {0: "no", 1: "yes"},
    "ussd_service_op": {
        0: "PSSD indication",
        1: "PSSR indication",
        2: "USSR request",
        3: "USSN request",
        16: "PSSD response",
        17: "PSSR response",
        18: "USSR confirm",
        19: "USSN confirm",
    },
    "display_time": {0: "temporary", 1: "default", 2: "invoke"},
    "ms_validity": {0: "store indefinitely", 1: "power down", 2: "SID based registration area", 3: "display only"},
    "its_reply_type": {
        0: "digit",
        1: "number",
        2: "telephone no.",
        3: "password",
        4: "character line",
        5: "menu",
        6: "date",
        7: "time",
        8: "continue",
    },
    "broadcast_channel_indicator": {0: "basic", 1: "extended"},
    "broadcast_message_class": {0: "none", 1: "class 1", 2: "class 2", 3: "class 3"},
    "dest_addr_np_resolution": {0: "query not performed", 1: "performed, not ported", 2: "performed, ported"},
}


def find(tlvs: tuple[Tlv, ...], tag: int) -> bytes | None:
    """The first value under a tag."""
    for found, value in tlvs:
        if found == tag:
            return value
    return None


def find_text(tlvs: tuple[Tlv, ...], tag: int) -> str | None:
    """A text parameter without its NULs: many leave the last one out, some put one inside."""
    value = find(tlvs, tag)
    return None if value is None else value.replace(b"\0", b"").decode("latin-1")


def find_integer(tlvs: tuple[Tlv, ...], tag: int) -> int | None:
    """An integer parameter; one of a wrong length is as good as absent."""
    value = find(tlvs, tag)
    return int.from_bytes(value, "big") if value is not None and fits(tag, value) else None


def fits(tag: int, value: bytes) -> bool:
    """False when a known parameter has a length it cannot have; unknown ones always fit."""
    spec = BY_TAG.get(tag)
    return spec is None or spec.octets_min <= len(value) <= spec.octets_max
