"""TOPSIS, weighted sum and Pareto front against published worked examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from supplychain.errors import Invalid
from supplychain.matching.alternatives.views import pareto_front, topsis, weighted_sum

# Hwang & Yoon 1981, the fighter aircraft problem: price is the one cost.
FIGHTERS = np.array(
    [
        [2.0, 1500, 20000, 5.5, 5, 9],
        [2.5, 2700, 18000, 6.5, 3, 5],
        [1.8, 2000, 21000, 4.5, 7, 7],
        [2.2, 1800, 20000, 5.0, 5, 5],
    ]
)
FIGHTER_WEIGHTS = [0.2, 0.1, 0.1, 0.1, 0.2, 0.3]
FIGHTER_BENEFIT = [True, True, True, False, True, True]


def test_topsis_gives_the_published_closeness_of_the_fighters() -> None:
    found = topsis(FIGHTERS, FIGHTER_WEIGHTS, FIGHTER_BENEFIT)
    assert found == pytest.approx([0.6433, 0.2684, 0.6135, 0.3123], abs=1e-4)
    assert np.argsort(-found).tolist() == [0, 2, 3, 1]


def test_topsis_gives_the_closeness_of_the_four_cars() -> None:
    cars = np.array([[7, 9, 9, 8], [8, 7, 8, 7], [9, 6, 8, 9], [6, 7, 8, 6]], np.float64)
    found = topsis(cars, [0.1, 0.4, 0.3, 0.2], [True, True, True, False])
    assert found == pytest.approx([0.7427, 0.4036, 0.1759, 0.4414], abs=1e-4)


@pytest.mark.parametrize(
    ("dropped", "closeness"),
    [
        (0, [0.287, 0.7255, 0.3921]),
        (1, [0.6766, 0.5523, 0.1966]),
        (2, [0.7342, 0.2636, 0.3402]),
    ],
)
def test_dropping_a_fighter_moves_the_closeness_of_the_others(
    dropped: int, closeness: list[float]
) -> None:
    rest = np.delete(FIGHTERS, dropped, axis=0)
    found = topsis(rest, FIGHTER_WEIGHTS, FIGHTER_BENEFIT)
    assert found == pytest.approx(closeness, abs=1e-4)


def test_the_weighted_sum_of_the_same_fighters_has_another_winner() -> None:
    found = weighted_sum(FIGHTERS, FIGHTER_WEIGHTS, FIGHTER_BENEFIT)
    assert found == pytest.approx([0.8355, 0.7073, 0.8514, 0.7374], abs=1e-4)
    assert int(np.argmax(found)) == 2
    assert int(np.argmax(topsis(FIGHTERS, FIGHTER_WEIGHTS, FIGHTER_BENEFIT))) == 0


def test_warning_topsis_lets_a_dominated_bid_decide_who_wins() -> None:
    """Why it is a view: the second bid is beaten by the third in all, and still picks the first."""
    bids = np.array([[9.0, 2.0], [1.0, 6.0], [4.0, 6.0]])
    assert pareto_front(bids, [True, True]).tolist() == [True, False, True]
    found = topsis(bids, [0.5, 0.5], [True, True])
    assert found == pytest.approx([0.6378, 0.3622, 0.5212], abs=1e-4)
    without = topsis(bids[[0, 2]], [0.5, 0.5], [True, True])
    assert without == pytest.approx([0.4453, 0.5547], abs=1e-4)


@pytest.mark.parametrize(
    ("weights", "benefit"), [([1.0], [True, True]), ([0.5, 0.5], [True]), ([1.5, -0.5], [True] * 2)]
)
def test_criteria_that_do_not_fit_are_refused(weights: list[float], benefit: list[bool]) -> None:
    with pytest.raises(Invalid):
        topsis(np.ones((2, 2)), weights, benefit)


def test_a_linear_scale_refuses_nothing_and_less() -> None:
    with pytest.raises(Invalid):
        weighted_sum(np.array([[1.0, 0.0]]), [0.5, 0.5], [True, False])


def test_nobody_has_no_place() -> None:
    nobody = np.zeros((0, 2))
    assert len(topsis(nobody, [0.5, 0.5], [True, True])) == 0
    assert len(weighted_sum(nobody, [0.5, 0.5], [True, True])) == 0
    assert len(pareto_front(nobody, [True, True])) == 0


MATRIX = arrays.arrays(np.float64, (6, 3), elements=st.integers(1, 9).map(float))


@given(matrix=MATRIX)
def test_the_front_is_what_nobody_beats(matrix: np.ndarray) -> None:
    front = pareto_front(matrix, [True, False, True])
    good = matrix * [1, -1, 1]
    for place, one in enumerate(good):
        beaten = any((other >= one).all() and (other > one).any() for other in good)
        assert front[place] == (not beaten)


@given(matrix=MATRIX, factor=st.sampled_from([0.1, 7.0, 1000.0]))
def test_another_unit_of_a_criterion_changes_no_view(matrix: np.ndarray, factor: float) -> None:
    scaled = matrix * [factor, 1, 1]
    benefit, weights = [True, False, True], [0.5, 0.3, 0.2]
    assert topsis(scaled, weights, benefit) == pytest.approx(topsis(matrix, weights, benefit))
    assert weighted_sum(scaled, weights, benefit) == pytest.approx(
        weighted_sum(matrix, weights, benefit)
    )


@given(matrix=MATRIX)
def test_a_beaten_alternative_is_never_above_the_one_that_beats_it(matrix: np.ndarray) -> None:
    benefit, weights = [True, True, True], [0.5, 0.3, 0.2]
    for found in (topsis(matrix, weights, benefit), weighted_sum(matrix, weights, benefit)):
        for i, one in enumerate(matrix):
            for j, other in enumerate(matrix):
                if (other >= one).all():
                    assert found[j] >= found[i] - 1e-12
