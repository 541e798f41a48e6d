"""What would make a firm first is exact: with it the firm is first, with a step less it is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.matching.performance import Prior, Priors
from supplychain.matching.ranking.rank import rank
from supplychain.matching.rows import Change, RankedFirm, Ranking, ToBeFirst
from supplychain.model.cost_settings import COST_PERFORMANCE, EXPECTED_COST
from supplychain.model.weeks import day_number
from tests.matching.make import MONDAY, NAN, make_candidates, make_need

PRIORS = Priors(
    quality=Prior(mean=0.95, strength=12, deliveries=500),
    delivery=Prior(mean=0.8, strength=9, deliveries=500),
    responsiveness=Prior(mean=0.7, strength=5, deliveries=200),
    resilience=Prior(mean=0.9, strength=8, deliveries=500),
    defect_rate=0.05,
    late_days=1.5,
    failure_rate=0.1,
)
Firm = dict[str, Any]
FIRST = day_number(MONDAY)


def _rank(firms: list[Firm], **need: Any) -> Ranking:
    able = make_candidates(*firms, mean_freight_share=0.08)
    return rank(make_need(**need), able, priors=PRIORS, top=1000, failed_top=1000)


@st.composite
def markets(draw: st.DrawFn) -> list[Firm]:
    """Two to four firms that can all make the line."""
    return [
        {"firm_id": f"firm-{place:02}", **_a_firm(draw)} for place in range(draw(st.integers(2, 4)))
    ]


def _a_firm(draw: st.DrawFn) -> Firm:
    delivered = draw(st.sampled_from([0, 1, 5, 40]))
    known = draw(st.booleans())
    asked = draw(st.sampled_from([0, 6, 30]))
    return {
        "tiers": draw(st.sampled_from([{}, {1: 100_000}, {1: 120_000, 400: 90_000}, {1: 99_999}])),
        "incremental": draw(st.booleans()),
        "offer_currency": draw(st.sampled_from(["CNY", "CNY", "EUR"])),
        "offer_rate": draw(st.sampled_from([None, 1.0])),
        "own_price_e4": draw(st.sampled_from([0, 95_000])),
        "own_freight_e4": draw(st.sampled_from([NAN, 4_000.0])),
        "offer_tooling_e4": draw(st.sampled_from([NAN, 20_000_000.0])),
        "payment_days": draw(st.sampled_from([-1, 0, 60])),
        "delivered_lines": delivered,
        "on_time_lines": draw(st.integers(0, delivered)),
        "received_quantity": delivered * 100,
        "rejected_quantity": draw(st.integers(0, delivered * 20)),
        "late_days_sum": draw(st.integers(0, 5 * delivered)) if known else -1,
        "long_late_lines": draw(st.integers(0, delivered)) if known else -1,
        "enquiries": asked,
        "answered": draw(st.integers(0, asked)),
        "weekly_capacity": draw(st.sampled_from([0, 90, 700, 700])),
    }


def _changed(firm: Firm, row: RankedFirm, what: str, to: int) -> Firm:
    """The firm with one fact changed, as whoever enters it would."""
    own = row.reasons[0].code == "price_from_own_order"
    match what:
        case "unit_price" if own:
            return {**firm, "own_price_e4": to}
        case "unit_price":
            ours = firm["offer_currency"] == "CNY" or firm["offer_rate"] == 1.0
            tooling = firm["offer_tooling_e4"] if ours else NAN
            return {
                **firm, "tiers": {1: to}, "offer_currency": "CNY", "offer_rate": 1.0,
                "incremental": False, "offer_tooling_e4": tooling,
            }  # fmt: skip
        case "freight":
            return {**firm, "offer_freight_e4": float(to), "own_freight_e4": float(to)}
        case "tooling":
            return {**firm, "offer_tooling_e4": float(to)}
        case "deliveries":
            more = to - firm["delivered_lines"]
            return {
                **firm, "delivered_lines": to, "on_time_lines": firm["on_time_lines"] + more,
                "received_quantity": firm["received_quantity"] + more * 500,
            }  # fmt: skip
        case _:
            return {**firm, NAMES[what]: to}


NAMES = {
    "payment_days": "payment_days",
    "on_time": "on_time_lines",
    "rejected": "rejected_quantity",
    "answered": "answered",
    "failed": "long_late_lines",
    "late_days": "late_days_sum",
    "weekly_capacity": "weekly_capacity",
}
LESS = {"unit_price", "freight", "tooling", "rejected", "failed", "late_days"}


def _first_with(firms: list[Firm], row: RankedFirm, what: str, to: int, rank_by: str) -> bool:
    place = next(at for at, one in enumerate(firms) if one["firm_id"] == row.firm_id)
    other = [*firms]
    other[place] = _changed(firms[place], row, what, to)
    return _rank(other, rank_by=rank_by).best[0].firm_id == row.firm_id


@settings(max_examples=40)
@given(firms=markets(), rank_by=st.sampled_from([COST_PERFORMANCE, EXPECTED_COST]))
def test_each_change_makes_it_first_and_one_step_less_does_not(
    firms: list[Firm], rank_by: str
) -> None:
    for row in _rank(firms, rank_by=rank_by).best[1:]:
        for change in row.to_be_first.changes:
            what = change.what
            then = change.then
            assert _first_with(firms, row, what, then, rank_by), change
            before = then + 1 if what in LESS else then - 1
            assert not _first_with(firms, row, what, before, rank_by), change


@settings(max_examples=15)
@given(firms=markets())
def test_where_a_change_is_not_told_even_its_end_does_not_help(firms: list[Firm]) -> None:
    for row in _rank(firms).best[1:]:
        told = {change.what for change in row.to_be_first.changes}
        firm = next(one for one in firms if one["firm_id"] == row.firm_id)
        ends = {
            "on_time": firm["delivered_lines"],
            "rejected": 0,
            "answered": firm["enquiries"],
            "freight": 0,
        }
        for what, end in ends.items():
            if what not in told and row.landed_cost.freight_e4:
                assert not _first_with(firms, row, what, end, COST_PERFORMANCE), what


@settings(max_examples=40)
@given(firms=markets())
def test_the_first_stays_first_up_to_the_price_told_and_no_further(firms: list[Firm]) -> None:
    row = _rank(firms).best[0]
    assert row.to_be_first.changes == ()
    stays = row.to_be_first.stays
    if stays:
        assert _first_with(firms, row, "unit_price", stays.then_e4, COST_PERFORMANCE)
        assert not _first_with(firms, row, "unit_price", stays.then_e4 + 1, COST_PERFORMANCE)


def test_the_cheaper_of_two_equals_says_by_how_much() -> None:
    ranking = _rank([{"firm_id": "a", "tiers": {1: 100_000}}, {"firm_id": "b"}, {
        "firm_id": "c", "tiers": {1: 125_000}}])  # fmt: skip
    changes = ranking.best[2].to_be_first.changes
    price = next(change for change in changes if change.what == "unit_price")
    # c comes after a by its id, so it must be cheaper by a hair.
    assert price == Change(
        what="unit_price", now=125_000, then=99_999, share=0.200008, smallest=True
    )
    assert [change.what for change in changes if change.smallest] == ["unit_price"]


def test_a_firm_without_a_price_is_told_at_which_price_it_would_be_first() -> None:
    ranking = _rank([{"firm_id": "a"}, {"firm_id": "b", "tiers": {}, "offer_currency": ""}])
    (price,) = [one for one in ranking.best[1].to_be_first.changes if one.what == "unit_price"]
    assert (price.now, price.then, price.share) == (None, 99_999, None)
    assert price.smallest


def _change(ranking: Ranking, firm_id: str, what: str) -> Change | None:
    (row,) = [row for row in ranking.best if row.firm_id == firm_id]
    return next((one for one in row.to_be_first.changes if one.what == what), None)


def test_no_price_makes_a_firm_first_that_cannot_make_all_of_it_but_more_capacity_does() -> None:
    short = {"firm_id": "a", "tiers": {1: 90_000}, "weekly_capacity": 75}  # 300 of 500 in 28 days
    ranking = _rank([short, {"firm_id": "b"}])
    assert [row.firm_id for row in ranking.best] == ["b", "a"]
    assert _change(ranking, "a", "unit_price") is None
    assert _change(ranking, "a", "weekly_capacity") == Change(
        what="weekly_capacity", now=75, then=125, share=0.666667, smallest=True
    )


def test_a_dear_firm_that_can_make_a_part_is_helped_by_no_single_change() -> None:
    short = {"firm_id": "a", "tiers": {1: 120_000}, "weekly_capacity": 75}
    assert _rank([short, {"firm_id": "b"}]).best[1].to_be_first.changes == ()


def test_a_firm_that_states_hours_is_told_the_pieces_too() -> None:
    # Its hours make exactly 75 a week; more pieces count, whatever its hours were.
    short = {"firm_id": "a", "tiers": {1: 90_000}, "weekly_capacity": 75, "pace": "@750000/10000/0"}
    ranking = _rank([short, {"firm_id": "b"}])
    assert _change(ranking, "a", "weekly_capacity") == Change(
        what="weekly_capacity", now=75, then=125, share=0.666667, smallest=True
    )


def test_a_firm_of_unknown_capacity_is_told_which_one_would_make_it_first() -> None:
    ranking = _rank([{"firm_id": "a", "weekly_capacity": 0}, {"firm_id": "b"}])
    assert _change(ranking, "a", "weekly_capacity") == Change(
        what="weekly_capacity", now=None, then=125, share=None, smallest=True
    )


def test_the_first_stays_first_at_any_price_before_those_that_make_a_part() -> None:
    ranking = _rank([{"firm_id": "a"}, {"firm_id": "b", "weekly_capacity": 75}])
    assert ranking.best[0].to_be_first.stays is None


def test_a_firm_alone_needs_nothing() -> None:
    (row,) = _rank([{}]).best
    assert row.to_be_first == ToBeFirst(changes=())


@pytest.mark.parametrize(
    ("firm", "need", "alone", "changes"),
    [
        ({"moq": 900}, {}, True, [("moq_above_quantity", 900, 500)]),
        ({"lead_days": 40}, {}, True, [("lead_time_too_long", 40, 27)]),
        ({"max_lot": 90}, {}, True, [("max_lot_below_quantity", 90, 500)]),
        ({}, {"certificates": ("ISO 9001",)}, True, [("missing_certificate", None, ["ISO 9001"])]),
        (
            {"min_lot": 600, "lead_days": 28}, {}, False,
            [("min_lot_above_quantity", 600, 500), ("lead_time_too_long", 28, 27)],
        ),
        (
            {"weekly_capacity": 10, "booked": {FIRST + 27: 40}}, {}, True,
            [("no_capacity", 10, 11)],
        ),
        (  # 40 hours a week and two a piece; four weeks are booked, and one piece is 0.5 a week.
            {
                "weekly_capacity": 20, "pace": "@400000/20000/0",
                "booked": {FIRST + 27: 1_600_000},
            }, {}, True, [("no_capacity", 20, 21)],
        ),
    ],
)  # fmt: skip
def test_a_failing_firm_is_told_what_would_make_it_pass(
    firm: Firm, need: dict[str, Any], alone: bool, changes: list[tuple[str, Any, Any]]
) -> None:
    (row,) = _rank([firm], **need).unable
    assert row.to_pass.alone is alone
    assert [(one.what, one.now, one.then) for one in row.to_pass.changes] == changes
