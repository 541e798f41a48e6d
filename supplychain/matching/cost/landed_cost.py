"""Landed cost: what a piece costs the buyer at its door, term by term.

Unit price at the tier reached + one-off cost over the quantity + freight + duty + tax + cost of
the payment terms (a later payment is a benefit: negative). A price comes from the firm's offer,
else from what the buyer itself last paid that firm. An offer in a currency without a rate leaves
the price unknown, and so does one that does not hold on the day: an older price never stands in
for it. What another buyer paid is never read. What is unknown stays unknown and counts nothing.

``extra_costs`` is what comes upon a price, whoever names it: ``landed_cost`` asks it for standing
prices, ``bid_terms`` for bids.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from supplychain.matching.candidates.arrays import Coded, Flags, Floats, Ints
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.cost.freight import Codes, price_duty, price_freight
from supplychain.matching.need import Need

PRICE_UNKNOWN, PRICE_OFFER, PRICE_OWN, PRICE_OTHER_CURRENCY, PRICE_CONVERTED = range(5)
PRICE_ENDED, PRICE_NOT_BEGUN = 5, 6
YEAR_DAYS = 365
"""Simple interest by the day on an annual rate, act/365 (ISDA 2006 definitions, 4.16 d)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LandedCost:
    """n rows, in e4 of the request's currency a piece; NaN is unknown.

    ``total`` counts what is unknown as nothing and is NaN only without a price. ``tier_from`` is
    the quantity from which the offered price holds, 0 without one.
    """

    unit_price: Floats
    tooling: Floats
    freight: Floats
    duty: Floats
    tax: Floats
    payment: Floats
    total: Floats
    price_source: Codes
    freight_source: Codes
    duty_source: Codes
    tier_from: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExtraCosts:
    """n rows, in e4 of the request's currency a piece; NaN is unknown."""

    freight: Floats
    duty: Floats
    tax: Floats
    payment: Floats
    freight_source: Codes
    duty_source: Codes

    @property
    def known_total(self) -> Floats:
        """Their sum; what is unknown counts nothing."""
        terms = (self.freight, self.duty, self.tax, self.payment)
        return sum((count_known(term) for term in terms), np.zeros(len(self.freight)))


def landed_cost(need: Need, able: Candidates) -> LandedCost:
    """The landed cost of a piece from each firm. O(n + tiers).

    Args:
        need: the line; its quantity decides which price tier is reached.
        able: columns of n firms.

    Returns:
        n rows in e4 of the request's currency a piece; NaN is unknown.
    """
    unit_price, price_source, tier_from = _price_pieces(need, able)
    by_offer = (price_source == PRICE_OFFER) | (price_source == PRICE_CONVERTED)
    tooling = np.where(by_offer, able.offer_tooling_e4 * able.offer_rate / need.quantity, 0.0)
    extras = extra_costs(need, able, unit_price, owed=np.where(by_offer, unit_price, np.nan))
    return LandedCost(
        unit_price=unit_price,
        tooling=count_known(tooling),
        freight=extras.freight,
        duty=extras.duty,
        tax=extras.tax,
        payment=extras.payment,
        total=unit_price + count_known(tooling) + extras.known_total,
        price_source=price_source,
        freight_source=extras.freight_source,
        duty_source=extras.duty_source,
        tier_from=tier_from,
    )


def extra_costs(need: Need, able: Candidates, unit_price: Floats, *, owed: Floats) -> ExtraCosts:
    """What comes upon the price of a piece at the buyer's door. O(n).

    Args:
        need: the line, with the buyer's settings.
        able: columns of n firms.
        unit_price: n prices, e4 of the request's currency.
        owed: the part of each on which the payment terms hold; NaN where they do not.
    """
    carriage, freight_source = price_freight(need, able, unit_price)
    customs, tax, duty_source = price_duty(need, able, unit_price + count_known(carriage))
    return ExtraCosts(
        freight=carriage,
        duty=customs,
        tax=tax,
        payment=_cost_payment(need, able, owed),
        freight_source=freight_source,
        duty_source=duty_source,
    )


def count_known(amounts: Floats) -> Floats:
    """n amounts, 0 for NaN; less work than ``np.nan_to_num``, which looks for infinities too."""
    return np.where(np.isnan(amounts), 0.0, amounts)


def _price_pieces(need: Need, able: Candidates) -> tuple[Floats, Codes, Ints]:
    tier_from, at_tier = _price_at_tier(need.quantity, able)
    # Only what can be offered at all is priced in another currency: NaN × 0 stays unknown.
    offered = np.where(at_tier > 0, at_tier, np.nan) / able.price_per * able.offer_rate
    has_offer = able.offer_currency.flags(bool)
    ours = able.offer_currency.flags(lambda code: code == need.currency)
    by_offer = ~np.isnan(offered)
    cannot_convert = has_offer & np.isnan(able.offer_rate)
    ended, not_begun = _flag_texts(able.offer_ended, able), _flag_texts(able.offer_begins, able)
    is_barred = cannot_convert | ended | not_begun
    by_own = ~by_offer & ~is_barred & (able.own_price_e4 > 0)
    price = np.where(by_offer, offered, np.where(by_own, able.own_price_e4, np.nan))
    source = np.full(len(able), PRICE_UNKNOWN, np.int8)
    source[cannot_convert] = PRICE_OTHER_CURRENCY
    source[ended], source[not_begun] = PRICE_ENDED, PRICE_NOT_BEGUN
    source[by_own] = PRICE_OWN
    source[by_offer] = np.where(ours[by_offer], PRICE_OFFER, PRICE_CONVERTED)
    return price, source, np.where(by_offer, tier_from, 0)


def _flag_texts(texts: Coded[str] | None, able: Candidates) -> Flags:
    """Of n firms those with a text."""
    return np.zeros(len(able), np.bool_) if texts is None else texts.flags(bool)


def _price_at_tier(quantity: float, able: Candidates) -> tuple[Ints, Floats]:
    """From-quantity of the last tier not above the quantity, and the price of ``price_per``.

    The price is that of the tier, or under incremental tiers the mean over all pieces: those
    above a tier's start cost its price. 0 where no tier is reached.
    """
    tiers = able.tiers
    within = tiers.keys <= quantity
    reached = tiers.sums(within.astype(np.int64))
    if not len(tiers.keys):
        return reached, reached.astype(np.float64)
    place = np.maximum(tiers.starts[:-1] + reached - 1, 0)
    there = reached > 0
    price = np.where(there, tiers.values[place], 0).astype(np.float64)
    if able.incremental.any():
        price = np.where(able.incremental & there, _average_tier_prices(quantity, able), price)
    return np.where(there, tiers.keys[place], 0), price


def _average_tier_prices(quantity: float, able: Candidates) -> Floats:
    """Mean price of ``price_per`` pieces when each tier prices the pieces above its start."""
    tiers = able.tiers
    first = np.zeros(len(tiers.keys), np.bool_)
    first[tiers.starts[:-1][np.diff(tiers.starts) > 0]] = True
    begins = np.where(first, 0, tiers.keys)
    ends = np.append(tiers.keys[1:], 0).astype(np.float64)
    ends[tiers.starts[1:][np.diff(tiers.starts) > 0] - 1] = quantity
    pieces = np.where(tiers.keys <= quantity, np.maximum(np.minimum(ends, quantity) - begins, 0), 0)
    costs = pieces * tiers.values.astype(np.float64)
    return np.bincount(tiers.row_of, weights=costs, minlength=len(able)) / quantity


def _cost_payment(need: Need, able: Candidates, unit_price: Floats) -> Floats:
    """Cost of paying: days of credit save interest, so the figure is 0 or negative."""
    annual = float(need.settings.reckoned("annual_rate"))
    days = np.where(able.payment_days >= 0, able.payment_days, np.nan)
    return -unit_price * annual * days / YEAR_DAYS + 0.0
