"""Comparing bids, and what an award may be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.errors import Invalid, NotOpen
from supplychain.matching.cost.bid_terms import bid_terms
from supplychain.model.awards import award
from supplychain.model.awards.award import AwardChoice, Decision, decide_award, decide_none
from supplychain.model.awards.comparisons import Allocation, propose, quotes_for, rank_bids
from supplychain.model.awards.landed import LandedTerms, PriceTerm
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import BidLine, Bundle
from supplychain.model.calendars.firm_days import FirmDays
from tests.model.test_bid_prices import tiers
from tests.model.test_bids import NOW, VALID, make_request

LATER = NOW + timedelta(days=10)


def make_bid(name: str, *lines: dict[str, Any], **values: Any) -> Bid:
    """A submitted bid for the lines 1, 2, …; what differs from 500 at 10 in 20 days."""
    offered = tuple(
        BidLine(
            **{
                "request_line_id": f"line-{number}",
                "number": number,
                "quantity": 500,
                "unit_price": Decimal(10),
                "lead_days": 20,
                **line,
            }
        )
        for number, line in enumerate(lines or ({},), start=1)
        if line is not None
    )
    given_values: dict[str, Any] = {
        "id": f"bid-{name}",
        "request_id": "request",
        "firm_id": name,
        "state": "open",
        "currency": "CNY",
        "valid_until": VALID,
        "note": "",
        "lines": offered,
        "created_by": "user",
        "created_at": NOW,
        "submitted_at": NOW,
        "version": 2,
    }
    return Bid(**{**given_values, **values})


def take(name: str, quantity: int, line: int = 1) -> Allocation:
    return Allocation(bid_id=f"bid-{name}", request_line_id=f"line-{line}", quantity=quantity)


def evaluating(*quantities: int) -> Any:
    return make_request(*quantities, state="evaluating")


def landed_by(
    request: Any, bids: list[Bid], freights: Mapping[tuple[str, str], Decimal] | None = None
) -> dict[tuple[str, str], LandedTerms]:
    """What comes upon the bids' prices; freights stand for what the buyer's own past tells."""
    terms = bid_terms(request, bids, today=LATER.date())
    for key, freight in (freights or {}).items():
        if key in terms and terms[key].freight_from in (None, "assumed"):
            known = PriceTerm(fixed=freight)
            terms[key] = replace(terms[key], freight=known, freight_from="ledger")
    return terms


def decide(bids: list[Bid], *taken: Allocation, request: Any = None, **values: Any) -> Decision:
    choice = AwardChoice(**{"allocations": taken, "reason": "Because.", **values})
    request = request or evaluating(500)
    return decide_award(
        request,
        bids,
        choice,
        {},
        recommended=propose(request, bids, {}, LATER.date()),
        award_id="award",
        user_id="user",
        days=FirmDays(at=LATER),
    )


def pointers(refused: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [error.pointer for error in refused.value.errors]


def test_landed_cost_is_price_and_tooling_share_and_freight() -> None:
    bid = make_bid("a", {"quantity": 400, "tooling": Decimal(800)})
    request = evaluating(500)
    landed = landed_by(request, [bid], {("a", "line-1"): Decimal("0.5")})
    (quote,) = quotes_for(request.lines[0], [bid], landed)
    assert quote.landed_cost(400) == Decimal("12.5")
    assert quote.landed_cost(100) == Decimal("18.5")


def test_the_proposal_takes_the_cheapest_landed_cost_and_fills_up() -> None:
    bids = [
        make_bid("cheap", {"quantity": 200, "unit_price": Decimal(9)}),
        make_bid("dear", {"unit_price": Decimal(11)}),
        make_bid("tooled", {"unit_price": Decimal(8), "tooling": Decimal(5000)}),
    ]
    request = evaluating(500)
    assert propose(request, bids, {}, LATER.date()) == (take("cheap", 200), take("dear", 300))


def test_freight_can_change_the_proposal() -> None:
    bids = [make_bid("near", {"unit_price": Decimal(10)}), make_bid("far")]
    request = evaluating(500)
    far_is_dear = landed_by(request, bids, {("far", "line-1"): Decimal(2)})
    assert propose(request, bids, far_is_dear, LATER.date()) == (take("near", 500),)
    near_is_dear = landed_by(request, bids, {("near", "line-1"): Decimal(2)})
    assert propose(request, bids, near_is_dear, LATER.date()) == (take("far", 500),)


def test_a_bid_that_no_longer_holds_is_not_proposed_and_cannot_win() -> None:
    old = make_bid("old", {"unit_price": Decimal(1)}, valid_until=LATER.date() - timedelta(days=1))
    bids = [old, make_bid("new")]
    assert propose(evaluating(500), bids, {}, LATER.date()) == (take("new", 500),)
    with pytest.raises(Invalid) as refused:
        decide(bids, take("old", 500))
    assert pointers(refused) == ["/allocations/0/quantity"]


def test_a_tie_goes_to_who_submitted_first() -> None:
    bids = [make_bid("late", submitted_at=NOW + timedelta(hours=1)), make_bid("soon")]
    assert propose(evaluating(500), bids, {}, LATER.date()) == (take("soon", 500),)


def test_ranks_put_cover_first_then_cost_and_share_a_tie() -> None:
    bids = [
        make_bid("half", {"quantity": 250, "unit_price": Decimal(1)}),
        make_bid("dear", {"unit_price": Decimal(12)}),
        make_bid("one"),
        make_bid("two"),
    ]
    ranks = rank_bids(evaluating(500), bids, {})
    assert ranks == {"bid-one": 1, "bid-two": 1, "bid-dear": 3, "bid-half": 4}


def test_a_winner_gets_an_order_at_exactly_its_own_price() -> None:
    bids = [make_bid("a", {"unit_price": Decimal("10.0345"), "tooling": Decimal(7)}), make_bid("b")]
    decision = decide(bids, take("a", 300), take("b", 200))
    first, second = decision.orders
    assert [bid.state for bid in decision.bids] == ["won", "won"]
    (line,) = first.lines
    assert (line.quantity, line.unit_price, line.tooling) == (300, Decimal("10.0345"), Decimal(7))
    assert line.promised_on == LATER.date() + timedelta(days=20)
    assert first.ends_at == LATER + timedelta(days=7)
    assert (first.supplier_id, first.buyer_id, first.state) == ("a", "buyer", "offered")
    assert (second.supplier_id, second.root_buyer_id, second.depth) == ("b", "buyer", 0)
    assert decision.request.state == "awarded"


def test_who_gets_nothing_has_lost() -> None:
    decision = decide([make_bid("a"), make_bid("b")], take("a", 500), take("b", 0))
    assert {bid.id: bid.state for bid in decision.bids} == {"bid-a": "won", "bid-b": "lost"}
    assert len(decision.orders) == 1


@pytest.mark.parametrize(
    ("taken", "pointer"),
    [
        ([take("a", 401)], "/allocations/0/quantity"),
        ([take("a", 400), take("b", 101)], "/allocations/0/quantity"),
        ([take("a", -1)], "/allocations/0/quantity"),
        ([take("nobody", 1)], "/allocations/0/bid_id"),
        ([take("a", 1, line=2)], "/allocations/0/bid_id"),
        ([take("a", 1), take("a", 1)], "/allocations/1/bid_id"),
        ([], "/allocations"),
        ([take("a", 0)], "/allocations"),
    ],
)
def test_an_allocation_that_does_not_fit_is_refused(taken: list[Allocation], pointer: str) -> None:
    bids = [make_bid("a", {"quantity": 400}), make_bid("b")]
    with pytest.raises(Invalid) as refused:
        decide(bids, *taken, accept_uncovered=True)
    assert pointers(refused)[0] == pointer


def test_leaving_something_uncovered_must_be_confirmed() -> None:
    bids = [make_bid("a")]
    with pytest.raises(Invalid) as refused:
        decide(bids, take("a", 499))
    assert pointers(refused) == ["/accept_uncovered"]
    assert decide(bids, take("a", 499), accept_uncovered=True).request.state == "awarded"


def test_a_split_or_a_dearer_choice_needs_a_reason_and_the_cheapest_does_not() -> None:
    bids = [make_bid("a"), make_bid("b", {"unit_price": Decimal(11)})]
    assert decide(bids, take("a", 500), reason="").orders
    for taken in ([take("b", 500)], [take("a", 300), take("b", 200)]):
        with pytest.raises(Invalid) as refused:
            decide(bids, *taken, reason="")
        assert pointers(refused) == ["/reason"]


@pytest.mark.parametrize("state", ["draft", "open", "awarded", "failed", "cancelled"])
def test_only_a_request_being_evaluated_is_decided(state: str) -> None:
    request = make_request(500, state=state)
    with pytest.raises(NotOpen):
        decide([make_bid("a")], take("a", 500), request=request)
    with pytest.raises(NotOpen):
        end(request, [make_bid("a")], "Too dear.")


def end(request: Any, bids: list[Bid], reason: str) -> Decision:
    return decide_none(request, bids, reason, {}, award_id="award", user_id="user", now=LATER)


def test_awarding_nothing_fails_the_request_and_needs_a_reason() -> None:
    decision = end(evaluating(500), [make_bid("a"), make_bid("b")], "Too dear.")
    assert decision.request.state == "failed"
    assert {bid.state for bid in decision.bids} == {"lost"}
    assert decision.orders == ()
    with pytest.raises(Invalid) as refused:
        end(evaluating(500), [make_bid("a")], "")
    assert pointers(refused) == ["/reason"]


def test_a_decision_made_again_is_the_same() -> None:
    bids = [make_bid("a"), make_bid("b")]
    assert decide(bids, take("a", 500)) == decide(bids, take("a", 500))


def test_an_order_costs_the_tier_that_its_quantity_reaches() -> None:
    line = {"unit_price": Decimal(12), "tiers": tiers((101, "11"), (400, "10"))}
    bids = [make_bid("a", line), make_bid("b")]
    prices = {
        quantity: decide(bids, take("a", quantity), take("b", 500 - quantity)).orders[0].lines[0]
        for quantity in (100, 101, 399, 400)
    }
    assert {n: line.unit_price for n, line in prices.items()} == {
        100: 12,
        101: 11,
        399: 11,
        400: 10,
    }
    assert {n: line.amount for n, line in prices.items()} == dict.fromkeys(prices)


def test_an_order_of_stepwise_prices_keeps_its_exact_amount() -> None:
    line = {"unit_price": Decimal(10), "tiers": tiers((200, "9")), "tier_rule": "incremental"}
    bids = [make_bid("a", line), make_bid("b")]
    (ordered,) = decide(bids, take("a", 300), take("b", 200)).orders[0].lines
    assert (ordered.unit_price, ordered.amount) == (Decimal("9.6667"), 2900)
    assert ordered.goods == 2900


def test_an_orders_total_is_what_the_bid_promised() -> None:
    both = Bundle(request_line_ids=("line-1", "line-2"), discount=Decimal(5))
    terms = {"incoterm": "DAP", "payment_days": 60, "one_off_cost": Decimal(700)}
    bid = make_bid("a", {"tooling": Decimal(100)}, {"quantity": 80}, bundles=(both,), **terms)
    request = evaluating(500, 80)
    (order,) = decide([bid], take("a", 500), take("a", 80, line=2), request=request).orders
    assert (order.one_off_cost, order.discount, order.total) == (700, 295, 5900 + 700 - 295)
    assert (order.incoterm, order.payment_days, order.total) == ("DAP", 60, bid.total)
    less = decide([bid], take("a", 499), take("a", 80, line=2), request=request, **UNCOVERED)
    assert (less.orders[0].discount, less.orders[0].total) == (0, 5890 + 700)


UNCOVERED = {"accept_uncovered": True}


def test_less_than_a_supplier_makes_is_refused() -> None:
    bids = [make_bid("a", {"min_quantity": 200}), make_bid("b")]
    with pytest.raises(Invalid) as refused:
        decide(bids, take("a", 199), take("b", 301))
    assert pointers(refused) == ["/allocations/0/quantity"]
    assert decide(bids, take("a", 0), take("b", 500)).orders
    assert decide(bids, take("a", 200), take("b", 300)).orders


def test_the_proposal_makes_room_for_a_minimum() -> None:
    cheap = make_bid("cheap", {"quantity": 400, "unit_price": Decimal(9)})
    dear = make_bid("dear", {"min_quantity": 200})
    request, today = evaluating(500), LATER.date()
    assert propose(request, [cheap, dear], {}, today) == (take("cheap", 300), take("dear", 200))
    whole = make_bid("whole", {"quantity": 400, "min_quantity": 400, "unit_price": Decimal(9)})
    assert propose(request, [whole, dear], {}, today) == (take("whole", 400),)


def test_the_proposal_looks_at_the_tier_reached() -> None:
    tiered = make_bid("tiered", {"unit_price": Decimal(12), "tiers": tiers((450, "9.9"))})
    assert propose(evaluating(500), [tiered, make_bid("flat")], {}, LATER.date()) == (
        take("tiered", 500),
    )


QUANTITIES = st.integers(min_value=1, max_value=60)
PRICES = st.decimals(min_value="0.0001", max_value="1000", places=4)
LINES = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {
            "quantity": QUANTITIES,
            "unit_price": PRICES,
            "tooling": st.decimals(min_value=0, max_value=500, places=2),
            "lead_days": st.integers(min_value=0, max_value=90),
        }
    ),
)


@st.composite
def opened(draw: st.DrawFn) -> tuple[Any, list[Bid]]:
    """A request with up to four lines, and up to five bids on some of them."""
    request = evaluating(*draw(st.lists(QUANTITIES, min_size=1, max_size=4)))
    bids = []
    for name in "abcde"[: draw(st.integers(min_value=1, max_value=5))]:
        drawn = [draw(LINES) for _ in request.lines]
        lines = tuple(
            BidLine(
                request_line_id=asked.id,
                number=asked.number,
                **{**line, "quantity": min(line["quantity"], asked.quantity)},
            )
            for asked, line in zip(request.lines, drawn, strict=True)
            if line is not None
        )
        bids.append(replace(make_bid(name), lines=lines))
    return request, bids


@given(opened())
@settings(max_examples=200, deadline=None)
def test_the_proposal_always_fits_and_quantities_conserve(case: tuple[Any, list[Bid]]) -> None:
    request, bids = case
    taken = propose(request, bids, {}, date(2026, 12, 3))
    offered: Counter[str] = Counter()
    for bid in bids:
        for line in bid.lines:
            offered[line.request_line_id] += line.quantity or 0
    missing = award.list_uncovered(request, taken)
    for line in request.lines:
        assert missing.get(line.id, 0) == max(0, line.quantity - offered[line.id])
    if taken:
        _check_conserved(request, bids, taken)


@given(opened(), st.data())
@settings(max_examples=300, deadline=None)
def test_any_award_conserves_quantities_or_is_refused_for_a_cause(
    case: tuple[Any, list[Bid]], data: st.DataObject
) -> None:
    request, bids = case
    keys = [(bid, line) for bid in bids for line in bid.lines]
    taken = tuple(
        Allocation(
            bid_id=bid.id,
            request_line_id=line.request_line_id,
            quantity=data.draw(st.integers(min_value=0, max_value=61)),
        )
        for bid, line in keys
    )
    given_to: Counter[str] = Counter()
    for each in taken:
        given_to[each.request_line_id] += each.quantity
    fits = (
        any(each.quantity for each in taken)
        and all(
            each.quantity <= (line.quantity or 0)
            for each, (_, line) in zip(taken, keys, strict=True)
        )
        and all(given_to[line.id] <= line.quantity for line in request.lines)
    )
    if fits:
        _check_conserved(request, bids, taken)
    else:
        with pytest.raises(Invalid):
            decide(bids, *taken, request=request, accept_uncovered=True)


def _check_conserved(request: Any, bids: list[Bid], taken: tuple[Allocation, ...]) -> None:
    """What is ordered is what was given, at the bids' own prices, one order a winner."""
    decision = decide(bids, *taken, request=request, accept_uncovered=True)
    ordered = {
        (order.supplier_id, line.request_line_id): line
        for order in decision.orders
        for line in order.lines
    }
    firms = {bid.id: bid.firm_id for bid in bids}
    expected = {
        (firms[each.bid_id], each.request_line_id): each.quantity for each in taken if each.quantity
    }
    assert {key: line.quantity for key, line in ordered.items()} == expected
    for bid in bids:
        for line in bid.lines:
            if (bid.firm_id, line.request_line_id) in ordered:
                assert ordered[bid.firm_id, line.request_line_id].unit_price == line.unit_price
    winners = {bid.firm_id for bid in decision.bids if bid.state == "won"}
    assert winners == {order.supplier_id for order in decision.orders}
    assert len(decision.orders) == len(winners)
