"""The layouts of SMGP as its specification draws them (V3.0.3, chapter 5.2.2), one row a field, and the commands with their ids."""

from kanhe.protocols.layout import TLVS, Command, Field, content, count, integer, name_of, numbers, octets, text
from kanhe.protocols.smgp import pdus

LOGIN: tuple[Field, ...] = (
    text("ClientID", 8),
    octets("AuthenticatorClient", 16),
    integer("LoginMode", 1),
    integer("TimeStamp", 4),
    integer("ClientVersion", 1),
)
LOGIN_RESP: tuple[Field, ...] = (integer("Status", 4), octets("AuthenticatorServer", 16), integer("ServerVersion", 1))
SUBMIT: tuple[Field, ...] = (
    integer("MsgType", 1),
    integer("NeedReport", 1),
    integer("Priority", 1),
    text("ServiceID", 10),
    text("FeeType", 2),
    text("FeeCode", 6),
    text("FixedFee", 6),
    integer("MsgFormat", 1),
    text("ValidTime", 17),
    text("AtTime", 17),
    text("SrcTermID", 21),
    text("ChargeTermID", 21),
    count("DestTermIDCount", 1, of="DestTermID"),
    numbers("DestTermID", 21),
    count("MsgLength", 1, of="MsgContent"),
    content("MsgContent"),
    text("Reserve", 8),
    TLVS,
)
DELIVER: tuple[Field, ...] = (
    octets("MsgID", 10),
    integer("IsReport", 1),
    integer("MsgFormat", 1),
    text("RecvTime", 14),
    text("SrcTermID", 21),
    text("DestTermID", 21),
    count("MsgLength", 1, of="MsgContent"),
    content("MsgContent"),
    text("Reserve", 8),
    TLVS,
)
ANSWER: tuple[Field, ...] = (octets("MsgID", 10), integer("Status", 4))
QUERY: tuple[Field, ...] = (text("QueryTime", 8), integer("QueryType", 1), text("QueryCode", 10))
COUNTERS = ("MT_TLMsg", "MT_TLUsr", "MT_Scs", "MT_WT", "MT_FL", "MO_Scs", "MO_WT", "MO_FL")
QUERY_RESP: tuple[Field, ...] = (*QUERY, *(integer(name, 4) for name in COUNTERS), text("Reserve", 8))

COMMANDS: tuple[Command, ...] = (
    Command(0x00000001, "Login", "5.2.2.1", pdus.Login, LOGIN),
    Command(0x80000001, "Login_Resp", "5.2.2.1", pdus.LoginResp, LOGIN_RESP),
    Command(0x00000002, "Submit", "5.2.2.2", pdus.Submit, SUBMIT),
    Command(0x80000002, "Submit_Resp", "5.2.2.2", pdus.SubmitResp, ANSWER),
    Command(0x00000003, "Deliver", "5.2.2.3", pdus.Deliver, DELIVER),
    Command(0x80000003, "Deliver_Resp", "5.2.2.3", pdus.DeliverResp, ANSWER),
    Command(0x00000004, "Active_Test", "5.2.2.5", pdus.ActiveTest),
    Command(0x80000004, "Active_Test_Resp", "5.2.2.5", pdus.ActiveTestResp),
    Command(0x00000006, "Exit", "5.2.2.6", pdus.Exit),
    Command(0x80000006, "Exit_Resp", "5.2.2.6", pdus.ExitResp),
    Command(0x00000007, "Query", "5.2.2.7", pdus.Query, QUERY),
    Command(0x80000007, "Query_Resp", "5.2.2.7", pdus.QueryResp, QUERY_RESP),
)
BY_ID: dict[int, Command] = {command.id: command for command in COMMANDS}
BY_STRUCT = {command.struct: command for command in COMMANDS}

# Gateway, GNS or prepaid only: we know their names for traces and answer nothing.
FOREIGN_REQUESTS: dict[int, str] = {
    0x05: "Forward",
    0x08: "Query_TE_Route",
    0x09: "Query_SP_Route",
    0x0A: "Payment_Request",
    0x0B: "Payment_Affirm",
    0x0C: "Query_UserState",
    0x0D: "Get_All_TE_Route",
    0x0E: "Get_All_SP_Route",
    0x0F: "Update_TE_Route",
    0x10: "Update_SP_Route",
    0x11: "Push_Update_TE_Route",
    0x12: "Push_Update_SP_Route",
}


def command_name(command_id: int) -> str:
    """Name a command, one we have no layout for included."""
    return name_of(command_id, BY_ID, FOREIGN_REQUESTS, "_Resp")
