"""Candidates from a few words a firm."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from supplychain.matching.candidates.arrays import Coded, Ragged
from supplychain.matching.candidates.columns import Candidates, FirmPlaces
from supplychain.matching.need import Need

MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
"""Of that Monday, in China."""
NAN = float("nan")

PLAIN: dict[str, Any] = {
    "certificates": [],
    "weekly_capacity": 700,
    "pace": "",
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
    "price_per": 1,
    "own_price_e4": 0,
    "own_price_on": "",
    "own_freight_e4": NAN,
    "own_freight_share": NAN,
    "late_days_sum": -1,
    "long_late_lines": -1,
    "enquiries": 0,
    "answered": 0,
    "incremental": False,
    "offer_rate": None,
    "offer_freight_e4": NAN,
    "offer_tooling_e4": NAN,
    "payment_days": -1,
    "incoterm": "",
}
LISTS = ("certificates", "pace", "offer_currency", "own_price_on", "incoterm")
FLOATS = (
    "own_freight_e4",
    "own_freight_share",
    "offer_rate",
    "offer_freight_e4",
    "offer_tooling_e4",
)
FLAGS = ("incremental",)
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
    *firms: dict[str, Any],
    mean_freight_share: float = NAN,
    last_paid_e4: int = 0,
    places: FirmPlaces | None = None,
) -> Candidates:
    """Columns from one dictionary a firm; what is not said is ``PLAIN``.

    An offer's rate is 1 in CNY and else unknown, unless it is said.
    """
    rows = [{**PLAIN, "firm_id": f"firm-{place:02}", **firm} for place, firm in enumerate(firms)]
    for row in rows:
        if row["offer_rate"] is None:
            row["offer_rate"] = 1.0 if row["offer_currency"] == "CNY" else NAN
    columns: dict[str, Any] = {}
    for name in PLAIN:
        values = [row[name] for row in rows]
        if name in PAIRS:
            columns[name] = Ragged.of(
                [list(pairs) for pairs in values], [list(pairs.values()) for pairs in values]
            )
        elif name in LISTS:
            columns[name] = Coded.of_values(
                [tuple(each) if isinstance(each, list) else each for each in values]
            )
        else:
            kind = np.float64 if name in FLOATS else np.bool_ if name in FLAGS else np.int64
            columns[name] = np.array(values, kind)
    return Candidates(
        firm_ids=[row["firm_id"] for row in rows],
        mean_freight_share=mean_freight_share,
        last_paid_e4=last_paid_e4,
        places=places,
        **columns,
    )
