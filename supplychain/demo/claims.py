"""What a buyer of the demo says of deliveries outside the network, and what the forge answers.

So that the page of claims has something to show at once: some to answer, some confirmed, one
disputed.
"""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from neo4j import Driver

from supplychain.actions import delivery_claims as actions
from supplychain.actions.imports.imports import import_tables
from supplychain.demo.people import FORGES, at_work_for
from supplychain.demo.tables import Row, make_row, write_folder
from supplychain.graph import delivery_claims
from supplychain.graph.engine.transactions import read
from supplychain.model.delivery_claims import CLAIMED, CONFIRMED, DISPUTED

BUYER: Final = "F002"
SUPPLIER: Final = FORGES[0]
PART: Final = "MC-524"
DAYS_LATE: Final = (0, 0, 2, 0, 9, 0)
"""Of the deliveries, four weeks apart; the third is disputed, the first two are confirmed."""
STATEMENT: Final = "The truck stood at your gate on the promised day; the delivery note is signed."


def claim_deliveries(driver: Driver, folder: Path, *, day: str) -> None:
    """Import the claims and answer some, as far as that is not done yet."""
    rows = _make_rows(date.fromisoformat(day))
    csv_folder = folder / "demo-claims"
    write_folder(csv_folder, {"deliveries": rows})
    import_tables(driver, csv_folder, by=at_work_for(BUYER))
    shutil.rmtree(csv_folder, ignore_errors=True)
    by = at_work_for(SUPPLIER)
    for row, answer in zip(rows, (CONFIRMED, CONFIRMED, DISPUTED), strict=False):
        claim = read(driver, delivery_claims.get, row["delivery_id"], viewer=SUPPLIER)
        if claim.claim == CLAIMED:
            actions.answer_claim(driver, claim.id, answer=answer, statement=STATEMENT, by=by)


def _make_rows(last: date) -> list[Row]:
    days = [last - timedelta(weeks=4 * back) for back in range(len(DAYS_LATE), 0, -1)]
    return [
        make_row(
            "deliveries",
            delivery_id=f"NT-{promised:%Y%m%d}",
            supplier_id=SUPPLIER,
            buyer_id=BUYER,
            part_id=PART,
            quantity=24,
            promised_on=promised.isoformat(),
            delivered_on=(promised + timedelta(late)).isoformat(),
            delivered_quantity=24,
            rejected_quantity=0,
            unit_price="1180.50",
            currency="CNY",
        )
        for promised, late in zip(days, DAYS_LATE, strict=True)
    ]
