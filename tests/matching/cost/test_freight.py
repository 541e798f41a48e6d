"""Who pays freight and duty, and what the buyer's tables say of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from supplychain.matching.candidates.columns import FirmPlaces
from supplychain.matching.cost.exchange import Exchange
from supplychain.matching.cost.freight import (
    DUTY_DOMESTIC,
    DUTY_INCLUDED,
    DUTY_OF_TABLE,
    DUTY_UNASKED,
    DUTY_UNKNOWN,
    FREIGHT_INCLUDED,
    FREIGHT_OF_OFFER,
    FREIGHT_OF_PART,
    FREIGHT_OF_TABLE,
    FREIGHT_UNKNOWN,
    distance_km,
)
from supplychain.matching.cost.landed_cost import LandedCost, landed_cost
from supplychain.matching.need import Site
from supplychain.model.cost_settings import CostSettings, DutyRate, FreightRate
from tests.matching.make import NAN, make_candidates, make_need

WUXI = Site(country="CN", region="Jiangsu", latitude=31.57, longitude=120.30)


def _cost(*firms: dict[str, Any], places: list[tuple[str, str, float]], **need: Any) -> LandedCost:
    pairs = list(dict.fromkeys((country, region) for country, region, _ in places))
    found = FirmPlaces(
        pairs=pairs,
        pair_of=np.array([pairs.index(place[:2]) for place in places], np.int64),
        km=np.array([km for *_, km in places], np.float64),
    )
    return landed_cost(make_need(site=WUXI, **need), make_candidates(*firms, places=found))


def test_the_distance_of_two_cities_is_the_great_circle() -> None:
    shanghai = distance_km(np.array([31.23]), np.array([121.47]), WUXI)
    assert shanghai[0] == pytest.approx(117, abs=2)
    around = distance_km(np.array([-31.57]), np.array([-59.70]), WUXI)
    assert around[0] == pytest.approx(np.pi * 6371, rel=1e-6)
    assert np.isnan(distance_km(np.array([31.0]), np.array([121.0]), Site())[0])


def test_the_offers_own_freight_goes_before_the_past_and_a_delivered_price_includes_it() -> None:
    firms = make_candidates(
        {"own_freight_e4": 5_000.0, "offer_freight_e4": 3_000.0},
        {"own_freight_e4": 5_000.0, "offer_freight_e4": 3_000.0, "incoterm": "CIF"},
        {"own_freight_e4": 5_000.0, "incoterm": "FOB"},
    )
    cost = landed_cost(make_need(), firms)
    assert cost.freight_source.tolist() == [FREIGHT_OF_OFFER, FREIGHT_INCLUDED, FREIGHT_OF_PART]
    assert cost.total.tolist() == [103_000, 100_000, 105_000]


def test_the_first_row_of_the_freight_table_that_fits_counts() -> None:
    settings = CostSettings(
        freight_rates=(
            FreightRate(country="cn", region="Jiangsu ", per_piece_e4=1_000),
            FreightRate(up_to_km=500, per_piece_e4=2_000),
            FreightRate(country="VN", share=0.2),
        )
    )
    cost = _cost(
        {}, {}, {}, {},
        places=[("cn", "jiangsu", 900.0), ("de", "", 400.0), ("vn", "", NAN), ("de", "", 900.0)],
        settings=settings,
    )  # fmt: skip
    assert cost.freight_source.tolist() == [FREIGHT_OF_TABLE] * 3 + [FREIGHT_UNKNOWN]
    assert np.nan_to_num(cost.freight).tolist() == [1_000, 2_000, 20_000, 0]


def test_a_rate_by_weight_needs_the_weight_of_the_part() -> None:
    settings = CostSettings(
        freight_rates=(FreightRate(per_kg_e4=500), FreightRate(per_piece_e4=700))
    )
    place = [("cn", "", 1.0)]
    assert _cost({}, places=place, settings=settings, weight_kg=4.0).freight.tolist() == [2_000]
    assert _cost({}, places=place, settings=settings).freight.tolist() == [700]


def test_a_table_in_another_currency_is_converted_or_unknown() -> None:
    settings = CostSettings(currency="EUR", freight_rates=(FreightRate(per_piece_e4=1_000),))
    exchange = Exchange(
        to_currency="CNY", series={"EUR": ([date(2026, 11, 20)], [8.0])}, age_days=30
    )
    place = [("cn", "", 1.0)]
    known = _cost({}, places=place, settings=settings, exchange=exchange)
    assert known.freight.tolist() == [8_000]
    assert np.isnan(_cost({}, places=place, settings=settings).freight[0])


def test_duty_is_on_price_and_freight_and_tax_on_all_of_it() -> None:
    settings = CostSettings(duty_rates=(DutyRate(country="vn", duty=0.1, tax=0.05),))
    cost = _cost({"offer_freight_e4": 10_000.0}, places=[("vn", "", NAN)], settings=settings)
    assert cost.duty_source.tolist() == [DUTY_OF_TABLE]
    assert (cost.duty[0], cost.tax[0]) == pytest.approx((11_000, 6_050))
    assert cost.total[0] == pytest.approx(127_050)


def test_home_is_free_of_duty_ddp_includes_it_and_what_no_row_fits_is_unknown() -> None:
    settings = CostSettings(
        duty_rates=(
            DutyRate(country="US", duty=0.2, category_id="castings"),
            DutyRate(to_country="DE", duty=0.3),
        )
    )
    cost = _cost(
        {}, {"incoterm": "DDP"}, {}, {},
        places=[
            ("cn", "", NAN), ("us", "", NAN), ("us", "", NAN), ("", "", NAN),
        ],
        settings=settings,
    )  # fmt: skip
    assert cost.duty_source.tolist() == [DUTY_DOMESTIC, DUTY_INCLUDED, DUTY_UNKNOWN, DUTY_UNKNOWN]
    assert np.isnan(cost.duty).tolist() == [False, False, True, True]


def test_without_a_duty_table_nothing_is_asked() -> None:
    cost = landed_cost(make_need(), make_candidates({}, {"incoterm": "DDP"}))
    assert cost.duty_source.tolist() == [DUTY_UNASKED, DUTY_INCLUDED]


def test_a_row_without_origin_speaks_of_imports_alone() -> None:
    settings = CostSettings(duty_rates=(DutyRate(duty=0.1),))
    cost = _cost({}, {}, places=[("cn", "", NAN), ("jp", "", NAN)], settings=settings)
    assert cost.duty.tolist() == [0, 10_000]


def test_countries_regions_and_categories_of_a_table_may_be_written_in_any_way() -> None:
    settings = CostSettings(
        freight_rates=(
            FreightRate(country="-", per_piece_e4=9_000),
            FreightRate(country="ＣＮ", region="Inner-Mongolia", per_piece_e4=1_000),
        ),
        duty_rates=(DutyRate(country="V.N.", category_id="Ｆorgings", duty=0.1),),
    )
    places = [("cn", "innermongolia", NAN), ("vn", "", NAN), ("", "", NAN)]
    cost = _cost({}, {}, {}, places=places, settings=settings, category_id="forgings")
    assert cost.freight_source.tolist() == [FREIGHT_OF_TABLE, FREIGHT_UNKNOWN, FREIGHT_UNKNOWN]
    assert cost.duty.tolist()[1] == 10_000
