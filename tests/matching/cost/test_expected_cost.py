"""What a firm's failings are likely to cost, worked by hand, and what must always hold."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.matching.cost.expected_cost import ExpectedCost, expected_cost
from supplychain.matching.cost.landed_cost import landed_cost
from supplychain.matching.performance import Prior, Priors, priors
from supplychain.matching.ranking.rank import rank
from supplychain.matching.rows import ExpectedCostRow, OrderRanks, Ranking
from supplychain.model.cost_settings import CostSettings
from tests.matching.make import make_candidates, make_need

PRIORS = Priors(
    quality=Prior(mean=0.9, strength=10, deliveries=100),
    delivery=Prior(mean=0.8, strength=10, deliveries=100),
    responsiveness=Prior(mean=0.7, strength=5, deliveries=50),
    resilience=Prior(mean=0.9, strength=10, deliveries=100),
    defect_rate=0.02,
    late_days=2.0,
    failure_rate=0.05,
)
Firm = dict[str, Any]
RECORD = {"delivered_lines": 10, "received_quantity": 100, "late_days_sum": 0, "long_late_lines": 0}


def _expected(*firms: Firm, known: Priors = PRIORS, **given: Any) -> ExpectedCost:
    need, able = make_need(**given), make_candidates(*firms)
    return expected_cost(need, able, landed_cost(need, able), known)


def _rank(*firms: Firm, **given: Any) -> Ranking:
    need = make_need(rank_by="expected_cost", **given)
    return rank(need, make_candidates(*firms), priors=PRIORS, top=1000, failed_top=1000)


def _order(*firms: Firm, **given: Any) -> list[str]:
    return [row.firm_id for row in _rank(*firms, **given).best]


def test_each_rate_is_drawn_to_the_category_by_its_own_evidence() -> None:
    found = _expected({}, {**RECORD, "rejected_quantity": 10, "late_days_sum": 60})
    # Newcomer: the means. The other: (10 x .02 + 10 x .1) / 20, (10 x 2 + 60) / 20, .5 / 20.
    assert found.defect_rate.tolist() == pytest.approx([0.02, 0.06])
    assert found.late_days.tolist() == pytest.approx([2, 4])
    assert found.failure_rate.tolist() == pytest.approx([0.05, 0.025])


def test_the_total_is_the_landed_cost_and_what_the_failings_cost() -> None:
    found = _expected({})
    # Price 10.00: .02 x 2 x 10, 2 days x .005 x 10, .05 x .1 x 10.
    terms = [found.defects[0], found.lateness[0], found.risk[0]]
    assert terms == pytest.approx([4_000, 1_000, 500])
    assert found.total[0] == pytest.approx(105_500)


def test_a_stated_amount_goes_before_the_multiple() -> None:
    stated = CostSettings(defect_cost_e4=1_000_000)
    assert _expected({}, settings=stated).defects[0] == pytest.approx(20_000)
    foreign = CostSettings(defect_cost_e4=1_000_000, currency="EUR")
    found = _expected({}, settings=foreign)
    assert np.isnan(found.defects[0])
    assert found.total[0] == pytest.approx(101_500)


def test_what_nobody_has_a_record_of_is_unknown_and_counts_nothing() -> None:
    found = _expected({}, known=priors(make_candidates({})))
    assert np.isnan([found.defects[0], found.lateness[0], found.risk[0]]).all()
    assert found.total[0] == 100_000


def test_the_dearer_firm_is_first_when_the_cheap_one_is_late() -> None:
    late = {**RECORD, "firm_id": "cheap", "late_days_sum": 600, "tiers": {1: 90_000}}
    prompt = {**RECORD, "firm_id": "prompt"}
    assert _order(late, prompt) == ["prompt", "cheap"]
    both = rank(make_need(), make_candidates(late, prompt), priors=PRIORS).best
    assert both[0].firm_id == "cheap"
    assert both[0].ranks == OrderRanks(cost_performance=1, expected_cost=2)


def test_a_row_tells_the_terms_and_the_defaults() -> None:
    ranking = _rank({}, settings=CostSettings(late_day_share=0.01))
    row = ranking.best[0]
    assert row.expected_cost == ExpectedCostRow(
        total_e4=106_500, defects_e4=4_000, lateness_e4=2_000, risk_e4=500
    )
    told = [reason for reason in row.reasons if reason.adds_to == "expected_cost"]
    assert sum(reason.contribution for reason in told) == 6_500
    assert ranking.assumptions.rank_by == "expected_cost"
    assert "late_day_share" not in ranking.assumptions.defaults
    assert "annual_rate" in ranking.assumptions.defaults
    assert ranking.assumptions.settings["late_day_share"] == 0.01


def test_a_firm_without_a_price_comes_last() -> None:
    ranking = _rank({"tiers": {}, "offer_currency": ""}, {"tiers": {1: 10**9}})
    assert ranking.best[-1].expected_cost.total_e4 is None
    assert [row.firm_id for row in ranking.best] == ["firm-01", "firm-00"]


@st.composite
def firms_of(draw: st.DrawFn, least: int = 2, most: int = 7) -> list[Firm]:
    """A few firms, many of them alike in something."""
    return [_a_firm(draw, place) for place in range(draw(st.integers(least, most)))]


def _a_firm(draw: st.DrawFn, place: int) -> Firm:
    delivered = draw(st.sampled_from([0, 1, 5, 40]))
    asked = draw(st.sampled_from([0, 3, 30]))
    return {
        "firm_id": f"firm-{place:02}",
        "tiers": draw(st.sampled_from([{}, {1: 100_000}, {1: 120_000, 400: 90_000}, {1: 99_999}])),
        "incremental": draw(st.booleans()),
        "payment_days": draw(st.sampled_from([-1, 0, 60])),
        "offer_freight_e4": draw(st.sampled_from([float("nan"), 4_000.0])),
        "incoterm": draw(st.sampled_from(["", "EXW", "DDP"])),
        "delivered_lines": delivered,
        "on_time_lines": draw(st.integers(0, delivered)),
        "received_quantity": delivered * 100,
        "rejected_quantity": draw(st.integers(0, delivered * 10)),
        "late_days_sum": draw(st.sampled_from([-1, 0, delivered, 20 * delivered])),
        "long_late_lines": draw(st.sampled_from([-1, 0, delivered])),
        "enquiries": asked,
        "answered": draw(st.integers(0, asked)),
    }


BOTH = st.sampled_from(["cost_performance", "expected_cost"])


def _by(order: str, firms: list[Firm], **given: Any) -> list[str]:
    need = make_need(rank_by=order, **given)
    found = rank(need, make_candidates(*firms), priors=PRIORS, top=1000, failed_top=1000)
    return [row.firm_id for row in found.best]


@given(order=BOTH, firms=firms_of(), seed=st.integers(0, 1000))
def test_the_order_in_which_firms_come_changes_nothing(
    order: str, firms: list[Firm], seed: int
) -> None:
    shuffled = random.Random(seed).sample(firms, len(firms))
    assert _by(order, firms) == _by(order, shuffled)


@given(order=BOTH, firms=firms_of(), extra=firms_of(least=1, most=1))
def test_another_firm_never_flips_two_others(
    order: str, firms: list[Firm], extra: list[Firm]
) -> None:
    newcomer = {**extra[0], "firm_id": "newcomer"}
    found = _by(order, [*firms, newcomer])
    assert [firm_id for firm_id in found if firm_id != "newcomer"] == _by(order, firms)


@given(order=BOTH, firms=firms_of(), chosen=st.integers(0, 6))
def test_a_dominated_firm_changes_no_order(order: str, firms: list[Firm], chosen: int) -> None:
    model = firms[chosen % len(firms)]
    dearer = {start: 2 * price for start, price in model["tiers"].items()}
    dominated = {**model, "firm_id": "dominated", "tiers": dearer, "on_time_lines": 0}
    found = _by(order, [*firms, dominated])
    assert [firm_id for firm_id in found if firm_id != "dominated"] == _by(order, firms)


def _better(firm: Firm) -> list[Firm]:
    """Cheaper, paid later, freight taken over, more careful, more punctual, more responsive."""
    delivered = firm["delivered_lines"]
    return [
        {**firm, "tiers": {start: price - 1000 for start, price in firm["tiers"].items()}},
        {**firm, "payment_days": max(firm["payment_days"], 0) + 30},
        {**firm, "incoterm": "DDP"},
        {**firm, "rejected_quantity": firm["rejected_quantity"] // 2},
        {**firm, "late_days_sum": min(firm["late_days_sum"], 0)},
        {**firm, "on_time_lines": delivered},
        {**firm, "enquiries": firm["enquiries"] + 1, "answered": firm["answered"] + 1},
        {**firm, "long_late_lines": min(firm["long_late_lines"], 0)},
    ]


@settings(max_examples=150)
@given(order=BOTH, firms=firms_of(), chosen=st.integers(0, 6), kind=st.integers(0, 7))
def test_a_cheaper_sooner_or_better_firm_never_falls(
    order: str, firms: list[Firm], chosen: int, kind: int
) -> None:
    place = chosen % len(firms)
    before = _by(order, firms)
    firms[place] = _better(firms[place])[kind]
    after = _by(order, firms)
    firm_id = firms[place]["firm_id"]
    if firm_id in before:
        assert after.index(firm_id) <= before.index(firm_id)


@given(order=BOTH, firms=firms_of(), factor=st.sampled_from([2, 7, 100, 12_345]))
def test_another_scale_of_the_currency_keeps_the_order(
    order: str, firms: list[Firm], factor: int
) -> None:
    scaled = [
        {
            **firm,
            "tiers": {start: price * factor for start, price in firm["tiers"].items()},
            "offer_freight_e4": firm["offer_freight_e4"] * factor,
        }
        for firm in firms
    ]
    plain = CostSettings(defect_cost_e4=50_000)
    large = CostSettings(defect_cost_e4=50_000 * factor)
    assert _by(order, firms, settings=plain) == _by(order, scaled, settings=large)
