"""Result and ErrorCode of SGIP: one list; 1 to 20 stand in answers, 21 to 33 in reports.

The text's note says 21 to 32, its table ends at 33. Carriers use numbers above 33 of their own. go_sgip's constants for 21 to 33 come
out as 33 to 45 on the wire: trust numbers, not names, from it.
"""

from kanhe.protocols.exchange.status import Status, by_value
from kanhe.protocols.states import Action

RESULTS: tuple[Status, ...] = (
    Status(0, "ok", "无错误", Action.OK),
    Status(1, "illegal login", "非法登录", Action.STOP),
    Status(2, "repeated login", "重复登录", Action.BUG),
    Status(3, "too many connections", "连接过多", Action.RETRY),
    Status(4, "login type", "登录类型错", Action.STOP),
    Status(5, "parameter format", "参数格式错", Action.BUG),
    Status(6, "illegal number", "非法手机号码", Action.PERMANENT),
    Status(7, "message id", "消息 ID 错", Action.BUG),
    Status(8, "length", "信息长度错", Action.PERMANENT),
    Status(9, "sequence", "非法序列号", Action.BUG),
    Status(10, "illegal GNS operation", "非法操作 GNS", Action.BUG),
    Status(11, "node busy", "节点忙", Action.THROTTLE),
    Status(21, "destination node unreachable", "目的地址不可达", Action.TEMPORARY),
    Status(22, "route error", "路由错", Action.PERMANENT),
    Status(23, "no route", "路由不存在", Action.PERMANENT),
    Status(24, "charge number invalid", "计费号码无效", Action.PERMANENT),
    Status(25, "user cannot be reached", "用户不能通信", Action.TEMPORARY),
    Status(26, "handset memory full", "手机内存不足", Action.TEMPORARY),
    Status(27, "handset has no SMS", "手机不支持短消息", Action.PERMANENT),
    Status(28, "handset receive error", "手机接收短消息出现错误", Action.TEMPORARY),
    Status(29, "unknown user", "不知道的用户", Action.NUMBER_INVALID),
    Status(30, "function not offered", "不提供此功能", Action.PERMANENT),
    Status(31, "illegal device", "非法设备", Action.PERMANENT),
    Status(32, "system failure", "系统失败", Action.TEMPORARY),
    Status(33, "SMSC queue full", "短信中心队列满", Action.TEMPORARY),
)

RESULT = by_value(RESULTS)

# The numbers our own sessions speak.
OK = 0
ILLEGAL_LOGIN = 1
REPEATED_LOGIN = 2
TOO_MANY_CONNECTIONS = 3
LOGIN_TYPE = 4
PARAMETER_FORMAT = 5
MESSAGE_ID = 7
LENGTH = 8
SEQUENCE = 9
BUSY = 11
