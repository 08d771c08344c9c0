"""Sheets as people hand them in: CSV or XLSX with a heading, read whole, row by row."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from python_calamine import CalamineError, CalamineWorkbook

# The limit of every paper that is handed in (issue 4): larger files are parted.
FILE_OCTETS_MAX = 20 * 1024 * 1024
# All rows are one transaction, so that nothing is half-imported; these take the writer about a second.
ROWS_MAX = 50_000


class ImportRefusedError(Exception):
    """The file as a whole cannot be read; the message says why and what is expected."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file with rows; its name says what it is."""

    name: str
    octets: bytes
    zone: str | None = None  # of instants without an offset
    folder: Path | None = None  # where it lay, with the documents that its rows name

    def clock(self) -> ZoneInfo | None:
        """The zone. Raises `ImportRefusedError`."""
        if self.zone is not None and self.zone not in available_timezones():
            raise ImportRefusedError(f"there is no time zone `{self.zone}`; expected a name such as `Asia/Shanghai`")
        return ZoneInfo(self.zone) if self.zone else None


def read_sheet_file(path: Path, zone: str | None = None) -> Sheet:
    """A sheet that lies on this machine. Raises `ImportRefusedError`."""
    if not path.is_file():
        raise ImportRefusedError(f"there is no file `{path}`")
    if path.stat().st_size > FILE_OCTETS_MAX:
        raise ImportRefusedError(f"`{path.name}` is larger than {FILE_OCTETS_MAX >> 20} MB; part it")
    return Sheet(path.name, path.read_bytes(), zone, path.parent)


def rows_of(sheet: Sheet, needed: Sequence[str], optional: Sequence[str]) -> Iterator[tuple[int, Mapping[str, object]]]:
    """The rows that hold anything, by the columns of the heading, with their numbers. Raises `ImportRefusedError`."""
    reader = READERS.get(Path(sheet.name).suffix.lower())
    if reader is None:
        raise ImportRefusedError(f"`{sheet.name}` is no {' or '.join(READERS)} file")
    table = reader(sheet)
    heading = [str(cell).strip().lower() for cell in table[0]] if table else []
    _check_heading(sheet.name, heading, needed, optional)
    found = 0
    for place, cells in enumerate(table[1:], 2):
        if any(str(cell).strip() for cell in cells):
            found += 1
            if found > ROWS_MAX:
                raise ImportRefusedError(f"`{sheet.name}` has more than {ROWS_MAX} rows; part it")
            yield place, dict(zip(heading, cells, strict=False))
    if not found:
        raise ImportRefusedError(f"`{sheet.name}` has no row under its heading")


def _check_heading(name: str, heading: Sequence[str], needed: Sequence[str], optional: Sequence[str]) -> None:
    known = ", ".join((*needed, *optional))
    if missing := [column for column in needed if column not in heading]:
        raise ImportRefusedError(f"`{name}` has no column {', '.join(missing)}; columns are {known}")
    if strange := [column for column in heading if column and column not in needed and column not in optional]:
        raise ImportRefusedError(f"`{name}` has a column `{strange[0]}`; columns are {known}")
    if len(set(heading)) < len(heading):
        raise ImportRefusedError(f"`{name}` names a column twice")


def _csv(sheet: Sheet) -> list[list[object]]:
    """Comma or semicolon, UTF-8 with or without its mark."""
    try:
        text = sheet.octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefusedError(f"`{sheet.name}` is not UTF-8 at byte {error.start}; save it as CSV UTF-8") from error
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)]
    except csv.Error as error:
        raise ImportRefusedError(f"`{sheet.name}` is no CSV: {error}") from error


def _xlsx(sheet: Sheet) -> list[list[object]]:
    """The first sheet."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(sheet.octets))
        return [list(row) for row in workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)]
    except CalamineError as error:
        raise ImportRefusedError(f"`{sheet.name}` is no XLSX workbook: {error}") from error


READERS: dict[str, Callable[[Sheet], list[list[object]]]] = {".csv": _csv, ".xlsx": _xlsx}
