"""What files look like: encodings, workbooks, odd cells, and what is refused unopened."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from supplychain.actions.imports.cells import BadCell, parse_cell
from supplychain.actions.imports.checking import Sheet, load_sheet
from supplychain.actions.imports.reading import open_sources
from supplychain.actions.imports.report import BadRow, Findings, Report
from supplychain.errors import Invalid
from supplychain.model.formulas import quote_formula, unquote_formula
from supplychain.model.imports.tables import (
    DELIVERIES,
    FIRMS,
    OFFERS,
    SUPPLY_RELATIONS,
    Column,
    ImportTable,
)

HEAD = "firm_id,name,kind"


def sheet_of(path: Path) -> tuple[Sheet, Findings]:
    findings = Findings()
    return load_sheet(open_sources(path)[0], findings, lambda _more: None), findings


def csv_of(folder: Path, text: str | bytes, name: str = "firms.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_names_come_in_whatever_the_encoding(tmp_path: Path, encoding: str):
    path = csv_of(tmp_path, f"{HEAD}\r\n锻造一厂,无锡锻造,sme\r\n".encode(encoding))
    sheet, findings = sheet_of(path)
    assert sheet.columns["name"] == ["无锡锻造"]
    assert not findings.rows


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("firm_id,kind\na,sme\n", "firms lacks the column name"),
        (f"{HEAD},name\na,b,sme,c\n", "firms has the column name twice"),
        ("", "firms is empty"),
        (b"firm_id,name,kind\na,\xff\xff,sme\n", "The encoding of firms is in doubt"),
        (b"\x00\x01\x02\xd8\x00\xd8", "The encoding of firms.csv is not known"),
        (f'{HEAD}\na,"{"x" * 200_000}",sme\n', "not a readable CSV file"),
    ],
)
def test_a_file_that_is_not_a_table_is_refused_in_clear_words(tmp_path: Path, text, told: str):
    with pytest.raises(Invalid, match=told):
        sheet_of(csv_of(tmp_path, text))


def test_an_unknown_table_is_refused(tmp_path: Path):
    with pytest.raises(Invalid, match=r"colours is not a table\. Known: firms, parts"):
        sheet_of(csv_of(tmp_path, "a,b\n", "colours.csv"))
    with pytest.raises(Invalid, match="neither CSV nor a workbook"):
        sheet_of(csv_of(tmp_path, "a,b\n", "firms.pdf"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(Invalid, match="There is no table"):
        sheet_of(tmp_path / "empty")


def test_rows_are_numbered_as_in_the_file(tmp_path: Path):
    sheet, findings = sheet_of(csv_of(tmp_path, f"{HEAD}\na,A,sme\n\n,,\nb,B,wizard\nc\n"))
    assert sheet.numbers == [2, 5, 6]
    assert sorted((bad.row, bad.column, bad.value) for bad in findings.rows) == [
        (5, "kind", "wizard"),
        (6, "kind", ""),
        (6, "name", ""),
    ]


def test_a_row_with_more_cells_than_columns_is_bad(tmp_path: Path):
    sheet, findings = sheet_of(csv_of(tmp_path, f"{HEAD}\na,A,sme,,\nb,B, Inc.,sme\n"))
    assert sheet.bad == {1}
    assert (3, "sme", "More cells than the header has columns.") in [
        (bad.row, bad.value, bad.reason) for bad in findings.rows
    ]


def test_semicolons_may_separate(tmp_path: Path):
    sheet, _ = sheet_of(csv_of(tmp_path, "firm_id;name;kind\na;A, B;sme\n"))
    assert sheet.columns["name"] == ["A, B"]


def test_a_workbook_gives_values_never_formulas(tmp_path: Path):
    path = tmp_path / "in.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("deliveries")
        sheet.write_row(0, 0, DELIVERIES.names)
        sheet.write_row(1, 0, [1001, "s", "b", "p"])
        sheet.write_formula(1, 4, "=2+2", None, 4)
        sheet.write_datetime(1, 5, date(2024, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(1, 6, ["2024年3月2日", 4, 0, 0.1 + 0.2, "cny", 12.5])
        sheet.write_string(2, 0, "=cmd|' /C calc'!A0")
        sheet.write_row(2, 1, ["s", "b", "p", 4.0005, "2024/3/1", "", 0, 0, "", "", ""])
        book.add_worksheet("Sheet2")
    found, findings = sheet_of(path)
    values = [column[0] for column in found.columns.values()]
    assert values[:7] == ["1001", "s", "b", "p", 4, "2024-03-01", "2024-03-02"]
    assert values[7:] == [4, 0, 3000, "CNY", 125_000]
    assert {(bad.row, bad.column) for bad in findings.rows} == {(3, "delivery_id"), (3, "quantity")}


COLUMNS: dict[str, tuple[ImportTable, str]] = {
    "id": (FIRMS, "firm_id"),
    "name": (FIRMS, "name"),
    "latitude": (FIRMS, "latitude"),
    "employees": (FIRMS, "employees"),
    "price": (OFFERS, "unit_price"),
    "currency": (OFFERS, "currency"),
    "lead": (OFFERS, "lead_days"),
    "share": (SUPPLY_RELATIONS, "share"),
    "day": (DELIVERIES, "promised_on"),
    "quantity": (DELIVERIES, "quantity"),
}


def column(name: str) -> Column:
    table, wanted = COLUMNS[name]
    return table.get_column(wanted)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("employees", "１２３４", 1234),
        ("employees", "1,234,567", 1_234_567),
        ("employees", "1 234", 1234),
        ("employees", "7.0", 7),
        ("employees", "٣", 3),
        ("employees", "1万", 10_000),
        ("price", "RMB 12.50", 125_000),
        ("price", "1.234,50", 12_345_000),
        ("currency", "人民币", "CNY"),
        ("lead", "5 days", 5),
        ("share", "35 %", 0.35),
        ("day", "31.12.2024", "2024-12-31"),
        ("day", "2024-03-01 00:00:00", "2024-03-01"),
        ("employees", "1000000000000", 10**12),
        ("price", "0.0345", 345),
        ("price", "1,234.50", 12_345_000),
        ("price", "1,234,567", 12_345_670_000),
        ("price", "100000000000", 10**15),
        ("price", "12.50000", 125_000),
        ("currency", "cny", "CNY"),
        ("latitude", "-33.9", -33.9),
        ("share", "0.35", 0.35),
        ("day", "2024-03-01", "2024-03-01"),
        ("day", "2024/3/1", "2024-03-01"),
        ("day", "２０２４年３月１日", "2024-03-01"),
        ("name", "  '=1+1 ", "=1+1"),
        ("name", "'s-Hertogenbosch", "'s-Hertogenbosch"),
        ("name", "ＡＢＣ", "ABC"),
        ("id", "M20x80-8.8", "M20x80-8.8"),
    ],
)
def test_a_cell_is_read(name: str, text: str, value: object):
    assert parse_cell(column(name), text) == value


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("employees", "-5", "Must not be negative."),
        ("employees", "5.7", "Enter a whole number."),
        ("employees", "9223372036854775808", "Must be at most 1,000,000,000,000."),
        ("employees", "1" * 30, "Must be at most 1,000,000,000,000."),
        ("employees", "1" * 400, "Enter a number."),
        ("employees", "1e3", "Enter a number."),
        ("employees", "0x10", "Enter a number."),
        ("employees", "TRUE", "Enter a number."),
        ("quantity", "0", "Must be more than 0."),
        ("quantity", "1.0005", "Use at most 3 decimals."),
        ("quantity", "-2.5", "Must not be negative."),
        ("quantity", "", "This cell must be filled."),
        ("price", "1,234", "This could be 1234 or 1.234: write 1234 or 1.2340."),
        ("quantity", "1.000", "This could be 1000 or 1: write 1000 or 1."),
        ("price", "12 pcs", "Enter a number."),
        ("currency", "¥", "This could be CNY, JPY: write the code."),
        ("price", "0.00001", "At most 4 decimals."),
        ("price", "100000000000.01", "Must be at most 100,000,000,000."),
        ("price", "NaN", "Enter a number."),
        ("currency", "DM", "This currency is not known. Use a code such as CNY, EUR or USD."),
        ("latitude", "91", "Must be at most 90."),
        ("latitude", "inf", "Enter a number."),
        ("share", "1.2", "Must be at most 1."),
        ("lead", "99999", "Must be at most 3,650."),
        ("day", "2024-02-30", "There is no such day."),
        ("day", "0024-02-01", "The year must lie between 1900 and 2199."),
        ("day", "01/02/2024", "This could be 2024-02-01 or 2024-01-02: write the one you mean."),
        ("day", "45352", "Enter a date such as 2026-11-22."),
        ("id", "x" * 65, "Longer than 64 characters."),
        ("id", "a|b", "An id must not hold | or / and must not be a dot."),
        ("id", "..", "An id must not hold | or / and must not be a dot."),
        ("name", "x" * 201, "Longer than 200 characters."),
        ("name", "a\x00b", "Holds an invisible or broken character. Type it anew."),
        ("name", "a\ud800b", "Holds an invisible or broken character. Type it anew."),
        ("name", "a\u202eb", "Holds an invisible or broken character. Type it anew."),
        ("name", "a\nb", "Holds an invisible or broken character. Type it anew."),
    ],
)
def test_a_bad_cell_is_refused_with_its_reason(name: str, text: str, told: str):
    with pytest.raises(BadCell) as refused:
        parse_cell(column(name), text)
    assert refused.value.message % refused.value.values == told


@pytest.mark.parametrize("text", ["=1", "'=1", "''=1", "'a", "''a", "@x", "-", "a", "+", "'"])
def test_a_text_like_a_formula_is_quoted_and_comes_back(text: str):
    assert quote_formula(text)[0] not in "=+-@"
    assert unquote_formula(quote_formula(text)) == text


def test_a_report_opens_in_a_spreadsheet_without_being_executed(tmp_path: Path):
    bad = BadRow(table="firms", row=2, column="kind", value="=1+1", message="Not a number.")
    Report(tables=(), bad_rows=(bad,), bad=1, written=False).save_csv(tmp_path / "report.csv")
    lines = (tmp_path / "report.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines == ["table,row,column,value,reason", "firms,2,kind,'=1+1,Not a number."]


def test_a_zip_bomb_is_refused_unopened(tmp_path: Path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    with pytest.raises(Invalid, match="too large"):
        open_sources(path)


def test_two_cells_at_far_corners_are_refused_unopened(tmp_path: Path):
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("firms")
        sheet.write(0, 0, "firm_id")
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(Invalid, match="too large"):
        open_sources(path)


def test_a_broken_workbook_is_refused(tmp_path: Path):
    path = csv_of(tmp_path, b"PK\x03\x04 not really", "in.xlsx")
    with pytest.raises(Invalid, match="could not be read"):
        open_sources(path)
