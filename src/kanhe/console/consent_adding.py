"""A consent put on file by hand: the form holds what a row of an imported sheet holds, and is read as one."""

import csv
import io
from collections.abc import Iterator, Mapping

from kanhe.console.consent_acts import SENDER_NEEDED, page_of
from kanhe.console.consent_terms import PROOF_FIELDS, STATES
from kanhe.console.consents import number_of, sender_of, shown_consents
from kanhe.console.desk import Desk
from kanhe.console.faults import BAD_NUMBER, EMPTY, MISFIT, Fault, fault
from kanhe.console.terms import _N, CATEGORIES
from kanhe.console.visit import Answer, Moved, Visit
from kanhe.console.words import catalogue
from kanhe.domain.category import Category
from kanhe.offices.consenting import import_consents
from kanhe.records.cells import NO_VALUE, Mistake
from kanhe.records.tables import Sheet
from kanhe.records.uploads import OCTETS_MAX

TOO_LARGE = _N("A document has at most 20 MB")
# As the lot of its form is called; readers of sheets go by the ending.
BY_HAND = "by hand.csv"
# Columns that are written as they are.
WRITTEN = ("method", "captured_at", "channel", "wording", "expires_at", "frequency")
# Columns of several words, each a box to tick: its table.
TICKED: Mapping[str, Mapping[str, str]] = {
    "categories": {category.value: word for category, word in CATEGORIES.items() if category is not Category.P2P},
    "states": STATES,
    "proof_fields": PROOF_FIELDS,
}


async def add_consent(desk: Desk, visit: Visit) -> Answer:
    """Put a consent on file, with the document that proves it; nothing is kept of a form with a mistake."""
    number, sender = number_of(visit.form.get("to", "")), sender_of(desk, visit, visit.form.get("given-sender", ""))
    if number is None:
        return shown_consents(desk, visit, fault(visit, "to", BAD_NUMBER))
    if sender is None:
        return shown_consents(desk, visit, fault(visit, "given-sender", SENDER_NEEDED))
    row = {"number": f"+{number}", "sender": sender.name, **dict(_cells(visit.form))}
    files, document = desk.cabinet.files, visit.files.get("proof")
    if document is not None and not 0 < len(document.octets) <= OCTETS_MAX:
        return shown_consents(desk, visit, fault(visit, "given-proof", TOO_LARGE if document.octets else EMPTY))
    tried = await import_consents(desk.world, files, _sheet(desk, row), sender.account, dry_run=True)
    if tried.mistakes:
        return shown_consents(desk, visit, *(_fault(visit, each) for each in tried.mistakes))
    if document is not None:
        row["proof"] = f"sha256:{await files.keep(document.octets, sealed=True)}"
    await import_consents(desk.world, files, _sheet(desk, row), sender.account)
    return Moved(page_of(visit, number))


def _cells(form: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from ((column, form.get(f"given-{column}", "").strip()) for column in WRITTEN)
    yield "purposes", ";".join(form.get("given-purposes", "").splitlines())
    for column, words in TICKED.items():
        yield column, ";".join(word for word in words if f"given-{column}-{word}" in form)


def _sheet(desk: Desk, row: Mapping[str, str]) -> Sheet:
    """One row under its heading; instants are those of the operator's seat."""
    written = io.StringIO()
    csv.writer(written).writerows((row.keys(), row.values()))
    return Sheet(BY_HAND, written.getvalue().encode(), str(desk.zone))


def _fault(visit: Visit, mistake: Mistake) -> Fault:
    """A mistake of the row at its field."""
    say = catalogue(visit.language).gettext
    empty = mistake.wrong == NO_VALUE
    detail = "" if empty else f"{mistake.wrong}; {mistake.expected}"
    return Fault(f"given-{mistake.column}", say(EMPTY if empty else MISFIT), "", detail)
