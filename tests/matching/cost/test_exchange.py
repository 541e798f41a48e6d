"""Rates of the day or the latest before, and past trade in several currencies."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.matching.candidates.past_trade import PastTrade
from supplychain.matching.candidates.sources import TradeColumns
from supplychain.matching.cost.exchange import Exchange

ROWS = {
    "from_currencies": ["EUR", "EUR", "CNY", "EUR"],
    "to_currencies": ["CNY", "CNY", "USD", "USD"],
    "days": ["2026-11-01", "2026-11-20", "2026-11-20", "2026-11-20"],
    "rates": [7.5, 7.8, 0.125, 1.1],
}


def _exchange(age_days: int = 30) -> Exchange:
    return Exchange.of(to_currency="CNY", age_days=age_days, **ROWS)


@pytest.mark.parametrize(
    ("day", "rate", "age"),
    [("2026-11-01", 7.5, 0), ("2026-11-19", 7.5, 18), ("2026-11-20", 7.8, 0)],
)
def test_the_rate_is_that_of_the_day_or_the_latest_before(day: str, rate: float, age: int) -> None:
    found = _exchange().quote("EUR", date.fromisoformat(day))
    assert found is not None
    assert (found.rate, found.age_days) == (rate, age)


def test_there_is_no_rate_before_the_first_nor_of_an_unknown_currency() -> None:
    assert _exchange().quote("EUR", date(2026, 10, 31)) is None
    assert _exchange().quote("JPY", date(2026, 11, 20)) is None


def test_a_rate_that_is_too_old_is_not_used_but_its_age_is_known() -> None:
    day = date(2027, 1, 1)
    assert _exchange().quote("EUR", day) is None
    latest = _exchange().latest("EUR", day)
    assert latest is not None
    assert latest.age_days == 42


def test_a_rate_the_other_way_round_is_turned() -> None:
    found = _exchange().quote("USD", date(2026, 11, 20))
    assert found is not None
    assert found.rate == 8


def test_a_stated_direction_goes_before_a_turned_one_whatever_the_order() -> None:
    rows = [("EUR", "CNY", "2026-11-20", 7.8), ("CNY", "EUR", "2026-11-20", 0.2)]
    for ordered in (rows, rows[::-1]):
        columns = [list(column) for column in zip(*ordered, strict=True)]
        found = Exchange.of(
            to_currency="CNY", from_currencies=columns[0], to_currencies=columns[1],
            days=columns[2], rates=columns[3], age_days=30,
        ).quote("EUR", date(2026, 11, 20))  # fmt: skip
        assert found is not None
        assert found.rate == 7.8


@given(day=st.dates(date(2026, 1, 1), date(2028, 1, 1)))
def test_the_requests_own_currency_is_always_worth_itself(day: date) -> None:
    found = _exchange().quote("CNY", day)
    assert found is not None
    assert (found.rate, found.age_days) == (1, 0)


def test_past_prices_are_converted_at_the_rate_of_their_day() -> None:
    trade = TradeColumns(
        firm_ids=["a", "a", "b"],
        part_ids=["ring", "ring", "ring"],
        days=["2026-11-21", "2026-11-02", "2026-01-01"],
        prices_e4=[10_000, 20_000, 5_000],
        quantities=[10, 10, 10],
        freights_e4=[-1, 30_000, 1],
        currencies=["EUR", "EUR", "EUR"],
    )
    found = PastTrade.of(trade, _exchange())
    assert found.firm_ids == ["a"]  # no rate on the day of the other: left out
    paid = found.of_part("ring")
    assert paid.price_e4.tolist() == [78_000]
    assert paid.last_paid_e4 == 78_000
    assert paid.on == ["2026-11-21"]
    np.testing.assert_allclose(paid.freight_e4, [30_000 * 7.5 / 10])
    np.testing.assert_allclose(found.freight_share, [30_000 / 200_000])
    assert found.of_part("shaft").price_e4.tolist() == [0]
    assert found.of_part(None).last_paid_e4 == 0
