"""A price for so many pieces costs what the same price for one does."""

from __future__ import annotations

import numpy as np
import pytest

from supplychain.matching.cost.landed_cost import landed_cost
from supplychain.matching.what_if.levers import with_price
from tests.matching.make import make_candidates, make_need


@pytest.mark.parametrize("per", [10, 100, 1000])
@pytest.mark.parametrize("incremental", [False, True])
def test_a_price_for_many_costs_as_one_for_one(per: int, incremental: bool) -> None:
    tiers = {1: 100_000, 300: 90_000}
    many = {start: price * per for start, price in tiers.items()}
    same = {"incremental": incremental, "offer_rate": 7.8, "offer_freight_e4": 500.0}
    firms = make_candidates({"tiers": tiers, **same}, {"tiers": many, "price_per": per, **same})
    cost = landed_cost(make_need(quantity=500), firms)
    assert cost.total[0] == pytest.approx(cost.total[1])
    assert cost.tier_from.tolist() == [300, 300]
    assert cost.unit_price[1] == pytest.approx((96_000 if incremental else 90_000) * 7.8, rel=0.01)


def test_less_than_a_ten_thousandth_a_piece_is_not_lost() -> None:
    firms = make_candidates({"tiers": {1: 12_345}, "price_per": 1000})
    assert landed_cost(make_need(), firms).unit_price.tolist() == [12.345]


def test_another_price_a_piece_is_one_for_a_piece() -> None:
    firms = make_candidates({"tiers": {1: 100_000_000}, "price_per": 1000})
    source = landed_cost(make_need(), firms).price_source.astype(np.int64)
    cheaper = with_price(firms, source=source, price_e4=np.array([99_999]))
    assert landed_cost(make_need(), cheaper).unit_price.tolist() == [99_999]
