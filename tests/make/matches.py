"""What matching reads, put straight into the graph as docs/graph.md describes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from neo4j import Driver

from supplychain.graph.engine.transactions import Tx, run, write
from supplychain.graph.tray_notes import fill_notes
from supplychain.model.ids import new_id, to_text, utc_now

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
"""A Monday."""

ABILITY = """
MERGE (c:Category {id: $category_id}) ON CREATE SET c.name = $category_id
WITH c MATCH (f:Firm {id: $firm_id})
CREATE (f)-[:CAN_MAKE]->(k:Capability {id: $firm_id + '|' + $category_id})-[:COVERS]->(c)
SET k += $given, k.firm_id = $firm_id, k.category_id = $category_id,
    k.open_kinds = coalesce(f.open_kinds, '')
"""
PART = "MERGE (p:Part {id: $part_id}) ON CREATE SET p.name = $part_id, p.category_id = $category_id"
OFFER = """
MATCH (f:Firm {id: $firm_id}), (p:Part {id: $part_id})
CREATE (f)-[:OFFERS]->(o:Offer {id: $firm_id + '|' + $part_id})-[:OFFER_FOR]->(p)
SET o += $given, o.firm_id = $firm_id, o.part_id = $part_id
"""
DELIVERY = "CREATE (d:Delivery {id: $id}) SET d += $given"
REQUEST = """
MATCH (b:Firm {id: $buyer_id})
CREATE (b)-[:POSTED]->(r:PartsRequest {id: $id}) SET r += $given, r.buyer_id = $buyer_id
"""
LINE = """
MATCH (r:PartsRequest {id: $request_id})
CREATE (r)-[:HAS_LINE]->(l:RequestLine {id: $id}) SET l += $given, l.request_id = $request_id
"""
CHAIN = """
MATCH (l:Firm {id: $leader_id})
CREATE (l)-[:LEADS]->(c:Chain {id: $id, name: 'Press line', leader_id: $leader_id})
WITH c UNWIND $members AS m
MATCH (f:Firm {id: m.firm_id}) CREATE (f)-[:BELONGS_TO {state: m.state}]->(c)
"""


def make_ability(driver: Driver, firm_id: str, category_id: str = "forgings", **given: Any) -> None:
    """A capability: 700 pieces a week, nothing booked, no record, unless told otherwise."""
    values = {
        "weekly_capacity": 700,
        "certificates": ["ISO 9001"],
        "lead_days": 7,
        "booked_days": [],
        "booked_quantities": [],
        "delivered_lines": 0,
        "on_time_lines": 0,
        "received_quantity": 0,
        "rejected_quantity": 0,
        "version": 1,
        **given,
    }
    _run(driver, ABILITY, firm_id=firm_id, category_id=category_id, given=values)


def make_offer(driver: Driver, firm_id: str, part_id: str = "ring", **given: Any) -> None:
    """A standing price: 10.00 CNY from one piece, unless told otherwise."""
    values = {
        "currency": "CNY",
        "moq": 1,
        "tier_from": [1],
        "tier_prices_e4": [100_000],
        "version": 1,
        **given,
    }
    _run(driver, PART, part_id=part_id, category_id="forgings")
    _run(driver, OFFER, firm_id=firm_id, part_id=part_id, given=values)


def make_delivery(driver: Driver, supplier_id: str, buyer_id: str, **given: Any) -> None:
    """A past delivery of 100 rings at 9.00 CNY with 90.00 CNY freight, unless told otherwise."""
    values = {
        "supplier_id": supplier_id,
        "buyer_id": buyer_id,
        "part_id": "ring",
        "category_id": "forgings",
        "quantity": 100,
        "delivered_quantity": 100,
        "promised_on": "2026-05-04",
        "delivered_on": "2026-05-04",
        "rejected_quantity": 0,
        "unit_price_e4": 90_000,
        "currency": "CNY",
        "freight_e4": 900_000,
        "source": "imported",
        **given,
    }
    _run(driver, DELIVERY, id=new_id(), given=values)


def make_open_request(
    driver: Driver, buyer_id: str, lines: list[dict[str, Any]] | None = None, **given: Any
) -> str:
    """A published request with one line for 500 rings, unless told otherwise; returns its id."""
    request_id = new_id()
    values = {
        "number": "PR-1",
        "title": "Rings",
        "state": "open",
        "currency": "CNY",
        "deadline": to_text(utc_now() + timedelta(days=60)),
        "audience": "invited",
        "invite_top": 0,
        "created_by": "user-1",
        "note": "",
        "share_policy": "ask",
        "created_at": "2026-11-20T08:00:00.000000Z",
        "published_at": "2026-11-21T08:00:00.000000Z",
        "version": 1,
        **given,
    }
    _run(driver, REQUEST, id=request_id, buyer_id=buyer_id, given=values)
    for number, line in enumerate(lines or [{}], start=1):
        _run(
            driver,
            LINE,
            id=new_id(),
            request_id=request_id,
            given={
                "number": number,
                "part_id": "ring",
                "description": "",
                "category_id": "forgings",
                "quantity": 500,
                "uom": "pcs",
                "need_by": "2026-12-20",
                "certificates": [],
                "place": "Wuxi",
                **line,
            },
        )
    return request_id


def make_chain(driver: Driver, leader_id: str, members: dict[str, str]) -> str:
    """A chain with members by state; returns its id."""
    chain_id = new_id()
    entries = [{"firm_id": firm_id, "state": state} for firm_id, state in members.items()]
    _run(driver, CHAIN, id=chain_id, leader_id=leader_id, members=entries)
    write(driver, fill_notes)
    return chain_id


def _run(driver: Driver, query: str, **values: Any) -> None:
    def work(tx: Tx) -> None:
        run(tx, query, **values)

    write(driver, work)
