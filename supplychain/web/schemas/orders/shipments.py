"""Shipments and receipts as the API and the pages read them."""

from __future__ import annotations

from supplychain.web.input.fields import Day, Id, Strict, Text, WholeNumber


class ShipmentIn(Strict):
    """Goods that leave."""

    line_id = Id(required=True)
    quantity = WholeNumber(
        required=True, least=1, error_messages={"required": "Enter a quantity of at least 1."}
    )
    shipped_on = Day(required=True, error_messages={"required": "Say on which day."})
    expected_on = Day()
    tracking = Text(most=120)


class ReceiptIn(Strict):
    """Goods that arrive; what is rejected is part of what arrived."""

    line_id = Id(required=True)
    quantity = WholeNumber(
        required=True, least=1, error_messages={"required": "Enter a quantity of at least 1."}
    )
    rejected_quantity = WholeNumber()
    received_on = Day(required=True, error_messages={"required": "Say on which day."})
    shipment_id = Id()
