"""A whole installation of a chosen size, whose invariants hold: for backups and their drill."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from neo4j import Driver

from supplychain.actions.backups.sections import NODE_KINDS, RELATION_KINDS
from supplychain.config import settings
from supplychain.graph import events
from supplychain.graph.backup.kinds import NodeKind
from supplychain.graph.engine.transactions import Tx, nonce, row, run, write
from supplychain.model.ids import new_id, utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.trays import trays_of_order

AT = "2026-11-22T08:00:00.000000Z"
BATCH = 5000
WEEKS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many of each: the shares are those of a network that has traded for some years."""

    firms: int
    bookings: int
    orders: int
    deliveries: int
    events: int

    @classmethod
    def of(cls, nodes: int) -> Sizes:
        """For about so many nodes."""
        return cls(
            firms=max(4, nodes // 500),
            bookings=nodes // 20,
            orders=nodes // 25,
            deliveries=nodes // 5,
            events=nodes * 9 // 20,
        )


def make_installation(driver: Driver, nodes: int) -> list[str]:
    """Fill an empty graph with about so many nodes; the ids of its firms."""
    size = Sizes.of(nodes)
    firm_ids = [f"firm{number:06}" for number in range(size.firms)]
    _load(driver, "Firm", ({"id": id, "name": id, "kind": "sme"} for id in firm_ids))
    _load(driver, "Category", [{"id": "forging", "name": "Forging"}])
    _load_capabilities(driver, firm_ids, size.bookings)
    _load_orders(driver, firm_ids, size.orders)
    deliveries = (_delivery(number, firm_ids) for number in range(size.deliveries))
    _load(driver, "Delivery", deliveries)
    _load_events(driver, firm_ids, size.events)
    return firm_ids


def _load(driver: Driver, name: str, things: Any) -> None:
    """Nodes as properties, or relations as (start, end)."""
    kind = NODE_KINDS.get(name) or RELATION_KINDS[name]
    is_node = name in NODE_KINDS
    query = kind.create if isinstance(kind, NodeKind) else kind.bare
    batch: list[list[Any]] = []

    def flush() -> None:
        write(driver, lambda tx, rows=list(batch): run(tx, query, rows=rows))
        batch.clear()

    for each in things:
        batch.append([each, []] if is_node else each)
        if len(batch) == BATCH:
            flush()
    if batch:
        flush()


def _load_capabilities(driver: Driver, firm_ids: list[str], count: int) -> None:
    taken: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    bookings = []
    for number in range(count):
        capability_id = f"{firm_ids[number % len(firm_ids)]}|forging"
        day = 20726 + 7 * (number // len(firm_ids) % WEEKS)
        taken[capability_id][day] += 1 + number % 7
        bookings.append(
            {
                "id": f"booking{number}",
                "capability_id": capability_id,
                "order_line_id": f"line{number}",
                "day": day,
                "quantity": 1 + number % 7,
                "work": 1 + number % 7,
            }
        )
    capabilities = [
        {
            "id": f"{id}|forging",
            "firm_id": id,
            "category_id": "forging",
            "weekly_capacity": 1000,
            "declared": True,
            "certificates": ["ISO 9001"],
            "tolerance": 0.1 + number,
            "booked_days": sorted(taken[f"{id}|forging"]),
            "booked_quantities": [
                taken[f"{id}|forging"][day] for day in sorted(taken[f"{id}|forging"])
            ],
            "version": 1,
        }
        for number, id in enumerate(firm_ids)
    ]
    _load(driver, "Capability", capabilities)
    _load(driver, "Booking", bookings)
    links = [(each["firm_id"], each["id"]) for each in capabilities]
    _load(driver, "Firm-CAN_MAKE-Capability", links)
    covers = [(each["id"], "forging") for each in capabilities]
    _load(driver, "Capability-COVERS-Category", covers)
    takes = ((each["id"], each["capability_id"]) for each in bookings)
    _load(driver, "Booking-TAKES-Capability", takes)


def _load_orders(driver: Driver, firm_ids: list[str], count: int) -> None:
    numbers = range(count)
    orders = ({"id": f"order{n}", **_state_of(n, firm_ids), "version": 1} for n in numbers)
    _load(driver, "Order", orders)
    lines = (
        {
            "id": f"order{n}|{line}",
            "order_id": f"order{n}",
            "quantity": 100,
            "unit_price_e4": 12_500,
            "shared_quantity": 0,
            "shipped_quantity": 60,
            "received_quantity": 40,
            "rejected_quantity": 1,
        }
        for n in numbers
        for line in (1, 2)
    )
    _load(driver, "OrderLine", lines)
    pairs = [f"order{n}|{line}" for n in numbers for line in (1, 2)]
    shipped = ({"id": f"s{id}", "order_line_id": id, "quantity": 60, "at": AT} for id in pairs)
    _load(driver, "Shipment", shipped)
    received = (
        {"id": f"r{id}", "order_line_id": id, "quantity": 40, "rejected_quantity": 1, "at": AT}
        for id in pairs
    )
    _load(driver, "Receipt", received)
    both = [(f"order{n}", firm_ids[n % len(firm_ids)]) for n in numbers]
    _load(driver, "Order-BOUGHT_BY-Firm", both)
    _load(driver, "Order-SUPPLIED_BY-Firm", both)
    _load(driver, "Order-HAS_LINE-OrderLine", ((id.split("|")[0], id) for id in pairs))
    _load(driver, "Shipment-CONCERNS-OrderLine", ((f"s{id}", id) for id in pairs))
    _load(driver, "Receipt-CONCERNS-OrderLine", ((f"r{id}", id) for id in pairs))
    lying = {f"order{n}": trays_of_order(**_state_of(n, firm_ids)) for n in numbers}
    trays = sorted({tray for own in lying.values() for tray in own})
    _load(driver, "Tray", ({"id": tray} for tray in trays))
    waiting = ((id, tray) for id, own in lying.items() for tray in own)
    _load(driver, "Order-LIES_IN-Tray", waiting)


def _state_of(number: int, firm_ids: list[str]) -> dict[str, str]:
    firm_id = firm_ids[number % len(firm_ids)]
    ends = {"buyer_id": firm_id, "supplier_id": firm_id, "root_buyer_id": firm_id}
    return {"state": "in_production", **ends}


def _delivery(number: int, firm_ids: list[str]) -> dict[str, Any]:
    return {
        "id": f"delivery{number}",
        "supplier_id": firm_ids[number % len(firm_ids)],
        "buyer_id": firm_ids[(number + 1) % len(firm_ids)],
        "part_id": f"part{number % 997}",
        "category_id": "forging",
        "quantity": 10 + number % 90,
        "promised_on": "2025-03-01",
        "delivered_on": "2025-03-02",
        "delivered_quantity": 10 + number % 90,
        "rejected_quantity": number % 3,
        "unit_price_e4": 120_000 + number,
        "currency": "CNY",
        "source": "imported",
    }


def _load_events(driver: Driver, firm_ids: list[str], count: int) -> None:
    heads = {id: {"id": id, "seq": 0, "digest": events.GENESIS} for id in firm_ids}
    _load(driver, "Event", _chain_events(heads, firm_ids, count))
    _load(driver, "Ledger", heads.values())
    tells = ((f"event{n}", firm_ids[n % len(firm_ids)]) for n in range(count))
    _load(driver, "Event-TELLS-Firm", tells)


def _chain_events(
    heads: dict[str, dict[str, Any]], firm_ids: list[str], count: int
) -> Iterator[dict[str, Any]]:
    keys = settings().audit_keys
    for number in range(count):
        head = heads[firm_ids[number % len(firm_ids)]]
        head["seq"] += 1
        body = {
            "ledger_id": head["id"],
            "seq": head["seq"],
            "kind": "bid.placed",
            "about_kind": "bid",
            "about_id": f"bid{number}",
            "firm_id": head["id"],
            "user_id": "",
            "at": AT,
            "facts": json.dumps({"number": number}),
            "key_id": keys[-1].id,
        }
        previous, head["digest"] = head["digest"], events.chain_digest(head["digest"], body, keys)
        places = {"id": f"event{number}", "place": f"{head['id']}|{head['seq']}"}
        yield {**body, **places, "previous": previous, "digest": head["digest"], "state": "D"}


LOCK = "MATCH (c:Capability {id: $id}) SET c.lock = $nonce RETURN c.booked_quantities AS booked"
BOOK = """
MATCH (c:Capability {id: $id})
SET c.booked_days = $days, c.booked_quantities = $booked
CREATE (b:Booking {id: $booking, capability_id: $id, order_line_id: $booking, day: $day,
                   quantity: 1, work: 1})-[:TAKES]->(c)
"""


def book_one(driver: Driver, firm_id: str, booking_id: str) -> None:
    """One write as the installation's own are: lock, look, two figures that agree, an event."""
    write(driver, _book_one, firm_id, booking_id)


def _book_one(tx: Tx, firm_id: str, booking_id: str) -> None:
    id = f"{firm_id}|forging"
    booked = (row(tx, LOCK, id=id, nonce=nonce()) or {})["booked"]
    days = [20726 + 7 * week for week in range(max(1, len(booked)))]
    booked = [1 + (booked or [0])[0], *booked[1:]]
    run(tx, BOOK, id=id, booking=booking_id, day=20726, days=days, booked=booked)
    by = Actor(user_id=new_id(), firm_id=firm_id, role="owner")
    events.record(tx, "test.booked", about_kind="booking", about_id=booking_id, by=by, at=utc_now())
