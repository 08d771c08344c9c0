"""Consents and refusals out of sheets: every row is put on file or none, and each mistake is named with its place."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import msgspec
from msgspec import structs

from kanhe.domain.category import Category
from kanhe.domain.facts import Consent, DncAnswer, Suppression
from kanhe.domain.lot import Lot
from kanhe.law.grounds import lacking, the_grounds
from kanhe.law.words import vocabulary
from kanhe.records import cells
from kanhe.records.books import Books
from kanhe.records.cells import MISTAKES_MAX, NO_VALUE, Cells, Mistake, WrongCellError, short
from kanhe.records.tables import FILE_OCTETS_MAX, ImportRefusedError, Sheet, rows_of

NEEDED = ("number", "sender", "captured_at")
OPTIONAL = (
    *("categories", "method", "channel", "wording", "purposes", "expires_at", "reconfirmed_at", "frequency"),
    *("states", "proof_fields", "proof", "ground", *the_grounds().terms),
)
# What a ground is for, where its row says nothing else.
OFFERS = frozenset({Category.MARKETING.value})
METHODS = vocabulary().allowed("consent_method")
CATEGORIES = tuple(category.value for category in Category if category is not Category.P2P)
# A document that was handed in before, by its SHA-256.
DIGEST = re.compile(r"sha256:([0-9a-f]{64})")

REFUSALS_NEEDED = ("number",)
REFUSALS_OPTIONAL = ("categories", "at", "source", "program", "note")

ANSWERS_NEEDED = ("number", "listed")
ANSWERS_OPTIONAL = ("checked_at",)
LISTED = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False, "y": True, "n": False}

T = TypeVar("T")


class Imported(msgspec.Struct, frozen=True):
    """What an import did."""

    rows: int
    imported: int
    mistakes: Sequence[Mistake] = ()
    lots: Sequence[int] = ()


@dataclass(slots=True)
class Checked(Generic[T]):
    """What a sheet would bring, or what is wrong with it."""

    rows: int = 0
    found: list[T] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    documents: dict[str, Path] = field(default_factory=dict)  # digest -> a file beside the sheet, to be kept
    # Documents handed in before, with the first row that names them.
    digests: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Given:
    """A consent of a sheet, into the lot of its form."""

    number: int
    consent: Consent
    form: Lot


Read = Callable[[Cells, Checked[T]], T | None]


def _checked(sheet: Sheet, now: int, columns: tuple[tuple[str, ...], tuple[str, ...]], read: Read[T]) -> Checked[T]:
    checked, zone = Checked[T](), sheet.clock()
    for place, row in rows_of(sheet, *columns):
        checked.rows += 1
        reading = Cells(row, place, now, zone)
        found = read(reading, checked)
        checked.mistakes += reading.mistakes
        if found is not None and not reading.mistakes:
            checked.found.append(found)
        if len(checked.mistakes) >= MISTAKES_MAX:
            break
    return checked


# --- consents ---


def check_consents(
    sheet: Sheet, account: int, books: Books, now: int, digest_of: Callable[[Path], str]
) -> Checked[Given]:
    """Read and check a sheet of consents; it may take seconds. Raises `ImportRefusedError`."""
    if account not in books.accounts:
        raise ImportRefusedError(f"there is no account `{account}`")
    reader = _Consents(sheet, account, books, now, digest_of)
    return _checked(sheet, now, (NEEDED, OPTIONAL), reader.consent)


class _Consents:
    """Reads the rows of one sheet."""

    def __init__(self, sheet: Sheet, account: int, books: Books, now: int, digest_of: Callable[[Path], str]) -> None:
        self._sheet, self._account, self._books, self._now = sheet, account, books, now
        self._digest_of = digest_of
        self._seen: dict[tuple[int, str, str | None], int] = {}
        self._known: dict[str, str] = {}  # documents by name, with their digests

    def consent(self, row: Cells, checked: Checked[Given]) -> Given | None:
        number, name = row.read("number", cells.number, 0), row.read("sender", cells.text, "")
        sender = self._books.senders.get((self._account, name))
        if name and sender is None:
            row.wrong("sender", f"`{name}` is no sender of account {self._account}", "the name of an approved sender")
        ground = row.maybe("ground", cells.one_of(tuple(the_grounds().grounds)))
        first = self._seen.setdefault((number, name, ground), row.row)
        if number and sender is not None and first != row.row:
            row.wrong("number", f"row {first} has the same number and sender", "one row for each")
        made = self._made(row, checked, ground)
        if row.mistakes or sender is None:
            return None
        form = Lot(
            0, self._account, name, sender.entity, "import", self._now, made.channel,
            row.maybe("wording", cells.text), row.maybe("purposes", cells.several) or (), self._sheet.name,
        )  # fmt: skip
        return Given(number, structs.replace(made, entity=sender.entity), form)

    def _made(self, row: Cells, checked: Checked[Given], ground: str | None) -> Consent:
        captured, expires = row.read("captured_at", row.past, 0), row.maybe("expires_at", row.instant)
        if expires is not None and captured and expires <= captured:
            row.wrong("expires_at", "it lies before `captured_at`", "a later instant")
        words = vocabulary()
        return Consent(
            id=0,
            status="active",
            entity=None,
            categories=_categories(row, ground),
            method=row.read("method", cells.one_of(METHODS), "") if ground is None else "",
            captured_at=captured,
            proof_fields=frozenset(row.maybe("proof_fields", cells.among(words.allowed("proof_fields"))) or ()),
            states=frozenset(row.maybe("states", cells.among(words.allowed("states"))) or ()),
            expires_at=expires,
            reconfirmed_at=row.maybe("reconfirmed_at", row.past),
            frequency=row.maybe("frequency", cells.frequency),
            channel=row.maybe("channel", cells.text),
            proof=row.maybe("proof", lambda cell: self._proof(cells.text(cell), row.row, checked)),
            ground=ground,
            terms=_terms(row, ground),
        )

    def _proof(self, name: str, row: int, checked: Checked[Given]) -> str:
        """SHA-256 and name of the proof: a file beside the sheet, or a document that was handed in before."""
        if (match := DIGEST.fullmatch(name)) is not None:
            checked.digests.setdefault(match[1], row)
            return name
        if name not in self._known:
            path = self._beside(name)
            self._known[name] = self._digest_of(path)
            checked.documents[self._known[name]] = path
        return f"sha256:{self._known[name]} {name}"

    def _beside(self, name: str) -> Path:
        folder = self._sheet.folder
        if folder is None:
            raise WrongCellError(f"`{short(name)}` is no document", "`sha256:...` of a document handed in before")
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            raise WrongCellError(
                f"there is no file `{short(name)}` beside the sheet", "the name of a file in its folder"
            )
        if path.stat().st_size > FILE_OCTETS_MAX:
            raise WrongCellError(f"`{short(name)}` is larger than {FILE_OCTETS_MAX >> 20} MB", "a smaller file")
        return path


def _categories(row: Cells, ground: str | None) -> frozenset[str]:
    read = cells.among(CATEGORIES)
    if ground is None:
        return frozenset(row.read("categories", read, list[str]()))
    return frozenset(row.maybe("categories", read) or OFFERS)


def _terms(row: Cells, ground: str | None) -> dict[str, str]:
    """What a row says of its ground; each mistake is told with what the term means."""
    words = the_grounds().terms
    terms = {name: said for name in words if (said := row.maybe(name, cells.text)) is not None}
    if ground is None:
        for name in terms:
            row.wrong(name, "it is a term of a ground, and the row names none", "a word in the column `ground`")
        return {}
    for name in lacking(ground, terms):
        row.wrong(name, NO_VALUE, f"`{ground}` needs it: {words[name]['en']}")
    return terms


def by_form(found: list[Given]) -> Iterator[tuple[Lot, list[tuple[int, Consent]]]]:
    """The consents of a sheet by the lots they go to."""
    lots: dict[tuple[object, ...], tuple[Lot, list[tuple[int, Consent]]]] = {}
    for given in found:
        lots.setdefault(given.form.form, (given.form, []))[1].append((given.number, given.consent))
    yield from lots.values()


# --- refusals ---


def check_refusals(sheet: Sheet, model: Suppression, now: int) -> Checked[tuple[int, Suppression]]:
    """Read and check a sheet of refusals; `model` says whose they are and how far they reach. Raises `ImportRefusedError`."""
    seen: dict[int, int] = {}

    def read(row: Cells, checked: Checked[tuple[int, Suppression]]) -> tuple[int, Suppression] | None:
        number = row.read("number", cells.number, 0)
        if number and (first := seen.setdefault(number, row.row)) != row.row:
            row.wrong("number", f"row {first} has the same number", "one row for each")
        categories = row.maybe("categories", cells.among((*CATEGORIES, "all")))
        return number, structs.replace(
            model,
            at=row.maybe("at", row.past) or now,
            categories=frozenset(categories) if categories else model.categories,
            source=row.maybe("source", cells.text) or model.source,
            program=row.maybe("program", cells.text),
            text=row.maybe("note", cells.text),
        )

    return _checked(sheet, now, (REFUSALS_NEEDED, REFUSALS_OPTIONAL), read)


# --- what registers answered ---


def check_answers(sheet: Sheet, checked_at: int, now: int) -> Checked[tuple[int, DncAnswer]]:
    """Read and check a sheet of answers about single numbers. Raises `ImportRefusedError`."""

    def read(row: Cells, checked: Checked[tuple[int, DncAnswer]]) -> tuple[int, DncAnswer] | None:
        number, listed = row.read("number", cells.number, 0), row.read("listed", cells.one_of(tuple(LISTED)), "")
        return number, DncAnswer(LISTED.get(listed, False), row.maybe("checked_at", row.past) or checked_at)

    return _checked(sheet, now, (ANSWERS_NEEDED, ANSWERS_OPTIONAL), read)
