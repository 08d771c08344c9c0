"""What the values of SGIP fields mean (chapter 4.2.3), in English and Chinese."""

from kanhe.protocols.exchange.tracing import MESSAGE_FORMATS, NO_YES_HEADER, Lexicon
from kanhe.protocols.sgip import pdus, sequence, status
from kanhe.protocols.smpp.values import Meaning


def _submit_sequence(octets: bytes) -> Meaning:
    node, at, counter = sequence.unpack(octets)
    return Meaning(f"node {node}, at {at:010d}, counter {counter}", f"节点 {node}，时间 {at:010d}，序号 {counter}")


ANSWERS = (pdus.BindResp, pdus.SubmitResp, pdus.DeliverResp, pdus.ReportResp, pdus.UserRptResp)

LEXICON = Lexicon(
    meanings={
        "Login_Type": {
            1: Meaning("SP to SMG", "SP 连接 SMG"),
            2: Meaning("SMG to SP", "SMG 连接 SP"),
            3: Meaning("SMG to SMG", "SMG 之间"),
            4: Meaning("SMG to GNS", "SMG 连接 GNS"),
            5: Meaning("GNS to SMG", "GNS 连接 SMG"),
            6: Meaning("main and spare GNS", "主备 GNS 之间"),
            11: Meaning("test", "测试"),
        },
        "FeeType": {
            0: Meaning("billing record only", "仅产生话单"),
            1: Meaning("free", "免费"),
            2: Meaning("per message", "按条收费"),
            3: Meaning("monthly", "包月"),
            4: Meaning("charged by the SP", "由 SP 收费"),
        },
        "AgentFlag": {0: Meaning("due", "应收"), 1: Meaning("paid", "实收")},
        "MorelatetoMTFlag": {
            0: Meaning("first message after an inbound one", "MO 点播引起的第一条 MT"),
            1: Meaning("later message after an inbound one", "MO 点播引起的非第一条 MT"),
            2: Meaning("not caused by an inbound one", "非 MO 点播引起的 MT"),
            3: Meaning("caused by the system", "系统反馈引起的 MT"),
        },
        "ReportFlag": {
            0: Meaning("report on failure only", "仅出错时返回状态报告"),
            1: Meaning("report always", "总是返回状态报告"),
            2: Meaning("no report", "不返回状态报告"),
            3: Meaning("monthly fee record, with report", "包月计费信息，返回状态报告"),
        },
        "TP_udhi": NO_YES_HEADER,
        "MessageCoding": MESSAGE_FORMATS,
        "MessageType": {0: Meaning("short message", "短信")},
        "ReportType": {
            0: Meaning("about a Submit", "对 Submit 的状态报告"),
            1: Meaning("about a forwarded Deliver", "对前转 Deliver 的状态报告"),
        },
        "State": {
            0: Meaning("sent ok", "发送成功"),
            1: Meaning("waiting", "等待发送"),
            2: Meaning("failed", "发送失败"),
        },
        "UserCondition": {
            0: Meaning("closed", "销户"),
            1: Meaning("stopped for debt", "欠费停机"),
            2: Meaning("back to normal", "恢复正常"),
        },
        "ChargeNumber": {
            "": Meaning("each receiver pays", "由各接收方付费"),
            "0" * 21: Meaning("SP pays", "由 SP 付费"),
        },
    },
    of_packet={
        (pdus.TraceNode, "Result"): {0: Meaning("received", "已收到"), 1: Meaning("waiting", "等待发送")},
    },
    statuses={
        (pdus.Report, "ErrorCode"): status.RESULT,
        **{(answer, "Result"): status.RESULT for answer in ANSWERS},
    },
    explained={"SubmitSequenceNumber": _submit_sequence},
    hidden=frozenset({"Login_Password"}),
)
