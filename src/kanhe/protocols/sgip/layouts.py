"""The layouts of SGIP as its specification draws them (chapters 4.2.3, 4.3.3, 4.4), one row a field, and the commands with their ids."""

from kanhe.protocols.layout import (
    Command,
    Field,
    Layout,
    content,
    count,
    groups,
    integer,
    name_of,
    numbers,
    octets,
    text,
)
from kanhe.protocols.sgip import pdus

RESERVE = text("Reserve", 8)

BIND: tuple[Field, ...] = (integer("Login_Type", 1), text("Login_Name", 16), text("Login_Password", 16), RESERVE)
ANSWER: tuple[Field, ...] = (integer("Result", 1), RESERVE)
SUBMIT: tuple[Field, ...] = (
    text("SPNumber", 21),
    text("ChargeNumber", 21),
    count("UserCount", 1, of="UserNumber"),
    numbers("UserNumber", 21),
    text("CorpId", 5),
    text("ServiceType", 10),
    integer("FeeType", 1),
    text("FeeValue", 6),
    text("GivenValue", 6),
    integer("AgentFlag", 1),
    integer("MorelatetoMTFlag", 1),
    integer("Priority", 1),
    text("ExpireTime", 16),
    text("ScheduleTime", 16),
    integer("ReportFlag", 1),
    integer("TP_pid", 1),
    integer("TP_udhi", 1),
    integer("MessageCoding", 1),
    integer("MessageType", 1),
    count("MessageLength", 4, of="MessageContent"),
    content("MessageContent"),
    RESERVE,
)
DELIVER: tuple[Field, ...] = (
    text("UserNumber", 21),
    text("SPNumber", 21),
    integer("TP_pid", 1),
    integer("TP_udhi", 1),
    integer("MessageCoding", 1),
    count("MessageLength", 4, of="MessageContent"),
    content("MessageContent"),
    RESERVE,
)
REPORT: tuple[Field, ...] = (
    octets("SubmitSequenceNumber", 12),
    integer("ReportType", 1),
    text("UserNumber", 21),
    integer("State", 1),
    integer("ErrorCode", 1),
    RESERVE,
)
USERRPT: tuple[Field, ...] = (text("SPNumber", 21), text("UserNumber", 21), integer("UserCondition", 1), RESERVE)
TRACE: tuple[Field, ...] = (octets("SubmitSequenceNumber", 12), text("UserNumber", 21), RESERVE)

NODE: tuple[Field, ...] = (integer("Result", 1), text("NodeId", 6), text("ReceiveTime", 16), text("SendTime", 16))
NODES = count("Count", 1, of="Nodes")
# Reserve in each node, as SMSGate writes it ...
TRACE_RESP: tuple[Field, ...] = (NODES, groups("Nodes", Layout(pdus.TraceNode, (*NODE, RESERVE))))
# ... or once at the end; the length tells which (4.4.2 leaves it open).
TRACE_RESP_ONE_RESERVE: tuple[Field, ...] = (NODES, groups("Nodes", Layout(pdus.TraceNode, NODE)), RESERVE)

COMMANDS: tuple[Command, ...] = (
    Command(0x00000001, "SGIP_BIND", "4.2.3.1", pdus.Bind, BIND),
    Command(0x80000001, "SGIP_BIND_RESP", "4.2.3.1", pdus.BindResp, ANSWER),
    Command(0x00000002, "SGIP_UNBIND", "4.2.3.2", pdus.Unbind),
    Command(0x80000002, "SGIP_UNBIND_RESP", "4.2.3.2", pdus.UnbindResp),
    Command(0x00000003, "SGIP_SUBMIT", "4.2.3.3", pdus.Submit, SUBMIT),
    Command(0x80000003, "SGIP_SUBMIT_RESP", "4.2.3.3", pdus.SubmitResp, ANSWER),
    Command(0x00000004, "SGIP_DELIVER", "4.2.3.4", pdus.Deliver, DELIVER),
    Command(0x80000004, "SGIP_DELIVER_RESP", "4.2.3.4", pdus.DeliverResp, ANSWER),
    Command(0x00000005, "SGIP_REPORT", "4.2.3.5", pdus.Report, REPORT),
    Command(0x80000005, "SGIP_REPORT_RESP", "4.2.3.5", pdus.ReportResp, ANSWER),
    Command(0x00000011, "SGIP_USERRPT", "4.3.3", pdus.UserRpt, USERRPT),
    Command(0x80000011, "SGIP_USERRPT_RESP", "4.3.3", pdus.UserRptResp, ANSWER),
    Command(0x00001000, "SGIP_TRACE", "4.4", pdus.Trace, TRACE),
    Command(0x80001000, "SGIP_TRACE_RESP", "4.4", pdus.TraceResp, TRACE_RESP),
)
BY_ID: dict[int, Command] = {command.id: command for command in COMMANDS}
BY_STRUCT = {command.struct: command for command in COMMANDS}

# Gateway, GNS or billing only: we know their names for traces and answer nothing. The text prints 0x0000000E for
# SGIP_MODIFYSMG_RESP, a slip.
FOREIGN_REQUESTS: dict[int, str] = {
    0x06: "SGIP_ADDSP",
    0x07: "SGIP_MODIFYSP",
    0x08: "SGIP_DELETESP",
    0x09: "SGIP_QUERYROUTE",
    0x0A: "SGIP_ADDTELESEG",
    0x0B: "SGIP_MODIFYTELESEG",
    0x0C: "SGIP_DELETETELESEG",
    0x0D: "SGIP_ADDSMG",
    0x0E: "SGIP_MODIFYSMG",
    0x0F: "SGIP_DELETESMG",
    0x10: "SGIP_CHECKUSER",
}


def command_name(command_id: int) -> str:
    """Name a command, one we have no layout for included."""
    return name_of(command_id, BY_ID, FOREIGN_REQUESTS, "_RESP")
