"""The lines of a parts request as a table that a spreadsheet opens without harm.

It is read again as it stands (``actions.parts_lists``): export and import give the same lines.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

import xlsxwriter

from supplychain.model.formulas import quote_formula
from supplychain.model.parts_lists.columns import EXPORTED_NAMES
from supplychain.model.parts_requests.conversions import type_conversions
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine
from supplychain.model.quantities import quantity_text
from supplychain.model.reading.numbers import number_text, unambiguous_text

NUMBER_NAMES: Final = (
    "line", "quantity", "target_price", "length_mm", "width_mm", "height_mm", "weight_kg",
    "over_percent",
)  # fmt: skip
MAX_KEPT_CHARS: Final = 15
"""Of a number that a spreadsheet keeps; longer ones stay texts."""


def write_lines_csv(request: PartsRequest) -> bytes:
    """UTF-8 with a byte order mark; a text that a spreadsheet would run gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(EXPORTED_NAMES)
    for line in request.lines:
        writer.writerow(_list_cells(line, request.currency))
    return out.getvalue().encode("utf-8-sig")


def write_lines_book(path: Path, request: PartsRequest) -> None:
    """The same as a workbook: numbers are numbers, all else is text."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("lines")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, EXPORTED_NAMES, book.add_format({"bold": True}))
        sheet.set_column(2, 2, 40)
        for row, line in enumerate(request.lines, start=1):
            named = zip(EXPORTED_NAMES, _list_cells(line, request.currency), strict=True)
            for at, (name, text) in enumerate(named):
                if text and name in NUMBER_NAMES and len(text) <= MAX_KEPT_CHARS:
                    sheet.write_number(row, at, float(text))
                elif text:
                    sheet.write_string(row, at, text)


def _list_cells(line: RequestLine, currency: str) -> Iterator[str]:
    """Texts in the order of ``EXPORTED_NAMES``."""
    required = line.requirements
    yield str(line.number)
    yield quote_formula(line.part_id or "")
    yield quote_formula(line.description)
    yield quote_formula(line.category_id)
    yield unambiguous_text(Decimal(quantity_text(line.quantity))) if line.quantity else ""
    yield quote_formula(line.uom)
    yield line.need_by.isoformat() if line.need_by else ""
    yield quote_formula(line.delivery_place)
    yield quote_formula("; ".join(line.certificates))
    yield "" if line.target_price is None else unambiguous_text(line.target_price)
    yield currency
    yield quote_formula(required.process)
    yield quote_formula(required.material)
    for size in (*required.sides, required.weight_kg):
        yield "" if size is None else str(size)
    yield required.tolerance_linear
    yield required.tolerance_geometrical
    yield quote_formula("; ".join(required.regions))
    yield quote_formula("; ".join(required.routing))
    yield type_conversions(line.conversions)
    yield number_text(line.over_percent) if line.over_percent else ""
