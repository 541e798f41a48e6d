"""The record of suppliers as one buyer sees it: what everyone counts, and its own word."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from supplychain.matching.candidates.arrays import UNKNOWN
from supplychain.matching.candidates.sources import BuyerRecordColumns, CapabilityColumns

COUNTERS = tuple(
    each.name for each in fields(BuyerRecordColumns) if each.name not in ("firm_ids", "aged")
)
BLANKS: dict[str, Any] = {
    "certificates": [], "weekly_capacity": 0, "pace": "", "min_lot": 0, "max_lot": 0,
    "lead_days": UNKNOWN,
    "booked_days": [], "booked_quantities": [], "enquiries": 0, "answered": 0, "aged": [],
}  # fmt: skip
"""What is not known of a firm that never said it can make the category."""


def add_own_records(able: CapabilityColumns, own: BuyerRecordColumns) -> CapabilityColumns:
    """The capabilities with the buyer's own word added to their counters. O(n) where it has any.

    A firm of which the buyer alone knows that it makes the category is a row more, of which
    nothing else is stated.
    """
    if not own.firm_ids:
        return able
    row_of = {firm_id: i for i, firm_id in enumerate(able.firm_ids)}
    more = [firm_id for firm_id in own.firm_ids if firm_id not in row_of]
    row_of.update({firm_id: len(row_of) + i for i, firm_id in enumerate(more)})
    columns: dict[str, list[Any]] = {
        name: [*getattr(able, name), *([blank] * len(more))] for name, blank in BLANKS.items()
    }
    rows = [row_of[firm_id] for firm_id in own.firm_ids]
    for name in COUNTERS:
        column: list[int] = [*getattr(able, name), *([0] * len(more))]
        for row, count in zip(rows, getattr(own, name), strict=True):
            # A counter that was never kept stays unknown: part of it would pass for all of it.
            column[row] = column[row] if column[row] == UNKNOWN else column[row] + count
        columns[name] = column
    columns["aged"] = _add_by_age(able, own, rows, more)
    return replace(able, firm_ids=[*able.firm_ids, *more], **columns)


def _add_by_age(
    able: CapabilityColumns, own: BuyerRecordColumns, rows: list[int], more: list[str]
) -> list[list[float]]:
    """The sums by age of both; those counted by another half-life stay as they are."""
    kept = able.aged or [[] for _ in able.firm_ids]
    column = [*kept, *([] for _ in more)]
    for row, sums in zip(rows, own.aged or [[] for _ in rows], strict=True):
        if not column[row]:
            column[row] = sums
        elif sums and sums[-1] == column[row][-1]:
            pairs = zip(column[row][:-1], sums[:-1], strict=True)
            column[row] = [*(one + other for one, other in pairs), sums[-1]]
    return column
