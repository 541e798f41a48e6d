"""Other ways to look at the same alternatives: TOPSIS, weighted sum, Pareto front.

Views only: a ranking never uses them. TOPSIS and the weighted sum measure an alternative against
the others that happen to be there, so one that nobody would choose can turn two others round
(the tests keep a worked case).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from supplychain.errors import Invalid
from supplychain.matching.candidates.arrays import Flags, Floats


def topsis(matrix: Floats, weights: Sequence[float], benefit: Sequence[bool]) -> Floats:
    """Relative closeness to the ideal, in [0, 1]; higher is better. O(n k).

    Args:
        matrix: n alternatives by k criteria; vector normalisation by column.
        weights: k, 0 or more.
        benefit: k; False is a cost.

    Returns:
        n values; .5 where the alternatives do not differ at all.

    Raises:
        Invalid: sizes that do not fit, or a negative weight.

    Source: Hwang & Yoon 1981, ch. 4.
    """
    _check_criteria(matrix, weights, benefit)
    length = np.sqrt((matrix**2).sum(axis=0))
    weighted = np.asarray(weights) * matrix / np.where(length > 0, length, 1)
    weighted = np.where(np.asarray(benefit), weighted, -weighted)
    if not len(matrix):
        return np.zeros(0)
    to_best = np.sqrt(((weighted - weighted.max(axis=0)) ** 2).sum(axis=1))
    to_worst = np.sqrt(((weighted - weighted.min(axis=0)) ** 2).sum(axis=1))
    apart = to_best + to_worst
    return np.where(apart > 0, to_worst / np.where(apart > 0, apart, 1), 0.5)


def weighted_sum(matrix: Floats, weights: Sequence[float], benefit: Sequence[bool]) -> Floats:
    """Simple additive weighting with linear scales: value ÷ best, or best ÷ value for a cost.

    Args:
        matrix: n by k, above 0.
        weights: k, 0 or more.
        benefit: k; False is a cost.

    Returns:
        n values in [0, sum of weights]; higher is better.

    Raises:
        Invalid: sizes that do not fit, a negative weight, or a value of 0 or less.

    Source: Hwang & Yoon 1981, ch. 3.
    """
    _check_criteria(matrix, weights, benefit)
    if (matrix <= 0).any():
        raise Invalid("A linear scale needs values above 0.", pointer="/matrix")
    if not len(matrix):
        return np.zeros(0)
    scaled = np.where(np.asarray(benefit), matrix / matrix.max(axis=0), matrix.min(axis=0) / matrix)
    return scaled @ np.asarray(weights, np.float64)


def pareto_front(matrix: Floats, benefit: Sequence[bool]) -> Flags:
    """Which alternatives no other one beats: as good everywhere and better somewhere. O(n² k).

    Equals beat each other in nothing: all of them are on the front.
    """
    _check_criteria(matrix, [0.0] * matrix.shape[1], benefit)
    good = np.where(np.asarray(benefit), matrix, -matrix)
    front = np.ones(len(good), np.bool_)
    for row, one in enumerate(good):
        front[row] = not ((good >= one).all(axis=1) & (good > one).any(axis=1)).any()
    return front


def _check_criteria(matrix: Floats, weights: Sequence[float], benefit: Sequence[bool]) -> None:
    if matrix.ndim != 2 or matrix.shape[1] != len(weights) or len(weights) != len(benefit):
        raise Invalid("Each criterion needs one weight and one direction.", pointer="/weights")
    if any(weight < 0 for weight in weights):
        raise Invalid("The weights must be 0 or more and add up to 1.", pointer="/weights")
