"""What the values of CMPP fields mean (chapter 8.4), in English and Chinese."""

from kanhe.protocols.cmpp import msg_id, pdus, status
from kanhe.protocols.exchange.tracing import MESSAGE_FORMATS, NO_YES_HEADER, QUERY_TYPES, Lexicon, moment
from kanhe.protocols.smpp.values import Meaning

TERMINAL_TYPE = {0: Meaning("real number", "真实号码"), 1: Meaning("pseudo number", "伪码")}


def _msg_id(octets: bytes) -> Meaning:
    if octets == pdus.NO_MSG_ID:
        return Meaning("none yet", "尚未分配")
    parts = msg_id.unpack(octets)
    at = f"{parts.month:02d}-{parts.day:02d} {parts.hour:02d}:{parts.minute:02d}:{parts.second:02d}"
    return Meaning(
        f"{at}, gateway {parts.gateway}, sequence {parts.sequence}",
        f"{at}，网关 {parts.gateway}，序号 {parts.sequence}",
    )


LEXICON = Lexicon(
    meanings={
        "Fee_UserType": {
            0: Meaning("destination pays", "对目的终端计费"),
            1: Meaning("source pays", "对源终端计费"),
            2: Meaning("SP pays", "对 SP 计费"),
            3: Meaning("see Fee_terminal_Id", "由 Fee_terminal_Id 指定"),
        },
        "Fee_terminal_type": TERMINAL_TYPE,
        "Dest_terminal_type": TERMINAL_TYPE,
        "Src_terminal_type": TERMINAL_TYPE,
        "Msg_Fmt": MESSAGE_FORMATS,
        "TP_udhi": NO_YES_HEADER,
        "FeeType": {
            "01": Meaning("free", "免费"),
            "02": Meaning("per message", "按条计费"),
            "03": Meaning("monthly", "包月"),
            "04": Meaning("2.0 only: capped", "仅 2.0：封顶"),
            "05": Meaning("2.0 only: SP pays", "仅 2.0：由 SP 支付"),
        },
        "Version": {
            0x20: Meaning("2.0", "2.0"),
            0x21: Meaning("2.1, laid out as 2.0", "2.1，格式同 2.0"),
            0x30: Meaning("3.0", "3.0"),
            0x7F: Meaning("private 3.0 variant", "私有的 3.0 变体"),
        },
        "Query_Type": QUERY_TYPES,
        "Success_Id": {0: Meaning("cancelled", "删除成功"), 1: Meaning("failed", "删除失败")},
    },
    of_packet={
        (pdus.Submit, "Registered_Delivery"): {
            0: Meaning("no report", "不要状态报告"),
            1: Meaning("report wanted", "要状态报告"),
            2: Meaning("2.0 only: a billing record", "仅 2.0：产生话单"),
        },
        (pdus.Deliver, "Registered_Delivery"): {
            0: Meaning("inbound message", "上行短信"),
            1: Meaning("report", "状态报告"),
        },
    },
    statuses={
        (pdus.ConnectResp, "Status"): status.CONNECT_STATUS,
        (pdus.SubmitResp, "Result"): status.SUBMIT_RESULT,
        (pdus.DeliverResp, "Result"): status.DELIVER_RESULT,
    },
    explained={"Msg_Id": _msg_id, "Timestamp": moment},
)
