"""Performance: four terms in [0, 1], each drawn to the category's mean by its own evidence.

A rate is a beta-binomial: the category is a Beta prior with mean ``m`` and strength ``k`` (as
many deliveries' worth of evidence), a firm with ``s`` good of ``n`` deliveries has the posterior
Beta(mk + s, (1 - m)k + n - s). A newcomer is the category's mean with a wide interval: neither
0 nor 100. A delivery is the unit of evidence for quality too, because rejects come in lots: a
firm that delivered 100,000 pieces once has shown itself once. Responsiveness is the share of
invitations and orders answered in time, resilience the share of deliveries that were there at most
``LONG_LATE_DAYS`` after their promise: whatever went wrong was mended by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from supplychain.matching.candidates.arrays import Floats
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.need import Weights

STRENGTH = 10.0
"""Strength of a prior whose category cannot tell its own (fewer than two firms, or no spread)."""
WEAKEST, STRONGEST = 2.0, 100.0
COVERAGE = 0.9
"""Share of the posterior that a shown interval holds."""
LONG_LATE_DAYS = 14
"""A delivery later than this was not a hitch but a failure."""
TERMS = ("quality", "delivery", "responsiveness", "resilience")
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


NOTHING_KNOWN = Prior(mean=0.5, strength=STRENGTH, deliveries=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Priors:
    """What a category's firms are like, term by term, and what their failings come to.

    ``defect_rate`` (share of pieces rejected), ``late_days`` (a delivery) and ``failure_rate``
    (deliveries that failed) are plain means of the category; None where it has no evidence.
    """

    quality: Prior
    delivery: Prior
    responsiveness: Prior = NOTHING_KNOWN
    resilience: Prior = NOTHING_KNOWN
    defect_rate: float | None = None
    late_days: float | None = None
    failure_rate: float | None = None

    @property
    def terms(self) -> tuple[Prior, Prior, Prior, Prior]:
        """In the order of ``TERMS``."""
        return (self.quality, self.delivery, self.responsiveness, self.resilience)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Performance:
    """n rows; ``value`` is the mean of the four rates, weighted by ``weights``.

    ``weights`` are those of the buyer without the terms of which the category has no evidence at
    all: these would say the same of every firm.
    """

    quality: Rate
    delivery: Rate
    responsiveness: Rate
    resilience: Rate
    value: Floats
    weights: Weights

    @property
    def terms(self) -> tuple[Rate, Rate, Rate, Rate]:
        """In the order of ``TERMS``."""
        return (self.quality, self.delivery, self.responsiveness, self.resilience)


def priors(able: Candidates) -> Priors:
    """The priors of a category, estimated from all its firms; no bid changes them."""
    quality, delivery, answers, resilience = (prior(*counts) for counts in _counts(able))
    good, tried = _quality_counts(able)
    held, lines = _resilience_counts(able)
    late = np.where(able.late_days_sum >= 0, able.late_days_sum, 0)
    delivered = np.where(able.late_days_sum >= 0, able.delivered_lines, 0)
    return Priors(
        quality=quality,
        delivery=delivery,
        responsiveness=answers,
        resilience=resilience,
        defect_rate=_share(tried.sum() - good.sum(), tried.sum()),
        late_days=_share(late.sum(), delivered.sum()),
        failure_rate=_share(lines.sum() - held.sum(), lines.sum()),
    )


def _share(part: float, whole: float) -> float | None:
    return float(part) / float(whole) if whole > 0 else None


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
    """The four terms and their weighted mean for n firms. O(n)."""
    counts = zip(_counts(able), priors.terms, strict=True)
    rates = [posterior(*pair, prior) for pair, prior in counts]
    used = effective(weights, priors)
    value = sum(weight * rate.mean for weight, rate in zip(used.terms, rates, strict=True))
    quality, delivery, responsiveness, resilience = rates
    return Performance(
        quality=quality,
        delivery=delivery,
        responsiveness=responsiveness,
        resilience=resilience,
        value=np.asarray(value, np.float64),
        weights=used,
    )


def effective(weights: Weights, priors: Priors) -> Weights:
    """The weights without the terms that nobody of the category has any evidence of.

    Quality and delivery stay, in the buyer's proportion, where nothing at all is known.
    """
    kept = [
        weight if prior.deliveries > 0 else 0.0
        for weight, prior in zip(weights.terms, priors.terms, strict=True)
    ]
    if sum(kept) <= 0:
        kept = [*weights.terms[:2], 0.0, 0.0]
    if sum(kept) <= 0:
        return weights
    whole = sum(kept)
    return Weights(**{name: one / whole for name, one in zip(TERMS, kept, strict=True)})


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
    short = np.logaddexp(0, -logit)
    density = -a[:, None] * short - b[:, None] * (logit + short)
    weight = np.exp(density - density.max(axis=1, keepdims=True))
    mass = (np.cumsum(weight, axis=1) - weight / 2) / weight.sum(axis=1, keepdims=True)
    tail = (1 - coverage) / 2
    low, high = (_where(mass, logit, share) for share in (tail, 1 - tail))
    return 1 / (1 + np.exp(-low)), 1 / (1 + np.exp(-high))


def _where(mass: Floats, at: Floats, share: float) -> Floats:
    """Where n rising rows of ``mass`` pass a share, between two points of the grid."""
    after = np.clip((mass < share).sum(axis=1), 1, mass.shape[1] - 1)
    rows = np.arange(len(mass))
    low, high = mass[rows, after - 1], mass[rows, after]
    part = np.clip((share - low) / np.where(high > low, high - low, 1), 0, 1)
    return at[rows, after - 1] + part * (at[rows, after] - at[rows, after - 1])


def combined(rates: Sequence[Rate], weights: Weights) -> tuple[Floats, Floats]:
    """Beta (a, b) with the mean and variance of the weighted mean of independent rates."""
    pairs = list(zip(weights.terms, rates, strict=True))
    mean = np.asarray(sum(weight * rate.mean for weight, rate in pairs), np.float64)
    variance = sum(weight**2 * _variance(rate) for weight, rate in pairs)
    size = mean * (1 - mean) / variance - 1
    return mean * size, (1 - mean) * size


def _variance(rate: Rate) -> Floats:
    size = rate.a + rate.b
    return rate.a * rate.b / (size**2 * (size + 1))


def _counts(able: Candidates) -> tuple[tuple[Floats, Floats], ...]:
    """Good and tried of each term, in the order of ``TERMS``."""
    asked = np.maximum(able.asked, 0).astype(np.float64)
    answered = np.clip(able.answered, 0, asked).astype(np.float64)
    return (
        _quality_counts(able),
        _delivery_counts(able),
        (answered, asked),
        _resilience_counts(able),
    )


def _quality_counts(able: Candidates) -> tuple[Floats, Floats]:
    received = able.received_quantity
    tried = np.where(received > 0, able.delivered_lines, 0).astype(np.float64)
    rejected = np.clip(able.rejected_quantity, 0, received)
    return tried * (1 - rejected / np.maximum(received, 1)), tried


def _delivery_counts(able: Candidates) -> tuple[Floats, Floats]:
    tried = able.delivered_lines.astype(np.float64)
    return np.clip(able.on_time_lines, 0, able.delivered_lines).astype(np.float64), tried


def _resilience_counts(able: Candidates) -> tuple[Floats, Floats]:
    known = able.long_late_lines >= 0
    tried = np.where(known, able.delivered_lines, 0).astype(np.float64)
    return tried - np.clip(able.long_late_lines, 0, tried), tried
