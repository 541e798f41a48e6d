"""Orders as the API and the pages read and tell them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import fields, post_load, pre_dump, validate

from supplychain.model.order_views import OrderView
from supplychain.model.orders import OrderLine
from supplychain.web.input.cursors import Page
from supplychain.web.input.fields import (
    Day,
    ExchangeRate,
    Id,
    Instant,
    Money,
    Strict,
    Text,
    UnitQuantity,
    WholeNumber,
)
from supplychain.web.input.line_spans import NextLines

MAX_PROGRESS_LINES = 1000


class ReasonIn(Strict):
    """Why; the other firm reads it."""

    reason = Text(
        most=500,
        least=1,
        required=True,
        error_messages={"required": "Say why, in a few words: the other firm reads it."},
    )


class LineProgressIn(Strict):
    """How far one line is."""

    line_id = Id(required=True)
    made_percent = WholeNumber(
        required=True, most=100, error_messages={"required": "Enter a number from 0 to 100."}
    )


class ProgressIn(Strict):
    """How far the supplier's own part of each named line is: line id to percent."""

    lines = fields.List(
        fields.Nested(LineProgressIn),
        required=True,
        validate=validate.Length(min=1, max=MAX_PROGRESS_LINES),
    )

    @post_load
    def collect_percents(self, fields: dict[str, Any], **_: Any) -> dict[str, int]:
        """Line id to percent; a line that is named twice has its last figure."""
        return {line["line_id"]: line["made_percent"] for line in fields["lines"]}


class OrderLineOut(Strict):
    """One line; ``made_percent`` is over the supplier and everybody it shares with."""

    id = fields.String()
    number = fields.Integer()
    part_id = fields.String(allow_none=True)
    description = fields.String()
    category_id = fields.String()
    quantity = UnitQuantity()
    uom = fields.String()
    need_by = Day()
    promised_on = Day(allow_none=True)
    place = fields.String()
    unit_price = Money(metadata={"description": "where prices differ by piece, the average"})
    tooling = Money()
    freight = Money(
        allow_none=True,
        metadata={"description": "of the whole line, as bid beside the price; null: not said"},
    )
    total = Money(metadata={"description": "exact: all pieces with tooling and freight"})
    lead_days = fields.Integer()
    kept_quantity = UnitQuantity(may_be_nothing=True)
    shared_quantity = UnitQuantity(may_be_nothing=True)
    shipped_quantity = UnitQuantity(may_be_nothing=True)
    received_quantity = UnitQuantity(may_be_nothing=True)
    rejected_quantity = UnitQuantity(may_be_nothing=True)
    own_percent = fields.Integer(metadata={"description": "how far the supplier's own part is"})
    made_percent = fields.Integer()


class MovementOut(Strict):
    """Goods that left or arrived."""

    id = fields.String()
    line_id = fields.String()
    quantity = UnitQuantity()


class ShipmentOut(MovementOut):
    """Goods that left the supplier."""

    shipped_on = Day()
    expected_on = Day(allow_none=True)
    tracking = fields.String()


class ReceiptOut(MovementOut):
    """Goods that arrived at the buyer."""

    rejected_quantity = UnitQuantity(may_be_nothing=True)
    received_on = Day()
    shipment_id = fields.String(allow_none=True)


class TaxedSumOut(Strict):
    """What is to be paid without VAT, of VAT and with it, rounded as the currency is."""

    net = Money()
    tax = Money()
    gross = Money()


class ComparedOut(Strict):
    """What an order was compared at, in the currency of the request; its buyer alone reads it."""

    currency = fields.String(attribute="compared_currency")
    rate = ExchangeRate(attribute="compared_rate")
    total = Money(attribute="compared_total")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOrder:
    """An order with those of its lines that an answer tells, and their shipments and receipts."""

    view: OrderView
    lines: Page[OrderLine]


class OrderOut(Strict):
    """An order as its buyer and its supplier read it."""

    id = fields.String()
    number = fields.String()
    state = fields.String()
    is_share = fields.Boolean(metadata={"description": "part of another order, one tier down"})
    buyer_id = fields.String()
    buyer_name = fields.String()
    supplier_id = fields.String()
    supplier_name = fields.String()
    request_id = fields.String(allow_none=True)
    currency = fields.String()
    share_policy = fields.String(metadata={"description": "forbidden, ask, notify or free"})
    reason = fields.String()
    created_at = Instant()
    offered_at = Instant(allow_none=True)
    accepted_at = Instant(allow_none=True)
    ends_at = Instant(allow_none=True)
    version = fields.Integer()
    one_off_cost = Money(metadata={"description": "of the winning bid"})
    discount = Money(metadata={"description": "off all lines together, as the bid promised"})
    total = Money(
        metadata={"description": "without VAT: lines with one-off cost, less the discount"}
    )
    incoterm = fields.String(allow_none=True)
    payment_days = fields.Integer(allow_none=True)
    vat_percent = Money(allow_none=True, metadata={"description": "null: the bid said no rate"})
    taxed = fields.Nested(
        TaxedSumOut, allow_none=True, metadata={"description": "null where no rate was said"}
    )
    compared = fields.Nested(
        ComparedOut,
        allow_none=True,
        metadata={"description": "null where it was bid in the currency of its request"},
    )
    lines = fields.List(fields.Nested(OrderLineOut))
    next_cursor = NextLines()
    shipments = fields.List(
        fields.Nested(ShipmentOut), metadata={"description": "of the lines told here"}
    )
    receipts = fields.List(
        fields.Nested(ReceiptOut), metadata={"description": "of the lines told here"}
    )

    @pre_dump
    def flatten_view(self, shown: ShownOrder, **_: Any) -> dict[str, Any]:
        """The order with its firms' names and movements; nothing that lies above it is told."""
        view, order = shown.view, shown.view.order
        told = {line.id for line in shown.lines.items}
        lines = [
            {
                **{name: getattr(line, name) for name in LINE_FIELDS},
                "place": line.delivery_place,
                "own_percent": line.made_percent,
                "made_percent": view.made[line.id],
            }
            for line in shown.lines.items
        ]
        return {
            **{name: getattr(order, name) for name in ORDER_FIELDS},
            "buyer_name": view.buyer_name,
            "supplier_name": view.supplier_name,
            "compared": order if order.compared_currency else None,
            "lines": lines,
            "next_cursor": shown.lines.next_cursor,
            "shipments": [one for one in view.shipments if one.line_id in told],
            "receipts": [one for one in view.receipts if one.line_id in told],
        }


class OrderRowOut(Strict):
    """An order in a list."""

    id = fields.String()
    number = fields.String()
    state = fields.String()
    role = fields.String(metadata={"description": "what your firm is in it: buyer or supplier"})
    is_share = fields.Boolean()
    partner_id = fields.String()
    partner_name = fields.String()
    description = fields.String(metadata={"description": "of the first line"})
    lines = fields.Integer()
    due_on = Day()
    total = Money()
    currency = fields.String()
    created_at = fields.String()
    ends_at = fields.String(allow_none=True)


class OrderPage(Strict):
    """A page of orders."""

    items = fields.List(fields.Nested(OrderRowOut))
    next_cursor = fields.String(allow_none=True)


ORDER_FIELDS = (
    "id",
    "number",
    "state",
    "is_share",
    "buyer_id",
    "supplier_id",
    "request_id",
    "currency",
    "share_policy",
    "reason",
    "created_at",
    "offered_at",
    "accepted_at",
    "ends_at",
    "version",
    "one_off_cost",
    "discount",
    "total",
    "incoterm",
    "payment_days",
    "vat_percent",
    "taxed",
)
LINE_FIELDS = tuple(
    name for name in OrderLineOut().fields if name not in ("own_percent", "made_percent", "place")
)
