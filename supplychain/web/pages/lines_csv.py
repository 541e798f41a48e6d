"""The lines of a parts request as CSV that a spreadsheet opens without harm."""

from __future__ import annotations

import csv
import io

from supplychain.model.formulas import quote_formula
from supplychain.model.money import plain_text
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.quantities import quantity_text
from supplychain.model.reading.numbers import number_text

HEADER = (
    "line",
    "part_id",
    "description",
    "category",
    "quantity",
    "uom",
    "need_by",
    "place",
    "certificates",
    "target_price",
    "currency",
    "over_percent",
)


def write_lines_csv(request: PartsRequest) -> bytes:
    """UTF-8 with a byte order mark; a text that a spreadsheet would run gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for line in request.lines:
        writer.writerow(
            (
                line.number,
                quote_formula(line.part_id or ""),
                quote_formula(line.description),
                quote_formula(line.category_id),
                quantity_text(line.quantity) if line.quantity else "",
                quote_formula(line.uom),
                line.need_by or "",
                quote_formula(line.delivery_place),
                quote_formula("; ".join(line.certificates)),
                "" if line.target_price is None else plain_text(line.target_price),
                request.currency,
                number_text(line.over_percent) if line.over_percent else "",
            )
        )
    return out.getvalue().encode("utf-8-sig")
