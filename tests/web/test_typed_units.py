"""Quantities of a form's lines are read in the unit that its page showed beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import Babel
from marshmallow import Schema

from supplychain.errors import Invalid
from supplychain.model.bids.lines import BidContent, BidLine, PriceTier
from supplychain.model.ids import utc_now
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine
from supplychain.model.quantities import Quantity
from supplychain.web.input.bid_forms import fill_bid_form, read_bid_form
from supplychain.web.input.forms import load
from supplychain.web.schemas.awards.awards import AllocationIn
from supplychain.web.schemas.bids import BidLineIn
from supplychain.web.schemas.orders.shares import ShareIn
from supplychain.web.schemas.orders.shipments import ReceiptIn, ShipmentIn
from supplychain.web.schemas.parts_requests.parts_requests import RequestLineIn

SHOWN = {"units": ["pieces H87", "mass KGM"]}
BID = {"bid_id": "b"}
SHARE = {"peer_id": "p", "unit_price": "1"}
SENT = {"shipped_on": "2026-11-30"}
CAME = {"received_on": "2026-11-30"}


@pytest.fixture
def app() -> Flask:
    made = Flask(__name__)
    Babel(made)
    return made


def read_quantity(
    app: Flask, schema: Schema, values: dict[str, object], *, language: str = "en"
) -> Quantity:
    """The quantity of one line that was typed beside the units of ``SHOWN``."""
    tags = {"Accept-Language": language}
    with app.test_request_context(method="POST", data=SHOWN, headers=tags):
        read = load(schema, values)
    return read["quantity"] if isinstance(read, dict) else read.quantity


@contextmanager
def raises_two_readings() -> Iterator[None]:
    """What is done is refused, since a number could be one of two."""
    with pytest.raises(Invalid) as refused:
        yield
    assert [one.message for one in refused.value.errors] == [
        "This could be %(one)s or %(other)s: write %(one)s or %(exact)s."
    ]


@pytest.mark.parametrize(
    ("schema", "key", "more"),
    [
        (AllocationIn(), "request_line_id", BID),
        (BidLineIn(), "request_line_id", {}),
        (ShareIn(), "line_id", SHARE),
        (ShipmentIn(), "line_id", SENT),
        (ReceiptIn(), "line_id", CAME),
    ],
    ids=["award", "bid", "share", "shipment", "receipt"],
)
def test_a_comma_in_pieces_groups_them_and_one_in_kilograms_is_asked_for(
    app: Flask, schema: Schema, key: str, more: dict[str, object]
) -> None:
    assert read_quantity(app, schema, {key: "pieces", "quantity": "1,234", **more}) == 1234
    with raises_two_readings():
        read_quantity(app, schema, {key: "mass", "quantity": "1,234", **more})
    with raises_two_readings():
        read_quantity(app, schema, {key: "elsewhere", "quantity": "1,234", **more})


def test_prices_by_quantity_are_in_the_unit_of_their_line(app: Flask) -> None:
    line = {"request_line_id": "pieces", "tiers": [{"from": "1,234", "unit_price": "2"}]}
    with app.test_request_context(method="POST", data=SHOWN):
        read: BidLine = load(BidLineIn(), line)
        assert read.tiers[0].start == 1234
        with raises_two_readings():
            load(BidLineIn(), {**line, "request_line_id": "mass"})
        with raises_two_readings():
            load(BidLineIn(), {**line, "uom": "KGM"})


def test_what_a_conversion_equals_is_in_the_unit_of_the_line(app: Flask) -> None:
    of_boxes = {"uom": "KGM", "conversions": [{"uom": "XBX", "amount": "1", "equals": "1.234"}]}
    tags = {"Accept-Language": "de"}
    with app.test_request_context(method="POST", headers=tags):
        with raises_two_readings():
            load(RequestLineIn(), of_boxes)
        read: RequestLine = load(RequestLineIn(), {**of_boxes, "uom": "H87"})
    assert read.conversions[0].equals == 1234


def test_a_bid_that_is_shown_and_sent_back_is_the_same_bid(app: Flask) -> None:
    wanted = RequestLine(id="mass", number=1, quantity=Decimal("2.125"), uom="KGM")
    request = PartsRequest(
        id="r", number="R-1", state="open", buyer_id="buyer", created_at=utc_now(), lines=(wanted,)
    )
    line = BidLine(
        request_line_id=request.lines[0].id,
        quantity=Decimal("1.234"),
        unit_price=Decimal("1.234"),
        tiers=(PriceTier(start=Decimal("2.125"), unit_price=Decimal("1.125")),),
        lead_days=3,
    )
    form = fill_bid_form(request, BidContent(lines=(line,), one_off_cost=Decimal("12.125")))
    rows = read_bid_form(request, form)["lines"]
    sent = {name: text for name, text in rows[0].items() if text}
    with app.test_request_context(method="POST"):
        assert load(BidLineIn(), sent) == line
