"""Disguises are undone, and every character of the result still knows where it came from."""

import time
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kanhe.moderation.normalise import (
    _HAN,
    _LATIN,
    _NOISE,
    _SCRIPTS,
    TEXT_CHARS_MAX,
    Step,
    _steps,
    normalise,
    plain,
    sound_of,
    spoken,
)
from kanhe.moderation.verdict import Span

# technique, as sent, as read, the signal it leaves (or none)
UNDONE = [
    ("full width", "Ｆｒｅｅ ｐｒｉｚｅ １００", "free prize 100", "fullwidth"),
    ("zero width", "f\u200br\u200be\u200be", "free", "invisible"),
    ("Cyrillic letters in a Latin word", "frее рrіzе", "free prize", "homoglyph"),
    ("small capitals", "ꜰʀᴇᴇ ᴘʀɪᴢᴇ", "free prize", "small_caps"),
    ("mathematical letters", "𝐟𝐫𝐞𝐞", "free", "mathematical"),
    ("circled digits", "call ①③⑤⑦", "call 1357", "enclosed"),
    ("keycap digits", "1️⃣3️⃣5️⃣7️⃣", "1357", "keycap"),
    ("regional indicators", "🇫🇷🇪🇪", "free", "enclosed"),
    ("stacked marks", "f\u0301\u0302\u0303ree", "free", "combining"),
    ("spaced letters", "get F R E E prize", "get free prize", "spaced_letters"),
    ("digits for letters", "fr33 pr1z3 w1nn3r", "free prize winner", "leet"),
    ("emoji between letters", "fr🔥ee pr🎁ize n✅ow", "free prize now", "emoji_inside"),
    ("bidirectional override", "\u202efree\u202c", "free", "bidi"),
    ("spelled-out address", "see evil . top . example now", "see evil.top.example now", "split_address"),
    ("traditional characters", "開鎖換鎖", "开锁换锁", None),
    ("rare forms of a character", "竒恠衆峯", "奇怪众峰", None),
    ("variants for fun", "莪恏", "我好", None),
    ("symbols between ideographs", "发*票*代*开*吧", "发票代开吧", "symbol_broken"),
    ("bare radicals", "短亻言验讠正", "短信验证", "component_split"),
    ("numerals for digits", "电话一三零零零", "电话13000", "numerals"),
    ("noughts as bookkeepers write them", "电话一三〇〇〇", "电话13000", "numerals"),
    ("numerals among digits", "电话1三8二4", "电话13824", "numerals"),
    ("merchants' numerals", "〡〣〥〧〩", "13579", None),
    ("digits in brackets and with full stops", "⑴⒊㈤㊆", "1357", None),
    ("words in circles", "Ⓕⓡⓔⓔ 🄿🅁🄸🅉🄴", "free prize", "enclosed_word"),
    ("struck letters", "f\u0336r\u0336e\u0335e", "free", "struck"),
    ("dots in brackets", "evil(.)top{dot}example", "evil.top.example", "split_address"),
    ("dots in brackets with spaces", "evil [dot] top (.) example", "evil.top.example", "split_address"),
    ("dots of another kind", "见evil·top•example", "见evil.top.example", "split_address"),
    ("names of messengers by sound", "加葳芯ab12345", "加微信ab12345", "contact_alias"),
    ("a picture for a messenger", "加绿泡泡ab12345", "加微信ab12345", "contact_alias"),
    ("half a messenger in pinyin", "加薇xin：ab12345", "加微信:ab12345", "contact_alias"),
    ("another messenger by sound", "加蔻蔻100012345", "加qq100012345", "contact_alias"),
    ("names of messengers", "加V信ab12345", "加微信ab12345", "contact_alias"),
]
LEFT_ALONE = [
    "Ваш код 1234, никому не сообщайте",  # Russian: no letter is a disguise
    "Ο κωδικός σας",  # Greek
    "flight LX1234 at 10:30, seat 4K",
    "Order AB12C3 shipped. It is on its way",
    "三五个人一起去",  # numerals too few to be a number
    "500一盒,买10000送一箱",  # a count before an ordinary word
    "卫星电视2026年升级",
    "唯新公司,威信大厦",
    "a·b",
]


@pytest.mark.parametrize(("sent", "read", "signal"), [case[1:] for case in UNDONE], ids=[case[0] for case in UNDONE])
def test_a_disguise_is_undone(sent: str, read: str, signal: str | None) -> None:
    normal = normalise(sent)
    assert normal.folded.text.strip() == read
    assert signal is None or signal in normal.undone


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_honest_writing_is_no_disguise(text: str) -> None:
    normal = normalise(text)
    assert normal.folded.text == text.lower()
    assert normal.undone == {}


def test_spans_lead_back_to_the_text_as_sent() -> None:
    sent = "发\u200b*票　代​开 Ｆ🔥ｒｅｅ"
    folded = normalise(sent).folded
    at = folded.text.index("发票")
    assert cut(sent, folded.span(at, at + 2)) == "发\u200b*票"
    at = folded.text.index("free")
    assert cut(sent, folded.span(at, at + 4)) == "Ｆ🔥ｒｅｅ"


def cut(sent: str, span: Span) -> str:
    return sent[span.start : span.end]


def test_sounds_are_heard_through_homophones_and_pinyin() -> None:
    phrase = sound_of("稳赚不赔")
    for disguised in ("蚊赚不赔", "wen赚不赔", "稳zhuanbupei啊", "穩賺不賠"):
        assert phrase in spoken(normalise(disguised).folded).text


@given(st.text(st.characters(exclude_categories=[]), max_size=80))
def test_every_text_folds_and_every_position_has_a_source(text: str) -> None:
    normal = normalise(text)
    for channel in (normal.folded, plain(normal), spoken(normal.folded)):
        for at in range(len(channel.text)):
            span = channel.span(at, at + 1)
            assert 0 <= span.start < span.end <= len(text)


@given(st.text("abc发票零一*·. 🔥\u200bа１", max_size=60))
def test_sources_never_go_back(text: str) -> None:
    folded = normalise(text).folded
    starts = [folded.span(at, at + 1).start for at in range(len(folded.text))]
    assert starts == sorted(starts)


HOSTILE = [
    "a" * 70_000,
    "发" * 70_000,
    "\ud800" * 5_000,
    "\u202e" * 10_000,
    "e" + "\u0301" * 10_000,
    "\0" * 10_000,
    "a." * 35_000,
    "a " * 35_000,
    "一" * 70_000,
    "1a" * 35_000,
    "亻" * 9_000,
    "Ａа" * 9_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_take_bounded_time(text: str) -> None:
    started = time.process_time()
    normal = normalise(text)
    spoken(normal.folded)
    assert time.process_time() - started < 1.0
    assert ("oversize" in normal.undone) == (len(text) > TEXT_CHARS_MAX)


@pytest.mark.parametrize("step", [*_SCRIPTS.each, *_NOISE.each, *_HAN.each], ids=lambda step: step.name)
@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], max_examples=50)
@given(st.data())
def test_no_disguise_escapes_the_glance(step: Step, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(step.pattern))
    undone = [match for match in step.pattern.finditer(text) if step.replace(match) != match.group()]
    assert not undone or _steps(step).glance.search(text)


def test_the_glance_for_all_sees_what_the_glance_for_one_sees() -> None:
    for together in (_NOISE, _HAN, _LATIN):
        for step, (_, sent, *_) in product(together.each, UNDONE):
            assert not _steps(step).glance.search(sent) or together.glance.search(sent)
