"""The character tables of the normaliser, read once from `data/` (made from Unicode's data, see `data/README.md`)."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

# Deleted characters first become one of these private-use marks, so that every step before the deletion keeps its offsets.
INVISIBLE: Final = "\ue000"
EMOJI: Final = "\ue001"
# Syllable n is written as this code point plus n: one character a syllable, so that phrases of sound are plain strings.
SYLLABLE_BASE: Final = 0xE100

# Every ideograph and letter of ordinary traffic fits; remembering all of Unicode would be a hundred megabytes.
FOLDS_REMEMBERED: Final = 30_000

# Bookkeepers' and merchants' digits, the nought among them (Unicode's block CJK Symbols and Punctuation).
MERCHANTS_NUMERALS: Final = "〇〡〢〣〤〥〦〧〨〩"
# Larger numbers are drawn as one character only in scripts that count otherwise.
NUMBER_IN_DRESS_MAX: Final = 100
HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff"
_FOREIGN_SCRIPTS: Final = ("GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "CANADIAN", "HEBREW", "ARABIC", "GOTHIC", "DESERET", "OLD", "TIFINAGH", "BENGALI", "ORIYA", "MALAYALAM", "NKO", "RUNIC", "OGHAM", "WARANG", "MIAO", "OSAGE", "ELBASAN", "CARIAN", "LYCIAN", "LYDIAN", "GURMUKHI", "GEORGIAN", "MENDE", "ADLAM", "AHOM")  # fmt: skip
# "Martian" letters: characters picked for a likeness no Unicode table knows. Names keep them; only matching reads through.
MARTIAN: Final = dict(
    zip(
        "莪恏伱妳卟罘侞淉莈沒吔囘哋媞嘟咑咊莋佲伈訫銭薪苐疍岀茴孒厺茬亾嗳乜沵祢浬咜莂囡狌腦冋丅仩ф辶",
        "我好你你不不如果没没也回地是都打和做名心心钱新第蛋出回了去在人爱也你你里他别女性脑同下上中之",
        strict=True,
    )
)


def _lines(name: str) -> Iterator[str]:
    return iter((files(__package__) / "data" / name).read_text(encoding="utf-8").splitlines())


@cache
def simplified() -> dict[str, str]:
    """Rare and traditional characters to the common simplified ones (Unihan), then those that people write for fun."""
    return {line[0]: line[1] for name in ("variants.txt", "simplified.txt") for line in _lines(name)} | MARTIAN


@cache
def look_alikes() -> tuple[dict[str, str], dict[str, str]]:
    """Characters drawn like a Latin letter: those that are Latin by name, and those of another script (UTS 39)."""
    own: dict[str, str] = {}
    foreign: dict[str, str] = {}
    for line in _lines("latin.txt"):
        for char in line[2:]:
            script = unicodedata.name(char, "").split(" ", 1)[0]
            (foreign if script in _FOREIGN_SCRIPTS else own)[char] = line[0]
    return own, foreign


@cache
def syllables() -> dict[str, int]:
    """Toneless Mandarin syllables and their numbers; `lv` and `nv` are how keyboards write the u with dots."""
    numbers = {line.split(" ", 1)[0]: number for number, line in enumerate(_lines("syllables.txt"))}
    return numbers | {"lv": numbers["lu"], "nv": numbers["nu"]}


def by_code_point(changes: Mapping[str, str]) -> str:
    """What `str.translate` reads fastest: the character of each code point of the basic plane in a row; beyond it nothing changes."""
    return "".join([changes.get(char, char) for char in map(chr, range(0x10000))])


@cache
def sounds() -> str:
    """Each ideograph's most usual sound as one private-use character, for `str.translate`."""
    syllable = {
        char: chr(SYLLABLE_BASE + number)
        for number, line in enumerate(_lines("syllables.txt"))
        for char in line.split(" ", 1)[1]
    }
    return by_code_point(syllable)


@cache
def small_words() -> tuple[frozenset[str], frozenset[str]]:
    """The words that no sentence of a language does without: of English, and of others less what means something in English."""
    words = {line[:2]: line[3:].split() for line in _lines("small-words.txt")}
    return frozenset(words["en"]), frozenset(word for key, line in words.items() if key != "en" for word in line)


@cache
def components() -> dict[str, str]:
    """Two parts written one after the other, in either order, and the character they make (see `data/README.md`)."""
    table: dict[str, str] = {}
    for line in _lines("components.txt"):
        table.setdefault(line[1] + line[2], line[0])
        table.setdefault(line[2] + line[1], line[0])
    return table


# Radicals that are never a word by themselves: seen alone, they are half of a character.
BARE_RADICALS: Final = "亻讠钅忄氵扌犭礻衤纟饣冫阝辶艹疒宀廴彳刂攵"


def bare_components() -> re.Pattern[str]:
    """A bare radical and the character it belongs to."""
    return re.compile(f"[亻讠钅忄氵扌犭礻衤纟饣冫阝辶艹疒宀廴彳][{HAN}]|[{HAN}](?:[刂攵]|阝(?![{HAN}]))")


class _Fold(dict[int, str]):
    """What one character becomes in the folded channel; worked out at first sight, then remembered."""

    def __missing__(self, code: int) -> str:
        folded = _fold(chr(code))
        if len(self) < FOLDS_REMEMBERED:
            self[code] = folded
        return folded


def _fold(char: str) -> str:
    if (latin := look_alikes()[0].get(char)) is not None:
        return latin
    if (number := _number(char)) is not None:
        return number
    wide = unicodedata.normalize("NFKC", char).lower()
    if mark := _mark(char, wide):
        return mark
    if len(wide) > 1:
        return "".join(_fold(c) for c in wide if c != char)
    if (digit := unicodedata.decimal(wide, None)) is not None:
        return str(digit)
    base = unicodedata.normalize("NFKD", wide)[:1]
    latin_base = base if base.isascii() else wide
    return simplified().get(latin_base, latin_base)


def _number(char: str) -> str | None:
    """Read a number that is one character in whatever dress: circled, in brackets, with a full stop, of merchants' numerals."""
    if unicodedata.category(char) != "No" and char not in MERCHANTS_NUMERALS:
        return None
    number = unicodedata.numeric(char, -1.0)
    return str(int(number)) if number.is_integer() and 0 <= number < NUMBER_IN_DRESS_MAX else None


def _mark(char: str, wide: str) -> str:
    """Tell characters that are only noise for matching: invisible ones, marks on letters, pictures that are no letters."""
    code, category = ord(char), unicodedata.category(char)
    if char in "\n\r\t":
        return " "
    if (category == "So" and not (wide.isascii() and len(wide) == 1)) or 0x1F3FB <= code <= 0x1F3FF:
        return EMOJI
    if category in ("Cf", "Cc", "Cs", "Mn", "Me", "Cn", "Co") or code in (0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800):
        return INVISIBLE
    return ""


FOLD: Final[dict[int, str]] = _Fold()
