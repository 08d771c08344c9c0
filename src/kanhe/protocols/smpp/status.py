"""command_status (3.4 section 5.1.3, 5.0 where named): the number, its name, what it means, and what a sender does."""

from typing import NamedTuple

from kanhe.protocols.states import Action

# The statuses our own sessions speak, by their names without ESME_.
ROK = 0x00
RINVMSGLEN = 0x01
RINVCMDLEN = 0x02
RINVCMDID = 0x03
RINVBNDSTS = 0x04
RALYBND = 0x05
RINVPRTFLG = 0x06
RINVREGDLVFLG = 0x07
RSYSERR = 0x08
RINVSRCADR = 0x0A
RINVDSTADR = 0x0B
RINVMSGID = 0x0C
RBINDFAIL = 0x0D
RINVPASWD = 0x0E
RINVSYSID = 0x0F
RCANCELFAIL = 0x11
RREPLACEFAIL = 0x13
RMSGQFUL = 0x14
RINVSERTYP = 0x15
RINVNUMDESTS = 0x33
RINVDLNAME = 0x34
RINVDESTFLAG = 0x40
RINVESMCLASS = 0x43
RSUBMITFAIL = 0x45
RINVSRCTON = 0x48
RINVSRCNPI = 0x49
RINVDSTTON = 0x50
RINVDSTNPI = 0x51
RINVSYSTYP = 0x53
RINVREPFLAG = 0x54
RTHROTTLED = 0x58
RINVSCHED = 0x61
RINVEXPIRY = 0x62
RX_T_APPN = 0x64
RINVOPTPARSTREAM = 0xC0
ROPTPARNOTALLWD = 0xC1
RINVPARLEN = 0xC2
RINVDCS = 0x104
RUNKNOWNERR = 0xFF


class Status(NamedTuple):
    """One command_status."""

    value: int
    name: str
    meaning: str
    action: Action
    since: str = "3.4"


STATUSES: tuple[Status, ...] = (
    Status(0x0, "ESME_ROK", "no error", Action.OK),
    Status(0x1, "ESME_RINVMSGLEN", "message length invalid", Action.PERMANENT),
    Status(0x2, "ESME_RINVCMDLEN", "command length invalid", Action.BUG),
    Status(0x3, "ESME_RINVCMDID", "command id invalid", Action.BUG),
    Status(0x4, "ESME_RINVBNDSTS", "wrong bind state for this command", Action.REBIND),
    Status(0x5, "ESME_RALYBND", "already bound", Action.REBIND_ONCE),
    Status(0x6, "ESME_RINVPRTFLG", "priority flag invalid", Action.PERMANENT),
    Status(0x7, "ESME_RINVREGDLVFLG", "registered_delivery invalid", Action.PERMANENT),
    Status(0x8, "ESME_RSYSERR", "system error", Action.RETRY),
    Status(0xA, "ESME_RINVSRCADR", "source address invalid", Action.PERMANENT),
    Status(0xB, "ESME_RINVDSTADR", "destination address invalid", Action.PERMANENT),
    Status(0xC, "ESME_RINVMSGID", "message id invalid", Action.PERMANENT),
    Status(0xD, "ESME_RBINDFAIL", "bind failed", Action.REBIND),
    Status(0xE, "ESME_RINVPASWD", "password invalid", Action.STOP),
    Status(0xF, "ESME_RINVSYSID", "system id invalid", Action.STOP),
    Status(0x11, "ESME_RCANCELFAIL", "cancel failed", Action.PERMANENT),
    Status(0x13, "ESME_RREPLACEFAIL", "replace failed", Action.PERMANENT),
    Status(0x14, "ESME_RMSGQFUL", "message queue full", Action.RETRY),
    Status(0x15, "ESME_RINVSERTYP", "service type invalid", Action.PERMANENT),
    Status(0x33, "ESME_RINVNUMDESTS", "number of destinations invalid", Action.PERMANENT),
    Status(0x34, "ESME_RINVDLNAME", "distribution list name invalid", Action.PERMANENT),
    Status(0x40, "ESME_RINVDESTFLAG", "destination flag invalid", Action.PERMANENT),
    Status(0x42, "ESME_RINVSUBREP", "submit with replace invalid", Action.PERMANENT),
    Status(0x43, "ESME_RINVESMCLASS", "esm_class invalid", Action.PERMANENT),
    Status(0x44, "ESME_RCNTSUBDL", "cannot submit to distribution list", Action.PERMANENT),
    Status(0x45, "ESME_RSUBMITFAIL", "submit failed", Action.PERMANENT),
    Status(0x48, "ESME_RINVSRCTON", "source TON invalid", Action.PERMANENT),
    Status(0x49, "ESME_RINVSRCNPI", "source NPI invalid", Action.PERMANENT),
    Status(0x50, "ESME_RINVDSTTON", "destination TON invalid", Action.PERMANENT),
    Status(0x51, "ESME_RINVDSTNPI", "destination NPI invalid", Action.PERMANENT),
    Status(0x53, "ESME_RINVSYSTYP", "system_type invalid", Action.STOP),
    Status(0x54, "ESME_RINVREPFLAG", "replace_if_present_flag invalid", Action.PERMANENT),
    Status(0x55, "ESME_RINVNUMMSGS", "number of messages invalid", Action.PERMANENT),
    Status(0x58, "ESME_RTHROTTLED", "throttled", Action.THROTTLE),
    Status(0x61, "ESME_RINVSCHED", "scheduled time invalid", Action.PERMANENT),
    Status(0x62, "ESME_RINVEXPIRY", "validity invalid", Action.PERMANENT),
    Status(0x63, "ESME_RINVDFTMSGID", "predefined message invalid", Action.PERMANENT),
    Status(0x64, "ESME_RX_T_APPN", "receiver temporary application error", Action.RETRY),
    Status(0x65, "ESME_RX_P_APPN", "receiver permanent application error", Action.PERMANENT),
    Status(0x66, "ESME_RX_R_APPN", "receiver rejects the message", Action.PERMANENT),
    Status(0x67, "ESME_RQUERYFAIL", "query failed", Action.PERMANENT),
    Status(0xC0, "ESME_RINVOPTPARSTREAM", "optional part malformed", Action.PERMANENT),
    Status(0xC1, "ESME_ROPTPARNOTALLWD", "optional parameter not allowed", Action.PERMANENT),
    Status(0xC2, "ESME_RINVPARLEN", "parameter length invalid", Action.PERMANENT),
    Status(0xC3, "ESME_RMISSINGOPTPARAM", "optional parameter missing", Action.PERMANENT),
    Status(0xC4, "ESME_RINVOPTPARAMVAL", "optional parameter value invalid", Action.PERMANENT),
    Status(0xFE, "ESME_RDELIVERYFAILURE", "delivery failure (data_sm_resp)", Action.RETRY_IF_DATA_SM),
    Status(0xFF, "ESME_RUNKNOWNERR", "unknown error", Action.PERMANENT),
    Status(0x100, "ESME_RSERTYPUNAUTH", "not authorised for the service_type", Action.PERMANENT, "5.0"),
    Status(0x101, "ESME_RPROHIBITED", "prohibited operation", Action.PERMANENT, "5.0"),
    Status(0x102, "ESME_RSERTYPUNAVAIL", "service_type unavailable", Action.RETRY, "5.0"),
    Status(0x103, "ESME_RSERTYPDENIED", "service_type denied", Action.PERMANENT, "5.0"),
    Status(0x104, "ESME_RINVDCS", "data coding invalid", Action.PERMANENT, "5.0"),
    Status(0x105, "ESME_RINVSRCADDRSUBUNIT", "source subunit invalid", Action.PERMANENT, "5.0"),
    Status(0x106, "ESME_RINVDSTADDRSUBUNIT", "destination subunit invalid", Action.PERMANENT, "5.0"),
    Status(0x107, "ESME_RINVBCASTFREQINT", "broadcast frequency interval invalid", Action.PERMANENT, "5.0"),
    Status(0x108, "ESME_RINVBCASTALIAS_NAME", "broadcast alias name invalid", Action.PERMANENT, "5.0"),
    Status(0x109, "ESME_RINVBCASTAREAFMT", "broadcast area format invalid", Action.PERMANENT, "5.0"),
    Status(0x10A, "ESME_RINVNUMBCAST_AREAS", "number of broadcast areas invalid", Action.PERMANENT, "5.0"),
    Status(0x10B, "ESME_RINVBCASTCNTTYPE", "broadcast content type invalid", Action.PERMANENT, "5.0"),
    Status(0x10C, "ESME_RINVBCASTMSGCLASS", "broadcast message class invalid", Action.PERMANENT, "5.0"),
    Status(0x10D, "ESME_RBCASTFAIL", "broadcast failed", Action.PERMANENT, "5.0"),
    Status(0x10E, "ESME_RBCASTQUERYFAIL", "query_broadcast failed", Action.PERMANENT, "5.0"),
    Status(0x10F, "ESME_RBCASTCANCELFAIL", "cancel_broadcast failed", Action.PERMANENT, "5.0"),
    Status(0x110, "ESME_RINVBCAST_REP", "number of repeated broadcasts invalid", Action.PERMANENT, "5.0"),
    Status(0x111, "ESME_RINVBCASTSRVGRP", "broadcast service group invalid", Action.PERMANENT, "5.0"),
    Status(0x112, "ESME_RINVBCASTCHANIND", "broadcast channel indicator invalid", Action.PERMANENT, "5.0"),
)

BY_VALUE: dict[int, Status] = {status.value: status for status in STATUSES}
BY_NAME: dict[str, int] = {status.name.removeprefix("ESME_"): status.value for status in STATUSES}

# The statuses people meet, in Chinese; the others show their English meaning.
MEANINGS_ZH: dict[int, str] = {
    RINVMSGLEN: "短信长度不合规",
    RINVCMDLEN: "命令长度不合规",
    RINVCMDID: "命令标识不合规",
    RINVBNDSTS: "当前绑定状态不允许此命令",
    RALYBND: "已经绑定",
    RINVPRTFLG: "优先级不合规",
    RSYSERR: "系统错误",
    RINVSRCADR: "源地址不合规",
    RINVDSTADR: "目的地址不合规",
    RINVMSGID: "短信标识不合规",
    RBINDFAIL: "绑定失败",
    RINVPASWD: "密码错误",
    RINVSYSID: "系统标识错误",
    RMSGQFUL: "短信队列已满",
    RINVNUMDESTS: "目的地址数量不合规",
    RINVESMCLASS: "esm_class 不合规",
    RSUBMITFAIL: "提交失败",
    RINVDSTTON: "目的号码类型不合规",
    RTHROTTLED: "超过流量限制",
    RINVSCHED: "定时时间不合规",
    RINVEXPIRY: "有效期不合规",
    RX_T_APPN: "接收方暂时错误",
    RINVOPTPARSTREAM: "可选参数部分损坏",
    ROPTPARNOTALLWD: "不允许的可选参数",
    RINVPARLEN: "参数长度不合规",
    RUNKNOWNERR: "未知错误",
    ROK: "成功",
}

# Names of 5.0 for statuses 3.4 already had.
NAMES_IN_5_0: dict[int, str] = {
    0xC0: "ESME_RINVTLVSTREAM",
    0xC1: "ESME_RTLVNOTALLWD",
    0xC2: "ESME_RINVTLVLEN",
    0xC3: "ESME_RMISSINGTLV",
    0xC4: "ESME_RINVTLVVAL",
}

# Statuses a carrier may define for itself; they mean other things elsewhere.
VENDOR_STATUSES = range(0x400, 0x500)


def action_of(status: int) -> Action:
    """What a sender does about a status; a number nobody knows fails the message."""
    known = BY_VALUE.get(status)
    return known.action if known else Action.PERMANENT


def name_of(status: int) -> str:
    """The status by name, or as a number when it has none."""
    known = BY_VALUE.get(status)
    return known.name if known else f"0x{status:08X}"
