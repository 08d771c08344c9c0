"""Consents out of a sheet, CSV or XLSX: every row is right, or nothing is imported and each mistake is named with its place."""

import asyncio
import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from python_calamine import CalamineError, CalamineWorkbook

from kanhe.domain.category import Category
from kanhe.domain.facts import Consent
from kanhe.kit.clock import to_ms
from kanhe.law.numbers import NumberRefused, parse_number
from kanhe.law.words import vocabulary
from kanhe.ports.change import Change, Rank
from kanhe.ports.store import Store
from kanhe.records.books import Books

# The limit of every paper that is handed in (issue 4): larger files are parted.
FILE_OCTETS_MAX = 20 * 1024 * 1024
# All rows are one transaction, so that nothing is half-imported; these take the writer about a second.
ROWS_MAX = 50_000
# More mistakes than a person mends before trying again.
MISTAKES_MAX = 1_000

NEEDED = ("number", "sender", "categories", "method", "captured_at")
OPTIONAL = ("channel", "expires_at", "frequency", "states", "proof_fields", "proof")
METHODS = ("written", "express", "inferred", "oral")
PERIODS = ("day", "week", "month")
CATEGORIES = tuple(category.value for category in Category if category is not Category.P2P)
INSTANT = "an instant with its offset, such as `2026-06-01T10:00:00+08:00`"

T = TypeVar("T")


class ImportRefusedError(Exception):
    """The file as a whole cannot be read; the message says why and what is expected."""


class Mistake(msgspec.Struct, frozen=True):
    """What is wrong with one cell."""

    row: int  # as the spreadsheet counts them: the heading is row 1
    column: str
    wrong: str
    expected: str


class WrongCellError(Exception):
    """A cell that cannot be taken: (what is wrong, what is expected)."""


@dataclass(frozen=True, slots=True)
class ImportFile:
    """What is to be imported for whom; `zone` is that of instants without an offset."""

    path: Path
    account: int
    zone: str | None = None


class Ids(Protocol):
    """Gives numbers to records."""

    def take(self, count: int) -> list[int]:
        """`count` rising ids."""
        ...


@dataclass(slots=True)
class Checked:
    """What a file would bring: (number, consent) by row, whose ids are still to be given; or what is wrong."""

    rows: int = 0
    consents: list[tuple[int, Consent]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def check_consents(file: ImportFile, books: Books, now: int) -> Checked:
    """Read and check a file. Raises `ImportRefusedError`."""
    path, account, zone = file.path, file.account, file.zone
    if zone is not None and zone not in available_timezones():
        raise ImportRefusedError(f"there is no time zone `{zone}`; expected a name such as `Asia/Shanghai`")
    checked, seen = Checked(), dict[tuple[int, str], int]()
    for row, cells in _rows(path):
        checked.rows += 1
        if checked.rows > ROWS_MAX:
            raise ImportRefusedError(f"`{path.name}` has more than {ROWS_MAX} rows; part it")
        reading = _Row(cells, row, path.parent, now, ZoneInfo(zone) if zone else None)
        found = reading.consent(account, books, seen)
        checked.mistakes += reading.mistakes
        if found is not None:
            checked.consents.append(found)
        if len(checked.mistakes) >= MISTAKES_MAX:
            break
    if not checked.rows:
        raise ImportRefusedError(f"`{path.name}` has no row under its heading")
    return checked


class Imported(msgspec.Struct, frozen=True):
    """What an import did."""

    rows: int
    imported: int
    mistakes: Sequence[Mistake] = ()


async def import_consents(
    store: Store, books: Books, ids: Ids, file: ImportFile, now: int, *, dry_run: bool = False
) -> Imported:
    """Check a file on a thread of its own, then write all its consents in one transaction. Raises `ImportRefusedError`."""
    if file.account not in books.accounts:
        raise ImportRefusedError(f"there is no account `{file.account}`")
    checked = await asyncio.to_thread(check_consents, file, books, now)
    if checked.mistakes or dry_run:
        return Imported(checked.rows, 0, tuple(checked.mistakes))
    numbered = zip(checked.consents, ids.take(len(checked.consents)), strict=True)
    rows = [(file.account, number, msgspec.structs.replace(one, id=ident)) for (number, one), ident in numbered]
    await store.commit(Change(Rank.INBOUND, now, consents=rows))
    return Imported(checked.rows, len(rows))


# --- files ---


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    """The rows that hold anything, by the columns of the heading, with their numbers."""
    if not path.is_file():
        raise ImportRefusedError(f"there is no file `{path}`")
    if path.stat().st_size > FILE_OCTETS_MAX:
        raise ImportRefusedError(f"`{path.name}` is larger than {FILE_OCTETS_MAX >> 20} MB; part it")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise ImportRefusedError(f"`{path.name}` is no {' or '.join(READERS)} file")
    table = reader(path)
    heading = [str(cell).strip().lower() for cell in table[0]] if table else []
    _check_heading(path, heading)
    for place, cells in enumerate(table[1:], 2):
        if any(str(cell).strip() for cell in cells):
            yield place, dict(zip(heading, cells, strict=False))


def _check_heading(path: Path, heading: Sequence[str]) -> None:
    known = ", ".join((*NEEDED, *OPTIONAL))
    if missing := [name for name in NEEDED if name not in heading]:
        raise ImportRefusedError(f"`{path.name}` has no column {', '.join(missing)}; columns are {known}")
    if strange := [name for name in heading if name and name not in NEEDED and name not in OPTIONAL]:
        raise ImportRefusedError(f"`{path.name}` has a column `{strange[0]}`; columns are {known}")
    if len(set(heading)) < len(heading):
        raise ImportRefusedError(f"`{path.name}` names a column twice")


def _csv(path: Path) -> list[list[object]]:
    """Comma or semicolon, UTF-8 with or without its mark."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefusedError(f"`{path.name}` is not UTF-8 at byte {error.start}; save it as CSV UTF-8") from error
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        return [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)]
    except csv.Error as error:
        raise ImportRefusedError(f"`{path.name}` is no CSV: {error}") from error


def _xlsx(path: Path) -> list[list[object]]:
    """The first sheet."""
    try:
        workbook = CalamineWorkbook.from_path(path)
        return [list(row) for row in workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)]
    except CalamineError as error:
        raise ImportRefusedError(f"`{path.name}` is no XLSX workbook: {error}") from error


READERS: dict[str, Callable[[Path], list[list[object]]]] = {".csv": _csv, ".xlsx": _xlsx}


# --- rows ---


class _Row:
    """One row: each cell is read by itself, so that all its mistakes are told at once."""

    def __init__(self, cells: Mapping[str, object], row: int, folder: Path, now: int, zone: ZoneInfo | None) -> None:
        self._cells, self._row, self._folder, self._now, self._zone = cells, row, folder, now, zone
        self.mistakes: list[Mistake] = []

    def consent(self, account: int, books: Books, seen: dict[tuple[int, str], int]) -> tuple[int, Consent] | None:
        """The consent of this row for its number, or None with its mistakes noted."""
        number = self._read("number", _number, 0)
        sender = self._read("sender", _text, "")
        if sender and (account, sender) not in books.senders:
            self._wrong("sender", f"`{sender}` is no sender of account {account}", "the name of an approved sender")
        elif number and (first := seen.setdefault((number, sender), self._row)) != self._row:
            self._wrong("number", f"row {first} has the same number and sender", "one row for each")
        made = self._made()
        if self.mistakes:
            return None
        return number, msgspec.structs.replace(made, entity=books.senders[account, sender].entity)

    def _made(self) -> Consent:
        captured = self._read("captured_at", self._past, 0)
        expires = self._maybe("expires_at", self._instant)
        if expires is not None and captured and expires <= captured:
            self._wrong("expires_at", "it lies before `captured_at`", "a later instant")
        return Consent(
            id=0,
            status="active",
            entity=None,
            categories=frozenset(self._read("categories", _among(CATEGORIES), list[str]())),
            method=self._read("method", _one_of(METHODS), ""),
            captured_at=captured,
            proof_fields=frozenset(self._maybe("proof_fields", _among(vocabulary().allowed("proof_fields"))) or ()),
            states=frozenset(self._maybe("states", _among(vocabulary().allowed("states"))) or ()),
            expires_at=expires,
            frequency=self._maybe("frequency", _frequency),
            channel=self._maybe("channel", _text),
            proof=self._maybe("proof", self._proof),
        )

    def _read(self, column: str, read: Callable[[object], T], otherwise: T) -> T:
        cell = self._cells.get(column)
        if cell is None or not str(cell).strip():
            self._wrong(column, "the cell is empty", "a value")
            return otherwise
        try:
            return read(cell)
        except WrongCellError as error:
            self._wrong(column, *error.args)
            return otherwise

    def _maybe(self, column: str, read: Callable[[object], T]) -> T | None:
        cell = self._cells.get(column)
        return None if cell is None or not str(cell).strip() else self._read(column, read, None)

    def _wrong(self, column: str, wrong: str, expected: str) -> None:
        self.mistakes.append(Mistake(self._row, column, wrong, expected))

    def _instant(self, cell: object) -> int:
        try:
            read = cell if isinstance(cell, datetime) else datetime.fromisoformat(str(cell).strip())
        except ValueError:
            raise WrongCellError(f"`{_short(cell)}` is no instant", INSTANT) from None
        if isinstance(cell, date) and not isinstance(cell, datetime):
            read = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - the zone is put in below
        if read.tzinfo is None:
            if self._zone is None:
                raise WrongCellError(f"`{_short(cell)}` has no offset", f"{INSTANT}, or a zone for the whole file")
            read = read.replace(tzinfo=self._zone)
        return to_ms(read)

    def _past(self, cell: object) -> int:
        at = self._instant(cell)
        if at > self._now:
            raise WrongCellError(f"`{_short(cell)}` lies in the future", "the instant at which consent was given")
        return at

    def _proof(self, cell: object) -> str:
        """SHA-256 and name of the proof, a file beside the sheet."""
        name = _text(cell)
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder.resolve()) or not path.is_file():
            raise WrongCellError(
                f"there is no file `{_short(name)}` beside the sheet", "the name of a file in its folder"
            )
        if path.stat().st_size > FILE_OCTETS_MAX:
            raise WrongCellError(f"`{_short(name)}` is larger than {FILE_OCTETS_MAX >> 20} MB", "a smaller file")
        with path.open("rb") as octets:
            return f"sha256:{hashlib.file_digest(octets, 'sha256').hexdigest()} {name}"


def _text(cell: object) -> str:
    return str(cell).strip()


def _number(cell: object) -> int:
    written = f"{cell:.0f}" if isinstance(cell, float) else _text(cell)
    found = parse_number(written)
    if isinstance(found, NumberRefused):
        raise WrongCellError(
            f"`{_short(written)}` is not a number: {found.code}", "a number with its country: +8613800138000"
        )
    return found


def _one_of(words: Sequence[str]) -> Callable[[object], str]:
    def read(cell: object) -> str:
        if (word := _text(cell).lower()) not in words:
            raise WrongCellError(f"`{_short(cell)}` is unknown", f"one of {', '.join(words)}")
        return word

    return read


def _among(words: Sequence[str]) -> Callable[[object], list[str]]:
    """Several words, parted by semicolons, commas or blanks."""
    one = _one_of(words)
    return lambda cell: [one(word) for word in _text(cell).replace(";", " ").replace(",", " ").split()]


def _frequency(cell: object) -> tuple[int, str]:
    most, _, per = _text(cell).partition("/")
    if not most.strip().isdecimal() or int(most) < 1 or per.strip() not in PERIODS:
        raise WrongCellError(
            f"`{_short(cell)}` is no frequency", "how many in which period: `4/month`, `1/week`, `2/day`"
        )
    return int(most), per.strip()


def _short(cell: Any) -> str:
    return str(cell)[:60]
