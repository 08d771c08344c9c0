"""The packets of SMGP as nouns, fields named as in the specification (V3.0.3, chapter 5.2.2).

Lengths and counts (PacketLength, DestTermIDCount, MsgLength) are not kept: they are how long the others are.
"""

from typing import TypeAlias

import msgspec

from kanhe.protocols.layout import Tlv

NO_MSG_ID = bytes(10)
NO_DIGEST = bytes(16)


class Login(msgspec.Struct, frozen=True, gc=False):
    """Login (5.2.2.1): LoginMode 0 to send, 1 to receive, 2 for both."""

    SequenceID: int = 0
    ClientID: str = ""
    AuthenticatorClient: bytes = NO_DIGEST
    LoginMode: int = 2
    TimeStamp: int = 0
    ClientVersion: int = 0x30


class LoginResp(msgspec.Struct, frozen=True, gc=False):
    """Login_Resp (5.2.2.1)."""

    SequenceID: int = 0
    Status: int = 0
    AuthenticatorServer: bytes = NO_DIGEST
    ServerVersion: int = 0x30


class Submit(msgspec.Struct, frozen=True, gc=False):
    """Submit (5.2.2.2): one message to 1 to 100 numbers."""

    SequenceID: int = 0
    MsgType: int = 6
    NeedReport: int = 1
    Priority: int = 1
    ServiceID: str = ""
    FeeType: str = "00"
    FeeCode: str = "0"
    FixedFee: str = "0"
    MsgFormat: int = 15
    ValidTime: str = ""
    AtTime: str = ""
    SrcTermID: str = ""
    ChargeTermID: str = ""
    DestTermID: tuple[str, ...] = ()
    MsgContent: bytes = b""
    Reserve: str = ""
    tlvs: tuple[Tlv, ...] = ()


class SubmitResp(msgspec.Struct, frozen=True, gc=False):
    """Submit_Resp (5.2.2.2): the MsgID of the first number, and a Status."""

    SequenceID: int = 0
    MsgID: bytes = NO_MSG_ID
    Status: int = 0


class Deliver(msgspec.Struct, frozen=True, gc=False):
    """Deliver (5.2.2.3): an inbound message, or with IsReport 1 a report."""

    SequenceID: int = 0
    MsgID: bytes = NO_MSG_ID
    IsReport: int = 0
    MsgFormat: int = 0
    RecvTime: str = ""
    SrcTermID: str = ""
    DestTermID: str = ""
    MsgContent: bytes = b""
    Reserve: str = ""
    tlvs: tuple[Tlv, ...] = ()


class DeliverResp(msgspec.Struct, frozen=True, gc=False):
    """Deliver_Resp (5.2.2.3): repeats the MsgID of the delivery."""

    SequenceID: int = 0
    MsgID: bytes = NO_MSG_ID
    Status: int = 0


class ActiveTest(msgspec.Struct, frozen=True, gc=False):
    """Active_Test (5.2.2.5): asks whether the link is alive."""

    SequenceID: int = 0


class ActiveTestResp(msgspec.Struct, frozen=True, gc=False):
    """Active_Test_Resp (5.2.2.5)."""

    SequenceID: int = 0


class Exit(msgspec.Struct, frozen=True, gc=False):
    """Exit (5.2.2.6): either side parts."""

    SequenceID: int = 0


class ExitResp(msgspec.Struct, frozen=True, gc=False):
    """Exit_Resp (5.2.2.6)."""

    SequenceID: int = 0


class Query(msgspec.Struct, frozen=True, gc=False):
    """Query (5.2.2.7): the SP asks for the counters of a day."""

    SequenceID: int = 0
    QueryTime: str = ""
    QueryType: int = 0
    QueryCode: str = ""


class QueryResp(msgspec.Struct, frozen=True, gc=False):
    """Query_Resp (5.2.2.7): messages and users submitted, succeeded, waiting, failed; then the same for inbound."""

    SequenceID: int = 0
    QueryTime: str = ""
    QueryType: int = 0
    QueryCode: str = ""
    MT_TLMsg: int = 0
    MT_TLUsr: int = 0
    MT_Scs: int = 0
    MT_WT: int = 0
    MT_FL: int = 0
    MO_Scs: int = 0
    MO_WT: int = 0
    MO_FL: int = 0
    Reserve: str = ""


Pdu: TypeAlias = (
    Login
    | LoginResp
    | Submit
    | SubmitResp
    | Deliver
    | DeliverResp
    | ActiveTest
    | ActiveTestResp
    | Exit
    | ExitResp
    | Query
    | QueryResp
)
