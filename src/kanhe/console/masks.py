"""Numbers and codes as they stand until somebody asks for them."""

import re

DOT = "•"
# Of a number the country and the network stay readable, and the last four digits that people know it by.
SHOWN_LAST, HIDDEN = 4, 4
# One-time codes have four to eight digits; a year or a price would be hidden too, and does no harm hidden.
CODE = re.compile(r"(?<![0-9])[0-9]{4,8}(?![0-9])")


def masked_number(number: int) -> str:
    """A number without its middle."""
    digits = str(number)
    shown = len(digits) - SHOWN_LAST
    return f"+{digits[: shown - HIDDEN]}{DOT * HIDDEN}{digits[shown:]}"


def masked_text(text: str) -> str:
    """A text without its codes; as long as it was."""
    return CODE.sub(lambda found: DOT * len(found[0]), text)
