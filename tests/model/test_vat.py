"""VAT: sums without it, of it and with it, and bids with it as bids without it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import BidLine, PriceTier
from supplychain.model.bids.net_prices import without_tax
from supplychain.model.vat import (
    PRICE_STEP,
    add_tax,
    check_percent,
    net_price,
    round_money,
    split_tax,
)


def money(text: str) -> Decimal:
    return Decimal(text)


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("1.005", "CNY", "1.00"),
        ("1.015", "CNY", "1.02"),
        ("0.125", "EUR", "0.12"),
        ("1234.5", "JPY", "1234"),
        ("1235.5", "JPY", "1236"),
        ("1.2345", "KWD", "1.234"),
    ],
)
def test_money_is_rounded_as_its_currency_is_half_to_even(
    amount: str, currency: str, rounded: str
) -> None:
    assert round_money(money(amount), currency) == money(rounded)


def test_the_tax_comes_once_on_the_sum() -> None:
    taxed = add_tax(money("1000.00"), money("13"), "CNY")
    assert (taxed.net, taxed.tax, taxed.gross) == (money("1000"), money("130"), money("1130"))
    small = add_tax(money("0.0345"), money("13"), "CNY")
    assert (small.net, small.tax, small.gross) == (money("0.03"), money("0.00"), money("0.03"))


def test_what_a_sum_with_tax_holds() -> None:
    taxed = split_tax(money("113.00"), money("13"), "CNY")
    assert (taxed.net, taxed.tax, taxed.gross) == (money("100"), money("13"), money("113"))


def test_net_and_tax_are_the_gross_whatever_is_rounded() -> None:
    draws = random.Random(1)
    for _ in range(2000):
        amount = Decimal(draws.randrange(1, 10**10)).scaleb(-4)
        percent = Decimal(draws.choice(["0", "1", "3", "6", "9", "13", "19", "25.5"]))
        currency = draws.choice(["CNY", "EUR", "JPY"])
        for taxed in (add_tax(amount, percent, currency), split_tax(amount, percent, currency)):
            assert taxed.net + taxed.tax == taxed.gross
            assert taxed.net == round_money(taxed.net, currency)
            assert taxed.tax == round_money(taxed.tax, currency)


def test_a_price_without_tax_is_right_for_a_million_pieces_and_a_sum_has_four_decimals() -> None:
    assert net_price(money("113"), money("13")) == money("100")
    assert net_price(money("100"), money("13")) == money("88.4955752212")
    assert net_price(money("0.0345"), money("3")) == money("0.0334951456")
    assert net_price(money("0.0345"), money("3"), PRICE_STEP) == money("0.0335")


@pytest.mark.parametrize("wrong", ["-1", "100.0001", "13.00001"])
def test_a_rate_that_makes_no_sense_is_refused(wrong: str) -> None:
    assert [one.pointer for one in check_percent(money(wrong), is_required=False)] == [
        "/vat_percent"
    ]


def test_a_rate_is_needed_only_where_prices_hold_it() -> None:
    assert check_percent(None, is_required=False) == []
    assert check_percent(money("0"), is_required=True) == []
    assert check_percent(money("100"), is_required=True) == []
    assert [one.pointer for one in check_percent(None, is_required=True)] == ["/vat_percent"]


def test_a_bid_with_tax_is_one_without_it() -> None:
    line = BidLine(
        request_line_id="a",
        quantity=10,
        unit_price=money("113"),
        tiers=(PriceTier(start=5, unit_price=money("56.5")),),
        tooling=money("226"),
        freight=money("1.13"),
    )
    bid = Bid(
        id="b", request_id="r", firm_id="f", state="open", currency="CNY", created_by="u",
        created_at=datetime(2026, 1, 1, tzinfo=UTC), lines=(line,), one_off_cost=money("339"),
        vat_percent=money("13"),
    )  # fmt: skip
    net = without_tax(bid, "gross")
    assert net.lines[0].prices == (
        PriceTier(start=1, unit_price=money("100")),
        PriceTier(start=5, unit_price=money("50")),
    )
    assert (net.lines[0].tooling, net.lines[0].freight) == (money("200"), money("1"))
    assert net.one_off_cost == money("300")
    assert without_tax(bid, "net") is bid
    unsaid = replace(bid, vat_percent=None)
    assert without_tax(unsaid, "gross") is unsaid
