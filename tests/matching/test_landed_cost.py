"""What a piece costs at the buyer's door."""

from __future__ import annotations

import numpy as np
import pytest

from supplychain.matching.landed_cost import (
    FREIGHT_OF_BUYER,
    FREIGHT_OF_PART,
    FREIGHT_OF_SUPPLIER,
    FREIGHT_UNKNOWN,
    PRICE_OFFER,
    PRICE_OTHER_CURRENCY,
    PRICE_OWN,
    PRICE_UNKNOWN,
    landed_cost,
)
from tests.matching.make import make_candidates, make_need

TIERS = {1: 100_000, 100: 90_000, 1000: 80_000}


@pytest.mark.parametrize(
    ("quantity", "price", "tier"),
    [
        (1, 100_000, 1),
        (99, 100_000, 1),
        (100, 90_000, 100),
        (999, 90_000, 100),
        (5000, 80_000, 1000),
    ],
)
def test_the_price_is_that_of_the_last_tier_reached(quantity: int, price: int, tier: int) -> None:
    cost = landed_cost(make_need(quantity=quantity), make_candidates({"tiers": TIERS}))
    assert (cost.unit_price[0], cost.tier_from[0], cost.price_source[0]) == (
        price,
        tier,
        PRICE_OFFER,
    )


def test_tiers_of_several_firms_do_not_mix() -> None:
    firms = make_candidates({"tiers": {}}, {"tiers": TIERS}, {"tiers": {}}, {"tiers": {5: 7}})
    cost = landed_cost(make_need(quantity=100), firms)
    assert np.nan_to_num(cost.unit_price).tolist() == [0, 90_000, 0, 7]


def test_without_an_offer_the_buyers_own_last_price_counts() -> None:
    nothing = {"offer_currency": "", "tiers": {}}
    firms = make_candidates(
        {**nothing, "own_price_e4": 95_000},
        nothing,
        {"offer_currency": "EUR"},
        {"offer_currency": "EUR", "own_price_e4": 95_000},
    )
    cost = landed_cost(make_need(), firms)
    assert cost.price_source.tolist() == [
        PRICE_OWN, PRICE_UNKNOWN, PRICE_OTHER_CURRENCY, PRICE_OWN,
    ]  # fmt: skip
    assert np.isnan(cost.total).tolist() == [False, True, True, False]


def test_a_price_of_nothing_is_unknown() -> None:
    cost = landed_cost(make_need(), make_candidates({"tiers": {1: 0}}))
    assert np.isnan(cost.total[0])


def test_freight_comes_from_the_nearest_past() -> None:
    firms = make_candidates(
        {"own_freight_e4": 5_000.0, "own_freight_share": 0.2},
        {"own_freight_share": 0.2},
        {},
        mean_freight_share=0.1,
    )
    cost = landed_cost(make_need(), firms)
    assert cost.freight_source.tolist() == [FREIGHT_OF_PART, FREIGHT_OF_SUPPLIER, FREIGHT_OF_BUYER]
    assert cost.total.tolist() == [105_000, 120_000, 110_000]


def test_an_unknown_freight_is_shown_as_unknown() -> None:
    cost = landed_cost(make_need(), make_candidates({}))
    assert cost.freight_source.tolist() == [FREIGHT_UNKNOWN]
    assert np.isnan(cost.freight[0])
    assert cost.total[0] == 100_000


def test_nobody_costs_nothing() -> None:
    assert len(landed_cost(make_need(), make_candidates()).total) == 0
