"""Cells of a row, each read by itself, so that all mistakes of a row are told at once, each with its place."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from kanhe.kit.clock import to_ms
from kanhe.law.numbers import NumberRefused, parse_number
from kanhe.law.reasons import reasons

# More mistakes than a person mends before trying again.
MISTAKES_MAX = 1_000
PERIODS = ("day", "week", "month")
NO_VALUE = "the cell is empty"
INSTANT = "an instant with its offset, such as `2026-06-01T10:00:00+08:00`"

T = TypeVar("T")


class Mistake(msgspec.Struct, frozen=True):
    """What is wrong with one cell."""

    row: int  # as the spreadsheet counts them: the heading is row 1
    column: str
    wrong: str
    expected: str


class WrongCellError(Exception):
    """A cell that cannot be taken: (what is wrong, what is expected)."""


class Cells:
    """One row."""

    def __init__(self, cells: Mapping[str, object], row: int, now: int, zone: ZoneInfo | None) -> None:
        self._cells, self.row, self._now, self._zone = cells, row, now, zone
        self.mistakes: list[Mistake] = []

    def read(self, column: str, read: Callable[[object], T], otherwise: T) -> T:
        """The value of a cell that must be there; `otherwise` with a mistake noted."""
        cell = self._cells.get(column)
        if cell is None or not str(cell).strip():
            self.wrong(column, NO_VALUE, "a value")
            return otherwise
        try:
            return read(cell)
        except WrongCellError as error:
            self.wrong(column, *error.args)
            return otherwise

    def maybe(self, column: str, read: Callable[[object], T]) -> T | None:
        """The value of a cell that may be empty."""
        cell = self._cells.get(column)
        return None if cell is None or not str(cell).strip() else self.read(column, read, None)

    def wrong(self, column: str, wrong: str, expected: str) -> None:
        """Note a mistake."""
        self.mistakes.append(Mistake(self.row, column, wrong, expected))

    def instant(self, cell: object) -> int:
        """An instant; one without an offset is of the file's zone."""
        try:
            read = cell if isinstance(cell, datetime) else datetime.fromisoformat(str(cell).strip())
        except ValueError:
            raise WrongCellError(f"`{short(cell)}` is no instant", INSTANT) from None
        if isinstance(cell, date) and not isinstance(cell, datetime):
            read = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - the zone is put in below
        if read.tzinfo is None:
            if self._zone is None:
                raise WrongCellError(f"`{short(cell)}` has no offset", f"{INSTANT}, or a zone for the whole file")
            read = read.replace(tzinfo=self._zone)
        return to_ms(read)

    def past(self, cell: object) -> int:
        """An instant that lies in the past."""
        at = self.instant(cell)
        if at > self._now:
            raise WrongCellError(f"`{short(cell)}` lies in the future", "an instant that has passed")
        return at


def text(cell: object) -> str:
    """A text without blanks around it."""
    return str(cell).strip()


def number(cell: object) -> int:
    """A number in any written form that has a country."""
    written = f"{cell:.0f}" if isinstance(cell, float) else text(cell)
    found = parse_number(written)
    if isinstance(found, NumberRefused):
        said = reasons().say(found.code, "number", "en", {"understood": short(found.understood)})
        raise WrongCellError(
            f"`{short(written)}` is not a number: {said.what}", "a number with its country: +8613800138000"
        )
    return found


def one_of(words: Sequence[str]) -> Callable[[object], str]:
    """One word of a list."""

    def read(cell: object) -> str:
        if (word := text(cell).lower()) not in words:
            raise WrongCellError(f"`{short(cell)}` is unknown", f"one of {', '.join(words)}")
        return word

    return read


def among(words: Sequence[str]) -> Callable[[object], list[str]]:
    """Several words, parted by semicolons, commas or blanks."""
    one = one_of(words)
    return lambda cell: [one(word) for word in text(cell).replace(";", " ").replace(",", " ").split()]


def several(cell: object) -> tuple[str, ...]:
    """Several texts, parted by semicolons."""
    return tuple(part.strip() for part in text(cell).split(";") if part.strip())


def frequency(cell: object) -> tuple[int, str]:
    """How many in which period."""
    most, _, per = text(cell).partition("/")
    if not most.strip().isdecimal() or int(most) < 1 or per.strip() not in PERIODS:
        raise WrongCellError(
            f"`{short(cell)}` is no frequency", "how many in which period: `4/month`, `1/week`, `2/day`"
        )
    return int(most), per.strip()


def short(cell: Any) -> str:
    """As much of a cell as a sentence can hold."""
    return str(cell)[:60]
