"""The freight that an order writes into the ledger: as bid, nothing where it is in the price."""

from __future__ import annotations

from dataclasses import replace

import pytest

from supplychain.graph.reactions import TradedLine

LINE = TradedLine(
    state="received", buyer_id="b", supplier_id="s", currency="CNY", accepted_at=None, line_id="l",
    part_id="p", category_id="c", quantity=100, received=40, rejected=0, unit_price_e4=10_000,
    lead_days=None, need_by="2026-12-01", promised_on=None, received_on="2026-12-01",
    freight_e4=None, incoterm=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("freight_e4", "incoterm", "paid_e4"),
    [
        (500_000, "EXW", 200_000),
        (None, "DAP", 0),
        (None, "EXW", None),
        (None, None, None),
    ],
)
def test_what_the_buyer_pays_elsewhere_is_unknown_and_never_nothing(
    freight_e4: int | None, incoterm: str | None, paid_e4: int | None
) -> None:
    line = replace(LINE, freight_e4=freight_e4, incoterm=incoterm)
    assert line.freight_paid_e4 == paid_e4
