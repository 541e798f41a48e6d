"""Shipments and receipts as the API and the pages read them."""

from __future__ import annotations

from supplychain.actions.orders.shipments import ReceiptChoice, ShipmentChoice
from supplychain.web.input.fields import Day, Id, Makes, Text, WholeNumber


class ShipmentIn(Makes[ShipmentChoice]):
    """Goods that leave."""

    makes = ShipmentChoice

    line_id = Id(required=True)
    quantity = WholeNumber(
        required=True, least=1, error_messages={"required": "Enter a quantity of at least 1."}
    )
    shipped_on = Day(required=True, error_messages={"required": "Say on which day."})
    expected_on = Day()
    tracking = Text(most=120)


class ReceiptIn(Makes[ReceiptChoice]):
    """Goods that arrive; what is rejected is part of what arrived."""

    makes = ReceiptChoice

    line_id = Id(required=True)
    quantity = WholeNumber(
        required=True, least=1, error_messages={"required": "Enter a quantity of at least 1."}
    )
    rejected_quantity = WholeNumber()
    received_on = Day(required=True, error_messages={"required": "Say on which day."})
    shipment_id = Id()
