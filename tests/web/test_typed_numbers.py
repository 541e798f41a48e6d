"""What a person types into a form is read in one way, or refused with both readings named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask, g
from flask_babel import Babel

from supplychain.errors import Invalid
from supplychain.web.input.fields import Day, Instant, Money, Number, Percent, Strict, WholeNumber
from supplychain.web.input.forms import Shown, load
from supplychain.web.pages.filters import reading


class OrderForm(Strict):
    quantity = WholeNumber(least=1)
    price = Money()
    day = Day()
    share = Percent()
    lead_days = WholeNumber()
    rate = Number()
    deadline = Instant()


@pytest.fixture
def app() -> Flask:
    made = Flask(__name__)
    Babel(made)
    return made


@pytest.fixture(params=["en", "zh-CN", "de-DE,de;q=0.9,en;q=0.8", "fr"])
def language(request: pytest.FixtureRequest, app: Flask) -> Iterator[str]:
    tags: str = request.param
    with app.test_request_context(method="POST", headers={"Accept-Language": tags}):
        yield tags[:2]


TYPED = [
    ("price", "12,50", None, "12.50"),
    ("quantity", "2,5", None, None),
    ("quantity", "1.000", None, "1000"),
    ("price", "1,234.50", "1234.50", "1234.50"),
    ("price", "1,234", None, "1.234"),
    ("quantity", "1,234", "1234", None),
    ("quantity", "１２", "12", "12"),
    ("quantity", "1万", "10000", "10000"),
    ("price", "1.250", None, None),
    ("share", "12.125", "0.12125", "0.12125"),
    ("lead_days", "5 days", "5", "5"),
    ("lead_days", "5天", "5", "5"),
    ("lead_days", "5 kg", None, None),
    ("quantity", "10 m", None, None),
]


@pytest.mark.parametrize(("name", "text", "point", "comma"), TYPED)
def test_a_form_is_read_in_its_readers_language(
    language: str, name: str, text: str, point: str | None, comma: str | None
) -> None:
    right = comma if language in ("de", "fr") else point
    try:
        value: Any = load(OrderForm(), {name: text})[name]
    except Invalid:
        value = None
    assert (value is None) == (right is None)
    assert right is None or Decimal(str(value)) == Decimal(right)


def test_both_readings_are_named_at_the_field(app: Flask) -> None:
    with app.test_request_context(method="POST"), pytest.raises(Invalid) as caught:
        load(OrderForm(), {"price": "1.250"})
    (error,) = caught.value.errors
    assert (error.pointer, error.text) == (
        "/price",
        "This could be 1250 or 1.25: write 1250 or 1.2500.",
    )


def test_what_could_surprise_is_said_under_the_field(app: Flask) -> None:
    with app.test_request_context(method="POST", headers={"Accept-Language": "en"}):
        typed = {"quantity": "1万", "price": "12.50", "day": "2026年12月31日", "share": "6"}
        load(OrderForm(), typed)
        shown = Shown(values=typed)
        assert shown.said("quantity") == 10_000
        assert shown.said("day") == date(2026, 12, 31)
        assert shown.said("share") is None
        assert reading(Decimal(10_000)) == "10,000 (10 thousand)"
        assert reading(Decimal("12.345")) == "12.345"
        assert g.said_values


def test_a_stored_price_of_three_decimals_comes_back_as_it_was(app: Flask) -> None:
    with app.test_request_context(method="GET"):
        text = Shown(values={"price": "1.234"}).number("price")
    with app.test_request_context(method="POST", headers={"Accept-Language": "de"}):
        assert load(OrderForm(), {"price": text})["price"] == Decimal("1.234")
        assert Shown(values={"price": "1.250"}).number("price") == "1.250"
        assert Shown().number("price", Decimal("1.250")) == "1.2500"


def test_an_amount_in_another_currency_is_refused(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        assert load(OrderForm(), {"price": "¥12.50"}, currency="CNY")["price"] == Decimal("12.50")
        for currency in ("EUR", ""):
            with pytest.raises(Invalid):
                load(OrderForm(), {"price": "¥12.50"}, currency=currency)


@pytest.mark.parametrize("text", ["12,50", "1,234", "1万", "12.50 EUR", "(5)"])
def test_json_stays_json(text: str) -> None:
    read: Any = OrderForm().load({"price": "1.250", "quantity": 3})
    assert read["price"] == Decimal("1.25")
    assert "price" in OrderForm().validate({"price": text})
    assert "day" in OrderForm().validate({"day": "31.12.2026"})


@pytest.mark.parametrize("text", ["2026-12-31T17:00", "2026.12.31 17:00", "2026年12月31日 17:00"])
def test_a_deadline_is_a_day_and_a_time(app: Flask, text: str) -> None:
    with app.test_request_context(method="POST"):
        g.reader_zone = "Asia/Shanghai"
        deadline = load(OrderForm(), {"deadline": text})["deadline"]
        assert deadline.isoformat() == "2026-12-31T09:00:00+00:00"
        with pytest.raises(Invalid):
            load(OrderForm(), {"deadline": "12/11/2026 17:00"})
