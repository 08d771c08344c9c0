"""What the numbers of SMPP mean, in English and Chinese: for traces and the message page (3.4 sections 5.2 and 5.3)."""

from typing import NamedTuple


class Meaning(NamedTuple):
    """A meaning in both languages."""

    en: str
    zh: str


TON: dict[int, Meaning] = {
    0: Meaning("unknown", "未知"),
    1: Meaning("international", "国际号码"),
    2: Meaning("national", "国内号码"),
    3: Meaning("network specific", "网络专用"),
    4: Meaning("subscriber number", "用户号码"),
    5: Meaning("alphanumeric", "字母数字"),
    6: Meaning("abbreviated", "短号"),
}

NPI: dict[int, Meaning] = {
    0: Meaning("unknown", "未知"),
    1: Meaning("ISDN (E.164)", "电话号码编号 (E.164)"),
    3: Meaning("data (X.121)", "数据网 (X.121)"),
    4: Meaning("telex (F.69)", "用户电报 (F.69)"),
    6: Meaning("land mobile (E.212)", "陆地移动 (E.212)"),
    8: Meaning("national", "国内"),
    9: Meaning("private", "专用"),
    10: Meaning("ERMES", "ERMES 寻呼"),
    14: Meaning("internet (IP)", "互联网 (IP)"),
    18: Meaning("WAP client id", "WAP 客户端"),
}

PRIORITY: dict[int, Meaning] = {
    0: Meaning("lowest", "最低"),
    1: Meaning("normal", "普通"),
    2: Meaning("high", "较高"),
    3: Meaning("highest", "最高"),
}

NO_YES: dict[int, Meaning] = {0: Meaning("no", "否"), 1: Meaning("yes", "是")}

DATA_CODING: dict[int, Meaning] = {
    0: Meaning("the carrier's default alphabet", "运营商默认字母表"),
    1: Meaning("ASCII (IA5)", "ASCII (IA5)"),
    2: Meaning("8-bit octets", "8 位数据"),
    3: Meaning("Latin-1", "拉丁字母 (Latin-1)"),
    4: Meaning("8-bit octets", "8 位数据"),
    5: Meaning("Japanese (JIS)", "日文 (JIS)"),
    6: Meaning("Cyrillic (8859-5)", "西里尔字母 (8859-5)"),
    7: Meaning("Hebrew (8859-8)", "希伯来字母 (8859-8)"),
    8: Meaning("UCS-2", "UCS-2（统一码）"),
    9: Meaning("pictogram", "图形"),
    10: Meaning("Japanese (ISO-2022-JP)", "日文 (ISO-2022-JP)"),
    14: Meaning("Korean (KS C 5601)", "韩文 (KS C 5601)"),
    0x10: Meaning("GSM 7, shown at once (flash)", "GSM 7，闪信"),
    0x18: Meaning("UCS-2, shown at once (flash)", "UCS-2，闪信"),
    0xF0: Meaning("GSM 7, shown at once (flash)", "GSM 7，闪信"),
}

INTERFACE_VERSION: dict[int, Meaning] = {
    0x33: Meaning("3.3: no optional parameters", "3.3：不带可选参数"),
    0x34: Meaning("3.4", "3.4"),
    0x50: Meaning("5.0", "5.0"),
}

MESSAGE_STATE: dict[int, Meaning] = {
    0: Meaning("scheduled", "已排定"),
    1: Meaning("on its way", "在途"),
    2: Meaning("delivered", "已送达"),
    3: Meaning("expired", "已过期"),
    4: Meaning("deleted", "已删除"),
    5: Meaning("undeliverable", "无法送达"),
    6: Meaning("accepted", "已接受"),
    7: Meaning("unknown", "未知"),
    8: Meaning("rejected", "被拒绝"),
    9: Meaning("skipped", "已跳过"),
}

# Fields whose whole value is one number of a table.
NUMBERS: dict[str, dict[int, Meaning]] = {
    **dict.fromkeys(("source_addr_ton", "dest_addr_ton", "addr_ton", "esme_addr_ton"), TON),
    **dict.fromkeys(("source_addr_npi", "dest_addr_npi", "addr_npi", "esme_addr_npi"), NPI),
    "priority_flag": PRIORITY,
    "replace_if_present_flag": NO_YES,
    "data_coding": DATA_CODING,
    "interface_version": INTERFACE_VERSION,
    "sc_interface_version": INTERFACE_VERSION,
    "message_state": MESSAGE_STATE,
    "more_messages_to_send": NO_YES,
}

# Fields made of bits: mask, the value under it, what it means. The first line of a mask that fits is said; zero values say nothing.
ESM_CLASS_TO_SMSC: tuple[tuple[int, int, Meaning], ...] = (
    (0x03, 0x01, Meaning("datagram", "数据报方式")),
    (0x03, 0x02, Meaning("forward (transaction)", "转发（事务）方式")),
    (0x03, 0x03, Meaning("store and forward", "存储转发方式")),
    (0x3C, 0x08, Meaning("delivery acknowledgement by the ESME", "ESME 送达确认")),
    (0x3C, 0x10, Meaning("user acknowledgement", "用户确认")),
    (0x40, 0x40, Meaning("the text begins with a user data header", "正文以用户数据头开始")),
    (0x80, 0x80, Meaning("reply path", "设置回复路径")),
)

ESM_CLASS_TO_ESME: tuple[tuple[int, int, Meaning], ...] = (
    (0x3C, 0x04, Meaning("delivery receipt", "状态报告")),
    (0x3C, 0x08, Meaning("delivery acknowledgement by the handset", "手机送达确认")),
    (0x3C, 0x10, Meaning("user acknowledgement", "用户确认")),
    (0x3C, 0x18, Meaning("conversation abort", "会话中止")),
    (0x3C, 0x20, Meaning("intermediate notification", "中间状态通知")),
    (0x40, 0x40, Meaning("the text begins with a user data header", "正文以用户数据头开始")),
    (0x80, 0x80, Meaning("reply path", "设置回复路径")),
)

REGISTERED_DELIVERY: tuple[tuple[int, int, Meaning], ...] = (
    (0x03, 0x01, Meaning("receipt wanted, success or failure", "无论成败都要状态报告")),
    (0x03, 0x02, Meaning("receipt wanted on failure", "失败时要状态报告")),
    (0x03, 0x03, Meaning("receipt wanted on success (5.0)", "成功时要状态报告 (5.0)")),
    (0x0C, 0x04, Meaning("delivery acknowledgement by the handset wanted", "要手机送达确认")),
    (0x0C, 0x08, Meaning("user acknowledgement wanted", "要用户确认")),
    (0x0C, 0x0C, Meaning("both acknowledgements wanted", "两种确认都要")),
    (0x10, 0x10, Meaning("intermediate notification wanted", "要中间状态通知")),
)

NOTHING_SPECIAL = Meaning("nothing special", "无特殊要求")
