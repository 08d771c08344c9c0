"""The packets of CMPP as nouns, fields named as in the specification (QB-GF-028-2003, chapter 8.4).

Lengths and counts (Total_Length, DestUsr_tl, Msg_Length) are not kept: they are how long the others are. A field that only one version
has keeps its default in the other. `rest` is what a peer put behind the last field of the specification.
"""

from typing import TypeAlias

import msgspec

NO_MSG_ID = bytes(8)
"""Msg_Id is empty on the way up: the gateway gives it in its answer."""

NO_DIGEST = bytes(16)


class Connect(msgspec.Struct, frozen=True, gc=False):
    """CMPP_CONNECT (8.4.1): the SP logs in."""

    Sequence_Id: int = 0
    Source_Addr: str = ""
    AuthenticatorSource: bytes = NO_DIGEST
    Version: int = 0x30
    Timestamp: int = 0


class ConnectResp(msgspec.Struct, frozen=True, gc=False):
    """CMPP_CONNECT_RESP (8.4.1): the gateway's answer, its digest empty on failure."""

    Sequence_Id: int = 0
    Status: int = 0
    AuthenticatorISMG: bytes = NO_DIGEST
    Version: int = 0x30


class Terminate(msgspec.Struct, frozen=True, gc=False):
    """CMPP_TERMINATE (8.4.2): either side parts."""

    Sequence_Id: int = 0


class TerminateResp(msgspec.Struct, frozen=True, gc=False):
    """CMPP_TERMINATE_RESP (8.4.2)."""

    Sequence_Id: int = 0


class Submit(msgspec.Struct, frozen=True, gc=False):
    """CMPP_SUBMIT (8.4.3): one message to 1 to 100 numbers."""

    Sequence_Id: int = 0
    Msg_Id: bytes = NO_MSG_ID
    Pk_total: int = 1
    Pk_number: int = 1
    Registered_Delivery: int = 1
    Msg_level: int = 0
    Service_Id: str = ""
    Fee_UserType: int = 2
    Fee_terminal_Id: str = ""
    Fee_terminal_type: int = 0
    TP_pId: int = 0
    TP_udhi: int = 0
    Msg_Fmt: int = 8
    Msg_src: str = ""
    FeeType: str = "01"
    FeeCode: str = "0"
    ValId_Time: str = ""
    At_Time: str = ""
    Src_Id: str = ""
    Dest_terminal_Id: tuple[str, ...] = ()
    Dest_terminal_type: int = 0
    Msg_Content: bytes = b""
    Reserve: str = ""
    LinkID: str = ""
    rest: bytes = b""


class SubmitResp(msgspec.Struct, frozen=True, gc=False):
    """CMPP_SUBMIT_RESP (8.4.3): the Msg_Id of the first number, and a Result."""

    Sequence_Id: int = 0
    Msg_Id: bytes = NO_MSG_ID
    Result: int = 0


class Deliver(msgspec.Struct, frozen=True, gc=False):
    """CMPP_DELIVER (8.4.5): an inbound message, or with Registered_Delivery 1 a report."""

    Sequence_Id: int = 0
    Msg_Id: bytes = NO_MSG_ID
    Dest_Id: str = ""
    Service_Id: str = ""
    TP_pid: int = 0
    TP_udhi: int = 0
    Msg_Fmt: int = 0
    Src_terminal_Id: str = ""
    Src_terminal_type: int = 0
    Registered_Delivery: int = 0
    Msg_Content: bytes = b""
    Reserve: str = ""
    LinkID: str = ""
    rest: bytes = b""


class DeliverResp(msgspec.Struct, frozen=True, gc=False):
    """CMPP_DELIVER_RESP (8.4.5): repeats the Msg_Id of the delivery."""

    Sequence_Id: int = 0
    Msg_Id: bytes = NO_MSG_ID
    Result: int = 0


class Query(msgspec.Struct, frozen=True, gc=False):
    """CMPP_QUERY (8.4.4): the SP asks for the counters of a day."""

    Sequence_Id: int = 0
    Time: str = ""
    Query_Type: int = 0
    Query_Code: str = ""
    Reserve: str = ""


class QueryResp(msgspec.Struct, frozen=True, gc=False):
    """CMPP_QUERY_RESP (8.4.4): messages and users submitted, succeeded, waiting, failed; then the same for inbound."""

    Sequence_Id: int = 0
    Time: str = ""
    Query_Type: int = 0
    Query_Code: str = ""
    MT_TLMsg: int = 0
    MT_Tlusr: int = 0
    MT_Scs: int = 0
    MT_WT: int = 0
    MT_FL: int = 0
    MO_Scs: int = 0
    MO_WT: int = 0
    MO_FL: int = 0


class Cancel(msgspec.Struct, frozen=True, gc=False):
    """CMPP_CANCEL (8.4.6): take back a message that is still waiting."""

    Sequence_Id: int = 0
    Msg_Id: bytes = NO_MSG_ID


class CancelResp(msgspec.Struct, frozen=True, gc=False):
    """CMPP_CANCEL_RESP (8.4.6): 0 cancelled, 1 failed."""

    Sequence_Id: int = 0
    Success_Id: int = 0


class ActiveTest(msgspec.Struct, frozen=True, gc=False):
    """CMPP_ACTIVE_TEST (8.4.7): asks whether the link is alive."""

    Sequence_Id: int = 0


class ActiveTestResp(msgspec.Struct, frozen=True, gc=False):
    """CMPP_ACTIVE_TEST_RESP (8.4.7)."""

    Sequence_Id: int = 0
    Reserved: int = 0
    rest: bytes = b""


Pdu: TypeAlias = (
    Connect
    | ConnectResp
    | Terminate
    | TerminateResp
    | Submit
    | SubmitResp
    | Deliver
    | DeliverResp
    | Query
    | QueryResp
    | Cancel
    | CancelResp
    | ActiveTest
    | ActiveTestResp
)
