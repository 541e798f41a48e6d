"""Quantities: whole where things are counted, to three decimals where they are measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.award.solving.solve import solve
from supplychain.errors import Invalid
from supplychain.model.award_studies.problems import BidderFacts, choice_of, problem_of
from supplychain.model.awards.award import AwardChoice, check_choice, decide_award
from supplychain.model.awards.comparisons import Allocation, propose
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import BidLine
from supplychain.model.bids.rules import fit_content
from supplychain.model.capacity.bookings import pieces_to_make
from supplychain.model.capacity.holds import Room
from supplychain.model.capacity.promises import Pace
from supplychain.model.money import round_amount
from supplychain.model.orders import Order
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.quantities import (
    NOT_WHOLE,
    TOO_FINE,
    find_quantity_problem,
    plain_number,
    quantity_text,
    tidy_quantity,
    whole_units,
)
from supplychain.model.weeks import day_number
from tests.make.days import days_on
from tests.make.orders import make_line, plain_order
from tests.model.test_awards import LATER, evaluating, make_bid
from tests.model.test_bid_prices import tiers
from tests.model.test_bids import content, make_request

TODAY = LATER.date()
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def in_unit(request: PartsRequest, uom: str, *quantities: str) -> PartsRequest:
    """The request with its lines in a unit."""
    pairs = zip(request.lines, quantities, strict=True)
    lines = (replace(line, uom=uom, quantity=tidy_quantity(Decimal(text))) for line, text in pairs)
    return replace(request, lines=tuple(lines))


@given(st.decimals(Decimal("0.001"), Decimal(10**12), places=3))
def test_three_decimals_survive_the_graph(number: Decimal) -> None:
    quantity = tidy_quantity(number)
    assert quantity == number
    assert tidy_quantity(plain_number(quantity)) == quantity
    assert isinstance(quantity, int) == (number % 1 == 0)
    assert Decimal(quantity_text(quantity)) == number
    assert "E" not in quantity_text(quantity)
    assert 0 <= whole_units(quantity) - number < 1


def test_a_sum_of_floats_is_read_as_what_it_is_meant_to_be() -> None:
    assert tidy_quantity(0.1 + 0.2) == Decimal("0.3")
    assert tidy_quantity(0.7 + 0.3) == 1
    assert type(tidy_quantity(2.0)) is int


@pytest.mark.parametrize(
    ("quantity", "uom", "problem"),
    [
        ("2.5", "H87", NOT_WHOLE),
        ("2.5", "SET", NOT_WHOLE),
        ("2.5", "MIL", NOT_WHOLE),
        ("2.5", "XBX", NOT_WHOLE),
        ("2.5", "", NOT_WHOLE),
        ("3", "H87", ""),
        ("2.5", "KGM", ""),
        ("2.125", "m2", ""),
        ("0.0004", "MTR", TOO_FINE),
    ],
)
def test_pieces_stay_whole_and_what_is_measured_has_decimals(
    quantity: str, uom: str, problem: str
) -> None:
    assert find_quantity_problem(Decimal(quantity), uom) == problem


def test_a_bid_for_half_a_piece_is_refused_and_for_half_a_kilogram_is_not() -> None:
    line = BidLine(
        request_line_id="line-1",
        quantity=Decimal("250.5"),
        unit_price=Decimal(2),
        min_quantity=Decimal("0.5"),
        tiers=tiers((100, "1")),
        lead_days=3,
    )
    with pytest.raises(Invalid) as refused:
        fit_content(make_request(), content(line))
    assert [(one.pointer, one.message) for one in refused.value.errors] == [
        ("/lines/0/quantity", NOT_WHOLE),
        ("/lines/0/min_quantity", NOT_WHOLE),
    ]
    weighed = in_unit(make_request(), "KGM", "500.25", "80")
    assert fit_content(weighed, content(line)).lines[0].quantity == Decimal("250.5")


def test_a_quantity_meets_a_price_once_and_is_rounded_half_even() -> None:
    line = BidLine(request_line_id="line-1", unit_price=Decimal("0.0345"))
    assert line.amount(Decimal("2.125")) == Decimal("0.0733125")
    assert line.price_of(Decimal("2.125")) == Decimal("0.0733")
    assert round_amount(Decimal("0.00005")) == 0
    assert round_amount(Decimal("0.00015")) == Decimal("0.0002")
    assert line.price_of(Decimal("0.5")) == Decimal("0.0172")  # 0.01725, to the even digit


def test_below_one_unit_the_first_price_holds_and_all_of_it_is_the_least() -> None:
    line = BidLine(
        request_line_id="line-1",
        quantity=Decimal("0.4"),
        unit_price=Decimal(10),
        tiers=tiers((5, "9")),
    )
    assert line.amount(Decimal("0.4")) == 4
    assert replace(line, tier_rule="incremental").amount(Decimal("0.4")) == 4
    assert line.least == Decimal("0.4")
    assert replace(line, quantity=Decimal("7.5")).least == 1


def _weighed() -> tuple[PartsRequest, list[Bid]]:
    request = in_unit(evaluating(500), "KGM", "10.125")
    cheap = make_bid("a", {"quantity": Decimal("6.4"), "unit_price": Decimal("2.0001")})
    dear = make_bid("b", {"quantity": Decimal("10.125"), "unit_price": Decimal(3)})
    return request, [cheap, dear]


def test_what_is_measured_is_split_in_thousandths_and_ordered_so() -> None:
    request, bids = _weighed()
    answer = solve(problem_of(request, bids, {}, days=days_on(TODAY)))
    assert answer.status == "optimal"
    chosen = choice_of(answer, bids)
    assert {(one.bid_id, one.quantity) for one in chosen} == {
        ("bid-a", Decimal("6.4")),
        ("bid-b", Decimal("3.725")),
    }
    assert set(propose(request, bids, {}, TODAY)) == set(chosen)
    decision = decide_award(
        request,
        bids,
        AwardChoice(allocations=chosen, reason="Two sources."),
        {},
        recommended=chosen,
        award_id="award",
        user_id="user",
        days=days_on(TODAY),
    )
    totals = {order.supplier_id: order.total for order in decision.orders}
    assert totals == {"a": Decimal("12.8006"), "b": Decimal("11.175")}  # 12.80064
    assert answer.cost == Decimal("23.97564")


def test_a_split_into_thirds_keeps_its_thousandths() -> None:
    request = in_unit(evaluating(500), "KGM", "1")
    bids = [
        make_bid(name, {"quantity": Decimal(most), "min_quantity": Decimal("0.001")})
        for name, most in (("a", "0.333"), ("b", "0.333"), ("c", "0.334"))
    ]
    answer = solve(problem_of(request, bids, {}, days=days_on(TODAY)))
    assert sorted(one.quantity for one in answer.allocations) == [
        Decimal("0.333"),
        Decimal("0.333"),
        Decimal("0.334"),
    ]


def test_an_award_of_half_a_piece_is_refused() -> None:
    half = (Allocation(bid_id="bid-a", request_line_id="line-1", quantity=Decimal("2.5")),)
    with pytest.raises(Invalid) as refused:
        check_choice(evaluating(500), [make_bid("a")], AwardChoice(allocations=half), (), LATER)
    error = refused.value.errors[0]
    assert (error.pointer, error.message) == ("/allocations/0/quantity", NOT_WHOLE)


def test_what_the_optimiser_gives_of_measured_lines_fits_what_acceptance_books() -> None:
    """Whole units of each line are booked: 2.5 and 2.5 of a capacity of 5 are 3 and 3."""
    request = in_unit(evaluating(500, 500), "KGM", "2.5", "2.5")
    lines = [{"quantity": Decimal("2.5"), "unit_price": Decimal(1), "lead_days": 0}] * 2
    dear = [{**line, "unit_price": Decimal(9)} for line in lines]
    bids = [make_bid("a", *lines), make_bid("b", *dear)]
    days = (request.lines[0].need_by - TODAY).days + 1  # type: ignore[operator]
    taken = {day_number(TODAY) + days - 1: days - 5}  # seven a week make one a day
    facts = BidderFacts(rooms={"a|forgings": Room(pace=Pace(weekly=7), booked=taken)})
    problem = problem_of(request, bids, {}, days=days_on(TODAY), facts=facts)
    assert all(one.lot_size == 1 for one in problem.capacities)
    answer = solve(problem)
    booked = [whole_units(one.quantity) for one in answer.allocations if one.supplier == "a"]
    assert sum(booked) <= problem.capacities[0].at_most


def weighed_order(state: str = "accepted") -> Order:
    return plain_order(
        NOW, state, lines=(make_line(NOW, id="line", quantity=Decimal("10.5"), uom="KGM"),)
    )


def test_an_order_is_shipped_received_and_rejected_to_the_gram() -> None:
    order = weighed_order().shipped("line", Decimal("4.125"), from_shares=0)
    assert order.lines[0].made_percent == 39
    order = order.shipped("line", Decimal("6.375"), from_shares=0)
    assert order.state == "shipped"
    order = order.received("line", Decimal("10.5"), rejected=Decimal("0.25"))
    assert (order.state, order.lines[0].missing_quantity) == ("received", Decimal("0.25"))
    assert order.lines[0].goods == Decimal("131.25")


@pytest.mark.parametrize("quantity", ["0", "-1", "10.501", "0.0004"])
def test_more_than_there_is_or_too_fine_is_not_shipped(quantity: str) -> None:
    with pytest.raises(Invalid) as refused:
        weighed_order().shipped("line", Decimal(quantity), from_shares=0)
    assert refused.value.errors[0].pointer == "/quantity"


def test_half_a_piece_is_neither_shipped_nor_rejected() -> None:
    order = plain_order(NOW, "accepted")
    with pytest.raises(Invalid, match="whole numbers"):
        order.shipped("line", Decimal("0.5"), from_shares=0)
    sent = order.shipped("line", 10, from_shares=0)
    with pytest.raises(Invalid, match="whole numbers"):
        sent.received("line", 10, rejected=Decimal("0.5"))


def test_what_is_left_to_make_is_booked_in_whole_units() -> None:
    def left(**values: int | Decimal) -> int:
        usual: dict[str, int | Decimal] = {"quantity": Decimal("2.5"), "shipped": 0}
        usual |= {"shared": 0, "handed_over": 0, "from_shares": 0, **values}
        return pieces_to_make(made_percent=0, **usual)  # type: ignore[arg-type]

    assert left() == 3
    assert left(shipped=Decimal("0.5")) == 2
    assert left(shipped=Decimal("0.4")) == 3
    assert left(handed_over=Decimal("2.5")) == 0


def test_a_price_for_a_thousand_is_compared_and_ordered_for_one() -> None:
    bids = [
        make_bid("a", {"unit_price": Decimal("34.5678"), "price_per": 1000}),
        make_bid("b", {"unit_price": Decimal("0.0345")}),
    ]
    request = evaluating(500)
    problem = problem_of(request, bids, {}, days=days_on(TODAY))
    assert problem.bids[0].tiers[0].unit_price == Decimal("0.0345678")
    chosen = choice_of(solve(problem), bids)
    assert [one.bid_id for one in chosen] == ["bid-b"]
    dear = (Allocation(bid_id="bid-a", request_line_id="line-1", quantity=500),)
    decision = decide_award(
        request, bids, AwardChoice(allocations=dear, reason="It is near."), {},
        recommended=chosen, award_id="award", user_id="user", days=days_on(TODAY),
    )  # fmt: skip
    (line,) = decision.orders[0].lines
    assert (line.unit_price, line.goods) == (Decimal("0.0346"), Decimal("17.2839"))
