"""Numbers as peers write them: digits, perhaps behind a plus; whatever else stands in an address field is no number."""

# E.164 numbers have 15 digits; what carriers put before them (a prefix, a code of their own) fits three more, and 18 digits fit
# every book (63 bits). An address field may hold 20.
DIGITS_MAX = 18


def number_of(written: str) -> int:
    """The number in an address field; 0: there is none that could be anybody's."""
    digits = written if written.isdigit() else written.strip().removeprefix("+")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= DIGITS_MAX else 0
