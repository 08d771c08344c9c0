"""What public warnings and requests for consent must say, and whether they say it: the facts `text.alert` and `text.states`.

Asked only of texts of those categories. Each element is a pattern on the text as sent, in lower case; what is not stated is not there.
"""

import re
from typing import Final

ALERT_CATEGORIES: Final = frozenset({"emergency", "public_service"})
CONSENT_CATEGORIES: Final = frozenset({"consent_request"})
ALERT: Final = {
    "level": re.compile("[红橙黄蓝]色(?:预警|警报)|[一二三四ⅰⅱⅲⅳ]级(?:预警|响应|警报)|(?:red|orange|amber|yellow|severe|extreme) (?:alert|warning|weather)"),
    "area": re.compile("[\u4e00-\u9fff]{2,8}(?:省|市|县|区|镇|乡|村|街道|流域|小区|沿岸)|(?:for|in|near|along|around) (?:the )?[a-z]{3,}"),
    "start_time": re.compile(r"\d{1,2}[:：点时]\d{0,2}|\d{1,2}月\d{1,2}日|今[天晚日夜]|明[天日]|即日起|\bfrom \d|\bnow\b|\btonight\b|\btomorrow\b|\bat \d"),
    "issuer": re.compile("气象台|气象局|应急管理|防汛|地震局|指挥部|公安局|疾控中心|人民政府|issued by|met office|weather service|council|police|fire service|civil protection"),
    "measures": re.compile("请(?:减少|避免|立即|尽快|勿|不要|注意|关闭|远离)|撤离|转移|避险|防范|avoid|evacuate|stay (?:in|away|at)|seek shelter|do not|move to|keep away"),
}  # fmt: skip
STATES: Final = {
    "type": re.compile("优惠|促销|活动信息|营销|资讯|offers?|promotions?|marketing|news|updates"),
    "frequency": re.compile(r"每[天日周月年]|不超过\d+[条次]|(?:per|a|each) (?:day|week|month|year)|/ ?(?:mo|month|week)|weekly|monthly|frequency"),
    "term": re.compile(r"有效期|为期|直至|期限|\buntil\b|for \d+ (?:months?|years?)|valid for"),
    "purpose": re.compile("用于|目的|以便|for the purpose|to send you|so that|in order to|to receive"),
    "may_withdraw": re.compile("随时(?:可以?)?(?:退订|取消|撤回)|(?:cancel|withdraw|opt ?out|unsubscribe)[^.]{0,20}any ?time|(?:reply|text) stop"),
    "data_kinds": re.compile("手机号|个人信息|姓名|phone number|personal data|your (?:name|data|email)"),
    "goods_classes": re.compile("商品|产品|服务|课程|goods|products?|services?"),
    "automated_texts": re.compile("自动发送|自动短信|autodial|auto-?dialed|automated|automatic"),
    "number": re.compile("本机|此号码|本号码|您的手机号|this number|your (?:mobile|phone|number)"),
    "not_condition_of_purchase": re.compile("不(?:是|作为)购买[^。]{0,6}条件|not (?:a )?(?:condition|required)[^.]{0,20}(?:purchase|buy)"),
}  # fmt: skip


def alert(text: str, category: str | None, signed: bool) -> tuple[str, ...]:
    """Answer the elements of a public warning that a text states; a signature names the issuer."""
    if category not in ALERT_CATEGORIES:
        return ()
    return _stated(ALERT, text, {"issuer"} if signed else set())


def states(text: str, category: str | None, signed: bool, contact: bool) -> tuple[str, ...]:
    """Answer what a request for consent says."""
    if category not in CONSENT_CATEGORIES:
        return ()
    return _stated(STATES, text, {token for token, shown in (("sender_name", signed), ("contact", contact)) if shown})


def _stated(patterns: dict[str, re.Pattern[str]], text: str, known: set[str]) -> tuple[str, ...]:
    lower = text.lower()
    return tuple(sorted(known | {token for token, pattern in patterns.items() if pattern.search(lower)}))
