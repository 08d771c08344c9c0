"""How the id of a receipt finds the id of a response when a carrier writes them differently.

A mode is two functions: what a sent id and what a receipt's id become, so that they meet as equal strings. A connector lists the
modes of its carrier (`receipt_id_match`), tried in order. Matching is always within one carrier and one recipient: never by number
alone across carriers. (kannel's msg-id-type and Jasmin's dlr_msgid are the same idea.)
"""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple


class MatchMode(StrEnum):
    """How the two ids of a carrier differ."""

    EXACT = "exact"
    DEC_OF_HEX = "dec_of_hex"  # the receipt has the decimal form of the response's hexadecimal id
    HEX_OF_DEC = "hex_of_dec"  # the reverse
    IGNORE_CASE = "ignore_case"
    STRIP_ZEROS = "strip_zeros"


class Forms(NamedTuple):
    """What a sent id and a receipt's id become under a mode; None: no such form."""

    of_sent: Callable[[str], str | None]
    of_receipt: Callable[[str], str | None]


def _same(identifier: str) -> str:
    return identifier


def _stripped(identifier: str) -> str:
    return identifier.lstrip("0") or "0"


def _from_decimal(identifier: str) -> str | None:
    return str(int(identifier)) if identifier.isascii() and identifier.isdigit() else None


def _from_hexadecimal(identifier: str) -> str | None:
    digits = identifier.isascii() and identifier.isalnum()
    try:
        return str(int(identifier, 16)) if digits else None
    except ValueError:
        return None


FORMS: dict[MatchMode, Forms] = {
    MatchMode.EXACT: Forms(_same, _same),
    MatchMode.DEC_OF_HEX: Forms(_from_hexadecimal, _from_decimal),
    MatchMode.HEX_OF_DEC: Forms(_from_decimal, _from_hexadecimal),
    MatchMode.IGNORE_CASE: Forms(str.lower, str.lower),
    MatchMode.STRIP_ZEROS: Forms(_stripped, _stripped),
}

assert set(FORMS) == set(MatchMode)

ONLY_EXACT: tuple[MatchMode, ...] = (MatchMode.EXACT,)


def sent_keys(message_id: str, modes: Sequence[MatchMode] = ONLY_EXACT) -> tuple[str, ...]:
    """Under which keys a response's id is kept; a mode's name keeps its numbers apart from other ids."""
    return _keys((FORMS[mode].of_sent(message_id), mode) for mode in modes)


def receipt_keys(ids: Iterable[str], modes: Sequence[MatchMode] = ONLY_EXACT) -> tuple[str, ...]:
    """Under which keys to look for the message of a receipt, best first."""
    known = tuple(ids)
    if modes == ONLY_EXACT:
        return known
    return _keys((FORMS[mode].of_receipt(identifier), mode) for mode in modes for identifier in known)


def _keys(forms: Iterable[tuple[str | None, MatchMode]]) -> tuple[str, ...]:
    return tuple(form if mode is MatchMode.EXACT else f"{mode}:{form}" for form, mode in forms if form is not None)
