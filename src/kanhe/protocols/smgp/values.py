"""What the values of SMGP fields and parameters mean (chapter 6.2), in English and Chinese."""

from kanhe.protocols.exchange.tracing import MESSAGE_FORMATS, NO_YES_HEADER, QUERY_TYPES, Lexicon, moment
from kanhe.protocols.smgp import pdus, status
from kanhe.protocols.smgp.tlvs import PARAMETERS
from kanhe.protocols.smpp.values import Meaning

VERSIONS = {0x13: Meaning("1.3", "1.3"), 0x30: Meaning("3.0", "3.0")}

LEXICON = Lexicon(
    meanings={
        "MsgType": {
            0: Meaning("inbound", "上行短信"),
            6: Meaning("to a handset", "下行短信"),
            7: Meaning("point to point", "点对点短信"),
        },
        "NeedReport": {0: Meaning("no report", "不要状态报告"), 1: Meaning("report wanted", "要状态报告")},
        "IsReport": {0: Meaning("inbound message", "上行短信"), 1: Meaning("report", "状态报告")},
        "Priority": {
            0: Meaning("low", "低优先级"),
            1: Meaning("normal", "普通优先级"),
            2: Meaning("higher", "较高优先级"),
            3: Meaning("highest", "高优先级"),
        },
        "FeeType": {
            "00": Meaning("free", "免费"),
            "01": Meaning("per message", "按条计费"),
            "02": Meaning("monthly", "包月"),
            "03": Meaning("capped", "封顶"),
        },
        "MsgFormat": MESSAGE_FORMATS,
        "LoginMode": {0: Meaning("send", "发送"), 1: Meaning("receive", "接收"), 2: Meaning("both", "收发")},
        "ClientVersion": VERSIONS,
        "ServerVersion": VERSIONS,
        "QueryType": QUERY_TYPES,
        "TP_udhi": NO_YES_HEADER,
        "ChargeUserType": {
            0: Meaning("receiver pays", "对接收方计费"),
            1: Meaning("sender pays", "对发送方计费"),
            2: Meaning("SP pays", "对 SP 计费"),
            3: Meaning("see ChargeTermID", "由 ChargeTermID 指定"),
        },
        "SubmitMsgType": {0: Meaning("normal", "普通短信"), 5: Meaning("monthly fee", "包月扣费")},
    },
    statuses={
        (pdus.LoginResp, "Status"): status.STATUS,
        (pdus.SubmitResp, "Status"): status.STATUS,
        (pdus.DeliverResp, "Status"): status.STATUS,
    },
    explained={"TimeStamp": moment},
    parameters={parameter.tag: parameter.name for parameter in PARAMETERS},
)
