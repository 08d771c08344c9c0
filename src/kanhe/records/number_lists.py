"""Registers as they are handed in: lists of numbers by the million, read a line at a time into a bitmap."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pyroaring import BitMap64

from kanhe.kit.clock import DAY_MS
from kanhe.law.kinds import Consent
from kanhe.law.library import Library
from kanhe.law.numbers import DIGITS_MAX
from kanhe.ports.change import REASSIGNED, RegisterList
from kanhe.records.cells import MISTAKES_MAX, Mistake
from kanhe.records.tables import ImportRefusedError

# The largest register there is (240 million numbers of the United States) comes by area code; its largest part has some 3 million.
NUMBERS_MAX = 20_000_000
# Twenty million lines of an international number.
LIST_OCTETS_MAX = 400 * 1024 * 1024
# ITU-T E.164: the shortest subscriber numbers with their country code; shorter ones are a torn file.
DIGITS_MIN = 7

# Numbers that a bitmap takes at once: a tenth of the time of one by one.
ADDED_AT_ONCE = 10_000

_SEPARATORS = re.compile(r"[\s().\-\u00a0\"']")
_HEADING = re.compile(r"[^0-9]*")


def registers_of(library: Library) -> dict[str, int | None]:
    """The registers that rules ask, and how many days their answers hold; the shortest where several ask."""
    asked: dict[str, int | None] = {REASSIGNED: None}
    for rule in library.rules.values():
        dnc = rule.parameters.dnc if isinstance(rule.parameters, Consent) else None
        if dnc is not None:
            ages = [age for age in (asked.get(dnc.key), dnc.max_age_days) if age is not None]
            asked[dnc.key] = min(ages, default=None)
    return asked


def read_list(path: Path, prefix: str, mistakes: list[Mistake]) -> BitMap64:
    """The numbers of a file, one a line (of a CSV the first column); `prefix` stands before each. Raises `ImportRefusedError`."""
    if not path.is_file():
        raise ImportRefusedError(f"there is no file `{path}`")
    if path.stat().st_size > LIST_OCTETS_MAX:
        raise ImportRefusedError(f"`{path.name}` is larger than {LIST_OCTETS_MAX >> 20} MB; part it by area code")
    found, some = BitMap64(), list[int]()
    lengths = range(DIGITS_MIN - len(prefix), DIGITS_MAX - len(prefix) + 1)
    for place, digits in _lines(path):
        if digits.isdecimal() and len(digits) in lengths:
            some.append(int(prefix + digits))
        else:
            mistakes.append(Mistake(place, "number", f"`{digits[:40]}` is no number", "digits with their country code"))
            if len(mistakes) >= MISTAKES_MAX:
                break
        if len(some) >= ADDED_AT_ONCE:
            found.update(some)
            some.clear()
    found.update(some)
    if len(found) > NUMBERS_MAX:
        raise ImportRefusedError(f"`{path.name}` has more than {NUMBERS_MAX} numbers; part it by area code")
    return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for place, line in enumerate(lines, 1):
                if (plain := line.rstrip("\n")).isdecimal():
                    yield place, plain
                    continue
                cell = _SEPARATORS.sub("", re.split("[,;\t]", line, maxsplit=1)[0]).removeprefix("+")
                if cell and not (place == 1 and _HEADING.fullmatch(cell)):
                    yield place, cell
    except UnicodeDecodeError as error:
        raise ImportRefusedError(f"`{path.name}` is not UTF-8 at byte {error.start}") from error


def list_of(register: str, scope: str, checked_at: int, numbers: BitMap64) -> RegisterList:
    """A list to be written."""
    numbers.run_optimize()
    octets: bytes = numbers.serialize()
    return RegisterList(register, scope, checked_at, len(numbers), octets)


def scope_of_day(checked_at: int) -> str:
    """The scope of a list of numbers that changed hands: its day."""
    day = date(1970, 1, 1).toordinal() + checked_at // DAY_MS
    return date.fromordinal(day).isoformat()
