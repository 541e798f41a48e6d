"""Days of deliveries that cannot be, and those that are likelier a slip than a delay."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from supplychain.actions.imports.checking import Sheet
from supplychain.model.deliveries import LATE_CAP_DAYS

TO_COME: Final = "This day is still to come. Leave the cell empty until it has arrived."
VERY_LATE: Final = (
    "This is %(days)s days after the promised day. It counts as %(most)s days late: look whether a "
    "date is wrong."
)
VERY_EARLY: Final = (
    "This is %(days)s days before the promised day, and so no perfect delivery: look whether a "
    "date is wrong."
)


def check_days(sheet: Sheet, today: date) -> None:
    """Refuse deliveries that are to come, and warn of days far from the promised ones."""
    arrived = sheet.columns.get("delivered_on")
    if arrived is None:
        return
    last = today.isoformat()
    for at in list(sheet.good_rows()):
        day, promised = arrived[at], sheet.columns["promised_on"][at]
        if day is None or promised is None:
            continue
        if day > last:
            sheet.refuse_row(at, "delivered_on", TO_COME)
        elif day[:7] != promised[:7]:
            _warn_of_distance(sheet, at, (date.fromisoformat(day) - date.fromisoformat(promised)))


def _warn_of_distance(sheet: Sheet, at: int, distance: timedelta) -> None:
    if distance.days > LATE_CAP_DAYS:
        sheet.warn_of_row(at, "delivered_on", VERY_LATE, days=distance.days, most=LATE_CAP_DAYS)
    elif distance.days < -LATE_CAP_DAYS:
        sheet.warn_of_row(at, "delivered_on", VERY_EARLY, days=-distance.days)
