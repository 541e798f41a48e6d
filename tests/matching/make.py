"""Candidates from a few words a firm."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from supplychain.matching.candidates import Candidates, Ragged
from supplychain.matching.need import Need

MONDAY = date(2026, 11, 23)
NAN = float("nan")

PLAIN: dict[str, Any] = {
    "certificates": [],
    "weekly_capacity": 700,
    "min_lot": 0,
    "max_lot": 0,
    "lead_days": 7,
    "booked": {},
    "delivered_lines": 0,
    "on_time_lines": 0,
    "received_quantity": 0,
    "rejected_quantity": 0,
    "offer_currency": "CNY",
    "moq": 0,
    "tiers": {1: 100_000},
    "own_price_e4": 0,
    "own_price_on": "",
    "own_freight_e4": NAN,
    "own_freight_share": NAN,
}
LISTS = ("certificates", "offer_currency", "own_price_on")
FLOATS = ("own_freight_e4", "own_freight_share")
PAIRS = ("booked", "tiers")


def make_need(**given: Any) -> Need:
    """500 pieces within four weeks, in CNY."""
    plain = {
        "part_id": "ring",
        "category_id": "forgings",
        "quantity": 500,
        "needed_by": date(2026, 12, 20),
        "today": MONDAY,
        "currency": "CNY",
    }
    return Need(**{**plain, **given})


def make_candidates(
    *firms: dict[str, Any], mean_freight_share: float = NAN, last_paid_e4: int = 0
) -> Candidates:
    """Columns from one dictionary a firm; what is not said is ``PLAIN``."""
    rows = [{**PLAIN, "firm_id": f"firm-{place:02}", **firm} for place, firm in enumerate(firms)]
    columns: dict[str, Any] = {}
    for name in PLAIN:
        values = [row[name] for row in rows]
        if name in PAIRS:
            columns[name] = Ragged.of(
                [list(pairs) for pairs in values], [list(pairs.values()) for pairs in values]
            )
        elif name in LISTS:
            columns[name] = values
        else:
            columns[name] = np.array(values, np.float64 if name in FLOATS else np.int64)
    return Candidates(
        firm_ids=[row["firm_id"] for row in rows],
        mean_freight_share=mean_freight_share,
        last_paid_e4=last_paid_e4,
        **columns,
    )
