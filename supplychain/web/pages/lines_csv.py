"""The lines of a parts request as CSV that a spreadsheet opens without harm."""

from __future__ import annotations

import csv
import io

from supplychain.model.money import plain_text
from supplychain.model.parts_requests.parts_request import PartsRequest

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
                _disarm_cell(line.part_id or ""),
                _disarm_cell(line.description),
                _disarm_cell(line.category_id),
                line.quantity or "",
                _disarm_cell(line.uom),
                line.need_by or "",
                _disarm_cell(line.delivery_place),
                _disarm_cell("; ".join(line.certificates)),
                "" if line.target_price is None else plain_text(line.target_price),
                request.currency,
            )
        )
    return out.getvalue().encode("utf-8-sig")


def _disarm_cell(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
