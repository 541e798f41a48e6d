"""What is filled in: least landed cost and expected loss of what is in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from supplychain.actions.awards.recommending import Recommendation, build_problem, recommend
from supplychain.matching.cost.bid_terms import bid_terms
from supplychain.model.awards.comparisons import propose
from supplychain.model.awards.records import BidderRecord, RecordedRate
from supplychain.model.bids.bid import Bid
from supplychain.model.cost_settings import STANDARD
from tests.make.days import days_on
from tests.model.test_awards import LATER, evaluating, make_bid, take
from tests.model.test_bid_prices import tiers

TODAY = LATER.date()


def needed_in(days: int, *quantities: int) -> Any:
    request = evaluating(*quantities)
    lines = tuple(replace(line, need_by=TODAY + timedelta(days=days)) for line in request.lines)
    return replace(request, lines=lines)


def fill(
    *bids: Bid, request: Any = None, records: dict[tuple[str, str], BidderRecord] | None = None
) -> Recommendation:
    request = request or needed_in(60, 100)
    landed = bid_terms(request, list(bids), today=TODAY)
    opened = [(bid, bid.firm_id) for bid in bids]
    return recommend(request, opened, landed, records or {}, STANDARD, days=days_on(TODAY))


def line(price: int, days: int = 20, quantity: int = 100, **values: Any) -> dict[str, Any]:
    return {"unit_price": Decimal(price), "lead_days": days, "quantity": quantity, **values}


def test_forty_days_late_at_ninety_does_not_beat_in_time_at_a_hundred_and_one() -> None:
    late, soon = make_bid("late", line(90, days=100)), make_bid("soon", line(101))
    best = fill(late, soon)
    assert best.allocations == (take("soon", 100),)
    assert (best.how, best.late_lines, best.in_time_price) == ("optimal", (), 0)
    # At 80 a piece late is really 96: to be in time costs 5 a piece.
    cheaper = fill(make_bid("late", line(80, days=100)), soon)
    assert cheaper.allocations == (take("soon", 100),)
    assert cheaper.in_time_price == 500


def test_where_nobody_covers_a_line_in_time_the_least_late_cost_wins_and_is_named() -> None:
    late, later = make_bid("late", line(90, days=70)), make_bid("later", line(88, days=100))
    best = fill(late, later)
    assert best.allocations == (take("late", 100),)
    assert (best.late_lines, best.in_time_price) == (("line-1",), None)


def test_price_steps_and_one_off_costs_are_split_by_the_optimiser() -> None:
    request = needed_in(60, 100, 100)
    stepped = make_bid(
        "stepped", line(10, tiers=tiers((60, "7"))), line(10), one_off_cost=Decimal(50)
    )
    half = make_bid("half", line(6, quantity=50), line(9, quantity=50))
    bids = [stepped, half]
    landed = bid_terms(request, bids, today=TODAY)
    greedy = propose(request, bids, landed, TODAY)
    best = fill(*bids, request=request)
    opened = [(bid, "") for bid in bids]
    problem, _ = build_problem(request, opened, landed, {}, STANDARD, {}, days=days_on(TODAY))
    costs = [
        sum(bid.charge(_pieces(split, bid)).total for bid in bids)
        for split in (greedy, best.allocations)
    ]
    assert best.how == "optimal"
    assert costs == [
        50 * 6 + 50 * 10 + 50 * 9 + 50 * 10 + 50,
        40 * 6 + 60 * 7 + 50 * 9 + 50 * 10 + 50,
    ]
    assert len(problem.bids) == 4


def _pieces(split: Any, bid: Bid) -> dict[str, int]:
    return {each.request_line_id: each.quantity for each in split if each.bid_id == bid.id}


def test_what_is_too_large_for_a_page_is_filled_line_by_line_and_says_so() -> None:
    stepped = [make_bid(f"b{n}", line(10 + n, tiers=tiers((60, "7")))) for n in range(61)]
    assert fill(*stepped).how == "line_by_line"
    plain = [make_bid(f"b{n}", line(10 + n)) for n in range(61)]
    assert fill(*plain).how == "optimal"


def _rate(value: float, evidence: int) -> RecordedRate:
    return RecordedRate(value=value, low=0, high=1, evidence=evidence)


def test_a_record_that_nobody_has_decides_nothing() -> None:
    """The mean of a category without deliveries is a half: it once cost 101 % of the price."""
    blank = BidderRecord(quality=_rate(0.5, 0), delivery=_rate(0.5, 0))
    records = {("ranked", "line-1"): blank}
    bids = make_bid("ranked", line(100)), make_bid("other", line(101))
    best = fill(*bids, records=records)
    assert best.allocations == (take("ranked", 100),)
    assert not best.is_loss_known
    good = BidderRecord(quality=_rate(0.99, 40), delivery=_rate(0.98, 40))
    bad = BidderRecord(quality=_rate(0.7, 40), delivery=_rate(0.5, 40))
    both = {("ranked", "line-1"): bad, ("other", "line-1"): good}
    known = fill(*bids, records=both)
    assert (known.allocations, known.is_loss_known) == ((take("other", 100),), True)


def test_carriage_that_the_buyer_pays_does_not_look_free() -> None:
    exw = make_bid("exw", line(100), incoterm="EXW")
    dap = make_bid("dap", line(101), incoterm="DAP")
    assert fill(exw, dap).allocations == (take("dap", 100),)
