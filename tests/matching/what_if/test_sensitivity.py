"""How far weights and settings move before the first place changes, proven by ranking again."""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.matching.need import Weights
from supplychain.matching.performance import TERMS
from supplychain.matching.ranking.rank import rank
from supplychain.matching.rows import RankedFirm, Ranking, WeightBands
from supplychain.model.cost_settings import COST_PERFORMANCE, EXPECTED_COST, CostSettings
from tests.matching.make import make_candidates, make_need
from tests.matching.what_if.test_counterfactuals import PRIORS, Firm, markets

STEP = 1e-4
"""A move beyond an end; within it two firms may differ by less than ranks are rounded to."""


def _rank(firms: list[Firm], **need: Any) -> Ranking:
    able = make_candidates(*firms, mean_freight_share=0.08)
    return rank(make_need(**need), able, priors=PRIORS, top=1000)


def _moved(weights: Weights, name: str, to: float) -> Weights:
    """One weight moved, the others in proportion (alike where there is nothing to keep)."""
    now = dict(zip(TERMS, weights.terms, strict=True))
    left = 1 - now[name]
    share = {one: (now[one] / left if left > 1e-12 else 1 / 3) for one in TERMS if one != name}
    return Weights(**{name: to}, **{one: (1 - to) * part for one, part in share.items()})


weightings = st.sampled_from([
    Weights(quality=0.35, delivery=0.35, responsiveness=0.15, resilience=0.15),
    Weights(quality=0.1, delivery=0.2, responsiveness=0.3, resilience=0.4),
    Weights(quality=1.0, delivery=0.0),
])  # fmt: skip


@settings(max_examples=30)
@given(firms=markets(), weights=weightings)
def test_within_a_weights_band_the_first_stays_and_beyond_it_the_named_one_wins(
    firms: list[Firm], weights: Weights
) -> None:
    ranking = _rank(firms, weights=weights)
    first = ranking.best[0].firm_id
    assert ranking.weights.rank_by == COST_PERFORMANCE
    for band in ranking.weights.bands:
        name = band.name
        if name == "split":
            continue
        for end, beyond, winner in (
            ("low", band.low - STEP, band.below),
            ("high", band.high + STEP, band.above),
        ):
            inside = (getattr(band, end) + band.now) / 2
            assert _wins(firms, _moved(weights, name, inside)) == first, (band, inside)
            if winner is not None and 0 <= beyond <= 1:
                assert winner != first
                assert _wins(firms, _moved(weights, name, beyond)) != first, (band, beyond)


def _wins(firms: list[Firm], weights: Weights) -> str:
    return _rank(firms, weights=weights).best[0].firm_id


@settings(max_examples=25)
@given(firms=markets())
def test_the_split_between_cost_and_performance_names_who_wins_beyond(firms: list[Firm]) -> None:
    ranking = _rank(firms)
    state = ranking.best[0].capacity.state
    rivals = [row for row in ranking.best if row.capacity.state == state]
    priced = [row for row in rivals if row.score is not None]
    (band,) = [one for one in ranking.weights.bands if one.name == "split"] or [None]
    if band is None:
        assert not priced
        return
    for share, winner in (
        ((band.low + band.now) / 2, ranking.best[0].firm_id),
        (band.low - STEP, band.below),
        (band.high + STEP, band.above),
    ):
        if winner is None or not 0 <= share <= 1:
            continue
        told = {row.firm_id: _split(row, share) for row in priced}
        assert told[winner] == pytest.approx(max(told.values()), abs=3e-4)


def _split(row: RankedFirm, share: float) -> float:
    good, dear = row.performance.value, row.landed_cost.total_e4
    return share * log(good) - (1 - share) * log(dear)


@settings(max_examples=25)
@given(firms=markets(), stated=st.sampled_from([CostSettings(), CostSettings(defect_cost_e4=9000)]))
def test_settings_of_the_expected_cost_have_bands_too(
    firms: list[Firm], stated: CostSettings
) -> None:
    ranking = _rank(firms, rank_by=EXPECTED_COST, settings=stated)
    first, state = ranking.best[0].firm_id, ranking.best[0].capacity.state
    for band in ranking.weights.bands:
        unit = "_e4" if band.name == "defect_cost" else ""
        name, now, low, high = (
            band.name + unit,
            *(getattr(band, end) for end in ("now", "low", "high")),
        )
        for to, winner in (
            ((low + now) / 2, first),
            ((high + now) / 2, first),
            (low * 0.99 - 1e-5, band.below),
            (high * 1.01 + 1e-5, band.above),
        ):
            if winner is None or to < 0:
                continue
            rows = _rank(firms, rank_by=EXPECTED_COST, settings=replace(stated, **{name: to})).best
            rivals = [row for row in rows if row.capacity.state == state]
            costs = {row.firm_id: row.expected_cost.total_e4 or 10**18 for row in rivals}
            assert costs[winner] <= min(costs.values()) + 1, (band, to)


def test_two_firms_change_places_where_it_was_worked_out_by_hand() -> None:
    record = {"delivered_lines": 1000, "received_quantity": 1000}
    careful = {**record, "firm_id": "a", "on_time_lines": 800, "rejected_quantity": 0}
    punctual = {**record, "firm_id": "b", "on_time_lines": 900, "rejected_quantity": 100}
    ranking = _rank([careful, punctual], weights=Weights(quality=0.6, delivery=0.4))
    assert ranking.best[0].firm_id == "a"
    (band,) = [one for one in ranking.weights.bands if one.name == "quality"]
    # Quality (11.4 + s)/1012 and delivery (7.2 + s)/1009 of both: level where the gains are.
    gain, loss = 100 / 1012, 100 / 1009
    assert band.low == pytest.approx(loss / (gain + loss))
    assert (band.below, band.high, band.above) == ("b", 1.0, None)


def test_nobody_ranked_has_no_bands() -> None:
    assert _rank([]).weights == WeightBands(rank_by=COST_PERFORMANCE, bands=())
