"""The packets of SGIP as nouns, fields named as in the specification (chapters 4.2.3, 4.3.3 and 4.4).

Lengths and counts (Message Length, UserCount, MessageLength, Count) are not kept: they are how long the others are. `Sequence` is the
12-octet Sequence Number of the header: node, MMDDhhmmss as a decimal number, counter. A Submit's sequence is its message id.
"""

from typing import TypeAlias

import msgspec

Sequence: TypeAlias = tuple[int, int, int]
NO_SEQUENCE: Sequence = (0, 0, 0)


class Bind(msgspec.Struct, frozen=True, gc=False):
    """SGIP_BIND (4.2.3.1): Login Type 1 from an SP to the gateway, 2 from the gateway to an SP; the password is clear text."""

    Sequence: tuple[int, int, int] = NO_SEQUENCE
    Login_Type: int = 1
    Login_Name: str = ""
    Login_Password: str = ""
    Reserve: str = ""


class Unbind(msgspec.Struct, frozen=True, gc=False):
    """SGIP_UNBIND (4.2.3.2)."""

    Sequence: tuple[int, int, int] = NO_SEQUENCE


class UnbindResp(msgspec.Struct, frozen=True, gc=False):
    """SGIP_UNBIND_RESP (4.2.3.2)."""

    Sequence: tuple[int, int, int] = NO_SEQUENCE


class Submit(msgspec.Struct, frozen=True, gc=False):
    """SGIP_SUBMIT (4.2.3.3): one message to 1 to 100 numbers; each gets its own Report."""

    Sequence: tuple[int, int, int] = NO_SEQUENCE
    SPNumber: str = ""
    ChargeNumber: str = "0" * 21
    UserNumber: tuple[str, ...] = ()
    CorpId: str = ""
    ServiceType: str = ""
    FeeType: int = 1
    FeeValue: str = "0"
    GivenValue: str = "0"
    AgentFlag: int = 0
    MorelatetoMTFlag: int = 2
    Priority: int = 0
    ExpireTime: str = ""
    ScheduleTime: str = ""
    ReportFlag: int = 1
    TP_pid: int = 0
    TP_udhi: int = 0
    MessageCoding: int = 8
    MessageType: int = 0
    MessageContent: bytes = b""
    Reserve: str = ""


class Deliver(msgspec.Struct, frozen=True, gc=False):
    """SGIP_DELIVER (4.2.3.4): an inbound message."""

    Sequence: tuple[int, int, int] = NO_SEQUENCE
    UserNumber: str = ""
    SPNumber: str = ""
    TP_pid: int = 0
    TP_udhi: int = 0
    MessageCoding: int = 8
    MessageContent: bytes = b""
    Reserve: str = ""


class Report(msgspec.Struct, frozen=True, gc=False):
    """SGIP_REPORT (4.2.3.5): what became of a Submit at one number; ErrorCode counts only with State 2."""

    Sequence: tuple[int, int, int] = NO_SEQUENCE
    SubmitSequenceNumber: bytes = bytes(12)
    ReportType: int = 0
    UserNumber: str = ""
    State: int = 0
    ErrorCode: int = 0
    Reserve: str = ""


class UserRpt(msgspec.Struct, frozen=True, gc=False):
    """SGIP_USERRPT (4.3.3): a number was closed, stopped for debt, or is back to normal."""

    Sequence: tuple[int, int, int] = NO_SEQUENCE
    SPNumber: str = ""
    UserNumber: str = ""
    UserCondition: int = 0
    Reserve: str = ""


class Trace(msgspec.Struct, frozen=True, gc=False):
    """SGIP_TRACE (4.4): where is this message? The answer may take five minutes."""

    Sequence: tuple[int, int, int] = NO_SEQUENCE
    SubmitSequenceNumber: bytes = bytes(12)
    UserNumber: str = ""
    Reserve: str = ""


class TraceNode(msgspec.Struct, frozen=True, gc=False):
    """One node of a SGIP_TRACE_RESP: Result 0 received, 1 waiting, else an error code; times as yymmddhhmmss."""

    Result: int = 0
    NodeId: str = ""
    ReceiveTime: str = ""
    SendTime: str = ""
    Reserve: str = ""


class TraceResp(msgspec.Struct, frozen=True, gc=False):
    """SGIP_TRACE_RESP (4.4): the nodes of the way. The text leaves open whether Reserve stands in each node or once behind."""

    Sequence: tuple[int, int, int] = NO_SEQUENCE
    Nodes: tuple[TraceNode, ...] = ()
    Reserve: str = ""


class BindResp(msgspec.Struct, frozen=True, gc=False):
    """SGIP_BIND_RESP (4.2.3.1)."""

    Sequence: tuple[int, int, int] = NO_SEQUENCE
    Result: int = 0
    Reserve: str = ""


class SubmitResp(msgspec.Struct, frozen=True, gc=False):
    """SGIP_SUBMIT_RESP (4.2.3.3): the sequence it repeats is the message id."""

    Sequence: tuple[int, int, int] = NO_SEQUENCE
    Result: int = 0
    Reserve: str = ""


class DeliverResp(msgspec.Struct, frozen=True, gc=False):
    """SGIP_DELIVER_RESP (4.2.3.4)."""

    Sequence: tuple[int, int, int] = NO_SEQUENCE
    Result: int = 0
    Reserve: str = ""


class ReportResp(msgspec.Struct, frozen=True, gc=False):
    """SGIP_REPORT_RESP (4.2.3.5)."""

    Sequence: tuple[int, int, int] = NO_SEQUENCE
    Result: int = 0
    Reserve: str = ""


class UserRptResp(msgspec.Struct, frozen=True, gc=False):
    """SGIP_USERRPT_RESP (4.3.3)."""

    Sequence: tuple[int, int, int] = NO_SEQUENCE
    Result: int = 0
    Reserve: str = ""


Pdu: TypeAlias = (
    Bind
    | BindResp
    | Unbind
    | UnbindResp
    | Submit
    | SubmitResp
    | Deliver
    | DeliverResp
    | Report
    | ReportResp
    | UserRpt
    | UserRptResp
    | Trace
    | TraceResp
)
