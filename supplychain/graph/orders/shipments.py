"""Shipments and receipts of order lines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from supplychain.graph.engine.transactions import Tx, rows, run
from supplychain.model.ids import to_text
from supplychain.model.quantities import Quantity, plain_number, tidy_quantity
from supplychain.model.shipments import Receipt, Shipment

CREATE_SHIPMENT = """
MATCH (l:OrderLine {id: $order_line_id})
CREATE (s:Shipment {
    id: $id, order_line_id: $order_line_id, quantity: $quantity, shipped_on: $shipped_on,
    expected_on: $expected_on, tracking: $tracking, at: $at})
CREATE (s)-[:CONCERNS]->(l)
"""


def create_shipment(
    tx: Tx,
    *,
    shipment_id: str,
    line_id: str,
    quantity: Quantity,
    shipped_on: date,
    expected_on: date | None,
    tracking: str,
    at: datetime,
) -> None:
    """Add an advance notice of goods that left the supplier. Lock the order before."""
    run(
        tx,
        CREATE_SHIPMENT,
        id=shipment_id,
        order_line_id=line_id,
        quantity=plain_number(quantity),
        shipped_on=shipped_on.isoformat(),
        expected_on=expected_on.isoformat() if expected_on else None,
        tracking=tracking,
        at=to_text(at),
    )


CREATE_RECEIPT = """
MATCH (l:OrderLine {id: $order_line_id})
CREATE (r:Receipt {
    id: $id, order_line_id: $order_line_id, shipment_id: $shipment_id, quantity: $quantity,
    rejected_quantity: $rejected_quantity, received_on: $received_on, at: $at})
CREATE (r)-[:CONCERNS]->(l)
"""


def create_receipt(
    tx: Tx,
    *,
    receipt_id: str,
    line_id: str,
    shipment_id: str | None,
    quantity: Quantity,
    rejected_quantity: Quantity,
    received_on: date,
    at: datetime,
) -> None:
    """Add goods that arrived; ``rejected_quantity`` is the part of them that was refused."""
    run(
        tx,
        CREATE_RECEIPT,
        id=receipt_id,
        order_line_id=line_id,
        shipment_id=shipment_id,
        quantity=plain_number(quantity),
        rejected_quantity=plain_number(rejected_quantity),
        received_on=received_on.isoformat(),
        at=to_text(at),
    )


SHIPMENTS = """
MATCH (o:Order {id: $order_id})
WHERE o.buyer_id = $viewer OR o.supplier_id = $viewer
MATCH (o)-[:HAS_LINE]->(l:OrderLine)<-[:CONCERNS]-(s:Shipment)
RETURN s.id AS id, l.id AS line_id, l.number AS number, l.uom AS uom, s.quantity AS quantity,
       s.shipped_on AS shipped_on, s.expected_on AS expected_on, s.tracking AS tracking,
       s.at AS at
ORDER BY at, id LIMIT 500
"""


def list_shipments(tx: Tx, order_id: str, *, viewer: str) -> list[Shipment]:
    """Shipments of an order that the viewer buys or supplies, oldest first."""
    shipments = rows(tx, SHIPMENTS, order_id=order_id, viewer=viewer)
    return [_read_shipment(record) for record in shipments]


def _read_shipment(record: dict[str, Any]) -> Shipment:
    quantities: dict[str, Any] = {"quantity": tidy_quantity(record["quantity"])}
    return Shipment(**record | quantities)


RECEIPTS = """
MATCH (o:Order {id: $order_id})
WHERE o.buyer_id = $viewer OR o.supplier_id = $viewer
MATCH (o)-[:HAS_LINE]->(l:OrderLine)<-[:CONCERNS]-(r:Receipt)
RETURN r.id AS id, l.id AS line_id, l.number AS number, l.uom AS uom, r.quantity AS quantity,
       r.rejected_quantity AS rejected_quantity, r.received_on AS received_on,
       r.shipment_id AS shipment_id, r.at AS at
ORDER BY at, id LIMIT 500
"""


def list_receipts(tx: Tx, order_id: str, *, viewer: str) -> list[Receipt]:
    """Receipts of an order that the viewer buys or supplies, oldest first."""
    receipts = rows(tx, RECEIPTS, order_id=order_id, viewer=viewer)
    return [_read_receipt(record) for record in receipts]


def _read_receipt(record: dict[str, Any]) -> Receipt:
    names = ("quantity", "rejected_quantity")
    quantities: dict[str, Any] = {name: tidy_quantity(record[name] or 0) for name in names}
    return Receipt(**record | quantities)
