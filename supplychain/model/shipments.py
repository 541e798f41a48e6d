"""Shipments and receipts of order lines, as the two firms of an order read them."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.model.quantities import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """Goods of a line that left the supplier; ``number`` is the line's, days are ISO texts."""

    id: str
    line_id: str
    number: int
    uom: str
    quantity: Quantity
    shipped_on: str
    expected_on: str | None
    tracking: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Goods of a line that arrived; ``rejected_quantity`` is the part that was refused."""

    id: str
    line_id: str
    number: int
    uom: str
    quantity: Quantity
    rejected_quantity: Quantity
    received_on: str
    shipment_id: str | None
    at: str
