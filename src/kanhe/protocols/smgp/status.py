"""Status of SMGP answers (V3.0.3): what each number means, in English and Chinese, and what a sender does about it.

3 to 9, 13 to 19 and 23 to 29 are reserved, 50 to 55 and 112 to 116 have other uses, 128 to 255 are the vendor's.
"""

from kanhe.protocols.exchange.status import Status, by_value
from kanhe.protocols.states import Action

STATUSES: tuple[Status, ...] = (
    Status(0, "ok", "成功", Action.OK),
    Status(1, "system busy", "系统忙", Action.RETRY),
    Status(2, "too many connections", "超过最大连接数", Action.RETRY),
    Status(10, "structure", "消息结构错", Action.BUG),
    Status(11, "command", "命令字错", Action.BUG),
    Status(12, "sequence repeated", "序列号重复", Action.BUG),
    Status(20, "IP address", "IP地址错", Action.STOP),
    Status(21, "authentication", "认证错", Action.STOP),
    Status(22, "version too high", "版本太高", Action.RETRY_LOWER_VERSION),
    Status(30, "MsgType", "非法消息类型", Action.PERMANENT),
    Status(31, "Priority", "非法优先级", Action.PERMANENT),
    Status(32, "FeeType", "非法资费类型", Action.PERMANENT),
    Status(33, "FeeCode", "非法资费代码", Action.PERMANENT),
    Status(34, "MsgFormat", "非法短消息格式", Action.PERMANENT),
    Status(35, "time format", "非法时间格式", Action.PERMANENT),
    Status(36, "MsgLength", "非法短消息长度", Action.PERMANENT),
    Status(37, "expired", "有效期已过", Action.PERMANENT),
    Status(38, "QueryType", "非法查询类别", Action.PERMANENT),
    Status(39, "route", "路由错误", Action.PERMANENT),
    Status(40, "FixedFee", "非法包月费/封顶费", Action.PERMANENT),
    Status(41, "UpdateType", "非法更新类型", Action.PERMANENT),
    Status(42, "RouteId", "非法路由编号", Action.PERMANENT),
    Status(43, "ServiceId", "非法服务代码", Action.STOP),
    Status(44, "ValidTime", "非法有效期", Action.PERMANENT),
    Status(45, "AtTime", "非法定时发送时间", Action.PERMANENT),
    Status(46, "SrcTermId", "非法发送用户号码", Action.STOP),
    Status(47, "DestTermId", "非法接收用户号码", Action.PERMANENT),
    Status(48, "ChargeTermId", "非法计费用户号码", Action.PERMANENT),
    Status(49, "SPCode", "非法SP服务代码", Action.STOP),
    Status(56, "SrcGatewayID", "非法源网关代码", Action.PERMANENT),
    Status(57, "QueryTermID", "非法查询号码", Action.PERMANENT),
    Status(58, "no matching route", "没有匹配路由", Action.PERMANENT),
    Status(59, "SPType", "非法SP类型", Action.PERMANENT),
    Status(60, "LastRouteID", "非法上一条路由编号", Action.PERMANENT),
    Status(61, "RouteType", "非法路由类型", Action.PERMANENT),
    Status(62, "DestGatewayID", "非法目标网关代码", Action.PERMANENT),
    Status(63, "DestGatewayIP", "非法目标网关IP", Action.PERMANENT),
    Status(64, "DestGatewayPort", "非法目标网关端口", Action.PERMANENT),
    Status(65, "TermRangeID", "非法路由号码段", Action.PERMANENT),
    Status(66, "ProvinceCode", "非法终端所属省代码", Action.PERMANENT),
    Status(67, "UserType", "非法用户类型", Action.PERMANENT),
    Status(68, "this node takes no route updates", "本节点不支持路由更新", Action.PERMANENT),
    Status(69, "SPID", "非法SP企业代码", Action.STOP),
    Status(70, "SPAccessType", "非法SP接入类型", Action.STOP),
    Status(71, "route update failed", "路由信息更新失败", Action.PERMANENT),
    Status(72, "Time", "非法时间戳", Action.PERMANENT),
    Status(73, "MServiceID", "非法业务代码", Action.STOP),
    Status(74, "SP in a forbidden sending period", "SP禁止下发时段", Action.HOLD_UNTIL_ALLOWED),
    Status(75, "SP over its daily volume", "SP发送超过日流量", Action.HOLD_UNTIL_NEXT_DAY),
    Status(76, "SP account expired", "SP帐号过有效期", Action.STOP),
)

STATUS = by_value(STATUSES)

# The numbers our own sessions speak.
OK = 0
BUSY = 1
TOO_MANY_CONNECTIONS = 2
STRUCTURE = 10
COMMAND = 11
SEQUENCE_REPEATED = 12
IP_ADDRESS = 20
AUTHENTICATION = 21
VERSION_TOO_HIGH = 22
MSG_LENGTH = 36
