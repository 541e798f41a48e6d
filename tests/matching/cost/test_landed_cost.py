"""What a piece costs at the buyer's door."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.matching.cost.freight import (
    FREIGHT_OF_BUYER,
    FREIGHT_OF_PART,
    FREIGHT_OF_SUPPLIER,
    FREIGHT_UNKNOWN,
)
from supplychain.matching.cost.landed_cost import (
    PRICE_CONVERTED,
    PRICE_OFFER,
    PRICE_OTHER_CURRENCY,
    PRICE_OWN,
    PRICE_UNKNOWN,
    landed_cost,
)
from supplychain.model.cost_settings import CostSettings
from tests.matching.make import NAN, make_candidates, make_need

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


def test_without_an_offer_the_buyers_own_last_price_counts_but_never_for_one_without_a_rate() -> (
    None
):
    nothing = {"offer_currency": "", "tiers": {}}
    firms = make_candidates(
        {**nothing, "own_price_e4": 95_000},
        nothing,
        {"offer_currency": "EUR"},
        {"offer_currency": "EUR", "own_price_e4": 95_000},
    )
    cost = landed_cost(make_need(), firms)
    assert cost.price_source.tolist() == [
        PRICE_OWN, PRICE_UNKNOWN, PRICE_OTHER_CURRENCY, PRICE_OTHER_CURRENCY,
    ]  # fmt: skip
    assert np.isnan(cost.total).tolist() == [False, True, True, True]


def test_incremental_tiers_price_only_the_pieces_above_their_start() -> None:
    firms = make_candidates(
        {"tiers": TIERS, "incremental": True}, {"tiers": TIERS}, {"tiers": {}, "incremental": True}
    )
    cost = landed_cost(make_need(quantity=500), firms)
    # 100 pieces at 10.00 and 400 at 9.00; all units at 9.00; no offer.
    assert np.nan_to_num(cost.unit_price).tolist() == [92_000, 90_000, 0]
    assert cost.tier_from.tolist() == [100, 100, 0]
    everything = landed_cost(make_need(quantity=2000), firms).unit_price[0]
    assert everything == (100 * 100_000 + 900 * 90_000 + 1000 * 80_000) / 2000


@given(quantity=st.integers(1, 3000))
def test_incremental_tiers_never_cost_less_than_all_units_nor_less_for_more(quantity: int) -> None:
    firms = make_candidates({"tiers": TIERS, "incremental": True}, {"tiers": TIERS})
    price = landed_cost(make_need(quantity=quantity), firms).unit_price
    assert price[0] >= price[1]
    more = landed_cost(make_need(quantity=quantity + 1), firms).unit_price
    assert more[0] * (quantity + 1) > price[0] * quantity


def test_a_one_off_cost_is_spread_over_the_quantity() -> None:
    firms = make_candidates({"offer_tooling_e4": 5_000_000.0}, {"offer_tooling_e4": NAN})
    cost = landed_cost(make_need(quantity=500), firms)
    assert cost.tooling.tolist() == [10_000, 0]
    assert cost.total.tolist() == [110_000, 100_000]


def test_a_later_payment_is_a_benefit_of_its_interest() -> None:
    need = make_need(settings=CostSettings(annual_rate=0.1))
    cost = landed_cost(need, make_candidates({"payment_days": 73}, {"payment_days": 0}, {}))
    assert cost.payment[:2].tolist() == pytest.approx([-2_000, 0])
    assert np.isnan(cost.payment[2])
    assert cost.total.tolist() == pytest.approx([98_000, 100_000, 100_000])


def test_an_offer_in_another_currency_is_converted_where_the_rate_is_known() -> None:
    euros = {"offer_currency": "EUR", "offer_rate": 7.5, "tiers": {1: 10_000}}
    firms = make_candidates(
        {**euros, "offer_tooling_e4": 1_000_000.0}, {**euros, "offer_rate": NAN}
    )
    cost = landed_cost(make_need(quantity=500), firms)
    assert cost.price_source.tolist() == [PRICE_CONVERTED, PRICE_OTHER_CURRENCY]
    assert (cost.unit_price[0], cost.tooling[0]) == (75_000, 15_000)


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
