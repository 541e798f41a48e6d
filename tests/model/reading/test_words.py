"""Days, amounts with a currency, quantities with a unit, percent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from supplychain.model.reading.days import read_day
from supplychain.model.reading.habits import DayOrder, NumberHabit
from supplychain.model.reading.misread import Misread
from supplychain.model.reading.money import check_currency, read_amount, read_currency
from supplychain.model.reading.numbers import DECIMAL, WHOLE, NumberField
from supplychain.model.reading.quantities import (
    read_in_unit,
    read_percent,
    read_quantity,
    read_share,
)
from supplychain.model.units import find_unit

EN, DE = NumberHabit.TYPED_POINT, NumberHabit.TYPED_COMMA


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-31", "2026.12.31", "2026/12/31", "20261231", "2026年12月31日", "2026年12月31号",
        "2026-12-31 00:00:00", "2026-12-31T00:00:00", "2026-12-31 0:00", "31.12.2026",
        "31. 12. 2026", "12/31/2026", "31/12/2026", "31-12-2026", "31 Dec 2026", "31-Dec-2026",
        "Dec 31, 2026", "December 31st, 2026", "31. Dezember 2026", "２０２６．１２．３１",
        " 2026-12-31\u00a0", "2026. 12. 31.",
    ],
)  # fmt: skip
def test_a_day_is_read_as_it_is_written(text: str) -> None:
    assert read_day(text) == date(2026, 12, 31)


def test_a_day_that_could_be_two_is_asked() -> None:
    with pytest.raises(Misread) as caught:
        read_day("12/11/2026")
    assert caught.value.readings == ("2026-11-12", "2026-12-11")
    assert read_day("12/11/2026", DayOrder.DAY_FIRST) == date(2026, 11, 12)
    assert read_day("12/11/2026", DayOrder.MONTH_FIRST) == date(2026, 12, 11)
    assert read_day("11/11/2026") == date(2026, 11, 11)
    assert read_day("12.11.2026") == date(2026, 11, 12)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30", "31122026", "2026-12", "46387", "2026-12-31 17:00", "12/31/26", "31.12.26",
        "", "1899-12-31", "2200-01-01", "2026-13-01", "32/12/2026", "31 Foo 2026", "2026-12/31",
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Misread):
        read_day(text)


@pytest.mark.parametrize(
    ("text", "number", "currencies"),
    [
        ("¥12.50", "12.50", ("CNY", "JPY")), ("￥12.50", "12.50", ("CNY", "JPY")),
        ("RMB 12.50", "12.50", ("CNY",)), ("人民币12.50元", "12.50", ("CNY",)),
        ("12.50元整", "12.50", ("CNY",)), ("1万元", "10000", ("CNY",)), ("¥12元", "12", ("CNY",)),
        ("€ 12.50", "12.50", ("EUR",)), ("12.50 EUR", "12.50", ("EUR",)),
        ("US$1,234.50", "1234.50", ("USD",)), ("12.50", "12.50", ()), ("5-", "-5", ()),
        ("CNY ¥12", "12", ("CNY",)),
    ],
)  # fmt: skip
def test_an_amount_may_have_its_currency(
    text: str, number: str, currencies: tuple[str, ...]
) -> None:
    amount = read_amount(text, DECIMAL, EN)
    assert (amount.number, amount.currencies) == (Decimal(number), currencies)


@pytest.mark.parametrize("text", ["€12$", "USD 12 EUR", "12 pcs", "EUR", "12..5", "¥1.250", "e12"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Misread):
        read_amount(text, DECIMAL, EN)


def test_an_amount_in_another_currency_is_never_taken_for_this_one() -> None:
    amount = read_amount("12,50 €", DECIMAL, DE)
    check_currency(amount.currencies, "EUR")
    for other in ("CNY", ""):
        with pytest.raises(Misread):
            check_currency(amount.currencies, other)


def test_a_currency_is_a_code_a_word_or_a_sign_of_one() -> None:
    assert [read_currency(t) for t in ("RMB", "人民币", "eur", "€", "元", "US$")] == [
        "CNY", "CNY", "EUR", "EUR", "CNY", "USD",
    ]  # fmt: skip
    for text in ("¥", "$", "gold", ""):
        with pytest.raises(Misread):
            read_currency(text)


def test_a_quantity_may_have_its_unit() -> None:
    quantity = read_quantity("10 m", WHOLE, EN)
    assert quantity.unit is not None
    assert (quantity.number, quantity.unit.code) == (Decimal(10), "MTR")
    pieces, kilograms = find_unit("piece"), find_unit("kg")
    assert read_in_unit("2 pcs", WHOLE, EN, pieces) == 2
    assert read_in_unit("2件", WHOLE, EN, pieces) == 2
    assert read_in_unit("1万件", WHOLE, EN, pieces) == 10_000
    assert read_in_unit("3千克", WHOLE, EN, kilograms) == 3
    assert read_in_unit("1.5 t", WHOLE, EN, kilograms) == 1500
    assert read_in_unit("12", WHOLE, EN, None) == 12
    assert read_in_unit("1'000", WHOLE, EN, None) == 1000
    assert read_in_unit("1’000 pcs", WHOLE, EN, pieces) == 1000
    for text, unit in (("10 m", pieces), ("2 pcs", None), ("2 foo", pieces), ("1.5 g", kilograms)):
        with pytest.raises(Misread):
            read_in_unit(text, WHOLE, EN, unit)


def test_percent_is_a_share() -> None:
    hundred = NumberField(most=Decimal(100))
    assert read_percent("6", hundred, EN) == Decimal("0.06")
    assert read_percent("6 %", hundred, EN) == Decimal("0.06")
    assert read_percent("12,5％", hundred, DE) == Decimal("0.125")
    assert read_share("30 %", NumberField(most=Decimal(1)), EN) == Decimal("0.3")
    assert read_share("0.3", NumberField(most=Decimal(1)), EN) == Decimal("0.3")
    with pytest.raises(Misread):
        read_percent("a few", hundred, EN)
