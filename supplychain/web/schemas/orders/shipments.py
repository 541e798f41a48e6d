"""Shipments and receipts as the API and the pages read them."""

from __future__ import annotations

from supplychain.actions.orders.shipments import ReceiptChoice, ShipmentChoice
from supplychain.web.input.fields import Day, Id, Makes, OfLine, Text, UnitQuantity


class ShipmentIn(OfLine, Makes[ShipmentChoice]):
    """Goods that leave."""

    makes = ShipmentChoice

    line_id = Id(required=True)
    quantity = UnitQuantity(required=True, error_messages={"required": "Enter a quantity above 0."})
    shipped_on = Day(required=True, error_messages={"required": "Say on which day."})
    expected_on = Day()
    tracking = Text(most=120)


class ReceiptIn(OfLine, Makes[ReceiptChoice]):
    """Goods that arrive; what is rejected is part of what arrived."""

    makes = ReceiptChoice

    line_id = Id(required=True)
    quantity = UnitQuantity(required=True, error_messages={"required": "Enter a quantity above 0."})
    rejected_quantity = UnitQuantity(may_be_nothing=True)
    received_on = Day(required=True, error_messages={"required": "Say on which day."})
    shipment_id = Id()
