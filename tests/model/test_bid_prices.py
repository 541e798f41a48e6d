"""What a bid charges: price tiers, minimums, one-off costs and bundles, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.errors import Invalid
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.lines import BidContent, BidLine, Bundle, PriceTier
from supplychain.model.bids.prices import best_discount, charge_for
from supplychain.model.bids.rules import list_missing, list_oddities
from tests.model.test_bids import NOW, VALID, content, draft, make_request, offer, pointers


def tiers(*pairs: tuple[int, str]) -> tuple[PriceTier, ...]:
    return tuple(PriceTier(start=start, unit_price=Decimal(price)) for start, price in pairs)


LINE = offer(unit_price=Decimal(12), tiers=tiers((100, "11"), (500, "9.5")))
STEPWISE = replace(LINE, tier_rule="incremental")


@pytest.mark.parametrize(
    ("quantity", "whole", "stepwise"),
    [
        (1, "12", "12"),
        (99, "1188", "1188"),
        (100, "1100", "1200"),
        (101, "1111", "1211"),
        (500, "4750", "5600"),
        (501, "4759.5", "5609.5"),
        (600, "5700", "6550"),
    ],
)
def test_a_price_holds_for_all_pieces_or_for_its_own(
    quantity: int, whole: str, stepwise: str
) -> None:
    assert LINE.amount(quantity) == Decimal(whole)
    assert STEPWISE.amount(quantity) == Decimal(stepwise)


prices = st.decimals(Decimal("0.0001"), Decimal(10_000), places=4)
ladders = st.lists(st.tuples(st.integers(2, 900), prices), max_size=9, unique_by=lambda one: one[0])


@given(prices, ladders, st.integers(1, 1000))
def test_amounts_are_those_of_a_count_piece_by_piece(
    first: Decimal, ladder: list[tuple[int, Decimal]], quantity: int
) -> None:
    steps = sorted(ladder)
    line = BidLine(
        request_line_id="line-1",
        unit_price=first,
        tiers=tuple(PriceTier(start=start, unit_price=price) for start, price in steps),
    )

    def price_of(piece: int) -> Decimal:
        return [first, *(price for start, price in steps if start <= piece)][-1]

    assert line.amount(quantity) == quantity * price_of(quantity)
    stepwise = replace(line, tier_rule="incremental")
    assert stepwise.amount(quantity) == first + sum(price_of(n) for n in range(1, quantity))


def bundle(discount: str, *numbers: int) -> Bundle:
    ids = tuple(f"line-{number}" for number in numbers)
    return Bundle(request_line_ids=ids, discount=Decimal(discount))


def lines(*totals: int) -> list[BidLine]:
    """Lines of 10 pieces that cost this much."""
    return [
        offer(number, quantity=10, unit_price=Decimal(total) / 10)
        for number, total in enumerate(totals, start=1)
    ]


def test_a_bundle_counts_only_if_all_its_lines_are_whole() -> None:
    offered, both = lines(1000, 400), [bundle("5", 1, 2)]
    whole = charge_for(offered, both, Decimal(70), {"line-1": 10, "line-2": 10})
    assert (whole.lines, whole.discount, whole.total) == (1400, 70, 1400)
    part = charge_for(offered, both, Decimal(70), {"line-1": 10, "line-2": 9})
    assert (part.discount, part.total) == (0, 1430)
    alone = charge_for(offered, both, Decimal(70), {"line-1": 10})
    assert alone.total == 1070


def test_who_wins_nothing_is_paid_nothing() -> None:
    assert charge_for(lines(1000), [], Decimal(70), {"line-1": 0}).total == 0


def test_a_discount_has_four_decimals_and_rounds_half_to_even() -> None:
    offered = [offer(1, quantity=1, unit_price=Decimal("0.0333")), *lines(1, 1)[1:]]
    charge = charge_for(offered, [bundle("50", 1, 2)], Decimal(0), {"line-1": 1, "line-2": 10})
    assert charge.discount == Decimal("0.5166")


def test_of_overlapping_bundles_the_best_that_do_not_overlap_count() -> None:
    costs = {f"line-{n}": Decimal(100) for n in range(1, 5)}
    offered = [bundle("10", 1, 2), bundle("12", 2, 3), bundle("10", 3, 4), bundle("3", 1, 2, 3, 4)]
    assert best_discount(offered, costs) == 40


@given(
    st.lists(
        st.tuples(
            st.sets(st.integers(1, 6), min_size=2),
            st.decimals(Decimal("0.01"), Decimal("99.99"), places=2),
        ),
        max_size=6,
    ),
    st.lists(st.integers(1, 10_000), min_size=6, max_size=6),
)
def test_the_best_discount_is_that_of_every_choice_tried(
    offered: list[tuple[set[int], Decimal]], costs: list[int]
) -> None:
    by_line = {f"line-{n}": Decimal(cost) for n, cost in enumerate(costs, start=1)}
    bundles = [bundle(str(percent), *sorted(numbers)) for numbers, percent in offered]

    def saved(chosen: Sequence[Bundle]) -> Decimal:
        used = [line for each in chosen for line in each.request_line_ids]
        if len(used) != len(set(used)):
            return Decimal(0)
        return sum(
            (
                sum(by_line[line] for line in each.request_line_ids) * each.discount
                for each in chosen
            ),
            Decimal(0),
        )

    best = max(
        saved(chosen) for size in range(len(bundles) + 1) for chosen in combinations(bundles, size)
    )
    assert best_discount(bundles, by_line) * 100 == best


def full(*changed: dict[str, Any], **head: Any) -> BidContent:
    """Both lines of the request, offered whole."""
    given_lines = [
        offer(number, **{"quantity": quantity, **values})
        for number, quantity, values in zip((1, 2), (500, 80), changed or ({}, {}), strict=True)
    ]
    return BidContent(valid_until=VALID, lines=tuple(given_lines), **head)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"tiers": tiers((1, "11"))}, "/lines/0/tiers/0/from"),
        ({"tiers": tiers((20, "11"), (20, "10"))}, "/lines/0/tiers/1/from"),
        ({"tiers": tiers((30, "11"), (20, "10"))}, "/lines/0/tiers/1/from"),
        ({"tiers": tiers((81, "11"))}, "/lines/0/tiers/0/from"),
        ({"tiers": tiers((20, "0"))}, "/lines/0/tiers/0/unit_price"),
        ({"tiers": tiers(*((n, "9") for n in range(2, 12)))}, "/lines/0/tiers"),
        ({"tier_rule": "some"}, "/lines/0/tier_rule"),
        ({"min_quantity": 0}, "/lines/0/min_quantity"),
        ({"min_quantity": 81}, "/lines/0/min_quantity"),
        ({"freight": Decimal(-1)}, "/lines/0/freight"),
        ({"unit_price": Decimal("1e11")}, "/lines/0/unit_price"),
    ],
)
def test_a_line_that_cannot_be_is_refused(wrong: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        draft(content(offer(**wrong)))
    assert pointers(refused) == [pointer]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"one_off_cost": Decimal(-1)}, "/one_off_cost"),
        ({"incoterm": "ABC"}, "/incoterm"),
        ({"payment_days": 721}, "/payment_days"),
        ({"bundles": (bundle("5", 1),)}, "/bundles/0/lines"),
        ({"bundles": (bundle("5", 1, 1),)}, "/bundles/0/lines"),
        ({"bundles": (bundle("5", 1, 9),)}, "/bundles/0/lines"),
        ({"bundles": (bundle("5", 1, 2), bundle("6", 2, 1))}, "/bundles/1/lines"),
        ({"bundles": (bundle("0", 1, 2),)}, "/bundles/0/discount"),
        ({"bundles": (bundle("100", 1, 2),)}, "/bundles/0/discount"),
        ({"bundles": (bundle("1.00001", 1, 2),)}, "/bundles/0/discount"),
    ],
)
def test_terms_that_cannot_be_are_refused(wrong: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        draft(full(**wrong))
    assert pointers(refused) == [pointer]


def test_delivered_prices_have_no_freight_beside_them() -> None:
    with pytest.raises(Invalid) as refused:
        draft(full({"freight": Decimal("0.5")}, {}, incoterm="DAP"))
    assert pointers(refused) == ["/lines/0/freight"]
    assert draft(full({"freight": Decimal("0.5")}, {}, incoterm="EXW")).incoterm == "EXW"


def test_a_bundle_of_lines_not_offered_whole_cannot_be_submitted() -> None:
    part = draft(full({"quantity": 499}, {}, bundles=(bundle("5", 1, 2),)))
    with pytest.raises(Invalid) as refused:
        part.submitted(make_request(), NOW)
    assert pointers(refused) == ["/bundles/0/lines"]
    assert draft(full(bundles=(bundle("5", 1, 2),))).submitted(make_request(), NOW).state == "open"


def test_a_bundle_of_a_line_that_is_not_bid_on_cannot_be_submitted() -> None:
    one = BidContent(valid_until=VALID, lines=(offer(2),), bundles=(bundle("5", 1, 2),))
    assert [error.pointer for error in list_missing(make_request(), one)] == ["/bundles/0/lines"]


def test_a_price_that_does_not_fall_is_odd_and_not_refused() -> None:
    rising = offer(2, unit_price=Decimal(9), tiers=tiers((20, "8"), (40, "8")))
    bid = draft(content(rising)).submitted(make_request(), NOW)
    assert [dict(each.values)["number"] for each in list_oddities([*bid.lines, LINE])] == [2]


def rich() -> Bid:
    line = {"tiers": tiers((100, "11")), "min_quantity": 50, "freight": Decimal("0.2")}
    terms = {"one_off_cost": Decimal(900), "incoterm": "EXW", "payment_days": 30}
    bid = draft(full(line, {}, bundles=(bundle("5", 1, 2),), **terms))
    return bid.submitted(make_request(), NOW)


def test_the_receipt_changes_with_every_term() -> None:
    bid = rich()
    first, second = bid.lines
    changed = [
        replace(bid, lines=(replace(first, **change), second))
        for change in (
            {"tiers": tiers((100, "10.9999"))},
            {"tiers": tiers((101, "11"))},
            {"tier_rule": "incremental"},
            {"min_quantity": 51},
            {"freight": Decimal("0.2001")},
        )
    ]
    changed += [
        replace(bid, **change)
        for change in (
            {"one_off_cost": Decimal(901)},
            {"incoterm": "FCA"},
            {"payment_days": 31},
            {"bundles": (bundle("5.0001", 1, 2),)},
            {"bundles": ()},
        )
    ]
    assert len({bid.commitment, *(other.commitment for other in changed)}) == 11


def test_a_total_is_what_all_that_is_offered_costs() -> None:
    goods = (500 * 11 + 80 * Decimal("12.5")) * Decimal("0.95") + 900
    assert rich().whole_charge.without_freight == goods
    assert rich().total == goods + 500 * Decimal("0.2")


@given(
    st.sampled_from([10, 100, 1000]),
    st.decimals(Decimal("0.0001"), Decimal(10_000), places=4),
    ladders,
    st.integers(1, 1000),
    st.sampled_from(["all_units", "incremental"]),
)
def test_a_price_for_a_hundred_is_a_hundredth_of_it_for_one(
    per: int, first: Decimal, ladder: list[tuple[int, Decimal]], quantity: int, rule: str
) -> None:
    steps = tiers(*((start, str(price)) for start, price in sorted(ladder)))
    line = offer(quantity=1000, unit_price=first, tiers=steps, tier_rule=rule, price_per=per)
    exact = replace(line, price_per=1).amount(quantity) / per
    assert line.amount(quantity) == line.at_one.amount(quantity) == exact
    assert line.at_one.price_per == 1
    assert line.price_of(quantity) == round(exact, 4)


@pytest.mark.parametrize("per", [0, -10, 2, 50, 10_000])
def test_a_price_is_for_one_ten_a_hundred_or_a_thousand(per: int) -> None:
    with pytest.raises(Invalid) as refused:
        draft(content(offer(price_per=per)))
    assert pointers(refused) == ["/lines/0/price_per"]


def test_a_receipt_says_for_how_many_a_price_is_where_it_is_not_one() -> None:
    assert "price_per" not in draft(content(offer())).receipt_text
    assert '"price_per":100' in draft(content(offer(price_per=100))).receipt_text
