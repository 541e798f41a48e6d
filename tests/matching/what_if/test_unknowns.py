"""What is unknown is named with how it was treated and what it could change."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.matching.candidates.columns import FirmPlaces
from supplychain.matching.ranking.rank import rank
from supplychain.matching.rows import RankedFirm, Ranking, Unknown
from supplychain.model.cost_settings import (
    COST_PERFORMANCE,
    EXPECTED_COST,
    CostSettings,
    DutyRate,
)
from tests.matching.make import NAN, make_candidates, make_need
from tests.matching.what_if.test_counterfactuals import PRIORS, Firm, markets

RANGED = {"freight", "duty", "quality", "delivery", "responsiveness", "resilience"}
KNOWN = {
    "delivered_lines": 50, "on_time_lines": 40, "received_quantity": 500, "enquiries": 9,
    "answered": 8, "long_late_lines": 1, "late_days_sum": 9, "own_freight_e4": 5_000.0,
}  # fmt: skip


def _rank(*firms: Firm, places: FirmPlaces | None = None, **need: Any) -> Ranking:
    able = make_candidates(*firms, places=places)
    return rank(make_need(**need), able, priors=PRIORS, top=1000)


def _unknown(row: RankedFirm, what: str) -> Unknown:
    return next(one for one in row.unknowns if one.what == what)


def test_a_well_known_firm_has_no_unknowns() -> None:
    assert _rank(KNOWN, KNOWN).best[0].unknowns == ()


def test_a_newcomers_record_is_taken_as_the_categorys_and_could_be_better_or_worse() -> None:
    known = [{**KNOWN, "tiers": {1: 100_000 + 2_000 * step}} for step in range(-4, 5)]
    (row,) = [row for row in _rank(*known, {}).best if row.firm_id == "firm-09"]
    told = _unknown(row, "delivery")
    assert told.treated == "as_the_category"
    assert told.best < row.rank < told.worst
    assert {one.what for one in row.unknowns} == {
        "freight", "quality", "delivery", "responsiveness", "resilience",
    }  # fmt: skip
    assert row.likely_ranks.best <= row.rank <= row.likely_ranks.worst


def test_a_price_that_is_not_known_is_placed_between_the_least_and_the_greatest() -> None:
    blank = {**KNOWN, "firm_id": "z", "tiers": {}, "offer_currency": ""}
    dear = [{**KNOWN, "tiers": {1: 100_000 + step}} for step in range(3)]
    row = _rank(*dear, blank).best[-1]
    assert _unknown(row, "price") == Unknown(
        what="price", treated="after_all_priced", best=1, worst=3
    )


def test_a_price_that_nobody_has_is_bounded_by_nothing() -> None:
    row = _rank({"tiers": {}}, {"tiers": {}}).best[0]
    assert (_unknown(row, "price").best, _unknown(row, "price").worst) == (None, None)


def test_freight_counted_as_nothing_could_push_a_firm_down() -> None:
    firms = [{**KNOWN, "own_freight_e4": NAN}, KNOWN, {**KNOWN, "tiers": {1: 99_000}}]
    (row,) = [row for row in _rank(*firms).best if row.firm_id == "firm-00"]
    assert _unknown(row, "freight") == Unknown(
        what="freight", treated="counted_as_nothing", best=1, worst=3
    )
    told = _rank({**KNOWN, "own_freight_e4": NAN}).best[0]
    assert _unknown(told, "freight").worst is None


def test_duty_that_no_row_tells_is_tried_at_the_highest_rate() -> None:
    places = FirmPlaces(
        pairs=[("vn", ""), ("", "")], pair_of=np.array([0, 1]), km=np.array([NAN, NAN])
    )
    stated = CostSettings(duty_rates=(DutyRate(country="VN", duty=0.1, tax=0.1),))
    rows = _rank({**KNOWN, "tiers": {1: 99_000}}, KNOWN, places=places, settings=stated).best
    told = _unknown(next(row for row in rows if row.firm_id == "firm-01"), "duty")
    assert (told.best, told.worst) == (1, 2)


def test_what_is_only_checked_could_keep_a_firm_off_the_list() -> None:
    row = _rank({**KNOWN, "weekly_capacity": 0, "lead_days": -1}).best[0]
    assert [(one.what, one.treated, one.worst) for one in row.unknowns] == [
        ("capacity", "after_all_that_can", None), ("lead_time", "not_checked", None),
    ]  # fmt: skip
    assert all(one.may_fail for one in row.unknowns)


def test_a_capacity_that_is_not_known_could_be_enough_for_all_of_it() -> None:
    blank = {**KNOWN, "firm_id": "blank", "weekly_capacity": 0, "tiers": {1: 99_999}}
    rows = _rank(*({**KNOWN, "tiers": {1: 100_000 + step}} for step in (-2, 0, 1)), blank).best
    assert [row.firm_id for row in rows][-1] == "blank"
    told = _unknown(rows[-1], "capacity")
    assert (told.best, told.worst, told.may_fail) == (2, None, True)


@settings(max_examples=40)
@given(firms=markets(), rank_by=st.sampled_from([COST_PERFORMANCE, EXPECTED_COST]))
def test_every_range_holds_the_place_that_was_given(firms: list[Firm], rank_by: str) -> None:
    rows = _rank(*firms, rank_by=rank_by).best
    for row in rows:
        place = row.ranks.of_order(rank_by)
        likely = row.likely_ranks
        assert 1 <= likely.best <= place <= likely.worst <= len(rows)
        for one in row.unknowns:
            if one.what in RANGED and one.best is not None:
                assert 1 <= one.best <= place <= one.worst <= len(rows)
