"""Consents out of a sheet: all rows or none, and every mistake with its row, its column and what is expected."""

import asyncio
import hashlib
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from kanhe.domain.facts import Wants
from kanhe.domain.papers import Account, Sender, SenderId
from kanhe.kit.clock import FixedClock
from kanhe.kit.ids import IdSource
from kanhe.records import imports
from kanhe.records.books import Books
from kanhe.records.imports import Imported, ImportFile, ImportRefusedError, import_consents
from kanhe.store.sqlite.store import open_store

# 2026-11-24T12:00:00+08:00
NOW = 1_795_492_800_000
HEADING = "number,sender,categories,method,captured_at,channel,expires_at,frequency,states,proof_fields,proof"
GOOD = "+8613800138000,Shop,marketing,written,2026-06-01T10:00:00+08:00,web,2027-06-01T10:00:00+08:00,4/month,type;frequency,captured_at;text_shown,proof.pdf"


def books() -> Books:
    made = Books()
    made.put(Account(1, 1, "Shop"))
    made.put(Sender(1, 1, "Shop", SenderId("alphanumeric", "SHOP"), entity="shop"))
    return made


def bring(
    folder: Path, rows: list[str], *, name: str = "consents.csv", zone: str | None = None, **more: bool
) -> tuple[Imported, int]:
    """Import rows; what was said, and how many consents of the number are on file afterwards."""
    (folder / "proof.pdf").write_bytes(b"proof")
    path = folder / name
    if name.endswith(".xlsx"):
        write_xlsx(path, [HEADING.split(","), *[row.split(",") for row in rows]])
    else:
        path.write_text("\n".join([HEADING, *rows]), "utf-8-sig")
    store = open_store(folder / "kanhe.db", durable=False)

    async def whole() -> tuple[Imported, int]:
        ids = IdSource(FixedClock(NOW), 1, 0)
        said = await import_consents(store, books(), ids, ImportFile(path, 1, zone), NOW, **more)
        pair = (1, 8613800138000)
        found = store.ask(Wants(consents=frozenset({pair}))).consents.get(pair, ())
        for consent in found:
            assert consent.entity == "shop"
            assert consent.frequency == (4, "month")
            assert consent.proof == f"sha256:{hashlib.sha256(b'proof').hexdigest()} proof.pdf"
        return said, len(found)

    try:
        return asyncio.run(whole())
    finally:
        store.close()


def write_xlsx(path: Path, table: list[list[str]]) -> None:
    """The smallest workbook there is: one sheet of texts."""
    rows = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row) + "</row>"
        for row in table
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as book:
        for name, text in parts.items():
            book.writestr(name, text)


@pytest.mark.parametrize("name", ["consents.csv", "consents.xlsx"])
def test_good_rows_are_on_file_and_a_dry_run_leaves_nothing(name: str, tmp_path: Path) -> None:
    assert bring(tmp_path, [GOOD], name=name, dry_run=True) == (Imported(1, 0), 0)
    assert bring(tmp_path, [GOOD], name=name) == (Imported(1, 1), 1)


WRONG: dict[str, tuple[str, str, str, str]] = {
    "number": ("+8613800138000", "+86138", "number", "`+86138` is not a number"),
    "no country": ("+8613800138000", "13800138000", "number", "number-country-missing"),
    "sender": (",Shop,", ",Nobody,", "sender", "`Nobody` is no sender of account 1"),
    "category": ("marketing", "marketing;spam", "categories", "`spam` is unknown"),
    "private": ("marketing", "p2p", "categories", "`p2p` is unknown"),
    "method": ("written", "mumbled", "method", "`mumbled` is unknown"),
    "future": ("2026-06-01", "2026-12-01", "captured_at", "lies in the future"),
    "no offset": ("10:00:00+08:00,web", "10:00:00,web", "captured_at", "has no offset"),
    "no instant": ("2026-06-01T10:00:00+08:00,web", "last summer,web", "captured_at", "is no instant"),
    "empty": ("2026-06-01T10:00:00+08:00,web", ",web", "captured_at", "the cell is empty"),
    "ends first": ("2027-06-01", "2025-06-01", "expires_at", "lies before `captured_at`"),
    "frequency": ("4/month", "often", "frequency", "`often` is no frequency"),
    "states": ("type;frequency", "type;colour", "states", "`colour` is unknown"),
    "proof field": ("captured_at;text_shown", "hearsay", "proof_fields", "`hearsay` is unknown"),
    "proof": ("proof.pdf", "lost.pdf", "proof", "there is no file `lost.pdf`"),
    "proof elsewhere": ("proof.pdf", "../kanhe.db", "proof", "there is no file `../kanhe.db`"),
}


@pytest.mark.parametrize("name", WRONG)
def test_one_wrong_cell_keeps_the_whole_file_out(name: str, tmp_path: Path) -> None:
    right, wrong, column, said = WRONG[name]
    other = GOOD.replace("138000,", "138001,")
    assert right in other or right in GOOD
    bad = (
        GOOD.replace("+8613800138000", "+8613800138002").replace(right, wrong)
        if name not in ("number", "no country")
        else GOOD.replace(right, wrong)
    )
    told, on_file = bring(tmp_path, [GOOD, bad])
    assert (told.rows, told.imported, on_file) == (2, 0, 0)
    (mistake,) = told.mistakes
    assert (mistake.row, mistake.column) == (3, column)
    assert said in mistake.wrong
    assert mistake.expected


def test_all_mistakes_of_a_row_are_told_and_a_repeated_row_is_one(tmp_path: Path) -> None:
    bad = GOOD.replace("written", "mumbled").replace("4/month", "often")
    told, _ = bring(tmp_path, [GOOD, "", bad])
    assert [(one.row, one.column) for one in told.mistakes] == [(4, "number"), (4, "method"), (4, "frequency")]
    assert "row 2 has the same number and sender" in told.mistakes[0].wrong


def test_instants_without_offset_take_the_zone_of_the_file(tmp_path: Path) -> None:
    plain = GOOD.replace("+08:00", "")
    assert bring(tmp_path, [plain], zone="Asia/Shanghai")[0] == Imported(1, 1)


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "kind": ("a.doc", b"x", "is no .csv or .xlsx file"),
    "empty": ("a.csv", b"", "has no column number"),
    "heading alone": ("a.csv", HEADING.encode(), "has no row under its heading"),
    "column": ("a.csv", (HEADING + ",colour").encode(), "has a column `colour`"),
    "twice": ("a.csv", (HEADING + ",number").encode(), "names a column twice"),
    "encoding": ("a.csv", "号码".encode("gb18030"), "is not UTF-8 at byte 0"),
    "workbook": ("a.xlsx", b"PK no", "is no XLSX workbook"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_is_refused(name: str, tmp_path: Path) -> None:
    file, octets, said = REFUSED[name]
    (tmp_path / file).write_bytes(octets)
    with pytest.raises(ImportRefusedError, match=said):
        imports.check_consents(ImportFile(tmp_path / file, 1), books(), NOW)


def test_files_have_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "ROWS_MAX", 1)
    with pytest.raises(ImportRefusedError, match="more than 1 rows"):
        bring(tmp_path, [GOOD, GOOD])
    monkeypatch.setattr(imports, "FILE_OCTETS_MAX", 10)
    with pytest.raises(ImportRefusedError, match="larger than"):
        bring(tmp_path, [GOOD])
    with pytest.raises(ImportRefusedError, match="there is no file"):
        imports.check_consents(ImportFile(tmp_path / "nowhere.csv", 1), books(), NOW)
    with pytest.raises(ImportRefusedError, match="no time zone"):
        imports.check_consents(ImportFile(tmp_path / "a.csv", 1, "Mars/Olympus"), books(), NOW)
