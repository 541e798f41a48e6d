"""Supply relations, chains, track records and open orders for tier pictures."""

from __future__ import annotations

from neo4j import Driver

from supplychain.graph.engine.transactions import run, write
from supplychain.graph.tray_notes import fill_notes
from supplychain.graph.trays import fill_trays
from supplychain.model.firms import Firm
from supplychain.model.ids import new_id

SUPPLY = """
MATCH (s:Firm {id: $supplier_id}), (b:Firm {id: $buyer_id})
CREATE (s)-[:SUPPLIES {id: $id, part_id: $part_id, share: $share, source: 'declared',
                       claimed_by: 'operator', witnessed: true}]->(b)
"""


def make_supply(
    driver: Driver, supplier: Firm, buyer: Firm, part_id: str = "P", share: float = 0.5
) -> None:
    """``supplier`` supplies a part to ``buyer``."""
    values = {"supplier_id": supplier.id, "buyer_id": buyer.id, "part_id": part_id}
    values["id"] = new_id()
    write(driver, lambda tx: run(tx, SUPPLY, **values, share=share))


CHAIN = """
MATCH (l:Firm {id: $leader_id})
CREATE (l)-[:LEADS]->(c:Chain {
    id: $id, name: 'Presses', leader_id: $leader_id, version: 1})
WITH c
UNWIND $members AS member
MATCH (f:Firm {id: member[0]})
CREATE (f)-[:BELONGS_TO {state: member[1]}]->(c)
"""


def make_led_chain(driver: Driver, leader: Firm, *members: Firm, state: str = "member") -> str:
    """A chain that ``leader`` leads, all the others in one state."""
    made = new_id()
    pairs = [[each.id, state] for each in members]
    write(driver, lambda tx: run(tx, CHAIN, leader_id=leader.id, id=made, members=pairs))
    write(driver, fill_notes)
    return made


CAPABILITY = """
MATCH (f:Firm {id: $firm_id})
MERGE (k:Category {id: $category}) ON CREATE SET k.name = $category
CREATE (f)-[:CAN_MAKE]->(c:Capability {
    id: $id, firm_id: $firm_id, category_id: $category, weekly_capacity: $weekly_capacity,
    open_kinds: coalesce(f.open_kinds, ''),
    booked_days: $booked_days, booked_quantities: $booked_quantities,
    delivered_lines: $delivered_lines, on_time_lines: $on_time_lines, version: 1})-[:COVERS]->(k)
"""


def make_record(
    driver: Driver,
    firm: Firm,
    category: str = "forging",
    *,
    weekly: int = 100,
    booked: dict[int, int] | None = None,
    delivered: int = 0,
    on_time: int = 0,
) -> None:
    """What a firm can make, what is booked of it by due day, and how it delivered."""
    booked = booked or {}
    write(
        driver,
        lambda tx: run(
            tx,
            CAPABILITY,
            id=f"{firm.id}|{category}",
            firm_id=firm.id,
            category=category,
            weekly_capacity=weekly,
            booked_days=sorted(booked),
            booked_quantities=[booked[week] for week in sorted(booked)],
            delivered_lines=delivered,
            on_time_lines=on_time,
        ),
    )


ORDER = """
MATCH (b:Firm {id: $buyer_id}), (s:Firm {id: $supplier_id})
CREATE (o:Order {id: $id, state: $state, buyer_id: $buyer_id, supplier_id: $supplier_id}),
       (o)-[:BOUGHT_BY]->(b), (o)-[:SUPPLIED_BY]->(s)
"""


def make_open_order(driver: Driver, buyer: Firm, supplier: Firm, state: str = "accepted") -> None:
    """An order between two firms, nothing on it."""
    values = {"buyer_id": buyer.id, "supplier_id": supplier.id, "id": new_id()}
    write(driver, lambda tx: run(tx, ORDER, **values, state=state))
    write(driver, fill_trays)


DELIVERY = """
CREATE (:Delivery {id: $id, buyer_id: $buyer_id, supplier_id: $supplier_id, quantity: 100,
                   delivered_quantity: 100, rejected_quantity: 0, promised_on: '2026-03-10',
                   delivered_on: $delivered_on})
"""


def make_deliveries(
    driver: Driver, supplier: Firm, buyer: Firm, *, on_time: int, late: int = 0
) -> None:
    """Deliveries of 100 pieces, all accepted, from ``supplier`` to ``buyer``."""
    for day in ["2026-03-09"] * on_time + ["2026-03-20"] * late:
        values = {"buyer_id": buyer.id, "supplier_id": supplier.id, "id": new_id()}
        write(driver, lambda tx, v=values, d=day: run(tx, DELIVERY, **v, delivered_on=d))


PART = """
CREATE (p:Part {id: $id, name: $id, designer_id: $designer_id, version: 1})
WITH p WHERE size($holds) > 0
CREATE (p)-[:HAS_REVISION]->(v:PartRevision {id: $id + '|A', part_id: $id, current: true})
WITH v
UNWIND $holds AS child
MATCH (c:Part {id: child})
CREATE (v)-[:CONTAINS {quantity_e4: 10000}]->(c)
"""


def make_bill(driver: Driver, part_id: str, *holds: str, designer: Firm | None = None) -> None:
    """A part and the parts its bill of materials holds (which must be there)."""
    designer_id = designer.id if designer else None
    write(
        driver,
        lambda tx: run(tx, PART, id=part_id, designer_id=designer_id, holds=list(holds)),
    )
