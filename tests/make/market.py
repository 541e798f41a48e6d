"""A market of many suppliers of one part, made the same way every time."""

from __future__ import annotations

import random
from typing import Any

from neo4j import Driver

from supplychain.graph.transactions import Tx, run, write
from supplychain.model.weeks import week_of
from tests.make.matches import NOW

BATCH = 2_000

SUPPLIERS = """
UNWIND $rows AS row
CREATE (f:Firm {id: row.firm_id, name: row.firm_id})
CREATE (k:Capability {
    id: row.firm_id + '|forgings', firm_id: row.firm_id, category_id: 'forgings',
    weekly_capacity: row.weekly_capacity, certificates: row.certificates, min_lot: 0, max_lot: 0,
    lead_days: row.lead_days, booked_weeks: row.booked_weeks,
    booked_quantities: row.booked_quantities, delivered_lines: row.delivered,
    on_time_lines: row.on_time, received_quantity: row.received, rejected_quantity: row.rejected,
    version: 1})
CREATE (f)-[:CAN_MAKE]->(k)
CREATE (o:Offer {
    id: row.firm_id + '|ring', firm_id: row.firm_id, part_id: 'ring', currency: 'CNY', moq: row.moq,
    tier_from: [1, 200, 1000], tier_prices_e4: row.prices, version: 1})
CREATE (f)-[:OFFERS]->(o)
"""
DELIVERIES = "UNWIND $rows AS row CREATE (d:Delivery) SET d += row"


def make_market(driver: Driver, firms: int, *, seed: int = 1) -> None:
    """``firms`` suppliers that can make forgings and offer the ring; firm-0 bought from 500."""
    chance = random.Random(seed)
    rows = [_supplier(place, chance) for place in range(firms)]
    deliveries = [_delivery(place, chance) for place in range(1, min(firms, 500))]
    for query, batch in ((SUPPLIERS, rows), (DELIVERIES, deliveries)):
        for start in range(0, len(batch), BATCH):
            write(driver, _load, query, batch[start : start + BATCH])


def _load(tx: Tx, query: Any, rows: list[dict[str, Any]]) -> None:
    run(tx, query, rows=rows)


def _supplier(place: int, chance: random.Random) -> dict[str, Any]:
    delivered = chance.choice([0, 0, 3, 20, 150])
    price = chance.randint(60_000, 140_000)
    first = week_of(NOW.date())
    weeks = list(range(first, first + chance.randint(0, 6)))
    return {
        "firm_id": f"firm-{place}",
        "weekly_capacity": chance.choice([0, 50, 200, 1000]),
        "certificates": chance.sample(["ISO 9001", "IATF 16949", "ISO 14001", "AS 9100"], 2),
        "lead_days": chance.randint(3, 40),
        "booked_weeks": weeks,
        "booked_quantities": [chance.randint(0, 100) for _ in weeks],
        "delivered": delivered,
        "on_time": round(delivered * chance.uniform(0.6, 1)),
        "received": delivered * 200,
        "rejected": round(delivered * 200 * chance.uniform(0, 0.05)),
        "moq": chance.choice([1, 50, 800]),
        "prices": [price, round(price * 0.95), round(price * 0.9)],
    }


def _delivery(place: int, chance: random.Random) -> dict[str, Any]:
    return {
        "id": f"delivery-{place}",
        "supplier_id": f"firm-{place}",
        "buyer_id": "firm-0",
        "part_id": "ring",
        "category_id": "forgings",
        "quantity": 100,
        "delivered_quantity": 100,
        "promised_on": "2026-05-04",
        "delivered_on": "2026-05-04",
        "rejected_quantity": 0,
        "unit_price_e4": chance.randint(60_000, 140_000),
        "currency": "CNY",
        "freight_e4": chance.randint(100_000, 900_000),
        "source": "imported",
    }
