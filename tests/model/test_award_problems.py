"""A request with rich bids as an award problem: the same cost as the bids themselves say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.award.problem.problem import ProblemLine, ProblemTier
from supplychain.award.problem.reading import parse
from supplychain.award.problem.writing import to_raw
from supplychain.award.solving.pricing import price
from supplychain.award.solving.solve import solve
from supplychain.model.award_studies.problems import (
    BidderFacts,
    BidderProfile,
    choice_of,
    problem_of,
)
from supplychain.model.awards.comparisons import Allocation, quotes_for
from supplychain.model.awards.landed import PriceTerm
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import Bundle
from tests.make.days import days_on
from tests.model.test_awards import LATER, evaluating, landed_by, make_bid
from tests.model.test_bid_prices import tiers

TODAY = LATER.date()


def bundle(discount: str, *numbers: int) -> Bundle:
    ids = tuple(f"line-{number}" for number in numbers)
    return Bundle(request_line_ids=ids, discount=Decimal(discount))


Freights = Mapping[tuple[str, str], Decimal]


def landed(bids: list[Bid], freights: Freights, given_to: dict[str, dict[str, int]]) -> Decimal:
    """What an award costs its buyer by the bids' own words; discounts not rounded to money."""
    total = Decimal(0)
    for bid in bids:
        quantities = given_to.get(bid.firm_id, {})
        total += bid.charge(quantities).without_freight
        for line in evaluating(6, 4).lines:
            terms = landed_by(evaluating(6, 4), [bid], freights)
            for quote in quotes_for(line, [bid], terms):
                freight = quote.terms.freight or PriceTerm()
                total += quantities.get(line.id, 0) * freight.fixed
    return total


def test_a_simple_bid_is_a_simple_problem() -> None:
    bids = [make_bid("a", {"tooling": Decimal(7)}), make_bid("b", {"quantity": 200})]
    landed = landed_by(evaluating(500), bids, {("a", "line-1"): Decimal("0.5")})
    problem = problem_of(evaluating(500), bids, landed, days=days_on(TODAY))
    assert problem.lines == (ProblemLine(id="line-1", quantity=Decimal(500), whole=True),)
    assert problem.bundles == ()
    first, second = problem.bids
    assert first.tiers == (ProblemTier(start=Decimal(0), unit_price=Decimal("10.5")),)
    assert (first.line_cost, first.min_quantity, first.max_quantity) == (7, 0, 500)
    assert second.max_quantity == 200
    assert problem.currency == "CNY"
    assert parse(to_raw(problem)) == problem


def test_tiers_minimums_and_costs_are_all_there() -> None:
    line = {"tiers": tiers((100, "9")), "min_quantity": 50, "quantity": 400}
    steps = {"tiers": tiers((100, "9")), "tier_rule": "incremental"}
    bids = [make_bid("a", line, one_off_cost=Decimal(80)), make_bid("b", steps)]
    problem = problem_of(evaluating(500), bids, {}, days=days_on(TODAY))
    first, second = problem.bids
    assert [tier.start for tier in first.tiers] == [0, 100]
    assert [tier.start for tier in second.tiers] == [0, 100]
    assert first.min_quantity == 50
    costs = {one.id: one.one_off_cost for one in problem.suppliers}
    assert costs == {"a": 80, "b": 0}
    assert parse(to_raw(problem)) == problem


def test_less_than_the_minimum_is_no_bid_and_profiles_are_attributes() -> None:
    bids = [
        make_bid("a", {"quantity": 49, "min_quantity": 50}),
        make_bid("b", {"quantity": 200, "tiers": tiers((300, "8"))}),
    ]
    facts = BidderFacts(profiles={"b": BidderProfile(kind="sme")})
    problem = problem_of(evaluating(500), bids, {}, days=days_on(TODAY), facts=facts)
    (bid,) = problem.bids
    assert (bid.supplier, bid.max_quantity, len(bid.tiers)) == ("b", 200, 1)
    (supplier,) = problem.suppliers
    assert supplier.attributes == {"sme": True}


def test_a_bid_that_no_longer_holds_is_left_out() -> None:
    old = make_bid("old", valid_until=TODAY - timedelta(days=1))
    assert problem_of(evaluating(500), [old], {}, days=days_on(TODAY)).bids == ()


def test_a_discount_takes_nothing_off_freight() -> None:
    lines = [{"quantity": 6}, {"quantity": 4}]
    bid = make_bid("a", *lines, bundles=(bundle("10", 1, 2),))
    landed = landed_by(evaluating(6, 4), [bid], {("a", "line-1"): Decimal(5)})
    problem = problem_of(evaluating(6, 4), [bid], landed, days=days_on(TODAY))
    answer = price(problem, {("a", "line-1"): Decimal(6), ("a", "line-2"): Decimal(4)})
    assert answer.cost is not None
    assert abs(answer.cost - (90 + 30)) < Decimal("1e-9")


def test_a_bundle_that_cannot_be_won_whole_is_left_out() -> None:
    bid = make_bid("a", {"quantity": 6}, {"quantity": 3}, bundles=(bundle("10", 1, 2),))
    assert problem_of(evaluating(6, 4), [bid], {}, days=days_on(TODAY)).bundles == ()


PRICES = st.decimals(Decimal("0.5"), Decimal(30), places=2)
STEPS = st.lists(st.tuples(st.integers(2, 6), PRICES), max_size=2, unique_by=lambda one: one[0])


@st.composite
def lines(draw: st.DrawFn, asked: int) -> dict[str, Any]:
    quantity = draw(st.integers(max(1, asked - 2), asked))
    steps = sorted(one for one in draw(STEPS) if one[0] <= quantity)
    return {
        "quantity": quantity,
        "unit_price": draw(PRICES),
        "tiers": tiers(*((start, str(price)) for start, price in steps)),
        "tier_rule": draw(st.sampled_from(["all_units", "incremental"])),
        "min_quantity": draw(st.one_of(st.none(), st.integers(1, quantity))),
        "tooling": draw(st.sampled_from([Decimal(0), Decimal(9)])),
        "freight": draw(st.sampled_from([None, Decimal("0.3")])),
    }


@st.composite
def markets(draw: st.DrawFn) -> list[Bid]:
    bids: list[Bid] = []
    for name in ("a", "b", "c"):
        bid = make_bid(name, draw(lines(6)), draw(lines(4)))
        whole = [line.quantity for line in bid.lines] == [6, 4]
        off = (bundle(draw(st.sampled_from(["3", "12.5"])), 1, 2),) if whole else ()
        cost = draw(st.sampled_from([Decimal(0), Decimal("12.34")]))
        bids.append(replace(bid, bundles=off, one_off_cost=cost))
    return bids


def best_by_trying(bids: list[Bid], freights: Freights) -> Decimal | None:
    """The cost of the cheapest of all awards that cover both lines."""

    def splits(at: int, asked: int) -> list[tuple[int, ...]]:
        choices = [
            [0, *range(bid.lines[at].least, (bid.lines[at].quantity or 0) + 1)] for bid in bids
        ]
        return [each for each in product(*choices) if sum(each) == asked]

    costs = [
        landed(
            bids,
            freights,
            {
                bid.firm_id: {"line-1": first[at], "line-2": second[at]}
                for at, bid in enumerate(bids)
            },
        )
        for first in splits(0, 6)
        for second in splits(1, 4)
    ]
    return min(costs, default=None)


@given(markets())
@settings(max_examples=25, deadline=None)
def test_the_optimum_is_the_cheapest_of_all_awards(bids: list[Bid]) -> None:
    freights = {("b", "line-1"): Decimal("0.75")}
    request = evaluating(6, 4)
    answer = solve(
        problem_of(request, bids, landed_by(request, bids, freights), days=days_on(TODAY))
    )
    best = best_by_trying(bids, freights)
    if best is None:
        assert answer.status == "infeasible"
        return
    assert answer.cost is not None
    assert abs(answer.cost - best) <= Decimal("0.0002")
    taken = choice_of(answer, bids)
    given_to: dict[str, dict[str, int]] = {}
    for each in taken:
        firm = each.bid_id.removeprefix("bid-")
        given_to.setdefault(firm, {})[each.request_line_id] = each.quantity
    assert abs(landed(bids, freights, given_to) - answer.cost) <= Decimal("0.0002")


def test_an_answer_becomes_the_allocations_of_an_award() -> None:
    bids = [make_bid("a", {"unit_price": Decimal(9), "quantity": 300}), make_bid("b")]
    problem = problem_of(evaluating(500), bids, {}, days=days_on(TODAY))
    taken = choice_of(solve(problem), bids)
    assert set(taken) == {
        Allocation(bid_id="bid-a", request_line_id="line-1", quantity=300),
        Allocation(bid_id="bid-b", request_line_id="line-1", quantity=200),
    }
