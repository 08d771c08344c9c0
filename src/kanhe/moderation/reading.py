"""What stands in a text besides words: numbers to call, handles, cards, refusal instructions, the signature.

Each kind is a pattern on the folded channel; what it finds is a fact that rules name with an `@` and the gate reads.
"""

import re
from collections.abc import Iterator
from itertools import compress
from typing import Final, NamedTuple

from kanhe.moderation.normalise import Channel
from kanhe.moderation.verdict import Span

# Words without which a pattern cannot match. They stand in the automaton of the rules' terms, so that a text that holds none of
# them never meets the pattern. A name maps to where its words stand first and last in the folded text.
HINTS: Final = {
    "call": ("致电", "电话", "拨打", "来电", "热线", "咨询", "联系", "订购", "详询", "客服", "专线", "tel", "call", "ring", "phone", "dial", "text", "txt", "sms", "reply to", "whatsapp"),
    "handle": ("微信", "qq", "vx", "wx", "wechat", "weixin", "telegram", "tg", "飞机", "whatsapp", "企鹅", "钉钉", "蝙蝠", "skype", "电报", "暗号", "加", "联系", "@", "+", "微", "威", "薇", "徽", "群", "line id", "lineid"),
    "money": ("元", "块", "万"),
    "price": (*"$£€¥", "rs ", "rs.", *(f"rs{digit}" for digit in range(10))),
    "address": (*"路街道巷址", "box", "street", "road", "avenue", "lane", " st", " rd"),
    "contact_words": ("客服", "热线", "咨询电话", "详询", "contact us", "help line", "helpline", "customer care", "customer service"),
    "拒收请回复R": ("拒收",),
    "退订回T": ("退订",),
    "STOP": ("stop", "opt out", "optout", "unsub", "reply end", "reply quit", "reply cancel", "text quit", "text end", "send end", "opt-out", "arrêt"),
    "OptOut": ("optout",),
    "무료수신거부": ("거부",),
    "BAJA": ("baja", "sair", "stop", "annulla", "abmeld"),
}  # fmt: skip
# Where hints were seen: first start and last end, in the folded text.
Seen = dict[str, tuple[int, int]]

_IM = r"(?:微信号?|微 ?信|qq号?|vx|wx|wechat|weixin|telegram|tg|飞机|纸飞机|whatsapp|line ?id|企鹅|钉钉|蝙蝠|skype|暗号|[微威薇徽](?=[ :：]?[a-z]{1,6}\d{3})|群号?(?=[ :：]?[a-z]{0,4}\d{5})|加(?:我|v|群|好友)?|\+(?:我|v|群|好友|(?=[a-z])))"
# Whom one is asked to add, before a name that no language has as a word.
_STAFF = "客服|经理|老师|主管|助理|助教|专员|导师|顾问|群主|管家|班长|中介|卖家|代理|老板|律师|医生|警官|民警"
_HANDLE: Final = re.compile(
    "|".join(
        (
            rf"{_IM}[:： 号是*+]{{0,4}}[a-z0-9_-]*[a-z0-9]{{5,20}}",
            rf"(?:{_STAFF})[:： 号]{{0,2}}(?:[a-z]{{1,8}}_?\d{{2,}}|\d{{1,4}}[a-z]{{2,}})[a-z0-9_]{{0,12}}",
            r"(?:telegram|tg|message me|contact|add)[^\n.]{0,12}@[a-z]\w{3,}",
            r"(?<![a-z0-9_@./-])@[a-z][a-z0-9_]{3,31}",
            r"(?:飞机|电报|蝙蝠|tg|telegram|whatsapp)[:： ]{0,2}@[a-z0-9_]{3,31}",
            r"联系\d{5,10}(?!\d)",
        )
    )
)
# An invitation to add somebody stands at most so far before the hint in it, and what is to be added ends so far behind.
HANDLE_CHARS_BEFORE, HANDLE_CHARS_BEHIND = 24, 64
_HANDLE_AFTER_COMMA: Final = re.compile(r",(?:加|联系)?([a-z]{1,4}\d{4,8})(?![\w.])")
# Digits that may be a number to call or a card; whatever stands in the text, only these stretches meet the patterns below.
_RUN: Final = re.compile("[0-9](?:[ -]?[0-9]){4,}")
# Fewer digits than nine are dialled only where a word says so.
PHONE_DIGITS_MIN, CALLED_DIGITS_MIN, CARD_DIGITS_MIN = 9, 5, 16
# A word that asks to call stands at most so far before the number.
CALL_CHARS_MAX: Final = 24
# What stands before the first digit of a run and belongs to the number: a plus, or two ideographs.
LEAD_CHARS: Final = 2
_CALL = "(?:" + "|".join(HINTS["call"]) + ")"
# Letters, 00, a digit and a hyphen begin the number of an order; nobody writes a call abroad so.
_ABROAD = r"(?:\+|(?<!\d)(?<![a-z](?=00\d-))00)[1-9](?:[ -]?\d){7,13}"
_CHINESE_MOBILE = r"(?<![\d.-])1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"
_SERVICE = r"(?<![\d.-])[48]00[ -]?\d{3}[ -]?\d{4}(?!\d)"
_FIXED = r"(?<![\d.-])0[1-9]\d{1,2}-\d{7,8}(?!\d)"
_NATIONAL = r"(?<!\d)0(?: ?\d){9,10}(?!\d)"  # most of Europe
_EAST_ASIAN = r"(?<![\d-])0\d{1,3}-\d{3,4}-\d{4}(?![\d-])"
_AMERICAN = r"(?<![\d.])\d{3}-\d{3}-\d{4}(?!\d)"
_PHONES = f"{_ABROAD}|{_CHINESE_MOBILE}|{_SERVICE}|{_FIXED}|{_NATIONAL}|{_EAST_ASIAN}|{_AMERICAN}"
_MOBILE: Final = re.compile(rf"{_ABROAD}|{_CHINESE_MOBILE}|(?<!\d)07\d{{3}}(?: ?\d){{6}}(?!\d)|联系\d{{9}}(?!\d)")
_CARD: Final = re.compile(r"(?<!\d)(?:62|4\d|5[1-5])\d{2}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)")
_CALLED: Final = re.compile(rf"{_CALL}[^\d\n。,]{{0,12}}?\d(?:[ -]?\d){{4,12}}|{_PHONES}")
# A kind, its pattern, how many digits a run needs to be worth a look, and how far before the run the pattern may begin.
_NUMBERS: Final = (
    ("mobile", _MOBILE, PHONE_DIGITS_MIN, LEAD_CHARS),
    ("phone", re.compile(_PHONES), PHONE_DIGITS_MIN, LEAD_CHARS),
    ("card", _CARD, CARD_DIGITS_MIN, LEAD_CHARS),
)
_CALLED_NUMBERS: Final = (_NUMBERS[0], ("phone", _CALLED, CALLED_DIGITS_MIN, CALL_CHARS_MAX), _NUMBERS[2])
_AMOUNTS: Final = (
    ("price", re.compile(r"[$£€¥]\s?\d[\d,.]*|rs\.? ?\d[\d,.]*")),
    ("money", re.compile(r"\d[\d,.]*(?:万元?|元|块)")),
)
# Every kind of thing that is found.
KINDS: Final = ("mobile", "phone", "card", "handle", "amount")
DIALLED_KINDS: Final = frozenset({"mobile", "phone"})

# Forms of an instruction to refuse: the form as law packs name it, and how it is written.
OPT_OUT: Final = {
    "拒收请回复R": re.compile(r"拒收[请可]?(?:回复?|回覆)\s?[a-z]{1,2}\b|回复?\s?[a-z]{1,2}\s?拒收"),
    "退订回T": re.compile(r"退订[请可]?(?:回复?|回覆)?\s?[a-z]{1,2}(?![a-z])|回复?\s?[a-z]{1,2}(?![a-z])\s?(?:即可)?退订|td退订"),
    "STOP": re.compile(r"\b(?:reply|text|send|txt|sms)\s+[\"']?(?:stop|end|quit|cancel|unsubscribe)\b|\bstop\s+(?:to|2)\s+(?:opt|end|unsub|cancel|stop|quit|\d{4,6})|\b(?:opt[ -]?out|unsub\w*)\b[^.\n]{0,20}\b(?:stop|reply|text|call|\d{4,6})(?:[^.\n\d]{0,12}\+?\d(?:[ -]?\d){4,12})?|stop (?:au )?\d{5}\b|arr[eê]t stop|\bcall\s+\+?\d(?:[ -]?\d){6,12}\s+to (?:opt[ -]?out|unsubscribe)"),
    "OptOut": re.compile(r"\boptout\s?\d{4,6}"),
    "무료수신거부": re.compile("(?:무료)?(?:수신)?거부 ?:? ?\\d{3,4}(?:[ -]?\\d{3,4}){1,2}"),
    "BAJA": re.compile(r"\b(?:baja|sair|stop|annulla|abmelden:? stop|abmelden|stopp)\s+(?:al|para|a|an|de)\s+\d{3,6}"),
}  # fmt: skip
# An instruction reaches so far around the word that gives it away.
REFUSAL_CHARS_MAX: Final = 48
# What a text can tell about its sender, in the vocabulary's tokens.
SHOWN: Final = ("sender_name", "contact_phone", "postal_address", "contact", "optout_contact")
# Labels that the law puts before the name: Korea's (광고), Singapore's <ADV>, others.
_LABELS = r"\s*(?:[(（<\[](?:광고|广告|廣告|ADV?|ad)[)）>\]]\s*)?"
_SIGNED_FIRST: Final = re.compile(
    _LABELS + r"(?:【([^】]{1,24})】|\[([^\]\n]{2,24})\](?=\s?\S)|([A-Z][\w'&.-]*(?: [A-Z&][\w'&.-]*){0,3}):\s)"
)
_SIGNED_LAST: Final = re.compile(r"【([^】]{1,24})】\s*$")
_ADDRESS: Final = re.compile(
    r"地址[:：]?[^,。]{4,}|(?:省|市|区|县)[^,。\s]{1,20}(?:路|街|道|巷)\d+号|\bp\.?o\.? ?box ?\w+|\b\d+ [a-z]+ (?:street|st|road|rd|avenue|ave|lane)\b"
)


class Things(NamedTuple):
    """What was found: spans in the text as sent by kind, the digits one would dial, and the length of the longest number."""

    spans: dict[str, tuple[Span, ...]]
    digits: dict[Span, str]
    digits_longest: int


NO_THINGS: Final = Things({}, {}, 0)
Found = tuple[str, tuple[int, int]]  # the kind, and where it stands in the folded text


def find(folded: Channel, seen: Seen) -> Things:
    """Answer the numbers, handles and amounts of a text."""
    text = folded.text
    runs = [(run.start(), run.end(), _digits_in(run.group())) for run in _RUN.finditer(text)]
    found = {
        *(_numbers(text, runs, seen) if runs else ()),
        *(_handles(text, seen["handle"]) if "handle" in seen else ()),
        *(_after_commas(text) if _HANDLE_AFTER_COMMA.search(text) else ()),
        *(_amounts(text, seen) if "money" in seen or "price" in seen else ()),
    }
    if not found and not runs:
        return NO_THINGS
    return _things(sorted(found), folded, max([count for _, _, count in runs], default=0))


def _things(found: list[Found], folded: Channel, digits_longest: int) -> Things:
    spans: dict[str, tuple[Span, ...]] = {}
    digits: dict[Span, str] = {}
    for kind, (start, end) in found:
        span = folded.span(start, end)
        spans[kind] = (*spans.get(kind, ()), span)
        if kind in DIALLED_KINDS:
            digits[span] = _dialled(folded.text[start:end])
    return Things(spans, digits, digits_longest)


def _digits_in(run: str) -> int:
    return len(run) - run.count(" ") - run.count("-")


def _numbers(text: str, runs: list[tuple[int, int, int]], seen: Seen) -> Iterator[Found]:
    """Numbers one may call, and cards; after a word that asks to call a shorter number will do."""
    phones = _CALLED_NUMBERS if "call" in seen else _NUMBERS
    for start, end, count in runs:
        for kind, pattern, digits_min, chars_before in phones:
            if count >= digits_min:
                for match in pattern.finditer(text, max(0, start - chars_before), end):
                    yield kind, match.span()


def _handles(text: str, hinted: tuple[int, int]) -> Iterator[Found]:
    first, last = hinted
    for match in _HANDLE.finditer(text, max(0, first - HANDLE_CHARS_BEFORE), last + HANDLE_CHARS_BEHIND):
        yield "handle", match.span()


def _after_commas(text: str) -> Iterator[Found]:
    for match in _HANDLE_AFTER_COMMA.finditer(text):
        yield "handle", match.span(1)


def _amounts(text: str, seen: Seen) -> Iterator[Found]:
    for hint, pattern in _AMOUNTS:
        for match in pattern.finditer(text) if hint in seen else ():
            yield "amount", match.span()


def _dialled(written: str) -> str:
    """Answer the digits of a number as one would dial it: the last run of a stretch of text."""
    found = re.search(r"\+?\d(?:[ -]?\d)+\D*$", written)
    return re.sub(r"[^\d+]", "", found.group()) if found else ""


def signature(text: str) -> tuple[str | None, Span | None]:
    """Answer the name a text is signed with, and where it stands."""
    match = _SIGNED_FIRST.match(text)
    if match is None and "】" in text:
        match = _SIGNED_LAST.search(text)
    if match is None:
        return None, None
    return match[match.lastindex or 0].strip(), Span(*match.span())


def opt_out(folded: Channel, seen: Seen) -> tuple[tuple[str, Span], ...]:
    """Answer the refusal instructions of the text, by form."""
    if seen.keys().isdisjoint(OPT_OUT):
        return ()
    found: list[tuple[str, Span]] = []
    for form, (first, last) in [(form, seen[form]) for form in OPT_OUT if form in seen]:
        around = max(0, first - REFUSAL_CHARS_MAX), last + REFUSAL_CHARS_MAX
        for match in OPT_OUT[form].finditer(folded.text, *around):
            found.append((form, folded.span(*match.span())))
    return tuple(found)


def shows(folded: Channel, seen: Seen, signed: bool, phones: bool, links: bool, refusal: bool) -> tuple[str, ...]:
    """Answer what the text tells about its sender, in the vocabulary's tokens."""
    address = "address" in seen and _ADDRESS.search(folded.text) is not None
    contact = phones or links or address or "contact_words" in seen
    return tuple(compress(SHOWN, (signed, phones, address, contact, refusal)))
