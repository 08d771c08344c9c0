"""Status and Result of CMPP (8.4.1, 8.4.3, 8.4.5): what each number means, in English and Chinese, and what a sender does about it."""

from kanhe.protocols.exchange.status import Status, by_value
from kanhe.protocols.states import Action

# CMPP_CONNECT_RESP.Status (8.4.1); 5 and above: other.
CONNECT_STATUSES: tuple[Status, ...] = (
    Status(0, "ok", "正确", Action.OK),
    Status(1, "structure", "消息结构错", Action.BUG),
    Status(2, "illegal source address", "非法源地址", Action.STOP),
    Status(3, "authentication failed", "认证错", Action.STOP),
    Status(4, "version too high", "版本太高", Action.RETRY_LOWER_VERSION),
    Status(5, "other (5 and above)", "其他错误", Action.RETRY),
)
# CMPP_SUBMIT_RESP.Result (8.4.3); 14 to 99 are reserved, 100 to 199 the vendor's: each gateway vendor publishes its list.
SUBMIT_RESULTS: tuple[Status, ...] = (
    Status(0, "ok", "正确", Action.OK),
    Status(1, "structure", "消息结构错", Action.BUG),
    Status(2, "command", "命令字错", Action.BUG),
    Status(3, "sequence repeated", "消息序号重复", Action.BUG),
    Status(4, "length", "消息长度错", Action.PERMANENT),
    Status(5, "fee code", "资费错", Action.PERMANENT),
    Status(6, "over the maximum length", "超过最大信息长", Action.PERMANENT),
    Status(7, "service code", "业务代码错", Action.STOP),
    Status(8, "flow control", "流量控制错", Action.THROTTLE),
    Status(9, "gateway does not serve this fee number", "本网关不负责服务此计费号码", Action.PERMANENT),
    Status(10, "Src_Id", "Src_Id 错误", Action.STOP),
    Status(11, "Msg_src", "Msg_src 错误", Action.STOP),
    Status(12, "Fee_terminal_Id", "Fee_terminal_Id 错误", Action.PERMANENT),
    Status(13, "Dest_terminal_Id", "Dest_terminal_Id 错误", Action.PERMANENT),
)
# CMPP_DELIVER_RESP.Result (8.4.5), what an SP answers; 9 and above: other.
DELIVER_RESULTS: tuple[Status, ...] = (
    Status(0, "ok", "正确", Action.OK),
    Status(1, "structure", "消息结构错", Action.RESENT_BY_GATEWAY),
    Status(2, "command", "命令字错", Action.RESENT_BY_GATEWAY),
    Status(3, "sequence repeated", "消息序号重复", Action.RESENT_BY_GATEWAY),
    Status(4, "length", "消息长度错", Action.RESENT_BY_GATEWAY),
    Status(5, "fee", "资费错", Action.RESENT_BY_GATEWAY),
    Status(6, "over the maximum length", "超过最大信息长", Action.RESENT_BY_GATEWAY),
    Status(7, "service code", "业务代码错", Action.RESENT_BY_GATEWAY),
    Status(8, "flow control", "流量控制错", Action.RESENT_BY_GATEWAY),
    Status(9, "other (9 and above)", "其他错误", Action.RESENT_BY_GATEWAY),
)

CONNECT_STATUS = by_value(CONNECT_STATUSES)
SUBMIT_RESULT = by_value(SUBMIT_RESULTS)
DELIVER_RESULT = by_value(DELIVER_RESULTS)

# The numbers our own sessions speak.
OK = 0
STRUCTURE = 1
ILLEGAL_SOURCE = 2
AUTHENTICATION = 3
VERSION_TOO_HIGH = 4
LOGIN_OTHER = 5
COMMAND = 2
SEQUENCE_REPEATED = 3
LENGTH = 4
FLOW_CONTROL = 8
