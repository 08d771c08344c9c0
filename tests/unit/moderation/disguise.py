"""Disguise texts as senders do, from Unicode's names and the package's tables of characters; what undoes a disguise knows nothing of this."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache

from kanhe.kit.rng import Rng
from kanhe.moderation import tables

_ADDRESS = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]+(?:/[!-~]*)?")
_CYRILLIC = dict(zip("aceopxyiAEOPCTXHKMB", "асеорхуіАЕОРСТХНКМВ", strict=True))
_SMALL = {c: unicodedata.lookup(f"LATIN LETTER SMALL CAPITAL {c.upper()}") for c in "abcdegijklmnopruvwyz"}
_BOLD = {chr(first + i): chr(bold + i) for first, bold in ((97, 0x1D41A), (65, 0x1D400)) for i in range(26)}
_LEET = dict(zip("oieast", "013457", strict=True))
_CIRCLED = {"0": "⓪", **{str(i): chr(0x2460 + i - 1) for i in range(1, 10)}}
_NUMERALS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
Disguise = Callable[[str, Rng], str]


def _one_of(chance: Rng, choices: Sequence[str]) -> str:
    return choices[int(chance.random() * len(choices))]


def _words(change: Callable[[str, Rng], str]) -> Disguise:
    """The same for everything but addresses: those must still lead somewhere."""

    def disguise(text: str, chance: Rng) -> str:
        last, pieces = 0, []
        for match in _ADDRESS.finditer(text):
            pieces += [change(text[last : match.start()], chance), match.group()]
            last = match.end()
        return "".join([*pieces, change(text[last:], chance)])

    return disguise


def _map(table: dict[str, str], share: float = 1.0) -> Disguise:
    return _words(lambda s, chance: "".join(table[c] if c in table and chance.random() < share else c for c in s))


def _noise(between: str, share: float) -> Disguise:
    return _words(
        lambda s, chance: "".join(
            c + (_one_of(chance, between) if c.isalpha() and chance.random() < share else "") for c in s
        )
    )


def _leet(word: re.Match[str], chance: Rng) -> str:
    head, *middle, tail = word.group()
    return head + "".join(_LEET.get(c, c) if chance.random() < 0.6 else c for c in middle) + tail


def _spaced(text: str, chance: Rng) -> str:
    by = _one_of(chance, " .-")
    return re.sub("[A-Za-z]{4,}", lambda m: by.join(m.group()) if chance.random() < 0.4 else m.group(), text)


def _split_address(text: str, chance: Rng) -> str:
    dot = _one_of(chance, [" . ", "(dot)", "点", "[.]", "。"])
    return _ADDRESS.sub(lambda m: m.group().replace(".", dot), text)


def _broken(text: str, chance: Rng) -> str:
    by = _one_of(chance, "*/ |~^_、•")
    return re.sub(
        f"([{tables.HAN}])(?=[{tables.HAN}])", lambda m: m.group() + (by if chance.random() < 0.4 else ""), text
    )


@cache
def _traditional() -> dict[str, str]:
    return {simple: rare for rare, simple in reversed(tables.simplified().items())}


@cache
def _alike_in_sound() -> dict[str, list[str]]:
    """Common characters (GB 2312) by their toneless syllable."""
    by_sound: dict[str, list[str]] = {}
    for char in map(chr, range(0x4E00, 0x9FA6)):
        if char.encode("gb2312", "ignore"):
            by_sound.setdefault(char.translate(tables.sounds()), []).append(char)
    return by_sound


def _homophone(text: str, chance: Rng) -> str:
    def other(char: str) -> str:
        alike = _alike_in_sound().get(char.translate(tables.sounds()), [])
        return _one_of(chance, alike) if alike and chance.random() < 0.3 else char

    return "".join(map(other, text))


def _pinyin(text: str, chance: Rng) -> str:
    written = {chr(tables.SYLLABLE_BASE + number): name for name, number in reversed(tables.syllables().items())}

    def spelled(char: str) -> str:
        syllable = written.get(char.translate(tables.sounds()))
        if syllable is None or chance.random() >= 0.22:
            return char
        return syllable if chance.random() < 0.7 else syllable[0]

    return "".join(map(spelled, text))


@cache
def _parts() -> dict[str, str]:
    return {char: pair for pair, char in reversed(tables.components().items())}


BOTH: dict[str, Disguise] = {
    "fullwidth": lambda text, _: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "zero_width": _noise("\u200b\u200c\u200d\u2060", 0.3),
    "emoji_noise": _noise("🌟🔥💰❤🎁", 0.2),
    "circled_digits": _map(_CIRCLED),
    "keycap_digits": _map({digit: f"{digit}\ufe0f\u20e3" for digit in "0123456789"}),
    "split_url": _split_address,
    "bidi": lambda text, chance: text[: (at := int(chance.random() * len(text)))] + "\u202e" + text[at:],
}
CHINESE: dict[str, Disguise] = {
    **BOTH,
    "traditional": lambda text, _: "".join(_traditional().get(c, c) for c in text),
    "symbol_broken": _broken,
    "homophone": _homophone,
    "pinyin": _pinyin,
    "component_split": lambda text, chance: "".join(
        _parts()[c] if c in _parts() and chance.random() < 0.15 else c for c in text
    ),
    "cn_numerals": _words(
        lambda s, _: re.sub("[0-9]{5,}", lambda m: "".join(map(_NUMERALS.__getitem__, m.group())), s)
    ),
}
ENGLISH: dict[str, Disguise] = {
    **BOTH,
    "homoglyph": _map(_CYRILLIC, 0.4),
    "small_caps": _words(lambda s, _: "".join(_SMALL.get(c.lower(), c) for c in s)),
    "mathematical": _map(_BOLD),
    "leet": _words(lambda s, chance: re.sub("[A-Za-z]{4,}", lambda m: _leet(m, chance), s)),
    "spaced_letters": _words(_spaced),
    "combining": _noise("\u0301\u0302\u0303", 0.3),
}
# What honest senders also do.
HONEST: dict[str, Disguise] = {
    "fullwidth": BOTH["fullwidth"],
    "keycap_digits": BOTH["keycap_digits"],
    "traditional": CHINESE["traditional"],
    "emoji_at_the_end": lambda text, chance: text + _one_of(chance, "😊🎉👍🌹"),
}
