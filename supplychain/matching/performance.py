"""Performance: four terms in [0, 1], each drawn to its category's middle firm by its own evidence.

A rate is a beta-binomial: the category is a Beta prior with mean ``m`` and strength ``k`` (as
many deliveries' worth of evidence), estimated from its firms, not from its deliveries: one firm
with thousands of them is one firm. A firm with ``s`` good of ``n`` deliveries is at
(k × middle + s) ÷ (k + n), ``middle`` being the median of the firms' own rates: a newcomer stands
in the middle of the order, neither before those who never failed nor behind those who did. How
sure that is says the posterior Beta(mk + s, (1 - m)k + n - s): wide for a newcomer.

Deliveries count by age (``deliveries.AgedRecord``) and by what they are worth
(``Delivery.credit``). A delivery is the unit of evidence for quality too, because rejects come in
lots: a firm that delivered 100,000 pieces once has shown itself once. Responsiveness is the share
of invitations and orders answered in time, resilience the share of deliveries that were there at
most ``deliveries.LONG_LATE_DAYS`` after their promise: whatever went wrong was mended by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from supplychain.matching.candidates.aged import TermCounts, age_of, count_terms
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
LEAST_CENTER_SHARE: Final = 1e-5
"""The middle of a category's firms stays so far inside (0, 1): a firm that never failed stands
before a newcomer, and no performance is 0."""
COVERAGE_SHARE: Final = 0.9
"""Part of the posterior that a shown interval holds: a convention, named wherever it is shown."""
TERMS: Final = ("quality", "delivery", "responsiveness", "resilience")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What a category's firms are like in one term.

    Attributes:
        mean: the mean of their rates, in (0, 1).
        strength: how many deliveries' worth of evidence the prior is for a single firm.
        deliveries: the evidence behind it; 0 where the category has none.
        middle: the median of their rates, in (0, 1), to which each firm is drawn; None: the mean.
    """

    mean: float
    strength: float
    deliveries: float
    middle: float | None = None

    @property
    def center(self) -> float:
        """To what a firm is drawn: where a newcomer stands."""
        return self.mean if self.middle is None else self.middle


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rate:
    """One term for n firms.

    Attributes:
        mean: n rates in (0, 1), drawn to the middle firm.
        a, b: n parameters, above 0, of the Beta posteriors that say how sure they are.
        evidence: n counts of deliveries (of invitations and orders, for responsiveness), whatever
            their age.
    """

    mean: Floats
    a: Floats
    b: Floats
    evidence: Floats

    @property
    def likely(self) -> Floats:
        """Posterior means, in (0, 1): what is to be expected of a firm, where chances multiply."""
        return self.a / (self.a + self.b)


NOTHING_KNOWN = Prior(mean=0.5, strength=PRIOR_DELIVERIES, deliveries=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Priors:
    """What a category's firms are like, term by term, and what their failings come to.

    ``defect_rate`` (share of pieces rejected), ``late_days`` (a delivery) and ``failure_rate``
    (deliveries that failed) are means of the category's firms, weighted as the priors of quality,
    delivery and resilience are; None where it has no evidence.
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


def priors(able: Candidates, network: Priors | None = None) -> Priors:
    """The priors of a category, estimated from all its n firms; no bid changes them. O(n).

    Args:
        able: the firms.
        network: of all categories; a term of which nobody in this one has a record takes its.
    """
    counts = count_terms(able)
    terms = [estimate_prior(one.good / _or_one(one.tried) * one.size, one.size) for one in counts]
    if network is not None:
        terms = [
            replace(other, deliveries=0.0) if term.deliveries <= 0 < other.deliveries else term
            for term, other in zip(terms, network.terms, strict=True)
        ]
    quality, delivery, answers, resilience = terms
    of_quality, of_delivery, _, of_resilience = counts
    late = np.nan_to_num(age_of(able).late_days) / _or_one(of_delivery.tried)
    counted = np.where(np.isnan(age_of(able).late_days), 0, of_delivery.size)
    return Priors(
        quality=quality,
        delivery=delivery,
        responsiveness=answers,
        resilience=resilience,
        defect_rate=_weigh_firms(_share_bad(of_quality), of_quality.size, quality.strength),
        late_days=_weigh_firms(late, counted, delivery.strength),
        failure_rate=_weigh_firms(
            _share_bad(of_resilience), of_resilience.size, resilience.strength
        ),
    )


def _or_one(counts: Floats) -> Floats:
    """The counts, and 1 where nothing was counted."""
    return np.where(counts > 0, counts, 1.0)


def _share_bad(counts: TermCounts) -> Floats:
    return 1 - counts.good / _or_one(counts.tried)


def _weigh_firms(values: Floats, size: Floats, strength: float) -> float | None:
    """The mean of the firms' own values with Kleinman's weights; None without evidence."""
    seen = size > 0
    if not seen.any():
        return None
    weights = _kleinman_weights(size[seen], 1 / (1 + strength))
    return float((weights * values[seen]).sum() / weights.sum())


def estimate_prior(good: Floats, tried: Floats) -> Prior:
    """Mean, middle and strength of a rate over firms, by the method of moments. O(n).

    The mean is that of the firms' rates p with Kleinman's weights w = n ÷ (1 + (n - 1) rho): as
    many deliveries as a firm has where firms are alike, one vote a firm where they differ. With
    rho the correlation of deliveries of one firm, the expected spread sum w(p - m)^2 is
    m(1 - m)[A + rho(B - A)] with A = sum w(1 - w/W)/n, B = sum w(1 - w/W) and W = sum w; weights
    and rho are worked out in turn. Strength = (1 - rho) / rho.

    The middle is the median of the rates, one vote a firm: a unit of which nothing is known is
    expected half way up the order of all units, and rates are skewed (many firms never failed),
    so that the mean of them stands far below the middle.

    Half a good and half a bad delivery are added to the mean, so that it is never 0 or 1 (Jeffreys'
    prior).

    Args:
        good, tried: n counts, good at most tried; firms with nothing tried do not count.

    Source: Kleinman 1973, J. Am. Stat. Assoc. 68:46-54 (weights and moments); Laird and Louis
    1989, J. Educ. Stat. 14:29-46 (ranks of units with little data).
    """
    seen = tried > 0
    n, s = tried[seen], good[seen]
    total = float(n.sum())
    if total <= 0:
        return NOTHING_KNOWN
    strength, weights = _estimate_strength(s, n)
    mean = float((weights * s / n).sum() / weights.sum())
    middle = float(np.median(s / n))
    return Prior(
        mean=(mean * total + 0.5) / (total + 1),
        middle=min(max(middle, LEAST_CENTER_SHARE), 1 - LEAST_CENTER_SHARE),
        strength=strength,
        deliveries=total,
    )


def _kleinman_weights(n: Floats, rho: float) -> Floats:
    return n / (1 + np.maximum(n - 1, 0) * rho)


MOST_ROUNDS = 20
"""Weights and rho settle in a few rounds; Kleinman found two enough."""


def _estimate_strength(s: Floats, n: Floats) -> tuple[float, Floats]:
    """The strength of a prior, and the weights of its n firms."""
    usual = _kleinman_weights(n, 1 / (1 + PRIOR_DELIVERIES))
    if len(n) < 2 or not 0 < s.sum() < n.sum():
        return PRIOR_DELIVERIES, usual
    rho, p = 0.0, s / n
    for _ in range(MOST_ROUNDS):
        w = _kleinman_weights(n, rho)
        shares = w / w.sum()
        mean = float((shares * p).sum())
        if not 0 < mean < 1:
            return PRIOR_DELIVERIES, usual
        within = float((w / n * (1 - shares)).sum())
        room = float((w * (1 - shares)).sum()) - within
        if room <= 1e-9 * len(n):  # one delivery a firm: spread within and between cannot be told
            return PRIOR_DELIVERIES, usual
        spread = float((w * (p - mean) ** 2).sum()) / (mean * (1 - mean))
        last, rho = rho, _limit_rho((spread - within) / room)
        if abs(rho - last) < 1e-6:
            break
    return 1 / rho - 1, _kleinman_weights(n, rho)


def _limit_rho(rho: float) -> float:
    """Within what strengths there are."""
    return min(max(rho, 1 / (1 + STRONGEST_DELIVERIES)), 1 / (1 + WEAKEST_DELIVERIES))


def performance(able: Candidates, *, priors: Priors, weights: Weights) -> Performance:
    """The four terms and their weighted mean for n firms. O(n).

    Args:
        able: columns of n firms.
        priors: of their category.
        weights: the buyer's; terms without any evidence in the category are left out.
    """
    counts = zip(count_terms(able), priors.terms, strict=True)
    rates = [
        replace(posterior_rates(one.good, one.tried, prior), evidence=one.evidence)
        for one, prior in counts
    ]
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
    mean = (prior.center * prior.strength + good) / (prior.strength + tried)
    return Rate(mean=mean, a=a, b=b, evidence=tried)


def likely_on_time(able: Candidates) -> Floats:
    """How likely a delivery of each of n firms is on time in full: its posterior mean. O(n).

    The prior is that of the firms' rates of just that: how late the others came does not count.
    """
    _, delivery, _, _ = count_terms(able)
    good = np.clip(age_of(able).on_time, 0, delivery.tried)
    prior = estimate_prior(good / _or_one(delivery.tried) * delivery.size, delivery.size)
    return posterior_rates(good, delivery.tried, prior).likely


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
    mean = np.asarray(sum(weight * rate.likely for weight, rate in pairs), np.float64)
    variance = sum(weight**2 * _rate_variance(rate) for weight, rate in pairs)
    size = mean * (1 - mean) / variance - 1
    return mean * size, (1 - mean) * size


def _rate_variance(rate: Rate) -> Floats:
    size = rate.a + rate.b
    return rate.a * rate.b / (size**2 * (size + 1))
