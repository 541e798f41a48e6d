"""A market of many suppliers of one part, made the same way every time."""

from __future__ import annotations

import random
from typing import Any

from neo4j import Driver

from supplychain.graph.engine.transactions import Tx, run, write
from supplychain.model.weeks import day_number
from tests.make.matches import NOW

BATCH = 2_000

SUPPLIERS = """
UNWIND $rows AS row
MERGE (f:Firm {id: row.firm_id}) ON CREATE SET f.name = row.firm_id, f.country = row.country,
    f.latitude = 31.5, f.longitude = 120.3, f.audience_version = 1, f.open_kinds = 'both',
    f.prices_shown_to = ['everybody'], f.capacity_shown_to = ['everybody']
CREATE (k:Capability {open_kinds: 'both',
    id: row.firm_id + '|' + $category_id, firm_id: row.firm_id, category_id: $category_id,
    weekly_capacity: row.weekly_capacity, certificates: row.certificates, min_lot: 0, max_lot: 0,
    lead_days: row.lead_days, booked_days: row.booked_days,
    booked_quantities: row.booked_quantities, delivered_lines: row.delivered,
    on_time_lines: row.on_time, received_quantity: row.received, rejected_quantity: row.rejected,
    late_days_sum: row.late_days, long_late_lines: row.failed, asked: row.asked,
    answered: row.answered, version: 1})
CREATE (f)-[:CAN_MAKE]->(k)
WITH f, row UNWIND row.part_ids AS part_id
CREATE (o:Offer {
    id: row.firm_id + '|' + part_id, firm_id: row.firm_id, part_id: part_id, currency: 'CNY',
    moq: row.moq, tier_from: [1, 200, 1000], tier_prices_e4: row.prices, payment_days: 30,
    incoterm: 'EXW', version: 1})
CREATE (f)-[:OFFERS]->(o)
"""
DELIVERIES = "UNWIND $rows AS row CREATE (d:Delivery) SET d += row"


def make_market(
    driver: Driver,
    firms: int,
    *,
    category_id: str = "forgings",
    part_ids: tuple[str, ...] = ("ring",),
    offered: int = 1,
    seed: int = 1,
) -> None:
    """``firms`` suppliers of a category that offer some of the parts; firm-0 bought from 500.

    All of them show their prices and capacity to everybody.
    """
    chance = random.Random(seed)
    rows = [_supplier(place, chance) for place in range(firms)]
    for entry in rows:
        entry["part_ids"] = chance.sample(part_ids, offered)
    deliveries = [_delivery(place, chance) for place in range(1, min(firms, 500))]
    for entry in deliveries:
        entry |= {"id": f"{category_id}-{entry['id']}", "category_id": category_id}
        entry["part_id"] = part_ids[0]
    for query, batch in ((SUPPLIERS, rows), (DELIVERIES, deliveries)):
        for start in range(0, len(batch), BATCH):
            write(driver, _load, query, batch[start : start + BATCH], category_id)


def _load(tx: Tx, query: Any, rows: list[dict[str, Any]], category_id: str) -> None:
    run(tx, query, rows=rows, category_id=category_id)


def _supplier(place: int, chance: random.Random) -> dict[str, Any]:
    delivered = chance.choice([0, 0, 3, 20, 150])
    price = chance.randint(60_000, 140_000)
    first = day_number(NOW.date())
    days = [first + 7 * week + 6 for week in range(chance.randint(0, 6))]
    return {
        "firm_id": f"firm-{place}",
        "weekly_capacity": chance.choice([0, 50, 200, 1000]),
        "certificates": chance.sample(["ISO 9001", "IATF 16949", "ISO 14001", "AS 9100"], 2),
        "lead_days": chance.randint(3, 40),
        "booked_days": days,
        "booked_quantities": [chance.randint(0, 100) for _ in days],
        "delivered": delivered,
        "on_time": round(delivered * chance.uniform(0.6, 1)),
        "received": delivered * 200,
        "rejected": round(delivered * 200 * chance.uniform(0, 0.05)),
        "late_days": chance.randint(0, 2 * delivered),
        "failed": chance.randint(0, delivered // 10),
        "asked": (asked := chance.choice([0, 4, 40])),
        "answered": chance.randint(asked // 2, asked),
        "country": chance.choice(["CN", "VN"]),
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
