"""What people write when they want no more messages, want them again, or need help: in every written form they use.

The words are a floor; a pack's own `opt_out.keywords` come on top. Matching: NFKC, trim, case-fold, strip punctuation.
"""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum


class Act(StrEnum):
    """What an inbound message asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    YES = "yes"  # agreement, where somebody was asked
    DOUBTFUL = "doubtful"  # perhaps a refusal: it suppresses marketing until a person has looked
    NONE = "none"


# 47 CFR 64.1200(a)(10): stop, quit, end, revoke, opt out, cancel, unsubscribe. China: TD, T, R, N and 退订 are the forms that
# cloud vendors' templates print. The rest is what people write in the languages of the packs.
STOP_WORDS = frozenset(
    {
        *(
            "stop",
            "stopall",
            "stop all",
            "quit",
            "end",
            "revoke",
            "opt out",
            "optout",
            "cancel",
            "unsubscribe",
            "remove",
        ),
        *("arret", "arrêt", "stoppen", "abmelden", "baja", "alto", "parar", "sair", "stopp"),
        *("td", "tdall", "t", "r", "n", "退订", "退定", "退訂", "取消", "取消订阅", "取消訂閱", "拒收", "停止"),
        *("不要再发", "不要再发了", "別再發", "해지", "수신거부", "配信停止"),
    }
)
START_WORDS = frozenset(
    {"start", "unstop", "resume", "subscribe", "kf", "恢复", "恢复订阅", "恢復", "订阅", "訂閱", "开始"}
)
HELP_WORDS = frozenset({"help", "info", "aide", "hilfe", "ayuda", "帮助", "幫助", "도움"})
# What people answer to "reply Y to agree"; without a question before it is conversation.
YES_WORDS = frozenset(
    {
        *("y", "yes", "ok", "okay", "agree", "i agree", "join", "accept", "oui", "ja", "si", "sí", "sim"),
        *("是", "好", "好的", "同意", "我同意", "確認", "确认", "예", "네", "동의", "はい", "同意します"),
    }
)
# A refusal somewhere in a longer text is likely meant, and costs little to honour until a person has read it.
DOUBTFUL_SIGNS = ("stop", "unsubscribe", "opt out", "remove me", "退订", "退訂", "拒收", "别发", "不要再发", "別再發")
# A longer text that merely begins with a letter such as T is conversation, not a command.
DOUBTFUL_CHARS_MAX = 160

_TABLE: dict[str, Act] = {
    **dict.fromkeys(YES_WORDS, Act.YES),
    **dict.fromkeys(HELP_WORDS, Act.HELP),
    **dict.fromkeys(START_WORDS, Act.START),
    **dict.fromkeys(STOP_WORDS, Act.STOP),
}


def plain(text: str) -> str:
    """A text as keywords are compared: full-width folded, lower case, no punctuation, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(char if unicodedata.category(char)[0] in "LNM" else " " for char in folded)
    return " ".join(kept.split())


def recognise(text: str, more: Iterable[str] = ()) -> Act:
    """What `text` asks for; `more` are keywords of the recipient's own pack."""
    said = plain(text)
    if said in _TABLE:
        return _TABLE[said]
    if any(said == plain(word) for word in more):
        return Act.STOP
    if len(said) <= DOUBTFUL_CHARS_MAX and any(sign in said for sign in DOUBTFUL_SIGNS):
        return Act.DOUBTFUL
    return Act.NONE
