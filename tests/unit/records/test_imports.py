"""Consents out of a sheet: all rows or none, and every mistake with its row, its column and what is expected."""

import hashlib
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from kanhe.domain.facts import DncAnswer, Suppression
from kanhe.domain.papers import Account, Sender, SenderId
from kanhe.records import tables
from kanhe.records.books import Books
from kanhe.records.cells import Mistake
from kanhe.records.imports import Checked, Given, by_form, check_answers, check_consents, check_refusals
from kanhe.records.number_lists import read_list
from kanhe.records.tables import ImportRefusedError, Sheet, read_sheet_file

# 2026-11-24T12:00:00+08:00
NOW = 1_795_492_800_000
HEADING = "number,sender,categories,method,captured_at,channel,expires_at,frequency,states,proof_fields,proof"
GOOD = "+8613800138000,Shop,marketing,written,2026-06-01T10:00:00+08:00,web,2027-06-01T10:00:00+08:00,4/month,type;frequency,captured_at;text_shown,proof.pdf"


def books() -> Books:
    made = Books()
    made.put(Account(1, 1, "Shop"))
    made.put(Sender(1, 1, "Shop", SenderId("alphanumeric", "SHOP"), entity="shop"))
    return made


def bring(folder: Path, rows: list[str], *, name: str = "consents.csv", zone: str | None = None) -> Checked[Given]:
    """Check a sheet of rows, as it lies in a folder with its proof."""
    (folder / "proof.pdf").write_bytes(b"proof")
    path = folder / name
    if name.endswith(".xlsx"):
        write_xlsx(path, [HEADING.split(","), *[row.split(",") for row in rows]])
    else:
        path.write_text("\n".join([HEADING, *rows]), "utf-8-sig")
    return check(read_sheet_file(path, zone))


def check(sheet: Sheet) -> Checked[Given]:
    return check_consents(sheet, 1, books(), NOW, lambda path: hashlib.sha256(path.read_bytes()).hexdigest())


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
def test_a_good_row_is_a_consent_with_its_proof(name: str, tmp_path: Path) -> None:
    checked = bring(tmp_path, [GOOD], name=name)
    (given,) = checked.found
    digest = hashlib.sha256(b"proof").hexdigest()
    assert (given.number, given.consent.entity, given.consent.frequency) == (8613800138000, "shop", (4, "month"))
    assert given.consent.proof == f"sha256:{digest} proof.pdf"
    assert checked.documents == {digest: tmp_path / "proof.pdf"}
    assert (given.form.source, given.form.name, given.form.channel) == ("import", name, "web")


def test_a_proof_may_be_a_document_that_was_handed_in_before(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"proof").hexdigest()
    checked = bring(tmp_path, [GOOD.replace("proof.pdf", f"sha256:{digest}")])
    assert (checked.digests, checked.documents) == ({digest: 2}, {})
    sheet = Sheet("a.csv", f"{HEADING}\n{GOOD}".encode())
    (mistake,) = check(sheet).mistakes
    assert "`proof.pdf` is no document" in mistake.wrong, "what came over the network has no folder beside it"


def test_rows_of_another_wording_go_to_another_lot() -> None:
    heading = HEADING.replace(",channel", ",wording")
    rows = [
        GOOD.replace(",web,", f",{words},").replace("proof.pdf", "") for words in ("I agree", "I agree!", "I agree")
    ]
    rows = [row.replace("138000", f"13800{place}", 1) for place, row in enumerate(rows)]
    checked = check(Sheet("a.csv", "\n".join([heading, *rows]).encode()))
    assert not checked.mistakes
    assert [(form.wording, len(given)) for form, given in by_form(checked.found)] == [("I agree", 2), ("I agree!", 1)]


GROUNDS = "number,sender,captured_at,ground,sale,goods,refusal_offered,categories"
CUSTOMER = "+8613800138000,Shop,2026-06-01T10:00:00+08:00,soft_opt_in_customer,order 8812,garden tools,box on the form,"


def grounds(*rows: str) -> Checked[Given]:
    return check(Sheet("a.csv", "\n".join([GROUNDS, *rows]).encode()))


def test_a_row_may_bring_a_ground_in_the_place_of_a_consent() -> None:
    checked = grounds(CUSTOMER, CUSTOMER.replace("soft_opt_in_customer", "implied_purchase_24_months"))
    assert checked.mistakes == []
    first, second = (given.consent for given in checked.found)
    assert (first.ground, first.method, first.categories) == ("soft_opt_in_customer", "", {"marketing"})
    assert first.terms == {"sale": "order 8812", "goods": "garden tools", "refusal_offered": "box on the form"}
    assert second.ground == "implied_purchase_24_months", "a number may have several grounds"


@pytest.mark.parametrize(
    ("right", "wrong", "column", "said"),
    [
        ("garden tools", "", "goods", "the cell is empty"),
        ("soft_opt_in_customer", "likes_us", "ground", "`likes_us` is unknown"),
        ("soft_opt_in_customer", "", "sale", "it is a term of a ground"),
        ("2026-06-01", "2027-06-01", "captured_at", "lies in the future"),
    ],
)
def test_what_a_ground_lacks_is_named(right: str, wrong: str, column: str, said: str) -> None:
    checked = grounds(CUSTOMER.replace(right, wrong))
    assert checked.found == []
    assert any(one.column == column and said in one.wrong for one in checked.mistakes), checked.mistakes


WRONG: dict[str, tuple[str, str, str, str]] = {
    "number": (
        "+8613800138000",
        "+86138",
        "number",
        "`+86138` is not a number: The number `+86138` has too few digits for its country.",
    ),
    "no country": ("+8613800138000", "13800138000", "number", "says no country."),
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
    told = bring(tmp_path, [GOOD, bad])
    assert (told.rows, len(told.found)) == (2, 1)
    (mistake,) = told.mistakes
    assert (mistake.row, mistake.column) == (3, column)
    assert said in mistake.wrong
    assert mistake.expected


def test_all_mistakes_of_a_row_are_told_and_a_repeated_row_is_one(tmp_path: Path) -> None:
    bad = GOOD.replace("written", "mumbled").replace("4/month", "often")
    told = bring(tmp_path, [GOOD, "", bad])
    assert [(one.row, one.column) for one in told.mistakes] == [(4, "number"), (4, "method"), (4, "frequency")]
    assert "row 2 has the same number and sender" in told.mistakes[0].wrong


def test_instants_without_offset_take_the_zone_of_the_file(tmp_path: Path) -> None:
    plain = GOOD.replace("+08:00", "")
    assert len(bring(tmp_path, [plain], zone="Asia/Shanghai").found) == 1


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
        check(read_sheet_file(tmp_path / file))


def test_files_have_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS_MAX", 1)
    with pytest.raises(ImportRefusedError, match="more than 1 rows"):
        bring(tmp_path, [GOOD, GOOD])
    monkeypatch.setattr(tables, "FILE_OCTETS_MAX", 10)
    with pytest.raises(ImportRefusedError, match="larger than"):
        bring(tmp_path, [GOOD])
    with pytest.raises(ImportRefusedError, match="there is no file"):
        read_sheet_file(tmp_path / "nowhere.csv")
    with pytest.raises(ImportRefusedError, match="no time zone"):
        check(Sheet("a.csv", HEADING.encode(), "Mars/Olympus"))


MODEL = Suppression(0, 0, "account", account=1, source="import")


def test_refusals_out_of_a_sheet_keep_scope_categories_and_instant() -> None:
    sheet = Sheet(
        "stop.csv",
        b"number,categories,at,source\n+4915112345678,marketing,2026-06-01T10:00:00Z,letter\n+4915112345679,,,\n",
    )
    first, second = check_refusals(sheet, MODEL, NOW).found
    assert (first[0], first[1].categories, first[1].source) == (4915112345678, {"marketing"}, "letter")
    assert (second[1].at, second[1].categories, second[1].source) == (NOW, {"all"}, "import")
    wrong = Sheet(
        "stop.csv", b"number,categories,at\n+4915112345678,spam,\n+4915112345678,,2030-01-01T00:00:00Z\n12,,\n"
    )
    told = [(one.row, one.column) for one in check_refusals(wrong, MODEL, NOW).mistakes]
    assert told == [(2, "categories"), (3, "number"), (3, "at"), (4, "number")]


def test_answers_of_a_register_out_of_a_sheet() -> None:
    sheet = Sheet("dnc.csv", b"number,listed,checked_at\n+6581234567,yes,\n+6581234568,No,2026-11-01T00:00:00+08:00\n")
    assert check_answers(sheet, NOW, NOW).found == [
        (6581234567, DncAnswer(True, NOW)),
        (6581234568, DncAnswer(False, 1_793_462_400_000)),
    ]


def test_a_list_of_numbers_is_read_in_whatever_form_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("phone,reason\n212-555-0100,x\n(212) 555 0101;y\n\n 2125550102\n", "utf-8-sig")
    mistakes: list[Mistake] = []
    assert list(read_list(path, "1", mistakes)) == [12125550100, 12125550101, 12125550102]
    assert mistakes == []
    path.write_text("+6581234567\nnobody\n12\n")
    read_list(path, "", mistakes)
    assert [(one.row, one.column) for one in mistakes] == [(2, "number"), (3, "number")]
