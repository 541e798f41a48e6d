"""Bids in packs, and lines of which more is taken than is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.award.solving.solve import solve
from supplychain.award.surplus import Surplus
from supplychain.errors import FieldError, Invalid
from supplychain.model.award_studies.capacities import within_reach
from supplychain.model.award_studies.problems import choice_of, problem_of
from supplychain.model.awards.award import AwardChoice, check_choice, list_uncovered
from supplychain.model.awards.comparisons import Allocation, propose, quotes_for, rank_bids
from supplychain.model.awards.tables import line_tables
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.line_units import fit_offer, in_line_unit
from supplychain.model.bids.lines import BidLine, Bundle
from supplychain.model.bids.rules import fit_content, list_missing
from supplychain.model.calendars.firm_days import FirmDays
from supplychain.model.parts_requests.conversions import StatedConversion
from supplychain.model.parts_requests.over_percent import check_over_percent
from supplychain.model.parts_requests.parts_request import PartsRequest, RequestLine
from supplychain.model.quantities import round_down_to_pack, round_up_to_pack
from tests.model.test_awards import LATER, evaluating, make_bid, take
from tests.model.test_bid_prices import tiers
from tests.model.test_bids import content, make_request, offer

DAYS = FirmDays(at=LATER)


def taking_more(request: PartsRequest, percent: str, **values: Any) -> PartsRequest:
    """The request; of each of its lines so many percent more are taken."""
    more = Decimal(percent)
    lines = tuple(replace(line, over_percent=more, **values) for line in request.lines)
    return replace(request, lines=lines)


def errors_of(request: PartsRequest, line: BidLine) -> list[FieldError]:
    try:
        fit_content(request, content(line))
    except Invalid as refused:
        return list(refused.errors)
    return []


def texts_of(request: PartsRequest, line: BidLine) -> list[str]:
    return [error.text for error in errors_of(request, line)]


def solved(request: PartsRequest, bids: Sequence[Bid]) -> tuple[Allocation, ...]:
    problem, _ = within_reach(problem_of(request, bids, {}, days=DAYS))
    answer = solve(problem, explained=False)
    assert answer.status == "optimal"
    return choice_of(answer, bids)


def fault_of(request: PartsRequest, bids: Sequence[Bid], *taken: Allocation) -> str:
    choice = AwardChoice(allocations=taken, reason="Because.", accept_uncovered=True)
    with pytest.raises(Invalid) as refused:
        check_choice(request, bids, choice, (), LATER)
    return refused.value.errors[0].text


@given(st.integers(1, 10**6), st.integers(1, 999))
def test_whole_packs_are_the_nearest_multiples(quantity: int, pack: int) -> None:
    less, more = round_down_to_pack(quantity, pack), round_up_to_pack(quantity, pack)
    assert less % pack == more % pack == 0
    assert less <= quantity <= more < less + 2 * pack
    assert round_up_to_pack(quantity, None) == quantity


def test_the_most_of_a_line_is_in_steps_of_its_unit() -> None:
    pieces = RequestLine(quantity=15, uom="H87", over_percent=Decimal(10))
    assert pieces.most_quantity == 16
    wire = RequestLine(quantity=Decimal("1.5"), uom="KGM", over_percent=Decimal("0.05"))
    assert wire.most_quantity == Decimal("1.5")
    assert replace(wire, over_percent=Decimal("0.1")).most_quantity == Decimal("1.501")
    assert RequestLine(quantity=15, uom="H87").most_quantity == 15


@pytest.mark.parametrize("percent", ["-1", "100.01", "101", "2.125"])
def test_how_much_more_is_taken_has_bounds(percent: str) -> None:
    assert [error.pointer for error in check_over_percent(Decimal(percent), "/at")] == ["/at"]
    assert check_over_percent(Decimal("12.25"), "/at") == []


def test_no_more_is_offered_than_the_buyer_takes() -> None:
    exact = make_request(100)
    assert texts_of(exact, offer(quantity=101)) == [
        "Offer from 1 to 100, the quantity that is asked for."
    ]
    request = taking_more(exact, "10")
    assert texts_of(request, offer(quantity=110)) == []
    assert texts_of(request, offer(quantity=111)) == [
        "Offer from 1 to 110: the buyer takes no more."
    ]


def test_a_minimum_and_a_price_above_the_need_may_be_bid_as_far_as_the_buyer_takes_more() -> None:
    above = offer(quantity=110, min_quantity=105, tiers=tiers((110, "9")))
    assert texts_of(taking_more(make_request(100), "10"), above) == []
    pointers = [one.pointer for one in errors_of(make_request(100), above)]
    assert pointers == ["/lines/0/quantity", "/lines/0/min_quantity"]


def test_an_offer_is_a_number_of_whole_packs() -> None:
    request = taking_more(make_request(100), "20")
    assert texts_of(request, offer(quantity=120, pack=30)) == []
    assert texts_of(request, offer(quantity=100, pack=30)) == [
        "You sell this in packs of 30: offer 90 or 120."
    ]
    assert texts_of(make_request(100), offer(quantity=100, pack=30)) == [
        "Offer from 30 to 90: the buyer takes no more."
    ]
    assert texts_of(make_request(100), offer(quantity=80, pack=30)) == [
        "You sell this in packs of 30: offer 60 or 90."
    ]
    assert texts_of(make_request(100), offer(quantity=100, pack=101)) == [
        "The buyer takes at most 100 pcs of this line, less than one pack."
    ]


@pytest.mark.parametrize(("pack", "pointer"), [(0, "pack"), (Decimal("2.5"), "pack")])
def test_a_pack_that_is_no_quantity_is_refused(pack: Decimal, pointer: str) -> None:
    found = [one.pointer for one in errors_of(make_request(100), offer(quantity=10, pack=pack))]
    assert f"/lines/0/{pointer}" in found


def test_a_minimum_of_packs_is_the_next_whole_one() -> None:
    line = offer(quantity=90, pack=30, min_quantity=40)
    assert (line.least, line.quantity_for(10), line.quantity_for(61)) == (60, 60, 90)
    assert offer(quantity=90, pack=30).least == 30


def test_packs_in_another_unit_are_packs_of_the_line() -> None:
    boxes = (StatedConversion(uom="XBX", amount=1, equals=30),)
    request = taking_more(make_request(100), "20", uom="H87", conversions=boxes)
    line = offer(quantity=4, pack=2, uom="XBX", unit_price=Decimal(270))
    assert texts_of(request, line) == []
    converted = in_line_unit(line, request.lines[0])
    assert (converted.quantity, converted.pack, converted.least) == (120, 60, 60)
    assert texts_of(request, replace(line, quantity=3)) == [
        "You sell this in packs of 2: offer 2 or 4."
    ]
    exact = taking_more(request, "0")
    assert texts_of(exact, line) == ["Offer from 2 to 2: the buyer takes no more."]


def test_a_pack_that_does_not_come_out_even_in_the_unit_of_the_line_is_refused() -> None:
    thirds = (StatedConversion(uom="XBX", amount=3, equals=1),)
    request = taking_more(make_request(100), "0", uom="KGM", conversions=thirds)
    found = errors_of(request, offer(quantity=9, pack=1, uom="XBX"))
    assert [one.pointer for one in found] == ["/lines/0/pack"]


def test_a_price_for_another_request_is_fitted_into_whole_packs() -> None:
    line = offer(quantity=100, pack=30, min_quantity=110)
    more, exact = taking_more(make_request(100), "20"), make_request(100)
    fitted = fit_offer(line, more.lines[0])
    assert (fitted.quantity, fitted.pack, fitted.min_quantity) == (120, 30, 110)
    fitted = fit_offer(line, exact.lines[0])
    assert (fitted.quantity, fitted.pack, fitted.min_quantity) == (90, 30, None)
    fitted = fit_offer(offer(quantity=100, pack=300), exact.lines[0])
    assert (fitted.quantity, fitted.pack) == (100, None)


def test_a_discount_needs_all_that_is_asked_for_and_no_more() -> None:
    request = taking_more(make_request(100, 100), "20")
    both = Bundle(request_line_ids=("line-1", "line-2"), discount=Decimal(10))
    lines = (offer(quantity=120, pack=30), offer(2, quantity=100))
    assert list_missing(request, replace(content(*lines), bundles=(both,))) == []
    bid = make_bid("a", {"quantity": 120, "pack": 30}, {"quantity": 100}, bundles=(both,))
    asked = request.asked_pieces
    assert bid.charge({"line-1": 120, "line-2": 100}, asked).discount == 220
    assert bid.charge({"line-1": 90, "line-2": 100}, asked).discount == 0
    more = replace(bid, lines=(bid.lines[0], replace(bid.lines[1], quantity=110)))
    assert more.charge({"line-1": 120, "line-2": 100}, asked).discount == 220


def test_bids_are_compared_by_what_a_needed_piece_costs() -> None:
    request = taking_more(evaluating(100), "20")
    packed = make_bid("a", {"quantity": 120, "pack": 30, "unit_price": Decimal(9)})
    plain = make_bid("b", {"quantity": 110, "unit_price": Decimal(10)})
    quotes = quotes_for(request.lines[0], [packed, plain], {})
    # 120 at 9 are 1,080 for the 100 that are needed.
    costs = [(one.bid.id, one.compared, one.landed_cost(one.compared)) for one in quotes]
    assert costs == [("bid-b", 100, 10), ("bid-a", 120, Decimal("10.8"))]
    assert rank_bids(request, [packed, plain], {}) == {"bid-b": 1, "bid-a": 2}


def test_the_optimiser_buys_the_step_above_the_need_and_the_page_can_say_why() -> None:
    request = taking_more(evaluating(100), "10")
    ladder = make_bid("a", {"quantity": 110, "unit_price": Decimal(11), "tiers": tiers((110, "9"))})
    assert solved(request, [ladder]) == (take("a", 110),)
    (table,) = line_tables(request, [(ladder, "A")], {}, {}, [take("a", 110)], DAYS)
    assert table.missing == 0
    assert table.surplus == Surplus(
        bought=Decimal(110), needed=Decimal(100), why="price", supplier="A", saved=Decimal(110)
    )


@pytest.mark.parametrize(
    ("line", "why", "size"),
    [
        ({"quantity": 120, "pack": 30}, "pack", 30),
        ({"quantity": 120, "min_quantity": 120}, "least", 120),
        ({"quantity": 120}, "any", 0),
    ],
)
def test_why_more_is_bought_is_told(line: dict[str, Any], why: str, size: int) -> None:
    request = taking_more(evaluating(100), "20")
    bid = make_bid("a", line)
    (table,) = line_tables(request, [(bid, "A")], {}, {}, [take("a", 120)], DAYS)
    assert table.surplus is not None
    assert (table.surplus.why, table.surplus.size, table.surplus.saved) == (why, size, 0)
    (table,) = line_tables(request, [(bid, "A")], {}, {}, [take("a", 100)], DAYS)
    assert table.surplus is None


def test_a_split_by_hand_is_refused_where_it_breaks_packs_or_is_more_than_is_taken() -> None:
    request = taking_more(evaluating(100), "10")
    packed = make_bid("a", {"quantity": 90, "pack": 30})
    plain = make_bid("b", {"quantity": 110})
    assert fault_of(request, [packed, plain], take("a", 50)) == (
        "Line 1: this supplier sells in packs of 30. Give 30 or 60."
    )
    assert fault_of(request, [packed, plain], take("a", 89)) == (
        "Line 1: this supplier sells in packs of 30. Give 60 or 90."
    )
    assert fault_of(request, [packed, plain], take("a", 90), take("b", 21)) == (
        "Line 1 takes at most 110, and 111 are given."
    )
    assert list_uncovered(request, [take("a", 90), take("b", 20)]) == {}
    assert list_uncovered(request, [take("a", 90)]) == {"line-1": 10}


def test_what_packs_cannot_reach_stays_missing() -> None:
    """Of 100, packs of 60 and of 40 come to 100 together, packs of 60 and 30 to 90."""
    even = [
        make_bid("a", {"quantity": 60, "pack": 60}),
        make_bid("b", {"quantity": 80, "pack": 40}),
    ]
    assert sum(one.quantity for one in solved(evaluating(100), even)) == 100
    odd = [make_bid("a", {"quantity": 60, "pack": 60}), make_bid("b", {"quantity": 90, "pack": 30})]
    problem, short = within_reach(problem_of(evaluating(100), odd, {}, days=DAYS))
    assert short == {"line-1": 10}
    assert sum(one.quantity for one in solve(problem).allocations) == 90


@st.composite
def markets(draw: st.DrawFn) -> tuple[PartsRequest, list[Bid]]:
    """A line of up to 60 pieces, more of it taken, and bids in packs that its rules let through."""
    request = taking_more(
        evaluating(draw(st.integers(1, 60))), str(draw(st.sampled_from([0, 5, 20, 100])))
    )
    bids = []
    for name in "abc":
        pack = draw(st.sampled_from([None, 5, 7, 12]))
        line = offer(
            quantity=draw(st.integers(1, request.lines[0].most_quantity)),
            pack=pack,
            unit_price=Decimal(draw(st.integers(5, 15))),
        )
        line = fit_offer(line, request.lines[0])
        if line.quantity:
            bids.append(
                make_bid(
                    name, {one: getattr(line, one) for one in ("quantity", "pack", "unit_price")}
                )
            )
    return request, bids


@settings(max_examples=60, deadline=None)
@given(markets())
def test_what_is_filled_in_is_always_a_split_that_may_be_awarded(
    market: tuple[PartsRequest, list[Bid]],
) -> None:
    request, bids = market
    if not bids:
        return
    for bid in bids:
        assert errors_of(replace(request, state="open"), bid.lines[0]) == []
    for split in (propose(request, bids, {}, LATER.date()), solved(request, bids)):
        if split:
            choice = AwardChoice(allocations=split, reason="Because.", accept_uncovered=True)
            check_choice(request, bids, choice, (), LATER)


@settings(max_examples=60, deadline=None)
@given(markets())
def test_nothing_costs_less_than_what_the_optimiser_finds(
    market: tuple[PartsRequest, list[Bid]],
) -> None:
    """Every whole split, tried: the least cost of all that cover as much as can be covered."""
    request, bids = market
    if not bids:
        return
    line = request.lines[0]
    reached: dict[int, Decimal] = {0: Decimal(0)}
    for bid in bids:
        offered = bid.lines[0]
        options = [0, *range(int(offered.least), int(offered.quantity or 0) + 1, offered.pack or 1)]
        after: dict[int, Decimal] = {}
        for before, cost in reached.items():
            for quantity in options:
                total, paid = before + quantity, cost + offered.price_of(quantity)
                if total <= line.most_quantity:
                    after[total] = min(paid, after.get(total, paid))
        reached = after
    goal = min(line.quantity, max(reached))
    least = min(cost for total, cost in reached.items() if total >= goal)
    prices = {bid.id: bid.lines[0] for bid in bids}
    found = solved(request, bids)
    assert sum(prices[one.bid_id].price_of(one.quantity) for one in found) == least
