"""Bids in their own currency: converted once for the comparison, ordered as they are owed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from supplychain.actions.awards.recommending import recommend
from supplychain.errors import Invalid, NotOpen
from supplychain.matching.cost.bid_terms import BuyerCosts, bid_terms
from supplychain.matching.cost.exchange import Exchange
from supplychain.model.awards.award import AwardChoice, decide_award
from supplychain.model.awards.comparisons import quotes_for, rank_bids
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.conversion import convert_bid, with_rate
from supplychain.model.bids.net_prices import change_prices
from supplychain.model.bids.rules import fit_content
from supplychain.model.cost_settings import STANDARD, CostSettings, DutyRate
from supplychain.model.parts_requests.rates import (
    RequestRate,
    check_rate,
    clean_currencies,
    round_rate,
)
from tests.make.days import days_on
from tests.model.test_awards import LATER, evaluating, make_bid, take
from tests.model.test_bid_prices import tiers

TODAY = LATER.date()
AT = datetime(2026, 11, 29, 8, tzinfo=UTC)


def rate(currency: str, value: str, **values: Any) -> RequestRate:
    plain = {"rate": Decimal(value), "on": date(2026, 11, 28), "at": AT}
    return RequestRate(**{"currency": currency, **plain, **values})


def in_euro(name: str, *lines: dict[str, Any], **head: Any) -> Bid:
    return replace(make_bid(name, *lines, **head), currency="EUR")


def test_a_converted_bid_has_all_its_amounts_in_the_other_currency() -> None:
    bid = in_euro(
        "a",
        {
            "unit_price": Decimal("12.3456"),
            "tiers": tiers((60, "10.5")),
            "tooling": Decimal(200),
            "freight": Decimal("0.0001"),
        },
        one_off_cost=Decimal(50),
    )
    converted = convert_bid(bid, Decimal("7.8125"), "CNY")
    (line,) = converted.lines
    assert converted.currency == "CNY"
    assert line.unit_price == Decimal("96.450000")
    assert line.tiers[0].unit_price == Decimal("82.03125")
    assert line.tooling == Decimal("1562.5")
    assert line.freight == Decimal("0.000781")
    assert converted.one_off_cost == Decimal("390.625")
    assert convert_bid(bid, Decimal(1), "EUR") is bid


def test_a_bid_may_be_in_a_currency_that_the_request_accepts_and_in_no_other() -> None:
    request = replace(evaluating(500), state="open", accepts=("EUR",))
    content = make_bid("a").as_content()
    assert fit_content(request, replace(content, currency="")).currency == "CNY"
    assert fit_content(request, replace(content, currency="EUR")).currency == "EUR"
    for wrong in ("USD", "ZZZ"):
        with pytest.raises(Invalid) as refused:
            fit_content(request, replace(content, currency=wrong))
        (error,) = refused.value.errors
        assert (error.pointer, dict(error.values)) == ("/currency", {"codes": "CNY, EUR"})


def test_a_receipt_says_the_currency_where_it_always_said_it() -> None:
    bid = replace(make_bid("a"), submitted_at=AT)
    assert bid.receipt_text.count('"currency":"CNY"') == 1
    assert replace(bid, currency="EUR").receipt_text == bid.receipt_text.replace("CNY", "EUR")


def test_accepted_currencies_are_those_that_are_traded_each_once() -> None:
    assert clean_currencies(["USD", "EUR", "CNY", "EUR"], "CNY") == ("EUR", "USD")
    with pytest.raises(Invalid):
        clean_currencies(["EUR", "XYZ"], "CNY")


@pytest.mark.parametrize("wrong", ["0", "-7.8", "0.0000001", "1000001", "1.0000000000001"])
def test_a_rate_out_of_bounds_is_refused(wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_rate("EUR", Decimal(wrong), TODAY, open_currencies={"EUR"}, today=TODAY)
    assert [one.pointer for one in refused.value.errors] == ["/rate"]


def test_a_rate_of_a_day_to_come_of_a_year_ago_or_of_no_bid_is_refused() -> None:
    for currency, day, pointer in (
        ("EUR", TODAY + timedelta(days=1), "/on"),
        ("EUR", TODAY - timedelta(days=367), "/on"),
        ("USD", TODAY, "/currency"),
    ):
        with pytest.raises(Invalid) as refused:
            check_rate(currency, Decimal("7.8"), day, open_currencies={"EUR"}, today=TODAY)
        assert [one.pointer for one in refused.value.errors] == [pointer]


def test_a_rate_is_said_while_the_request_is_being_decided() -> None:
    request = evaluating(100)
    said = with_rate(request, rate("EUR", "7.8", by="u"))
    mended = with_rate(said, rate("EUR", "7.9", by="u"))
    assert [one.rate for one in mended.rates] == [Decimal("7.9")]
    assert mended.version == request.version + 2
    for state in ("open", "awarded"):
        with pytest.raises(NotOpen):
            with_rate(replace(request, state=state), rate("EUR", "7.8"))


def test_a_frozen_rate_counts_from_the_opening_on_and_later_ones_do_not() -> None:
    exchange = Exchange.of(
        to_currency="CNY", from_currencies=["EUR", "EUR", "USD"], to_currencies=["CNY"] * 3,
        days=["2026-11-01", "2026-11-29", "2026-11-29"], rates=[7.0, 9.0, 7.0], age_days=30,
    )  # fmt: skip
    pinned = replace(exchange, pinned={"EUR": 7.8}, pinned_on=date(2026, 11, 20))
    quote = pinned.quote("EUR", date(2026, 12, 24))
    assert quote is not None
    assert (quote.rate, quote.age_days) == (7.8, 0)
    assert pinned.quote("USD", date(2026, 12, 1)) is None
    past = pinned.quote("EUR", date(2026, 11, 5))
    assert past is not None
    assert past.rate == 7.0


def _draw_bid(draws: random.Random, name: str) -> Bid:
    line = {
        "unit_price": Decimal(draws.randrange(1, 10**6)) / 10_000,
        "tooling": Decimal(draws.randrange(0, 10**5)) / 100,
        "freight": draws.choice([None, Decimal(draws.randrange(0, 10**4)) / 10_000]),
        "quantity": 100,
        "tiers": (),
    }
    head = {
        "one_off_cost": Decimal(draws.randrange(0, 10**5)) / 100,
        "incoterm": draws.choice([None, "EXW", "DAP"])
        if line["freight"] is None
        else draws.choice([None, "EXW"]),
        "payment_days": draws.choice([None, 0, 30, 90]),
        "vat_percent": draws.choice([None, Decimal(13)]),
    }
    return make_bid(name, line, **head)


def test_saying_a_bid_in_another_currency_at_the_exact_rate_changes_nothing() -> None:
    draws = random.Random(11)
    settings = CostSettings(
        vat_reclaimed=0.0, duty_rates=(DutyRate(country="", duty=0.1, tax=0.05),)
    )
    costs = BuyerCosts(settings=settings)
    # Divided by a power of two times five a price stays exact: 1 EUR = 8 CNY.
    exact = Decimal(8)

    def to_euros(amount: Decimal) -> Decimal:
        return amount / exact

    for _ in range(60):
        request = evaluating(100)
        bids = [_draw_bid(draws, name) for name in ("a", "b", "c")]
        owed = [
            replace(change_prices(bid, to_euros, to_euros), currency="EUR")
            if draws.random() < 0.5
            else bid
            for bid in bids
        ]
        again = [convert_bid(bid, exact, "CNY") for bid in owed]
        plain = bid_terms(request, bids, costs, today=TODAY)
        landed = bid_terms(request, again, costs, today=TODAY)
        assert landed == plain
        assert rank_bids(request, again, landed) == rank_bids(request, bids, plain)
        best, usual = (
            recommend(
                request, [(bid, "") for bid in some], terms, {}, settings, days=days_on(TODAY)
            )
            for some, terms in ((again, landed), (bids, plain))
        )
        assert best == usual


def test_a_better_rate_never_makes_a_bid_worse() -> None:
    draws = random.Random(12)
    for _ in range(60):
        request = evaluating(100)
        rivals = [_draw_bid(draws, name) for name in ("b", "c", "d")]
        foreign = replace(_draw_bid(draws, "a"), currency="EUR")
        rates = sorted(round_rate(Decimal(draws.uniform(0.01, 20))) for _ in range(6))
        costs, places = [], []
        for value in rates:
            bids = [convert_bid(foreign, value, "CNY"), *rivals]
            landed = bid_terms(request, bids, today=TODAY)
            (quote,) = [
                one for one in quotes_for(request.lines[0], bids, landed) if one.bid.firm_id == "a"
            ]
            costs.append(quote.landed_cost(100))
            places.append(rank_bids(request, bids, landed)["bid-a"])
        assert costs == sorted(costs)
        assert places == sorted(places)


def _decide(taken: str, *, reason: str = "", waiting: tuple[Bid, ...] = ()) -> Any:
    request = replace(evaluating(100), rates=(rate("EUR", "7.8"),))
    owed = in_euro("a", {"unit_price": Decimal("10.5"), "quantity": 100, "tooling": Decimal(3)})
    bids = [
        convert_bid(owed, Decimal("7.8"), "CNY"),
        make_bid("b", {"unit_price": Decimal(90), "quantity": 100}),
    ]
    return decide_award(
        request, bids, AwardChoice(allocations=(take(taken, 100),), reason=reason),
        bid_terms(request, bids, STANDARD_COSTS, today=TODAY),
        recommended=(take("a", 100),), award_id="w", user_id="u", days=days_on(TODAY),
        owed={"bid-a": owed}, waiting=waiting,
    )  # fmt: skip


STANDARD_COSTS = BuyerCosts(settings=STANDARD)


def test_the_order_is_in_the_currency_of_the_bid_with_the_comparison_beside_it() -> None:
    (order,) = _decide("a").orders
    assert (order.currency, order.total) == ("EUR", Decimal(1053))
    assert (order.compared_currency, order.compared_rate) == ("CNY", Decimal("7.8"))
    assert order.compared_total == Decimal("8213.40")
    (own,) = _decide("b", reason="Nearer.").orders
    assert (own.currency, own.total, own.compared_total) == ("CNY", Decimal(9000), None)


def test_a_bid_without_a_rate_is_passed_over_with_a_reason_alone() -> None:
    unrated = replace(in_euro("z"), currency="USD")
    with pytest.raises(Invalid) as refused:
        _decide("a", waiting=(unrated,))
    (error,) = refused.value.errors
    assert (error.pointer, dict(error.values)) == ("/reason", {"currency": "USD"})
    decision = _decide("a", reason="It came too dear anyway.", waiting=(unrated,))
    judged = {bid.id: (bid.state, bid.rank) for bid in decision.bids}
    assert judged == {"bid-a": ("won", 1), "bid-b": ("lost", 2), "bid-z": ("lost", None)}
    with pytest.raises(Invalid) as refused:
        _decide("z", reason="It is near.", waiting=(unrated,))
    assert [one.pointer for one in refused.value.errors] == ["/allocations/0/bid_id"]
