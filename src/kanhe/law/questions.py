"""Small questions a schema asks of plain data; each yields what is wrong as (place, what)."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from zoneinfo import available_timezones

from kanhe.law.source import At

Wrong = tuple[At, str]

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
COUNTRY = re.compile(r"[A-Z]{2}")
ZONES = frozenset(available_timezones())


def keys(given: object, needs: Iterable[str], may: Iterable[str], at: At, what: str = "key") -> Iterator[Wrong]:
    """Missing and unknown keys of a mapping."""
    if not isinstance(given, dict):
        yield at, f"{what}s expected, got `{given}`"
        return
    needed, allowed = list(needs), {*needs, *may}
    yield from ((at, f"{what} `{key}` is missing") for key in needed if key not in given)
    yield from (((*at, str(key)), f"{what} `{key}` is not known") for key in given if key not in allowed)


def one_of(given: object, allowed: Iterable[object], at: At, what: str) -> Iterator[Wrong]:
    """A word that must be on a list."""
    if isinstance(given, (list, dict)) or given not in list(allowed):
        yield at, f"{what} `{given}` is not one of {', '.join(map(str, allowed))}"


def each_of(given: object, allowed: Iterable[str], at: At, what: str) -> Iterator[Wrong]:
    """A list of words, each on a list, none twice."""
    if not isinstance(given, list):
        yield at, f"{what} must be a list, got `{given}`"
        return
    for index, word in enumerate(given):
        yield from one_of(word, allowed, (*at, index), what)
    if len({str(word) for word in given}) != len(given):
        yield at, f"{what} holds something twice"


def matches(given: object, pattern: re.Pattern[str], at: At, what: str) -> Iterator[Wrong]:
    """A text of a certain form."""
    if not isinstance(given, str) or not pattern.fullmatch(given):
        yield at, what.replace("{}", str(given))


def local_date(given: object, at: At, what: str) -> Iterator[Wrong]:
    """A quoted date, or nothing."""
    if given is not None and not _is_date(given):
        yield at, f"{what} `{given}` is not a quoted date YYYY-MM-DD"


def _is_date(given: object) -> bool:
    try:
        return isinstance(given, str) and len(given) == 10 and bool(date.fromisoformat(given))
    except ValueError:
        return False


def zones(given: object, at: At, what: str) -> Iterator[Wrong]:
    """A list of IANA zones."""
    if not isinstance(given, list):
        yield at, f"{what} must be a list, got `{given}`"
        return
    for index, zone in enumerate(given):
        if str(zone) not in ZONES:
            yield (*at, index), f"{what} `{zone}` is not an IANA zone"


def as_list(given: object) -> list[object]:
    """A list, or none where something else stands."""
    return given if isinstance(given, list) else []


def as_map(given: object) -> dict[str, object]:
    """A map, or none where something else stands."""
    return given if isinstance(given, dict) else {}
