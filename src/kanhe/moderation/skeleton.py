"""The short way: texts that differ only in numbers share a verdict.

A skeleton is a text with its digits masked, character for character, so that every span of the shared verdict also holds for the
next text. Digits that could matter are not masked: those among letters, which may be letters in disguise; the head of a long run
that could be a telephone or card number; those of a term that a rule names. Where digits could matter in other ways (an address,
numbers written in groups) there is no skeleton, and the text goes the whole way.
"""

import re
from typing import Final

from kanhe.moderation.normalise import TEXT_CHARS_MAX
from kanhe.moderation.terms import TermBook
from kanhe.moderation.verdict import Verdict

# The first digits of a long run decide what kind of number it is: 13x mobile, 400 service, 62 bank card, 00 international. Of other
# runs nothing is kept: they stand as nines, which begin no number that anybody dials.
PREFIX_DIGITS_KEPT: Final = 4
_DIALLED: Final = re.compile("0|1[3-9][0-9]{9}$|[48]00[0-9]{7}$|(?:62|4|5[1-5])[0-9]{14,}$")
LONG_RUN_DIGITS_MIN: Final = 7
NOUGHT_DIGITS_KEPT: Final = 3
_TELLING: Final = re.compile(r"[0-9][ -][0-9]|[0-9A-Za-z]\.[A-Za-z]|[0-9]\.[0-9]+\.[0-9]|://|[A-Za-z]\.[0-9]")
# An order number: letters and digits together, a hyphen, digits. Its hyphen joins no telephone number (those have no letters, and
# the names of messengers before an account have no digits).
_ORDER: Final = re.compile(
    r"(?<![0-9A-Za-z@-])((?=[0-9]*[A-Za-z])(?=[A-Za-z]*[0-9])[0-9A-Za-z]{2,12})-([0-9]{4,12})(?![0-9A-Za-z@-])"
)
_NUMBER: Final = re.compile("(?<![0-9A-Za-z@])[0-9]+(?![0-9A-Za-z@])")
# Letters with digits between them may be a word in disguise; where no such word is, digits beside letters only number something.
_AMONG_LETTERS: Final = re.compile(r"[A-Za-z]['\u2019]?[0-9]{1,2}[A-Za-z]")
_NUMBER_BESIDE_LETTERS: Final = re.compile("(?<![0-9@])[0-9]+(?![0-9@])")


def skeleton(text: str, book: TermBook) -> str | None:
    """Answer the text with its telling-nothing digits masked, or `None` if its verdict may depend on them."""
    if len(text) <= TEXT_CHARS_MAX and "-" in text:
        text = _ORDER.sub(_order, text)
    if len(text) > TEXT_CHARS_MAX or _TELLING.search(text) is not None or book.names_digits(text.lower()):
        return None
    return (_NUMBER if _AMONG_LETTERS.search(text) else _NUMBER_BESIDE_LETTERS).sub(_masked, text)


def may_be_shared(verdict: Verdict) -> bool:
    """Tell whether a verdict holds for every text of its skeleton: it must quote no number."""
    return not verdict.reading.phones


def _order(match: re.Match[str]) -> str:
    """The order number with its counting part masked; an underscore stands for the hyphen, so that it joins nothing.

    A leading nought stays, with what follows: behind a hyphen, too, it may begin a telephone number.
    """
    digits = match[2]
    kept = digits[:NOUGHT_DIGITS_KEPT] if digits.startswith("0") else "1"
    return f"{match[1]}_{kept}{'0' * (len(digits) - len(kept))}"


def _masked(match: re.Match[str]) -> str:
    digits = match.group()
    if len(digits) < LONG_RUN_DIGITS_MIN:
        return "0" * len(digits)
    if _DIALLED.match(digits) is None:
        return "9" * len(digits)
    return digits[:PREFIX_DIGITS_KEPT].ljust(len(digits), "0")
