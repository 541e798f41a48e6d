"""A price is found where somebody would read it, and nowhere by chance."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from supplychain.demo import network
from supplychain.demo.check.figures import is_telling, tells_number

PRICE = Decimal("1183.4812")


@pytest.mark.parametrize(
    "text",
    [
        "{'unit_price': '1183.4812', 'currency': 'CNY'}",
        '"unit_price": 1183.4812,',
        '{"unit_price_e4": 11834812}',
        "<td>1,183.4812</td>",
        "<td>CNY 1,183.4812</td>",
        "单价1183.4812元",
        "¥1183.48120 a piece",
        "costs 1183.4812.",
        "between 1,183.4812-1,200.00",
        'value="1183.4812"',
    ],
)
def test_a_price_that_is_shown_is_found(text: str) -> None:
    assert tells_number(text, PRICE)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-29T15:11:18.348120+00:00",
        "{'at': '2026-11-29T11:11:83.481200Z'}",
        "21183.4812",
        "1183.48125",
        "a1183.4812",
        "1183.4812e7f0",
        "1.1183.4812",
        "11,183.4812",
    ],
)
def test_its_digits_elsewhere_are_not(text: str) -> None:
    assert not tells_number(text, PRICE)


def test_a_timestamp_holds_the_digits_of_a_price_and_tells_none() -> None:
    """What failed once in seven: 32.1240 is in every 32nd second of some microsecond."""
    text = "{'created_at': '2026-11-29T15:16:32.124050+00:00'}"
    assert "32.1240" in text
    assert not tells_number(text, Decimal("32.1240"))


def test_ids_and_instants_tell_no_price_of_the_demo() -> None:
    drawn = random.Random(1)
    start = datetime(2026, 11, 29, tzinfo=UTC)
    parts = []
    for _ in range(500):
        at = start + timedelta(microseconds=drawn.randrange(86_400_000_000))
        parts.append(
            f"{{'id': '{uuid.UUID(int=drawn.getrandbits(128)).hex}', 'at': '{at.isoformat()}'}}"
        )
    text = ", ".join(parts)
    prices = [
        row["unit_price"]
        for row in network.make_tables(start.date())["offers"]
        if is_telling(str(row["unit_price"]))
    ]
    assert len(prices) > 100
    prices = drawn.sample(prices, 40)
    assert [price for price in prices if tells_number(text, Decimal(price))] == []


@pytest.mark.parametrize(
    ("price", "is_so"), [("1183.4812", True), ("240.0000", False), ("8.5", False)]
)
def test_a_price_that_stands_for_much_else_is_not_looked_for(price: str, is_so: bool) -> None:
    assert is_telling(price) is is_so
