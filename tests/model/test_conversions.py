"""Asked in one unit and offered in another: compared in the line's, or refused with what to do."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.award.solving.solve import solve
from supplychain.errors import Invalid
from supplychain.model.award_studies.problems import choice_of, problem_of
from supplychain.model.awards.award import AwardChoice, decide_award
from supplychain.model.awards.comparisons import propose
from supplychain.model.bids.line_units import in_line_unit, in_line_units, whole_in_unit
from supplychain.model.bids.rules import fit_content
from supplychain.model.capacity.holds import holds_of
from supplychain.model.parts_requests.conversions import (
    StatedConversion,
    find_ratio,
    list_errors,
    list_units,
    read_conversions,
    write_conversions,
)
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.quantities import tidy_quantity
from tests.make.days import days_on
from tests.model.test_awards import LATER, evaluating, make_bid
from tests.model.test_bid_prices import tiers
from tests.model.test_bids import content, make_request, offer

TODAY = LATER.date()
BOX = StatedConversion(uom="XBX", amount=1, equals=50)
METRE = StatedConversion(uom="MTR", amount=1, equals=Decimal("2.47"))


def asked_in(
    request: PartsRequest, uom: str, *stated: StatedConversion, quantity: str = "500"
) -> PartsRequest:
    """The request with its first line in a unit, with what its buyer states."""
    first, *others = request.lines
    amount = tidy_quantity(Decimal(quantity))
    line = replace(first, uom=uom, quantity=amount, conversions=stated)
    return replace(request, lines=(line, *others))


@pytest.mark.parametrize(
    ("uom", "line_uom", "stated", "ratio"),
    [
        ("", "KGM", (), 1),
        ("KGM", "KGM", (), 1),
        ("GRM", "KGM", (), Fraction(1, 1000)),
        ("DZN", "H87", (), 12),
        ("XBX", "H87", (BOX,), 50),
        ("XCT", "H87", (BOX,), None),
        ("XBX", "H87", (), None),
        ("KGM", "MTR", (), None),
        ("MTR", "KGM", (METRE,), Fraction(247, 100)),
        ("MMT", "KGM", (METRE,), Fraction(247, 100_000)),
        ("SET", "H87", (BOX,), None),
    ],
)
def test_what_converts_by_itself_or_is_stated_and_nothing_is_guessed(
    uom: str, line_uom: str, stated: tuple[StatedConversion, ...], ratio: int | Fraction | None
) -> None:
    assert find_ratio(uom, line_uom, stated) == ratio
    assert (uom in ["", *list_units(line_uom, stated)]) == (ratio is not None)


def test_a_bid_in_a_unit_that_does_not_convert_is_refused_with_what_to_do() -> None:
    with pytest.raises(Invalid) as refused:
        fit_content(asked_in(make_request(), "H87", BOX), content(offer(uom="KGM")))
    (error,) = refused.value.errors
    assert error.pointer == "/lines/0/uom"
    values = dict(error.values)
    assert (values["unit"], values["own"]) == ("kg", "pcs")
    assert "boxes" in str(values["units"])
    assert "ask the buyer" in error.message


@pytest.mark.parametrize(
    ("values", "pointer", "least_and_most"),
    [
        ({"uom": "XBX", "quantity": 10}, "", ()),
        ({"uom": "XBX", "quantity": 11}, "/lines/0/quantity", (1, 10)),
        ({"uom": "XBX", "quantity": Decimal("2.5")}, "/lines/0/quantity", ()),
        ({"uom": "XBX", "quantity": 4, "min_quantity": 5}, "/lines/0/min_quantity", (1, 4)),
        ({"uom": "DZN", "quantity": 42}, "", ()),  # 504, the least dozens that cover 500
        ({"uom": "DZN", "quantity": 43}, "/lines/0/quantity", (1, 42)),
        ({"uom": "CEN", "quantity": 5}, "", ()),
    ],
)
def test_quantities_are_bounded_in_the_unit_in_which_they_are_bid(
    values: dict[str, Any], pointer: str, least_and_most: tuple[int, ...]
) -> None:
    request = asked_in(make_request(), "H87", BOX)
    if not pointer:
        assert fit_content(request, content(offer(**values))).lines[0].uom == values["uom"]
        return
    with pytest.raises(Invalid) as refused:
        fit_content(request, content(offer(**values)))
    error = refused.value.errors[0]
    assert error.pointer == pointer
    if least_and_most:
        assert tuple(int(str(value)) for _, value in error.values) == least_and_most


def test_kilograms_that_make_no_whole_pieces_are_refused_with_those_that_do() -> None:
    stated = StatedConversion(uom="KGM", amount=62, equals=1000)
    request = asked_in(make_request(), "H87", stated)
    with pytest.raises(Invalid) as refused:
        fit_content(request, content(offer(uom="KGM", quantity=10)))  # 161.29 pieces
    error = refused.value.errors[0]
    assert (error.pointer, dict(error.values)["less"]) == ("/lines/0/quantity", Decimal("9.982"))
    line = offer(uom="KGM", quantity=31, unit_price=Decimal(2))
    assert in_line_unit(line, request.lines[0]).quantity == 500


def test_a_box_is_compared_and_ordered_in_pieces() -> None:
    request = asked_in(evaluating(500), "H87", BOX)
    boxed = make_bid("a", {
        "uom": "XBX", "quantity": 10, "unit_price": Decimal("12.34"), "min_quantity": 2,
        "tiers": tiers((6, "12")), "freight": Decimal("0.5"), "price_per": 1,
    })  # fmt: skip
    lines = {line.id: line for line in request.lines}
    converted = replace(boxed, lines=in_line_units(boxed.lines, lines))
    (line,) = converted.lines
    assert (line.quantity, line.min_quantity, line.unit_price) == (500, 100, Decimal("0.2468"))
    assert [(tier.start, tier.unit_price) for tier in line.tiers] == [(300, Decimal("0.24"))]
    assert (line.freight, line.typed) == (Decimal("0.01"), boxed.lines[0])
    assert converted.total == boxed.total == Decimal(125)
    assert in_line_units(converted.lines, lines) == converted.lines
    dear = make_bid("b", {"unit_price": Decimal("0.2401")})
    chosen = propose(request, [converted, dear], {}, TODAY)
    assert [one.bid_id for one in chosen] == ["bid-a"]
    decision = decide_award(
        request, [converted, dear], AwardChoice(allocations=chosen), {},
        recommended=chosen, award_id="award", user_id="user", days=days_on(TODAY),
    )  # fmt: skip
    assert decision.orders[0].total == boxed.total
    assert [hold.pieces for hold in holds_of(boxed, request, TODAY, ())] == [500]


def test_a_price_that_does_not_divide_is_right_to_the_last_decimal_of_money() -> None:
    stated = StatedConversion(uom="XBX", amount=1, equals=48)
    request = asked_in(make_request(), "H87", stated, quantity="480000")
    line = in_line_unit(offer(uom="XBX", quantity=10_000, unit_price=Decimal(10)), request.lines[0])
    assert (line.quantity, line.price_of(480_000)) == (480_000, 100_000)


def test_metres_for_kilograms_cover_all_with_the_least_that_does() -> None:
    request = asked_in(make_request(), "KGM", METRE, quantity="100")
    assert whole_in_unit(request.lines[0], "MTR") == Decimal("40.486")
    whole = in_line_unit(offer(uom="MTR", quantity=Decimal("40.486")), request.lines[0])
    less = in_line_unit(offer(uom="MTR", quantity=Decimal("40.485")), request.lines[0])
    assert (whole.quantity, less.quantity) == (100, Decimal("99.997"))


prices = st.decimals(Decimal("0.001"), Decimal(1000), places=3)
weights = st.decimals(Decimal("1"), Decimal(100), places=3)


@settings(max_examples=25, deadline=None)
@given(prices, prices, weights, weights, weights)
def test_grams_for_kilograms_change_nothing_but_the_scale(
    one: Decimal, other: Decimal, wanted: Decimal, first: Decimal, second: Decimal
) -> None:
    """The same bids in grams at a thousandth of the price: the same split, cost and orders."""
    request = asked_in(evaluating(500), "KGM", quantity=str(wanted))
    offered = [min(first, wanted), min(second, wanted)]

    def solved(uom: str, scale: int) -> tuple[object, ...]:
        typed = [
            make_bid(name, {
                "uom": uom, "quantity": tidy_quantity(quantity * scale),
                "min_quantity": tidy_quantity(Decimal("0.5") * scale),
                "unit_price": price, "price_per": 1000 if uom else 1,
            })
            for name, quantity, price in zip("ab", offered, (one, other), strict=True)
        ]  # fmt: skip
        lines = {line.id: line for line in request.lines}
        bids = [replace(bid, lines=in_line_units(bid.lines, lines)) for bid in typed]
        problem = problem_of(request, bids, {}, days=days_on(TODAY))
        if sum(offered) < wanted:
            return problem.bids, problem.lines
        answer = solve(problem)
        return answer.status, answer.cost, choice_of(answer, bids)

    assert solved("GRM", 1000) == solved("", 1)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["XBX", "KGM", "MTR"]),
            st.decimals(Decimal("0.001"), 999, places=3),
            st.integers(1, 10**6),
        ),
        max_size=3,
    )
)
def test_what_is_stated_is_read_back_as_it_was(
    entries: list[tuple[str, Decimal, int]],
) -> None:
    stated = tuple(
        StatedConversion(uom=uom, amount=tidy_quantity(amount), equals=equals)
        for uom, amount, equals in entries
    )
    assert read_conversions(write_conversions(stated)) == stated


@pytest.mark.parametrize(
    ("stated", "line_uom", "pointer"),
    [
        ((BOX,), "H87", ""),
        ((StatedConversion(uom="DZN", amount=1, equals=12),), "H87", "/conversions/0/uom"),
        ((StatedConversion(uom="H87", amount=1, equals=1),), "H87", "/conversions/0/uom"),
        ((BOX, BOX), "H87", "/conversions/1/uom"),
        ((METRE, replace(METRE, uom="CMT")), "KGM", "/conversions/1/uom"),
        ((replace(BOX, amount=0),), "H87", "/conversions/0/amount"),
        ((replace(BOX, uom="zzz"),), "H87", "/conversions/0/uom"),
    ],
)
def test_what_contradicts_or_says_nothing_is_refused(
    stated: tuple[StatedConversion, ...], line_uom: str, pointer: str
) -> None:
    found = [error.pointer for error in list_errors("/lines/0", line_uom, stated)]
    assert found == ([f"/lines/0{pointer}"] if pointer else [])
