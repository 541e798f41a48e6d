"""A bid goes out as a workbook and comes back: read in one way or refused, nothing in silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl.workbook import Workbook

from supplychain.actions.imports.filled_sheets import open_filled_sheets
from supplychain.errors import FieldError, Invalid
from supplychain.model.bids.lines import BidContent, BidLine, Bundle, PriceTier
from supplychain.model.bids.rules import fit_content
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.parts_requests.requirements import Requirements
from supplychain.model.units import UNITS, find_unit, unit_symbol
from supplychain.web.input.bid_forms import Form, fill_bid_form, read_bid_form
from supplychain.web.workbooks import bid_layout, bid_sheets
from supplychain.web.workbooks.bid_answers import (
    BidAnswers,
    CheckedAnswers,
    check_answers,
    read_bid_answers,
)
from supplychain.web.workbooks.bid_sheets import BidWorkbook, write_bid_workbook
from supplychain.web.workbooks.bilingual import Bilingual
from tests.make.sheets import Sums, find_column, keep_values, open_again, put
from tests.model.test_bids import VALID, make_request

FIRST_LINE = bid_sheets.FIRST_LINE + 1
TERMS = bid_sheets.TERMS_AT + 1
FULL = BidContent(
    currency="CNY",
    valid_until=VALID,
    note="=HYPERLINK(1)",
    one_off_cost=Decimal("300.5"),
    incoterm="FCA",
    payment_days=30,
    vat_percent=Decimal(13),
    lines=(
        BidLine(
            request_line_id="line-1",
            quantity=500,
            unit_price=Decimal("125.25"),
            price_per=100,
            lead_days=20,
            tiers=(
                PriceTier(start=100, unit_price=Decimal("120.125")),
                PriceTier(start=400, unit_price=Decimal("110.5")),
            ),
            tier_rule="incremental",
            min_quantity=50,
            tooling=Decimal(800),
            freight=Decimal("0.35"),
            note="+ by rail",
        ),
        BidLine(
            request_line_id="line-2",
            quantity=80,
            unit_price=Decimal("9.9"),
            lead_days=15,
            tiers=(PriceTier(start=60, unit_price=Decimal("9.1")),),
        ),
    ),
    bundles=(Bundle(request_line_ids=("line-1", "line-2"), discount=Decimal("2.5")),),
)


def request_of_parts(**values: Any) -> PartsRequest:
    asked = make_request(500, 80, **{"accepts": ("EUR",), **values})
    first = replace(
        asked.lines[0],
        part_id="=R-100",
        certificates=("ISO 9001",),
        requirements=Requirements(process="forging", weight_kg=12, tolerance_linear="m"),
    )
    return replace(asked, lines=(first, *asked.lines[1:]))


def write(
    path: Path,
    asked: PartsRequest,
    values: Form | None = None,
    *,
    content: BidContent | None = None,
    language: str = "en",
    errors: tuple[FieldError, ...] = (),
) -> Path:
    filled = content or BidContent(currency="CNY")
    bid = BidWorkbook(
        request=asked,
        buyer_name="Kunlun",
        version=3,
        values=fill_bid_form(asked, filled) if values is None else values,
        content=content,
        words=Bilingual(language),
        zone="Asia/Shanghai",
        errors=errors,
    )
    write_bid_workbook(path, bid)
    return path


def change(path: Path, work: Callable[[Workbook], None]) -> Path:
    book = open_again(path)
    work(book)
    book.save(path)
    return path


def fill(cells: Mapping[str, Any], row: int = FIRST_LINE) -> Callable[[Workbook], None]:
    def fill_row(book: Workbook) -> None:
        for key, value in cells.items():
            put(book, 0, (row, find_column(book, key)), value)

    return fill_row


def read(path: Path, asked: PartsRequest) -> BidAnswers:
    return read_bid_answers(asked, open_filled_sheets(path), "en")


def checked(path: Path, asked: PartsRequest) -> CheckedAnswers:
    with Flask("none").test_request_context():
        return check_answers(asked, read(path, asked))


def pointers(found: CheckedAnswers) -> list[str]:
    return [error.pointer for error in found.errors]


PRICED = {"unit_price": 12.5, "lead_days": 20, "quantity": 500}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_bid_comes_back_as_it_went_out(tmp_path: Path, language: str) -> None:
    asked = request_of_parts()
    path = write(tmp_path / "bid.xlsx", asked, content=FULL, language=language)
    found = checked(path, asked)
    assert found.errors == ()
    assert found.answers.version == 3
    assert found.content is not None
    assert fit_content(asked, found.content) == fit_content(asked, FULL)
    assert found.answers.notices == ()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_empty_workbook_lacks_what_an_empty_form_lacks(tmp_path: Path, language: str) -> None:
    asked = request_of_parts()
    found = checked(write(tmp_path / "bid.xlsx", asked, language=language), asked)
    assert pointers(found) == ["/lines", "/valid_until"]


def test_what_a_supplier_types_is_read_as_in_the_form(tmp_path: Path) -> None:
    asked = request_of_parts()
    path = write(tmp_path / "bid.xlsx", asked)
    change(path, fill({**PRICED, "unit_price": "1.234,50 元", "min_quantity": "50 pcs"}))
    change(path, fill({"valid_until": date(2027, 2, 1), "vat_percent": "13%"}, TERMS))
    found = checked(path, asked)
    assert found.errors == ()
    assert found.content is not None
    (line, _) = found.content.lines
    assert (line.unit_price, line.min_quantity) == (Decimal("1234.50"), 50)
    assert found.content.vat_percent == 13
    assert found.content.valid_until == date(2027, 2, 1)


@pytest.mark.parametrize(
    ("cells", "pointer"),
    [
        ({"unit_price": "1,250"}, "/lines/0/unit_price"),
        ({"unit_price": "12,5x"}, "/lines/0/unit_price"),
        ({"unit_price": 1.23456}, "/lines/0/unit_price"),
        ({"unit_price": True}, "/lines/0/unit_price"),
        ({"unit_price": "12 USD"}, "/lines/0/unit_price"),
        ({"quantity": 501}, "/lines/0/quantity"),
        ({"quantity": 1.5}, "/lines/0/quantity"),
        ({"uom": "kg"}, "/lines/0/uom"),
        ({"lead_days": 2.5}, "/lines/0/lead_days"),
        ({"lead_days": None}, "/lines/0/lead_days"),
        ({"price_per": 7}, "/lines/0/price_per"),
        ({"tier_rule": "whatever"}, "/lines/0/tier_rule"),
        ({"tiers-0-from": 100}, "/lines/0/tiers/0/unit_price"),
        ({"unit_price": "?", "freight": 3, "lead_days": "?"}, "/lines/0/lead_days"),
        ({"no_bid": "x"}, "/lines/0/unit_price"),
        ({"unit_price": "=A1/0"}, "/lines/0/unit_price"),
        ({"asked-quantity": 400}, "/lines/0/request_line_id"),
        ({"asked-description": "Shaft"}, "/lines/0/request_line_id"),
        ({"asked-need_by": date(2028, 1, 1)}, "/lines/0/request_line_id"),
    ],
)
def test_what_cannot_be_taken_is_an_error_of_its_cell(
    tmp_path: Path, cells: dict[str, Any], pointer: str
) -> None:
    asked = request_of_parts()
    path = change(write(tmp_path / "bid.xlsx", asked), fill({**PRICED, **cells}))
    found = pointers(checked(path, asked))
    assert pointer in found


@pytest.mark.parametrize(
    ("text", "refused"), [("0.13", True), (0.13, True), ("0.5 %", False), ("13", False)]
)
def test_a_rate_that_a_spreadsheet_made_small_is_refused(
    tmp_path: Path, text: object, refused: bool
) -> None:
    asked = request_of_parts()
    path = change(write(tmp_path / "bid.xlsx", asked), fill({"vat_percent": text}, TERMS))
    assert ("/vat_percent" in pointers(checked(path, asked))) is refused


def test_a_formula_is_taken_by_its_value_and_told(tmp_path: Path) -> None:
    asked = request_of_parts()
    path = change(write(tmp_path / "bid.xlsx", asked), fill({**PRICED, "unit_price": "=0.1+0.2"}))
    found = checked(path, asked)
    assert "/lines/0/unit_price" in pointers(found)  # nobody worked it out yet
    assert "Nothing was kept" in found.errors[0].text
    import xlsxwriter

    other = tmp_path / "worked-out.xlsx"
    with xlsxwriter.Workbook(str(other)) as book:
        for sheet in open_filled_sheets(path):
            page = book.add_worksheet(sheet.name)
            for spot, text in sheet.cells.items():
                page.write(*spot, float(text) if spot in sheet.numbers else text)
            if sheet.formulas and sheet is open_filled_sheets(path)[0]:
                continue
        column = find_column(open_again(path), "unit_price") - 1
        book.worksheets()[0].write_formula(
            FIRST_LINE - 1, column, "=0.1+0.2", None, 0.30000000000000004
        )
    again = read(other, asked)
    lines = read_bid_form(asked, again.form)["lines"]
    assert lines[0]["unit_price"] == "0.3"
    assert [one.message for one in again.notices] == [
        "%(count)s cells hold formulas: what they came to was taken (%(cells)s)."
    ]


def test_lines_moved_and_taken_out_are_still_known(tmp_path: Path) -> None:
    asked = request_of_parts()
    path = write(tmp_path / "bid.xlsx", asked, content=FULL)

    def move_lines(book: Workbook) -> None:
        sheet = book.worksheets[0]
        sheet.insert_rows(FIRST_LINE, 2)
        sheet.insert_cols(4)
        for row in (FIRST_LINE, FIRST_LINE + 3):
            for column in range(1, sheet.max_column + 1):
                sheet.cell(row, column).value = sheet.cell(FIRST_LINE + 2, column).value
        for column in range(1, sheet.max_column + 1):
            sheet.cell(FIRST_LINE + 2, column).value = None

    found = checked(change(path, move_lines), asked)
    assert "/lines/0/request_line_id" in pointers(found)  # now it is there twice

    def delete_one(book: Workbook) -> None:
        book.worksheets[0].delete_rows(FIRST_LINE + 1, 1)

    path = change(write(tmp_path / "other.xlsx", asked, content=FULL), delete_one)
    found = checked(path, asked)
    assert [one.text for one in found.answers.notices] == [
        "Line 2 is not in the workbook: it is read as not bid for."
    ]
    assert found.content is not None
    assert [line.unit_price for line in found.content.lines] == [Decimal("125.25"), None]


def test_rows_of_no_line_and_columns_of_nobody_are_told(tmp_path: Path) -> None:
    asked = request_of_parts()
    path = write(tmp_path / "bid.xlsx", asked, content=FULL)
    change(path, fill({"unit_price": 5}, FIRST_LINE + 20))

    def write_beside(book: Workbook) -> None:
        put(book, 0, (FIRST_LINE, 40), "my own calculation")

    found = checked(change(path, write_beside), asked)
    assert pointers(found) == ["/lines"]
    assert "Column AN" in found.answers.notices[0].text


def test_a_mark_without_a_price_is_no_bid(tmp_path: Path) -> None:
    asked = request_of_parts()
    path = write(tmp_path / "bid.xlsx", asked)
    change(path, fill({"valid_until": VALID}, TERMS))
    change(path, fill({"no_bid": "no bid / 不报价", "unit_price": None, "lead_days": 9}))
    change(path, fill({**PRICED, "quantity": 80}, FIRST_LINE + 1))
    found = checked(path, asked)
    assert found.errors == ()
    assert found.content is not None
    fitted = fit_content(asked, found.content)
    assert [line.number for line in fitted.lines] == [2]


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"id": "another"}, "of another request"),
        ({"currency": "EUR"}, "has changed since"),
        ({"tax_basis": "gross"}, "has changed since"),
    ],
)
def test_a_workbook_of_something_else_is_refused(
    tmp_path: Path, other: dict[str, Any], sentence: str
) -> None:
    path = write(tmp_path / "bid.xlsx", request_of_parts())
    with pytest.raises(Invalid, match=sentence):
        read(path, request_of_parts(**other))


def test_any_other_workbook_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["bid-workbook/1|request|x", "supplychain"])  # type: ignore[union-attr]
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(Invalid, match="no workbook of a bid"):
        read(tmp_path / "other.xlsx", request_of_parts())


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("rule", ["incremental", "all_units"])
def test_formulas_come_to_what_the_bid_comes_to(tmp_path: Path, language: str, rule: str) -> None:
    asked = request_of_parts()
    full = replace(FULL, lines=(replace(FULL.lines[0], tier_rule=rule), FULL.lines[1]))
    path = write(tmp_path / "bid.xlsx", asked, content=full, language=language)
    book = open_again(path)
    sheet, sums = book.worksheets[0], Sums(book)
    column = find_column(book, "total")
    values = [
        sums.value_of(sheet.title, sheet.cell(FIRST_LINE + at, column).coordinate)
        for at in range(6)
    ]
    lines = [line.total for line in full.lines]
    freight = full.lines[0].carriage(500)
    together = sum(lines, freight) + full.one_off_cost
    assert values == [*lines, sum(lines), freight, full.one_off_cost, together]
    kept = open_filled_sheets(path)[0]
    shown = [kept.cells[FIRST_LINE - 1 + at, column - 1] for at in range(6)]
    assert list(map(Decimal, shown)) == values
    assert Decimal(kept.cells[TERMS - 1, column - 1]) == together


def test_a_total_over_what_is_no_number_says_so(tmp_path: Path) -> None:
    asked = request_of_parts()
    path = write(tmp_path / "bid.xlsx", asked, content=FULL)
    change(path, fill({"unit_price": "12,5x"}))
    book = open_again(path)
    sheet, sums = book.worksheets[0], Sums(book)
    column = find_column(book, "total")
    for row in (FIRST_LINE, FIRST_LINE + 2, FIRST_LINE + 5):
        assert sums.value_of(sheet.title, sheet.cell(row, column).coordinate) == "?"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_errors_come_back_in_their_cells(tmp_path: Path, language: str) -> None:
    asked = request_of_parts()
    path = change(write(tmp_path / "bid.xlsx", asked), fill({**PRICED, "unit_price": "1,250"}))
    found = checked(path, asked)
    marked = write(
        tmp_path / "marked.xlsx",
        asked,
        found.answers.form,
        errors=found.errors,
        language=language,
    )
    book = open_again(marked)
    first, sheet = book.worksheets[:2]
    cell = sheet.cell(FIRST_LINE, find_column(book, "unit_price", 1))
    assert cell.value == "1,250"
    assert cell.comment is not None
    assert "1250" in cell.comment.text
    assert "1.25" in cell.comment.text
    rows = [[one.value for one in row] for row in first.iter_rows(min_row=5)]
    assert sorted(str(row[0]) for row in rows) == ["F5", cell.coordinate]
    # What is mended in it comes in as any other.
    change(marked, lambda mended: _mend(mended, cell.coordinate))
    again = checked(marked, asked)
    assert pointers(again) == []


def _mend(book: Workbook, name: str) -> None:
    put(book, 1, (book.worksheets[1][name].row, book.worksheets[1][name].column), 1250)
    put(book, 1, (TERMS, find_column(book, "valid_until", 1)), VALID)


def test_values_kept_without_formulas_come_back_alike(tmp_path: Path) -> None:
    asked = request_of_parts()
    path = write(tmp_path / "bid.xlsx", asked, content=FULL)
    keep_values(path)
    found = checked(path, asked)
    assert found.errors == ()
    assert found.content is not None
    assert fit_content(asked, found.content) == fit_content(asked, FULL)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_unit_of_a_list_reads_back_as_itself(language: str) -> None:
    from supplychain.actions.translations import translate

    wrong = [
        unit.code
        for unit in UNITS
        if find_unit(translate(unit_symbol(unit.code), language)) is not unit
    ]
    assert wrong == []


def test_whatever_a_bid_may_say_has_its_cell() -> None:
    of_line = {one.name for one in fields(BidLine)}
    of_line -= {"request_line_id", "tiers", "number", "typed"}
    assert of_line <= {one.key for one in bid_layout.list_line_fields(0)}
    of_bid = {one.name for one in fields(BidContent)} - {"lines", "bundles"}
    assert of_bid == {one.key for one in bid_layout.TERM_FIELDS}
