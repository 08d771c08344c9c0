"""What stands in a text besides words: numbers to call, handles, cards, refusal instructions, the signature.

Each kind is a pattern on the folded channel; what it finds is a fact that rules name with an `@` and the gate reads.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from kanhe.moderation.normalise import Normal
from kanhe.moderation.verdict import Span


class Pattern(NamedTuple):
    """A kind of thing to find; `glance` is a cheap look that most texts fail."""

    glance: re.Pattern[str]
    pattern: re.Pattern[str]


_CALL = r"(?:致电|电话|拨打|来电|热线|咨询|联系|订购|详询|客服|专线|tel|call|ring|phone|dial|text|txt|sms|reply to|whatsapp)"
_IM = r"(?:微信号?|微 ?信|qq号?|vx|wx|wechat|weixin|telegram|tg|飞机|纸飞机|whatsapp|line ?id|企鹅|钉钉|蝙蝠|skype|暗号|[加+](?:我|v|群|好友)?)"
_PHONES: Final = (
    r"(?:\+|00)[1-9](?:[ -]?\d){7,13}",
    r"(?<![\d.-])1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)",  # Chinese mobile
    r"(?<![\d.-])[48]00[ -]?\d{3}[ -]?\d{4}(?!\d)",  # Chinese service numbers
    r"(?<![\d.-])0\d{2,3}-\d{7,8}(?!\d)",  # Chinese fixed lines
    r"(?<!\d)0(?: ?\d){9,10}(?!\d)",  # national form of most of Europe
    rf"{_CALL}[^\d\n。,]{{0,12}}?\d(?:[ -]?\d){{4,12}}",
    r"(?<![\d.])\d{3}-\d{3}-\d{4}(?!\d)",  # North America
)
_HANDLES: Final = (
    rf"{_IM}[:： 号是*+]{{0,4}}[a-z0-9_-]*[a-z0-9]{{5,20}}",
    r"(?:telegram|tg|message me|contact|add)[^\n.]{0,12}@[a-z]\w{3,}",
    r"(?<![\w@./-])@[a-z]\w{4,31}",
    r"(?<=[,，])(?:加|联系)?[a-z]{1,4}\d{4,8}(?![\w.])",
    r"联系\d{5,10}(?!\d)",
)
_MOBILES: Final = (_PHONES[0], _PHONES[1], r"(?<!\d)07\d{3}(?: ?\d){6}(?!\d)", r"联系\d{9}(?!\d)")
PATTERNS: Final = {
    "mobile": Pattern(re.compile(r"\d(?:\d{6}|\d*[ -]\d)"), re.compile("|".join(_MOBILES))),
    "phone": Pattern(re.compile(r"\d(?:\d{4}|\d*[ -]\d)"), re.compile("|".join(_PHONES))),
    "handle": Pattern(
        re.compile(r"@[a-z]|[加+微qvwtl暗号飞机,联](?:\S| ){0,16}[a-z0-9]{5}"), re.compile("|".join(_HANDLES))
    ),
    "card": Pattern(
        re.compile(r"\d{4}[ -]?\d{4}"),
        re.compile(r"(?<!\d)(?:62|4\d|5[1-5])\d{2}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)"),
    ),
    "amount": Pattern(re.compile(r"\d"), re.compile(r"\d[\d,.]*(?:万元?|元|块)|[$£€¥]\s?\d[\d,.]*|rs\.? ?\d[\d,.]*")),
}

# Forms of an instruction to refuse: the form as law packs name it, and how it is written.
OPT_OUT: Final = (
    ("拒收请回复R", re.compile(r"拒收[请可]?(?:回复?|回覆)\s?[a-z]{1,2}\b|回复?\s?[a-z]{1,2}\s?拒收")),
    ("退订回T", re.compile(r"退订[请可]?(?:回复?|回覆)?\s?[a-z]{1,2}(?![a-z])|回复?\s?[a-z]{1,2}(?![a-z])\s?(?:即可)?退订|td退订")),
    ("STOP", re.compile(r"\b(?:reply|text|send|txt|sms)\s+[\"']?(?:stop|end|quit|cancel|unsubscribe)\b|\bstop\s+(?:to|2)\s+(?:opt|end|unsub|cancel|stop|quit|\d{4,6})|\b(?:opt ?out|unsub\w*)\b[^.\n]{0,20}\b(?:stop|reply|text|\d{4,6})|stop (?:au )?\d{5}\b|arr[eê]t stop")),
    ("OptOut", re.compile(r"\boptout\s?\d{4,6}")),
    ("무료수신거부", re.compile("무료(?:수신)?거부 ?\\d{3}")),
    ("BAJA", re.compile(r"\b(?:baja|sair|stop|annulla|abmelden|stopp)\s+(?:al|para|a|an|de)\s+\d")),
)  # fmt: skip
_OPT_OUT_HINT: Final = re.compile("退订|拒收|stop|opt|unsub|거부|baja|sair|annulla|abmelden")
# Labels that the law puts before the name: Korea's (광고), Singapore's <ADV>.
_LABELS = r"^\s*(?:\(광고\)\s*|<ADV>\s*)?"
_SIGNATURE: Final = re.compile(_LABELS + r"【([^】]{1,24})】|【([^】]{1,24})】\s*$|^\s*\[([^\]\n]{2,24})\](?=\s?\S)")
_ENGLISH_SIGNATURE: Final = re.compile(_LABELS + r"([A-Z][\w'&.-]*(?: [A-Z&][\w'&.-]*){0,3}):\s")
_ADDRESS: Final = re.compile(
    r"地址[:：]?[^,。]{4,}|(?:省|市|区|县)[^,。\s]{1,20}(?:路|街|道|巷)\d+号|\bp\.?o\.? ?box ?\w+|\b\d+ [a-z]+ (?:street|st|road|rd|avenue|ave|lane)\b"
)
_ADDRESS_GLANCE: Final = re.compile("[路街道巷址]|box|street|road|avenue|lane| st| rd")
_CONTACT_WORDS: Final = re.compile("客服|热线|咨询电话|详询|contact us|help ?line|customer (?:care|service)")


def find(normal: Normal, kind: str) -> Iterator[Span]:
    """Answer the spans, in the text as sent, of one kind of thing."""
    text = normal.folded.text
    if PATTERNS[kind].glance.search(text) is None:
        return
    for match in PATTERNS[kind].pattern.finditer(text):
        yield Span(*normal.folded.source(*match.span()))


def digits(normal: Normal, span: Span) -> str:
    """Answer the digits of a span, as folded: what one would dial."""
    at = normal.folded.at
    chars = (
        normal.folded.text[span.start : span.end]
        if at is None
        else "".join(c for c, i in zip(normal.folded.text, at, strict=True) if span.start <= i < span.end)
    )
    found = re.search(r"\+?\d(?:[ -]?\d)+\D*$", chars)
    return re.sub(r"[^\d+]", "", found.group()) if found else ""


def signature(text: str) -> tuple[str | None, Span | None]:
    """Answer the name a text is signed with, and where it stands."""
    match = _SIGNATURE.search(text) or _ENGLISH_SIGNATURE.search(text)
    if match is None:
        return None, None
    return next(g for g in match.groups() if g is not None).strip(), Span(*match.span())


def opt_out(normal: Normal) -> tuple[tuple[str, Span], ...]:
    """Answer the refusal instructions of the text, by form."""
    text = normal.folded.text
    if _OPT_OUT_HINT.search(text) is None:
        return ()
    found = ((form, pattern.search(text)) for form, pattern in OPT_OUT)
    return tuple((form, Span(*normal.folded.source(*m.span()))) for form, m in found if m is not None)


def shows(normal: Normal, signed: bool, phones: bool, links: bool, refusal: bool) -> tuple[str, ...]:
    """Answer what the text tells about its sender, in the vocabulary's tokens."""
    text = normal.folded.text
    address = _ADDRESS_GLANCE.search(text) is not None and _ADDRESS.search(text) is not None
    found = {
        "sender_name": signed,
        "contact_phone": phones,
        "postal_address": address,
        "contact": phones or links or address or _CONTACT_WORDS.search(text) is not None,
        "optout_contact": refusal,
    }
    return tuple(token for token, shown in found.items() if shown)
