"""Performance: quality and delivery in [0, 1], each drawn to the category's mean by its evidence.

A rate is a beta-binomial: the category is a Beta prior with mean ``m`` and strength ``k`` (as
many deliveries' worth of evidence), a firm with ``s`` good of ``n`` deliveries has the posterior
Beta(mk + s, (1 - m)k + n - s). A newcomer is the category's mean with a wide interval: neither
0 nor 100. A delivery is the unit of evidence for quality too, because rejects come in lots: a
firm that delivered 100,000 pieces once has shown itself once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from supplychain.matching.candidates import Candidates, Floats
from supplychain.matching.need import Weights

STRENGTH = 10.0
"""Strength of a prior whose category cannot tell its own (fewer than two firms, or no spread)."""
WEAKEST, STRONGEST = 2.0, 100.0
COVERAGE = 0.9
"""Share of the posterior that a shown interval holds."""
_GRID = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What a category's firms are like: mean rate in (0, 1), strength in deliveries."""

    mean: float
    strength: float
    deliveries: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rate:
    """n posteriors Beta(a, b) with their evidence, in deliveries."""

    a: Floats
    b: Floats
    evidence: Floats

    @property
    def mean(self) -> Floats:
        """Posterior means, in (0, 1)."""
        return self.a / (self.a + self.b)


@dataclass(frozen=True, slots=True, kw_only=True)
class Priors:
    """The two priors of a category."""

    quality: Prior
    delivery: Prior


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Performance:
    """n rows; ``value`` is the weighted mean of the two rates."""

    quality: Rate
    delivery: Rate
    value: Floats


def priors(able: Candidates) -> Priors:
    """The priors of a category, estimated from all its firms; no bid changes them."""
    return Priors(quality=prior(*_quality_counts(able)), delivery=prior(*_delivery_counts(able)))


def prior(good: Floats, tried: Floats) -> Prior:
    """Mean and strength of a rate over firms, by the method of moments.

    The mean is that of all deliveries, with half a good and half a bad one added so that it is
    never 0 or 1. With rho the correlation of deliveries of one firm, the expected weighted spread
    sum n(p - m)^2 is m(1 - m)[(K - 1)(1 - rho) + rho(N - sum n^2 / N)]; strength = (1 - rho) / rho.

    Source: Kleinman 1973, J. Am. Stat. Assoc. 68:46 (weights n).
    """
    seen = tried > 0
    n, s = tried[seen], good[seen]
    total = float(n.sum())
    mean = (float(s.sum()) + 0.5) / (total + 1)
    return Prior(mean=mean, strength=_strength(s, n), deliveries=total)


def _strength(s: Floats, n: Floats) -> float:
    if len(n) < 2 or not 0 < s.sum() < n.sum():
        return STRENGTH
    total, others = n.sum(), len(n) - 1
    mean = s.sum() / total
    spread = (n * (s / n - mean) ** 2).sum() / (mean * (1 - mean))
    room = total - (n**2).sum() / total - others
    if (
        room <= 0
    ):  # every firm has a single delivery: spread within and between cannot be told apart
        return STRENGTH
    rho = (spread - others) / room
    return STRONGEST if rho <= 0 else float(np.clip((1 - rho) / rho, WEAKEST, STRONGEST))


def performance(able: Candidates, *, priors: Priors, weights: Weights) -> Performance:
    """Quality, delivery and their weighted mean for n firms. O(n)."""
    quality = posterior(*_quality_counts(able), priors.quality)
    delivery = posterior(*_delivery_counts(able), priors.delivery)
    value = weights.quality * quality.mean + weights.delivery * delivery.mean
    return Performance(quality=quality, delivery=delivery, value=value)


def posterior(good: Floats, tried: Floats, prior: Prior) -> Rate:
    """Posteriors of n firms under one prior."""
    a = prior.mean * prior.strength + good
    b = (1 - prior.mean) * prior.strength + tried - good
    return Rate(a=a, b=b, evidence=tried)


def interval(a: Floats, b: Floats, coverage: float = COVERAGE) -> tuple[Floats, Floats]:
    """Central intervals of n Beta(a, b), found on a grid in the logit (error below 1e-3)."""
    centre = np.log(a) - np.log(b)
    scale = np.sqrt(1 / a + 1 / a**2 + 1 / b + 1 / b**2)
    logit = centre[:, None] + np.linspace(-8, 8, _GRID) * scale[:, None]
    density = -a[:, None] * np.logaddexp(0, -logit) - b[:, None] * np.logaddexp(0, logit)
    weight = np.exp(density - density.max(axis=1, keepdims=True))
    mass = (np.cumsum(weight, axis=1) - weight / 2) / weight.sum(axis=1, keepdims=True)
    tail = (1 - coverage) / 2
    low, high = (
        np.array([np.interp(share, row, at) for row, at in zip(mass, logit, strict=True)])
        for share in (tail, 1 - tail)
    )
    return 1 / (1 + np.exp(-low)), 1 / (1 + np.exp(-high))


def combined(quality: Rate, delivery: Rate, weights: Weights) -> tuple[Floats, Floats]:
    """Beta (a, b) with the mean and variance of the weighted mean of two independent rates."""
    mean = weights.quality * quality.mean + weights.delivery * delivery.mean
    variance = weights.quality**2 * _variance(quality) + weights.delivery**2 * _variance(delivery)
    size = mean * (1 - mean) / variance - 1
    return mean * size, (1 - mean) * size


def _variance(rate: Rate) -> Floats:
    size = rate.a + rate.b
    return rate.a * rate.b / (size**2 * (size + 1))


def _quality_counts(able: Candidates) -> tuple[Floats, Floats]:
    received = able.received_quantity
    tried = np.where(received > 0, able.delivered_lines, 0).astype(np.float64)
    rejected = np.clip(able.rejected_quantity, 0, received)
    return tried * (1 - rejected / np.maximum(received, 1)), tried


def _delivery_counts(able: Candidates) -> tuple[Floats, Floats]:
    tried = able.delivered_lines.astype(np.float64)
    return np.clip(able.on_time_lines, 0, able.delivered_lines).astype(np.float64), tried
