"""Landed cost: what a piece costs the buyer at its door, term by term.

Unit price at the tier + tooling over the quantity (0 for a standing offer) + freight. A price
comes from the firm's offer, else from what the buyer itself last paid that firm; a freight from
the buyer's own past with that firm, else from its mean share of value. What another buyer paid
is never read. What is unknown stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from supplychain.matching.candidates import Candidates, Flags, Floats, Ints
from supplychain.matching.need import Need

PRICE_UNKNOWN, PRICE_OFFER, PRICE_OWN, PRICE_OTHER_CURRENCY = range(4)
FREIGHT_UNKNOWN, FREIGHT_OF_PART, FREIGHT_OF_SUPPLIER, FREIGHT_OF_BUYER = range(4)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LandedCost:
    """n rows, in e4 of the request's currency a piece; NaN is unknown.

    ``total`` counts an unknown freight as nothing and is NaN only without a price. ``tier_from``
    is the quantity from which the offered price holds, 0 without one.
    """

    unit_price: Floats
    freight: Floats
    total: Floats
    price_source: NDArray[np.int8]
    freight_source: NDArray[np.int8]
    tier_from: Ints


def landed_cost(need: Need, able: Candidates) -> LandedCost:
    """The landed cost of a piece from each firm. O(n + tiers)."""
    unit_price, price_source, tier_from = _price(need, able)
    freight, freight_source = _freight(able, unit_price)
    return LandedCost(
        unit_price=unit_price,
        freight=freight,
        total=unit_price + np.nan_to_num(freight),
        price_source=price_source,
        freight_source=freight_source,
        tier_from=tier_from,
    )


def _price(need: Need, able: Candidates) -> tuple[Floats, NDArray[np.int8], Ints]:
    tier_from, offered = _at_tier(need.quantity, able)
    has_offer = np.fromiter(map(bool, able.offer_currency), np.bool_, len(able))
    ours: Flags = np.fromiter(
        (code == need.currency for code in able.offer_currency), np.bool_, len(able)
    )
    by_offer = ours & (offered > 0)
    by_own = ~by_offer & (able.own_price_e4 > 0)
    price = np.where(by_offer, offered, np.where(by_own, able.own_price_e4, np.nan))
    source = np.full(len(able), PRICE_UNKNOWN, np.int8)
    source[has_offer & ~ours] = PRICE_OTHER_CURRENCY
    source[by_own] = PRICE_OWN
    source[by_offer] = PRICE_OFFER
    return price, source, np.where(by_offer, tier_from, 0)


def _at_tier(quantity: int, able: Candidates) -> tuple[Ints, Ints]:
    """From-quantity and price of the last tier not above the quantity; 0 where there is none."""
    tiers = able.tiers
    reached = tiers.sums((tiers.keys <= quantity).astype(np.int64))
    if not len(tiers.keys):
        return reached, reached
    place = np.maximum(tiers.starts[:-1] + reached - 1, 0)
    there = reached > 0
    return np.where(there, tiers.keys[place], 0), np.where(there, tiers.values[place], 0)


def _freight(able: Candidates, unit_price: Floats) -> tuple[Floats, NDArray[np.int8]]:
    choices = (
        able.own_freight_e4,
        able.own_freight_share * unit_price,
        able.mean_freight_share * unit_price,
    )
    freight = np.full(len(able), np.nan)
    source = np.full(len(able), FREIGHT_UNKNOWN, np.int8)
    for code, choice in enumerate(choices, start=1):
        use = np.isnan(freight) & ~np.isnan(choice)
        freight[use] = choice[use]
        source[use] = code
    return freight, source
