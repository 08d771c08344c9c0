"""What can be wrong with a PDU: the names of the faults in their reading order, and the status each is answered with."""

from enum import StrEnum

from msgspec import Struct

from kanhe.protocols.smpp import status


class Fault(StrEnum):
    """The faults in the order a strict reader meets them."""

    SHORT_HEADER = "short_header"
    COMMAND_LENGTH_BELOW_16 = "command_length_below_16"
    COMMAND_LENGTH_BEYOND_DATA = "command_length_beyond_data"
    TRAILING_BYTES_AFTER_PDU = "trailing_bytes_after_pdu"
    UNKNOWN_COMMAND_ID = "unknown_command_id"
    BODY_TRUNCATED = "body_truncated"
    UNTERMINATED_C_OCTET_STRING = "unterminated_c_octet_string"
    C_OCTET_STRING_TOO_LONG = "c_octet_string_too_long"
    BAD_DEST_FLAG = "bad_dest_flag"
    SM_LENGTH_BEYOND_BODY = "sm_length_beyond_body"
    TLV_HEADER_TRUNCATED = "tlv_header_truncated"
    TLV_LENGTH_BEYOND_BODY = "tlv_length_beyond_body"


# The status of a fault wherever it stands; the two string faults are answered by their field.
STATUS_OF_FAULT: dict[Fault, int] = {
    Fault.SHORT_HEADER: status.RINVCMDLEN,
    Fault.COMMAND_LENGTH_BELOW_16: status.RINVCMDLEN,
    Fault.COMMAND_LENGTH_BEYOND_DATA: status.RINVCMDLEN,
    Fault.TRAILING_BYTES_AFTER_PDU: status.ROK,
    Fault.UNKNOWN_COMMAND_ID: status.RINVCMDID,
    Fault.BODY_TRUNCATED: status.RINVCMDLEN,
    Fault.UNTERMINATED_C_OCTET_STRING: status.RINVCMDLEN,
    Fault.C_OCTET_STRING_TOO_LONG: status.RINVCMDLEN,
    Fault.BAD_DEST_FLAG: status.RINVDESTFLAG,
    Fault.SM_LENGTH_BEYOND_BODY: status.RINVMSGLEN,
    Fault.TLV_HEADER_TRUNCATED: status.RINVOPTPARSTREAM,
    Fault.TLV_LENGTH_BEYOND_BODY: status.RINVPARLEN,
}

STRING_FAULTS = frozenset({Fault.UNTERMINATED_C_OCTET_STRING, Fault.C_OCTET_STRING_TOO_LONG})

# The status of a text field that is too long, unterminated or has a wrong value.
STATUS_OF_FIELD: dict[str, int] = {
    "system_id": status.RINVSYSID,
    "password": status.RINVPASWD,
    "system_type": status.RINVSYSTYP,
    "service_type": status.RINVSERTYP,
    "source_addr": status.RINVSRCADR,
    "destination_addr": status.RINVDSTADR,
    "dl_name": status.RINVDLNAME,
    "schedule_delivery_time": status.RINVSCHED,
    "validity_period": status.RINVEXPIRY,
    "message_id": status.RINVMSGID,
}


class PduFault(Struct, frozen=True, gc=False):
    """A PDU that cannot be read although its frame is whole: answerable, the stream goes on after it."""

    command_id: int
    sequence_number: int
    command_status: int
    fault: Fault
    field: str = ""

    @property
    def status(self) -> int:
        """The command_status to answer with."""
        if self.fault in STRING_FAULTS:
            return STATUS_OF_FIELD.get(self.field, STATUS_OF_FAULT[self.fault])
        return STATUS_OF_FAULT[self.fault]


class PduFaultError(ValueError):
    """Raised while one PDU is read; Reader turns it into a PduFault."""

    def __init__(self, fault: Fault, field: str = "") -> None:
        super().__init__(f"{fault} in `{field}`" if field else str(fault))
        self.fault = fault
        self.field = field


class StreamBrokenError(Exception):
    """The frame boundaries are lost: answer generic_nack, close the link. `events` came whole before it."""

    def __init__(self, fault: Fault, sequence_number: int, events: list[object]) -> None:
        super().__init__(str(fault))
        self.fault = fault
        self.sequence_number = sequence_number
        self.events = events


assert set(STATUS_OF_FAULT) == set(Fault)
