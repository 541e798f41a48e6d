"""Exchange rates that cannot be: as where a buyer says one for a request."""

from __future__ import annotations

from datetime import date

from supplychain.actions.imports.checking import Sheet
from supplychain.model.parts_requests.rates import (
    GREATEST_RATE,
    LEAST_RATE,
    ODD_RATE,
    RATE_BOUNDS,
    RATE_TO_COME,
)


def check_rates(sheet: Sheet, today: date) -> None:
    """Refuse rates that no two currencies have, and those of days to come."""
    rates, days, last = sheet.columns["rate"], sheet.columns["on"], today.isoformat()
    for at in list(sheet.good_rows()):
        if not LEAST_RATE <= rates[at] <= GREATEST_RATE:
            sheet.refuse_row(at, "rate", ODD_RATE, **dict(RATE_BOUNDS))
        elif days[at] > last:
            sheet.refuse_row(at, "on", RATE_TO_COME)
