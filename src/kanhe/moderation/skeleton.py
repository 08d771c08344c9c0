"""The short way: texts that differ only in numbers share a verdict.

A skeleton is a text with its digits masked, character for character, so that every span of the shared verdict also holds for the
next text. Digits that could matter are not masked: those beside letters, the first four of a long run (they tell a telephone
number from an order number), those of a term that a rule names. Where digits could matter in other ways (an address, numbers
written in groups) there is no skeleton, and the text goes the whole way.
"""

import re
from typing import Final

from kanhe.moderation.evidence import TermBook
from kanhe.moderation.normalise import TEXT_CHARS_MAX
from kanhe.moderation.verdict import Verdict

# The first digits of a long run decide what kind of number it is: 13x mobile, 400 service, 62 bank card, 00 international.
PREFIX_DIGITS_KEPT: Final = 4
LONG_RUN_DIGITS_MIN: Final = 7
NOUGHT_DIGITS_KEPT: Final = 3
_TELLING: Final = re.compile(r"[0-9][ -][0-9]|[0-9A-Za-z]\.[A-Za-z]|[0-9]\.[0-9]+\.[0-9]|://|[A-Za-z]\.[0-9]")
# An order number: letters and digits together, a hyphen, digits. Its hyphen joins no telephone number (those have no letters, and
# the names of messengers before an account have no digits).
_ORDER: Final = re.compile(
    r"(?<![0-9A-Za-z@-])((?=[0-9]*[A-Za-z])(?=[A-Za-z]*[0-9])[0-9A-Za-z]{2,12})-([0-9]{4,12})(?![0-9A-Za-z@-])"
)
_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z@])[0-9]+(?![0-9A-Za-z@])")


def skeleton(text: str, book: TermBook) -> str | None:
    """Answer the text with its telling-nothing digits masked, or `None` if its verdict may depend on them."""
    if len(text) <= TEXT_CHARS_MAX and "-" in text:
        text = _ORDER.sub(_order, text)
    if len(text) > TEXT_CHARS_MAX or _TELLING.search(text) is not None or book.names_digits(text):
        return None
    return _NUMBER.sub(_masked, text)


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
    kept = digits[:PREFIX_DIGITS_KEPT] if len(digits) >= LONG_RUN_DIGITS_MIN else ""
    return kept + "0" * (len(digits) - len(kept))
