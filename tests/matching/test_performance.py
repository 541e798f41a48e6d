"""Quality and delivery, worked by hand and against Beta distributions with closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from supplychain.errors import Invalid
from supplychain.matching.need import STANDARD_WEIGHTS, Weights
from supplychain.matching.performance import (
    PRIOR_DELIVERIES,
    STRONGEST_DELIVERIES,
    Prior,
    credible_interval,
    estimate_prior,
    evidenced_weights,
    performance,
    posterior_rates,
    priors,
)
from tests.matching.make import make_candidates


def _floats(*values: float) -> np.ndarray:
    return np.array(values, np.float64)


def test_the_strength_of_a_category_is_its_moment_estimate() -> None:
    # p = .8, spread 20(.01 + .01)/.16 = 2.5, room 40 - 800/40 - 1 = 19, rho = 1.5/19.
    found = estimate_prior(_floats(18, 14), _floats(20, 20))
    assert found.strength == pytest.approx(17.5 / 1.5)
    assert found.mean == pytest.approx(32.5 / 41)
    assert found.deliveries == 40


def test_firms_that_are_all_alike_make_a_strong_prior() -> None:
    assert estimate_prior(_floats(16, 16, 16), _floats(20, 20, 20)).strength == STRONGEST_DELIVERIES


def test_a_category_without_records_has_a_mean_in_the_middle() -> None:
    found = estimate_prior(_floats(0, 0), _floats(0, 0))
    assert (found.mean, found.strength, found.deliveries) == (0.5, PRIOR_DELIVERIES, 0)


def test_a_firm_is_drawn_to_the_mean_by_ten_deliveries() -> None:
    category = Prior(mean=0.8, strength=10, deliveries=100)
    rate = posterior_rates(_floats(18, 0, 200), _floats(20, 0, 200), category)
    assert rate.mean.tolist() == pytest.approx([26 / 30, 0.8, 208 / 210])


def test_one_perfect_delivery_does_not_beat_a_long_good_record() -> None:
    category = Prior(mean=0.8, strength=10, deliveries=100)
    newcomer, proven = posterior_rates(_floats(1, 97), _floats(1, 100), category).mean
    assert newcomer < proven


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [
        (1, 1, 0.05, 0.95),
        (2, 1, 0.05**0.5, 0.95**0.5),
        (1, 3, 1 - 0.95 ** (1 / 3), 1 - 0.05 ** (1 / 3)),
        (200, 1, 0.05 ** (1 / 200), 0.95 ** (1 / 200)),
        (0.5, 0.5, np.sin(np.pi * 0.025) ** 2, np.sin(np.pi * 0.475) ** 2),
    ],
)
def test_intervals_match_closed_forms(a: float, b: float, low: float, high: float) -> None:
    found = credible_interval(_floats(a), _floats(b))
    assert [float(end[0]) for end in found] == pytest.approx([low, high], abs=2e-3)


def test_more_evidence_means_a_narrower_interval() -> None:
    low, high = credible_interval(_floats(8, 80, 800), _floats(2, 20, 200))
    assert (np.diff(high - low) < 0).all()


def test_quality_counts_deliveries_not_pieces() -> None:
    # One delivery of 100,000 pieces with none rejected is one piece of evidence.
    firms = make_candidates(
        {"delivered_lines": 1, "on_time_lines": 1, "received_quantity": 100_000},
        {
            "delivered_lines": 20,
            "on_time_lines": 15,
            "received_quantity": 2_000,
            "rejected_quantity": 100,
        },
    )
    found = performance(firms, priors=priors(firms), weights=Weights())
    assert found.quality.evidence.tolist() == [1, 20]
    assert found.value.tolist() == pytest.approx(
        ((found.quality.mean + found.delivery.mean) / 2).tolist()
    )


def test_a_quality_without_anything_received_is_unknown() -> None:
    firms = make_candidates({"delivered_lines": 3, "on_time_lines": 3})
    found = performance(firms, priors=priors(firms), weights=Weights())
    assert found.quality.evidence.tolist() == [0]
    assert found.delivery.evidence.tolist() == [3]


def test_answers_and_failures_are_terms_of_their_own() -> None:
    firms = make_candidates(
        {"enquiries": 10, "answered": 9, "delivered_lines": 40, "long_late_lines": 4},
        {"enquiries": 0, "answered": 0, "delivered_lines": 0, "long_late_lines": 0},
        {"enquiries": 5, "answered": 1, "delivered_lines": 8, "long_late_lines": -1},
    )
    category = priors(firms)
    found = performance(firms, priors=category, weights=STANDARD_WEIGHTS)
    assert found.responsiveness.evidence.tolist() == [10, 0, 5]
    assert found.resilience.evidence.tolist() == [40, 0, 0]  # -1: never counted
    assert found.responsiveness.mean[1] == pytest.approx(category.responsiveness.center)
    assert category.failure_rate == pytest.approx(0.1)
    low, high = credible_interval(found.responsiveness.a, found.responsiveness.b)
    assert high[1] - low[1] > high[0] - low[0]


def test_a_term_nobody_has_a_record_of_is_left_out_and_the_others_keep_their_proportion() -> None:
    firms = make_candidates({"delivered_lines": 10, "on_time_lines": 9, "received_quantity": 10})
    found = performance(firms, priors=priors(firms), weights=STANDARD_WEIGHTS)
    assert found.weights.terms == (0.5, 0.5, 0, 0)
    nothing = make_candidates({})
    weights = performance(nothing, priors=priors(nothing), weights=STANDARD_WEIGHTS).weights
    assert weights.terms == (0.5, 0.5, 0, 0)
    only = Weights(quality=0, delivery=0, responsiveness=0.4, resilience=0.6)
    assert evidenced_weights(only, priors(nothing)) == only


def test_two_named_weights_are_a_scale_of_two_terms() -> None:
    assert Weights(quality=0.7, delivery=0.3).terms == (0.7, 0.3, 0, 0)


def test_absurd_counts_stay_between_nothing_and_everything() -> None:
    firms = make_candidates(
        {
            "delivered_lines": 2,
            "on_time_lines": 9,
            "received_quantity": 10,
            "rejected_quantity": 99,
        }
    )
    found = performance(firms, priors=priors(firms), weights=Weights())
    assert 0 < found.value[0] < 1


@pytest.mark.parametrize("weights", [(0.5, 0.6), (-0.5, 1.5)])
def test_weights_that_do_not_add_up_are_refused(weights: tuple[float, float]) -> None:
    with pytest.raises(Invalid):
        Weights(quality=weights[0], delivery=weights[1])
