"""Where a newcomer stands: the prior is that of firms, not of deliveries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from supplychain.matching.candidates.aged import plain_age
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.candidates.sources import BuyerRecordColumns
from supplychain.matching.network import priors_of_records
from supplychain.matching.performance import estimate_prior, priors
from supplychain.matching.ranking.rank import rank
from tests.matching.make import make_candidates, make_need

REAL = (
    (1, 248, 248), (1, 36, 36), (1, 24, 24), (1, 22, 22), (1, 17, 17), (1, 8, 8), (1, 7, 7),
    (1, 5, 5), (1, 4, 4), (1, 4, 4), (1, 3, 3), (1, 2, 2), (1, 2, 2), (1, 1, 1), (1, 1, 1),
    (1, 1, 1), (1, 1, 1), (0.9978, 276, 276), (0.9951, 283, 283), (0.9949, 195, 194),
    (0.9778, 9, 9), (0.97, 50, 49), (0.9667, 86, 84), (0.9397, 26, 26), (0.9375, 32, 30),
    (0.8764, 470, 426), (0.8605, 451, 448), (0.8369, 132, 115), (0.7895, 4198, 3920), (0.6, 1, 1),
)  # fmt: skip
"""Suppliers of antiretrovirals for adults in the delivery history 2006-2015 (docs/data.md): mean
credit, deliveries, and those at most 14 days late."""

CHILDREN = (
    (1, 78, 78), (1, 50, 50), (1, 43, 43), (1, 34, 34), (1, 18, 18), (1, 15, 15), (1, 14, 14),
    (1, 11, 11), (1, 9, 9), (1, 7, 7), (1, 6, 6), (1, 3, 3), (1, 2, 2), (1, 1, 1), (1, 1, 1),
    (1, 1, 1), (1, 1, 1), (1, 1, 1), (1, 1, 1), (1, 1, 1), (0.9807, 152, 150), (0.8, 5, 4),
    (0.8667, 12, 11), (0.9195, 198, 184), (0.8432, 264, 263), (0.7543, 1027, 932),
)  # fmt: skip
"""The same of antiretrovirals for children: most of them never failed."""


def make_market(*firms: tuple[float, int, int]) -> Candidates:
    """Firms at one price with these records, and a newcomer, the last of all."""
    rows: list[dict[str, Any]] = [
        {
            "delivered_lines": lines,
            "on_time_lines": round(credit * lines),
            "received_quantity": 100 * lines,
            "late_days_sum": 0,
            "long_late_lines": lines - held,
        }
        for credit, lines, held in firms
    ]
    made = make_candidates(*rows, {"firm_id": "newcomer"})
    credits = np.array([credit * lines for credit, lines, _ in firms] + [0.0])
    return replace(made, aged=replace(plain_age(made), credit=credits))


def place_newcomer(market: Candidates) -> int:
    """Where the newcomer stands at equal price."""
    ranking = rank(make_need(), market, priors=priors(market), top=1000)
    return next(row.rank for row in ranking.best if row.firm_id == "newcomer")


def is_in_the_middle_fifth(place: int, firms: int) -> bool:
    """Whether a place is one of the middle fifth."""
    return 0.4 * firms <= place <= 0.6 * firms + 1


def test_a_newcomer_among_real_suppliers_stands_in_the_middle_fifth() -> None:
    # Pooled by volume the prior was 87 %, and the newcomer 28th of 31.
    assert place_newcomer(make_market(*REAL)) in range(13, 20)


def test_where_most_never_failed_a_newcomer_stands_right_behind_them_by_next_to_nothing() -> None:
    market = make_market(*CHILDREN)
    ranking = rank(make_need(), market, priors=priors(market), top=1000)
    row = next(row for row in ranking.best if row.firm_id == "newcomer")
    assert row.rank == 1 + sum(credit == 1 for credit, _, _ in CHILDREN)
    assert row.performance.value == pytest.approx(ranking.best[0].performance.value, abs=2e-5)


@pytest.mark.parametrize("seed", range(8))
def test_a_newcomer_stands_in_the_middle_fifth_however_firms_differ(seed: int) -> None:
    draws = np.random.default_rng(seed)
    firms = []
    for _ in range(40):
        lines = int(draws.integers(20, 400))
        late = draws.beta(2, 12)
        firms.append((1 - late, lines, lines - round(late * lines / 2)))
    assert is_in_the_middle_fifth(place_newcomer(make_market(*firms)), 41)


def test_one_firm_with_thousands_of_deliveries_is_one_firm() -> None:
    firms = [(0.97, 100)] * 30
    tried = np.array([lines for _, lines in firms] + [4198], np.float64)
    good = np.array([rate * lines for rate, lines in firms] + [0.6 * 4198], np.float64)
    found = estimate_prior(good, tried)
    assert found.middle == pytest.approx(0.97)
    assert 0.94 < found.mean < 0.965
    assert good.sum() / tried.sum() < 0.76


def test_kleinmans_weights_and_moments_worked_by_hand() -> None:
    # Two firms of 10 and 40, p = .9 and .5, at the rho that the moments agree on.
    found = estimate_prior(np.array([9.0, 20.0]), np.array([10.0, 40.0]))
    rho = 1 / (1 + found.strength)
    w = np.array([10 / (1 + 9 * rho), 40 / (1 + 39 * rho)])
    p, n = np.array([0.9, 0.5]), np.array([10, 40])
    mean = (w * p).sum() / w.sum()
    assert found.mean == pytest.approx((mean * 50 + 0.5) / 51, rel=1e-4)
    shares = w / w.sum()
    within, both = (w / n * (1 - shares)).sum(), (w * (1 - shares)).sum()
    spread = (w * (p - mean) ** 2).sum() / (mean * (1 - mean))
    assert rho == pytest.approx((spread - within) / (both - within), rel=1e-3)


def test_a_firm_that_never_failed_stands_before_a_newcomer() -> None:
    market = make_market(*[(1.0, 20, 20)] * 5, (0.8, 20, 18))
    assert place_newcomer(market) == 6


def test_a_category_without_a_record_takes_the_networks() -> None:
    network = priors_of_records(
        BuyerRecordColumns(
            firm_ids=["a|x", "b|x", "c|y"],
            delivered_lines=[20, 30, 40],
            on_time_lines=[18, 27, 20],
            received_quantity=[200, 300, 400],
            rejected_quantity=[2, 3, 40],
            late_days_sum=[4, 4, 90],
            long_late_lines=[0, 0, 3],
        ),
        date(2026, 11, 29),
    )
    nobody = make_candidates({}, {})
    found = priors(nobody, network)
    assert found.delivery.center == network.delivery.center == pytest.approx(0.9)
    assert found.quality.center == pytest.approx(0.99)
    assert found.delivery.deliveries == 0
    assert (found.defect_rate, found.late_days, found.failure_rate) == (None, None, None)
    some = make_candidates({"delivered_lines": 4, "on_time_lines": 2})
    assert priors(some, network).delivery.center == 0.5


def test_a_newcomer_is_told_with_a_wide_interval_and_without_evidence() -> None:
    market = make_market(*REAL)
    ranking = rank(make_need(), market, priors=priors(market), top=1000)
    row = next(row for row in ranking.best if row.firm_id == "newcomer")
    assert row.performance.delivery is not None
    assert row.performance.delivery.evidence == 0
    assert row.performance.delivery.low < 0.85
    assert row.performance.delivery.high >= row.performance.delivery.value
