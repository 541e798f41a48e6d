"""Performance: four terms in [0, 1], each drawn to the category's mean by its own evidence.

A rate is a beta-binomial: the category is a Beta prior with mean ``m`` and strength ``k`` (as
many deliveries' worth of evidence), a firm with ``s`` good of ``n`` deliveries has the posterior
Beta(mk + s, (1 - m)k + n - s). A newcomer is the category's mean with a wide interval: neither
0 nor 100. A delivery is the unit of evidence for quality too, because rejects come in lots: a
firm that delivered 100,000 pieces once has shown itself once. Responsiveness is the share of
invitations and orders answered in time, resilience the share of deliveries that were there at most
``deliveries.LONG_LATE_DAYS`` after their promise: whatever went wrong was mended by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from supplychain.matching.candidates.arrays import Floats
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.need import Weights

PRIOR_DELIVERIES: Final = 10.0
"""Strength of a prior whose category cannot tell its own (fewer than two firms, or no spread): a
firm's own record outweighs it from ten deliveries on."""
WEAKEST_DELIVERIES: Final = 2.0
"""Below 2 a prior with its mean in the middle has both parameters below 1: it would say that firms
are all good or all bad."""
STRONGEST_DELIVERIES: Final = 100.0
"""However alike its firms are, a hundred deliveries of its own outweigh a firm's category."""
COVERAGE_SHARE: Final = 0.9
"""Part of the posterior that a shown interval holds: a convention, named wherever it is shown."""
TERMS: Final = ("quality", "delivery", "responsiveness", "resilience")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What a category's firms are like in one term.

    Attributes:
        mean: their rate, in (0, 1).
        strength: how many deliveries' worth of evidence the mean is for a single firm.
        deliveries: the evidence behind it; 0 where the category has none.
    """

    mean: float
    strength: float
    deliveries: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rate:
    """Beta posteriors of one term for n firms.

    Attributes:
        a, b: n parameters, above 0.
        evidence: n counts of deliveries (of invitations and orders, for responsiveness).
    """

    a: Floats
    b: Floats
    evidence: Floats

    @property
    def mean(self) -> Floats:
        """Posterior means, in (0, 1)."""
        return self.a / (self.a + self.b)


NOTHING_KNOWN = Prior(mean=0.5, strength=PRIOR_DELIVERIES, deliveries=0.0)


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
    """The priors of a category, estimated from all its n firms; no bid changes them. O(n)."""
    quality, delivery, answers, resilience = (
        estimate_prior(*counts) for counts in _term_counts(able)
    )
    good, tried = _quality_counts(able)
    held, lines = _resilience_counts(able)
    late = np.where(able.late_days_sum >= 0, able.late_days_sum, 0)
    delivered = np.where(able.late_days_sum >= 0, able.delivered_lines, 0)
    return Priors(
        quality=quality,
        delivery=delivery,
        responsiveness=answers,
        resilience=resilience,
        defect_rate=_mean_or_none(tried.sum() - good.sum(), tried.sum()),
        late_days=_mean_or_none(late.sum(), delivered.sum()),
        failure_rate=_mean_or_none(lines.sum() - held.sum(), lines.sum()),
    )


def _mean_or_none(part: float, whole: float) -> float | None:
    return float(part) / float(whole) if whole > 0 else None


def estimate_prior(good: Floats, tried: Floats) -> Prior:
    """Mean and strength of a rate over firms, by the method of moments. O(n).

    The mean is that of all deliveries, with half a good and half a bad one added so that it is
    never 0 or 1 (Jeffreys' prior). With rho the correlation of deliveries of one firm, the expected
    weighted spread sum n(p - m)^2 is m(1 - m)[(K - 1)(1 - rho) + rho(N - sum n^2 / N)];
    strength = (1 - rho) / rho.

    Args:
        good, tried: n counts, good at most tried; firms with nothing tried do not count.

    Source: Kleinman 1973, J. Am. Stat. Assoc. 68:46 (weights n).
    """
    seen = tried > 0
    n, s = tried[seen], good[seen]
    total = float(n.sum())
    mean = (float(s.sum()) + 0.5) / (total + 1)
    return Prior(mean=mean, strength=_estimate_strength(s, n), deliveries=total)


def _estimate_strength(s: Floats, n: Floats) -> float:
    if len(n) < 2 or not 0 < s.sum() < n.sum():
        return PRIOR_DELIVERIES
    total, others = n.sum(), len(n) - 1
    mean = s.sum() / total
    spread = (n * (s / n - mean) ** 2).sum() / (mean * (1 - mean))
    room = total - (n**2).sum() / total - others
    if room <= 0:  # one delivery a firm: spread within and between firms cannot be told apart
        return PRIOR_DELIVERIES
    rho = (spread - others) / room
    if rho <= 0:
        return STRONGEST_DELIVERIES
    return float(np.clip((1 - rho) / rho, WEAKEST_DELIVERIES, STRONGEST_DELIVERIES))


def performance(able: Candidates, *, priors: Priors, weights: Weights) -> Performance:
    """The four terms and their weighted mean for n firms. O(n).

    Args:
        able: columns of n firms.
        priors: of their category.
        weights: the buyer's; terms without any evidence in the category are left out.
    """
    counts = zip(_term_counts(able), priors.terms, strict=True)
    rates = [posterior_rates(*pair, prior) for pair, prior in counts]
    used = evidenced_weights(weights, priors)
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


def evidenced_weights(weights: Weights, priors: Priors) -> Weights:
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


def posterior_rates(good: Floats, tried: Floats, prior: Prior) -> Rate:
    """Posteriors of n firms under one prior, from n counts of good and tried."""
    a = prior.mean * prior.strength + good
    b = (1 - prior.mean) * prior.strength + tried - good
    return Rate(a=a, b=b, evidence=tried)


def credible_interval(
    a: Floats, b: Floats, coverage: float = COVERAGE_SHARE
) -> tuple[Floats, Floats]:
    """Central credible intervals of n distributions Beta(a, b): their lower and upper ends.

    Source: Boost.Math ``ibeta_inv`` by way of SciPy, exact to a few units in the last place.
    """
    # Loaded here: SciPy takes 0.2 s and 28 MB, and a process that never ranks needs neither.
    from scipy.special import betaincinv

    tail = (1 - coverage) / 2
    return betaincinv(a, b, tail), betaincinv(a, b, 1 - tail)


def combine_rates(rates: Sequence[Rate], weights: Weights) -> tuple[Floats, Floats]:
    """n pairs (a, b) of Beta with mean and variance of the weighted mean of independent rates.

    Args:
        rates: one for each term, in the order of ``TERMS``.
        weights: of the terms; they add up to 1.
    """
    pairs = list(zip(weights.terms, rates, strict=True))
    mean = np.asarray(sum(weight * rate.mean for weight, rate in pairs), np.float64)
    variance = sum(weight**2 * _rate_variance(rate) for weight, rate in pairs)
    size = mean * (1 - mean) / variance - 1
    return mean * size, (1 - mean) * size


def _rate_variance(rate: Rate) -> Floats:
    size = rate.a + rate.b
    return rate.a * rate.b / (size**2 * (size + 1))


def _term_counts(able: Candidates) -> tuple[tuple[Floats, Floats], ...]:
    """n good and n tried of each term, in the order of ``TERMS``."""
    asked = np.maximum(able.enquiries, 0).astype(np.float64)
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
