"""Sequence numbers of four octets: rise by one and wrap."""

from collections.abc import Callable

SEQUENCE_MAX = 0xFFFFFFFF


def rising(first: int = 1) -> Callable[[], int]:
    """Numbers from `first` on; after the greatest comes 0."""
    following = first

    def number() -> int:
        nonlocal following
        given, following = following, following + 1 if following < SEQUENCE_MAX else 0
        return given

    return number
