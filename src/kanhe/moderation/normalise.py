"""Undo disguises: a text becomes three channels, each with a map back to the text as it was sent.

- *plain*: lower case only, for rules that need sentence borders and symbols.
- *folded*: what a reader sees: one script, one width, simplified, without noise between the letters.
- *sounds*: one character a Mandarin syllable, ideographs and pinyin alike; matched only against listed long phrases.

Undoing is for matching alone: what is sent is never changed. What was undone is a signal of its own.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec
from publicsuffixlist import PublicSuffixList

from kanhe.moderation.tables import (
    BARE_RADICALS,
    EMOJI,
    FOLD,
    HAN,
    INVISIBLE,
    SYLLABLE_BASE,
    bare_components,
    components,
    look_alikes,
    simplified,
    sounds,
    syllables,
)
from kanhe.moderation.verdict import Span

VERSION: Final = "2"
# The longest message a short-message protocol carries is 64 KiB in 255 segments; no honest one comes near ten segments.
# The head is judged, and `oversize` sends the text to a person, so that nothing hides behind the cut.
TEXT_CHARS_MAX: Final = 2_000
# Runs of letters among ideographs repeat: addresses, abbreviations, names of services.
RUNS_REMEMBERED: Final = 4_096
# One order code with a digit inside is no disguise; nobody has three in a message by chance.
LEET_WORDS_MIN: Final = 3


class Channel(msgspec.Struct, frozen=True, gc=False):
    """A rewritten text and, for each of its characters, the position it came from (`None`: the same)."""

    text: str
    at: list[int] | None = None

    def span(self, start: int, end: int) -> Span:
        """Answer the span of the sent text that `text[start:end]` was made from."""
        if self.at is None or start >= end:
            return Span(start, end)
        return Span(self.at[start], self.at[end - 1] + 1)

    @property
    def spans(self) -> Callable[[int, int], Span]:
        """What answers many spans fastest: where nothing moved, the noun itself."""
        return Span if self.at is None else self.span

    def rewrite(self, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> "Channel":
        """Replace each match; where the length changes, the new characters point at the start of the match."""
        at = self.at if self.at is not None else list(range(len(self.text)))
        pieces: list[str] = []
        origins: list[int] = []
        last = 0
        for match in pattern.finditer(self.text):
            start, end = match.span()
            new = replace(match)
            pieces += (self.text[last:start], new)
            origins += at[last:start]
            origins += at[start:end] if len(new) == end - start else _spread(at[start:end], len(new))
            last = end
        return Channel("".join((*pieces, self.text[last:])), origins + at[last:])


class Normal(msgspec.Struct, frozen=True, gc=False):
    """A text in its channels, and how often each disguise was undone."""

    sent: str
    folded: Channel
    undone: dict[str, int]


class Glance(NamedTuple):
    """What a text must hold for a disguise: one character of a class, and what an expression asks before and behind it."""

    leads: str
    around: str = ""


class Step(NamedTuple):
    """One disguise: how it is seen, what undoes it, and how many sightings make it a signal (0: never one)."""

    name: str
    glance: Glance
    pattern: re.Pattern[str]
    replace: Callable[[re.Match[str]], str]
    signal_from: int


class Steps(NamedTuple):
    """Disguises that are undone one after the other; most texts fail the one glance for them all and meet no pattern."""

    glance: re.Pattern[str]
    each: tuple[Step, ...]


def normalise(text: str) -> Normal:
    """Answer the folded channel of a text and what was undone to reach it."""
    undone: dict[str, int] = {}
    if len(text) > TEXT_CHARS_MAX:
        undone["oversize"] = 1
        text = text[:TEXT_CHARS_MAX]
    if text.isascii() and text.isprintable():
        folded = Channel(text.lower())
    elif _ORDINARY.fullmatch(text):
        folded = Channel(text.translate(FOLD) if _TRADITIONAL.search(text) else _narrow(text.lower()))
    else:
        _watch(text, undone)
        folded = _apply(_fold(_apply(Channel(text), _SCRIPTS, undone)), _NOISE, undone)
    return Normal(text, _apply(folded, _LATIN if folded.text.isascii() else _HAN, undone), undone)


def _narrow(text: str) -> str:
    """What folding makes of an ordinary text in simplified characters: this way costs a fifth."""
    for wide, narrow in _NARROW:
        text = text.replace(wide, narrow)
    return text


def plain(normal: Normal) -> Channel:
    """Answer the text as sent, in lower case, character for character."""
    return Channel("".join(c if len(low := c.lower()) != 1 else low for c in normal.sent))


def spoken(folded: Channel) -> Channel:
    """Answer the sounds channel of a folded one."""
    if _BESIDE_HAN.search(folded.text):
        folded = folded.rewrite(_PINYIN, _syllables_of)
    return Channel(folded.text.translate(sounds()), folded.at)


def sound_of(phrase: str) -> str:
    """Answer the syllables of a phrase, as the sounds channel writes them."""
    return phrase.translate(sounds())


def _apply(channel: Channel, steps: Steps, undone: dict[str, int]) -> Channel:
    if steps.glance.search(channel.text) is None:
        return channel
    for step in steps.each:
        if step.pattern.search(channel.text) is None:
            continue
        rewritten = channel.rewrite(step.pattern, step.replace)
        if rewritten.text != channel.text:
            seen = sum(1 for m in step.pattern.finditer(channel.text) if step.replace(m) != m.group())
            if step.signal_from and seen >= step.signal_from:
                undone[step.name] = undone.get(step.name, 0) + seen
            channel = rewritten
    return channel


def _fold(channel: Channel) -> Channel:
    text = channel.text.translate(FOLD)
    if len(text) == len(channel.text):
        return Channel(text, channel.at)
    pieces = [FOLD[ord(c)] for c in channel.text]
    at = channel.at if channel.at is not None else range(len(pieces))
    return Channel("".join(pieces), [i for i, piece in zip(at, pieces, strict=True) for _ in piece])


def _spread(origins: list[int], length: int) -> list[int]:
    """Lay `length` new characters over the origins they replace: first on first, last on last."""
    if not length:
        return []
    return [origins[min(i, len(origins) - 1)] for i in range(length - 1)] + [origins[-1]]


def _watch(text: str, undone: dict[str, int]) -> None:
    """Note what is seen on the text as sent and leaves no trace once folded."""
    for name, pattern, signal_from in _WATCHED:
        if (seen := len(pattern.findall(text))) >= signal_from:
            undone[name] = seen


def _latinise(match: re.Match[str]) -> str:
    """Read a word that mixes scripts, or is all look-alikes in a Latin text, as the Latin word it imitates."""
    word = match.group()
    foreign = look_alikes()[1]
    if not all(c in foreign or c.isascii() or c in _WIDE for c in word):
        return word
    mixed = any((c.isascii() or c in _WIDE) and c.isalpha() for c in word)
    return "".join(foreign.get(c, c) for c in word) if mixed or _latin_text(match.string) else word


def _latin_text(text: str) -> bool:
    """Tell whether a text is Latin with disguises, rather than Russian or Greek: no foreign letter lacks a likeness."""
    foreign = look_alikes()[1]
    letters = [c for c in text if c.isalpha() and not c.isascii() and _FOREIGN_LETTER.match(c)]
    return all(c in foreign for c in letters) and any("a" <= c.lower() <= "z" for c in text)


def _join(match: re.Match[str]) -> str:
    return _SEPARATORS.sub("", match.group())


def _digits_of(match: re.Match[str]) -> str:
    return match.group().translate(_NUMERALS)


def _join_parts(match: re.Match[str]) -> str:
    return components().get(match.group(), match.group())


def _deleet(match: re.Match[str]) -> str:
    """Read digits as letters in a word that has letters around them; codes, units and ordinals stay."""
    word = match.group()
    if _UNITS.fullmatch(word) or len(_LEET_INSIDE.findall(match.string)) < LEET_WORDS_MIN:
        return word
    return word.translate(_LEET)


def _join_address(match: re.Match[str]) -> str:
    host = _DOT.sub(".", match.group())
    return host if known_suffix(host) else match.group()


def known_suffix(host: str) -> bool:
    """Tell whether a host ends in a public suffix, or in a top-level domain that RFC 2606 reserves."""
    return bool(_SUFFIXES.publicsuffix(host, accept_unknown=False)) or host.rsplit(".", 1)[-1] in RESERVED_DOMAINS


def registrable_of(host: str) -> str:
    """Answer the part of a host name that somebody registered."""
    return _SUFFIXES.privatesuffix(host) or host


def _syllables_of(match: re.Match[str]) -> str:
    """Turn a run of pinyin that stands among ideographs into syllables; what is no pinyin stays as it is."""
    return _heard(match.group())


@lru_cache(maxsize=RUNS_REMEMBERED)
def _heard(run: str) -> str:
    """The longest head of a run that is pinyin as syllables, split so that they are fewest; the rest as it is."""
    ways: dict[int, list[str]] = {0: []}
    for start in range(len(run)):
        if start not in ways:
            continue
        for end in range(min(len(run), start + 6), start, -1):
            if run[start:end] in syllables() and (end not in ways or len(ways[end]) > len(ways[start]) + 1):
                ways[end] = [*ways[start], run[start:end]]
    longest = max(ways)
    if longest < 2:
        return run
    return "".join(chr(SYLLABLE_BASE + syllables()[s]) for s in ways[longest]) + run[longest:]


def _delete(_: re.Match[str]) -> str:
    return ""


_ORDINARY: Final = re.compile(f"[\\n\\r\\t -~{HAN}，。！？：；（）“”‘’《》【】、—·￥£€]*")
_TRADITIONAL: Final = re.compile("[" + "".join(simplified()) + "]")
_NARROW: Final = tuple((wide, wide.translate(FOLD)) for wide in "\n\r\t，！？：；（）￥")
_SEPARATORS: Final = re.compile(r"[ .\-_]")
# RFC 2606: used in documentation and tests, and by anyone who hopes that filters only know real domains.
RESERVED_DOMAINS: Final = frozenset({"example", "test", "invalid", "localhost"})
_SUFFIXES: Final = PublicSuffixList()
_WIDE: Final = frozenset(chr(code + 0xFEE0) for code in range(0x21, 0x7F))
_FOREIGN_LETTER: Final = re.compile("[\u0370-\u058f\u13a0-\u13ff\u2c80-\u2cff]")
_NUMERALS: Final = str.maketrans("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺两洞拐勾", "0012345678912345678912079")
_LEET: Final = str.maketrans("013457@$", "oieastas")
_LEET_INSIDE: Final = re.compile(r"[a-z]['\u2019]?[013457@$]{1,2}[a-z]")
_UNITS: Final = re.compile(r"\d+(?:st|nd|rd|th|am|pm|g|k|gb|mb|p|ppm|pm|h|hr|hrs|x|d|min|mins|kg|km|s)?")
_WATCHED: Final = (
    ("bidi", re.compile("[\u202a-\u202e\u2066-\u2069]"), 1),
    (
        "invisible",
        re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\u180e](?![\U0001f000-\U0001faff\u2600-\u27bf])"),
        3,
    ),
    ("combining", re.compile("[\u0300-\u036f]{3,}"), 1),
    # No orthography strikes its letters.
    ("struck", re.compile("[A-Za-z][\u0334-\u0338\u20d2\u20d3\u20d8\u20e5-\u20ea]"), 2),
    ("small_caps", re.compile("[ᴀ-ᴢꜰꜱʀɴɪɢʟʏʙʜ]{2,}"), 2),
    ("enclosed", re.compile("[①-⓿❶-➓🄰-🇿]"), 4),
    ("enclosed_word", re.compile("[Ⓐ-ⓩ🄰-🅩🅰-🅿]{3,}"), 1),
    ("fullwidth", re.compile("[ａ-ｚＡ-Ｚ]{3,}"), 2),
    ("keycap", re.compile("\u20e3"), 4),
    ("mathematical", re.compile("[\U0001d400-\U0001d7ff]"), 3),
)
_FOREIGN: Final = "\u0370-\u058f\u13a0-\u13ff\u2c80-\u2cff"
_HOMOGLYPH: Final = re.compile(f"[A-Za-zＡ-Ｚａ-ｚ0-9{_FOREIGN}]*[{_FOREIGN}][A-Za-zＡ-Ｚａ-ｚ0-9{_FOREIGN}]*")


def _steps(*each: Step) -> Steps:
    """One glance for all: a single class of characters leads it, for which the engine of expressions looks fastest."""
    leads = "".join([step.glance.leads for step in each])
    signs = "|".join([f"(?<=[{step.glance.leads}]){step.glance.around}" for step in each])
    return Steps(re.compile(f"[{leads}](?:{signs})"), each)


_SCRIPTS: Final = _steps(Step("homoglyph", Glance(_FOREIGN), _HOMOGLYPH, _latinise, 1))
_NOISE: Final = _steps(
    Step("contact_alias", Glance(EMOJI), re.compile(f"[薇威微维卫]{EMOJI}+"), lambda _: "微信", 1),
    Step(
        "emoji_inside",
        Glance(EMOJI),
        re.compile(f"{EMOJI}(?<=[a-z0-9{HAN}].){EMOJI}*(?=[a-z0-9{HAN}])"),
        _delete,
        3,
    ),
    Step("marks", Glance(EMOJI + INVISIBLE), re.compile(f"[{EMOJI}{INVISIBLE}]+"), _delete, 0),
)
_BROKEN: Final = re.compile(f"[*/|_~^、• ](?<=[{HAN}].)[*/|_~^、• ]?(?=[{HAN}])")
# Two numerals in a run that digits may fill: a count before an ordinary word has one.
_COUNTED: Final = "零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺洞拐勾"
_NUMBER: Final = re.compile(f"(?=[0-9]*[{_COUNTED}][0-9]*[{_COUNTED}])[0-9{_COUNTED}]{{5,}}")
# What is said for WeChat: its two characters or their sounds, drawn or sounding alike, and the picture on its button.
_WECHAT: Final = re.compile(
    r"(?<![a-z])(?:[vw]|薇|威|维|卫|微)[ +]?(?:信|芯|馨|欣)(?=[:： ]{0,2}[a-z0-9]{4})|(?<![a-z])[vw]信"
    r"|(?:(?<![a-z])(?:[vw]|[vw]ei)|[微薇威维卫葳崴崣溦徽嶶唯惟])[ +]?(?:[信芯馨欣星心新鑫伩]|x(?:in)?(?![a-z]))(?=[:： 号]{0,2}(?:[a-z_-]+\d|\d+[a-z])[a-z0-9_-]{2})"
    r"|绿(?:泡泡|色软件)(?=[:： 号]{0,2}[a-z0-9]{4})"
)
_QQ: Final = re.compile(r"(?:[扣抠叩蔻]{2}|[扣抠叩q]号|球球|秋秋)(?=[:： 群]{0,2}\d{5})|企鹅号?(?=[:： ]{0,2}\d{5})")
_SPACED: Final = re.compile(r"[a-z](?<![a-z0-9].)(?:[ .\-_][a-z](?![a-z0-9'])){2,}")
_LEET_WORD: Final = re.compile(r"(?<![a-z0-9@$])(?=[013457@$']*[a-z])[a-z']*[013457@$][a-z013457@$']*(?![a-z0-9@$])")
_DOTS: Final = "。·•∙⋅‧"
# The dots of an address as they are spelled: in brackets, as a word between spaces, as another dot.
_DOT: Final = re.compile(rf" ?[(\[{{](?:dot|[.点])[)\]}}] ?| (?:\.|dot) | ?点 ?|[{_DOTS}]")
_SPELLED: Final = re.compile(rf"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*(?:(?:{_DOT.pattern})[a-z0-9-]+(?:\.[a-z0-9-]+)*)+")
_LATIN: Final = _steps(
    Step("spaced_letters", Glance(r" .\-_", r"[a-z][ .\-_][a-z](?![a-z0-9'])"), _SPACED, _join, 1),
    Step("leet", Glance("013457@$", "(?<=[a-z].)[013457@$]?[a-z]"), _LEET_WORD, _deleet, 2),
    Step(
        "split_address",
        Glance(
            f".d点{_DOTS}",
            rf"(?:(?<=d)ot|(?<= \.) |(?<=\.)[\])}}]|(?<=[a-z0-9 (\[{{-][点{_DOTS}])[a-z0-9 )\]}}-])",
        ),
        _SPELLED,
        _join_address,
        1,
    ),
)
_HAN: Final = _steps(
    Step(
        "contact_alias",
        Glance("信芯馨欣星心新鑫伩x泡软", "(?<=[vwi微薇威维卫葳崴崣溦徽嶶唯惟 +泡色].)"),
        _WECHAT,
        lambda _: "微信",
        1,
    ),
    Step("contact_alias", Glance("扣抠叩蔻球秋鹅号", "(?<=[扣抠叩蔻q球秋企].)"), _QQ, lambda _: "qq", 1),
    Step("symbol_broken", Glance("*/|_~^、• ", f"(?<=[{HAN}].)[*/|_~^、• ]?(?=[{HAN}])"), _BROKEN, _delete, 4),
    Step("component_split", Glance(BARE_RADICALS), bare_components(), _join_parts, 1),
    Step("numerals", Glance(_COUNTED, f"[0-9]*[{_COUNTED}]"), _NUMBER, _digits_of, 1),
    *_LATIN.each,
)
_PINYIN: Final = re.compile(f"[a-z]{{2,40}}(?=[{HAN}])|[a-z](?<=[{HAN}].)[a-z]{{1,39}}")
_BESIDE_HAN: Final = re.compile(f"[a-z](?:(?=[{HAN}])|(?<=[{HAN}].))")
