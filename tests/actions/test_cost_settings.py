"""What a buyer reckons with: kept as a whole, versioned, its own firm's alone."""

from __future__ import annotations

from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions import cost_settings
from supplychain.errors import Forbidden, Invalid, Stale
from supplychain.graph import events
from supplychain.graph.engine.transactions import read
from supplychain.model.cost_settings import (
    DEFAULTS,
    MAX_RATE_ROWS,
    STANDARD,
    CostSettings,
    DutyRate,
    FreightRate,
)
from tests.make.cost_settings import make_cost_settings, make_rate
from tests.make.firms import make_actor, make_firm


def test_a_firm_that_stated_nothing_reckons_with_defaults_named_as_such(driver: Driver) -> None:
    found = cost_settings.get(driver, by=make_actor(make_firm(driver)))
    assert found == STANDARD
    assert found.in_force == {**DEFAULTS, "defect_cost_e4": None}
    assert found.defaults == tuple(DEFAULTS)
    found.check()


def test_what_is_stated_comes_back_and_what_is_left_out_is_the_default_again(
    driver: Driver,
) -> None:
    buyer = make_actor(make_firm(driver), "buyer")
    stated = {
        "annual_rate": 0.08, "defect_cost_e4": 120_000, "rank_by": "expected_cost",
        "quality": 0.4, "delivery": 0.3, "responsiveness": 0.2, "resilience": 0.1,
        "freight_rates": (FreightRate(country="CN", up_to_km=300, per_kg_e4=900, share=0.01),),
        "duty_rates": (DutyRate(country="VN", category_id="gears", duty=0.05, tax=0.02),),
    }  # fmt: skip
    found = make_cost_settings(driver, buyer, **stated)
    assert found == CostSettings(**stated, version=1)
    unstated = {
        "currency", "late_day_share", "switch_share", "freight_share", "vat_reclaimed",
        "rate_age_days", "price_age_days",
    }  # fmt: skip
    assert set(found.defaults) == unstated
    found = make_cost_settings(driver, buyer, annual_rate=0.01)
    assert found == CostSettings(annual_rate=0.01, version=2)


def test_another_firm_sees_nothing_of_it(driver: Driver) -> None:
    buyer, rival = (make_actor(make_firm(driver)) for _ in range(2))
    make_cost_settings(driver, buyer, annual_rate=0.2)
    make_rate(driver, buyer.firm_id, 7.8)
    assert cost_settings.get(driver, by=rival) == STANDARD
    assert cost_settings.list_latest_rates(driver, by=rival) == []
    (rate,) = cost_settings.list_latest_rates(driver, by=buyer)
    assert (rate.from_currency, rate.rate, rate.day) == ("EUR", 7.8, "2026-11-20")


def test_the_newest_rate_of_each_pair_is_listed(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    make_rate(driver, buyer.firm_id, 7.5, day="2026-10-01")
    make_rate(driver, buyer.firm_id, 7.8)
    make_rate(driver, buyer.firm_id, 0.125, from_currency="CNY", to_currency="USD")
    found = cost_settings.list_latest_rates(driver, by=buyer)
    assert [(one.from_currency, one.rate, one.days) for one in found] == [
        ("CNY", 0.125, 1), ("EUR", 7.8, 2),
    ]  # fmt: skip


def test_a_change_of_an_older_version_is_refused_and_a_seller_may_not(driver: Driver) -> None:
    firm = make_firm(driver)
    buyer = make_actor(firm, "buyer")
    make_cost_settings(driver, buyer)
    with pytest.raises(Stale):
        cost_settings.change(driver, CostSettings(), version=0, by=buyer)
    with pytest.raises(Forbidden):
        cost_settings.change(driver, CostSettings(), version=1, by=make_actor(firm, "seller"))
    kinds = [event.kind for event in read(driver, events.list_latest, viewer=firm.id)]
    assert kinds == ["cost_settings.changed"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"annual_rate": 0.51}, "/annual_rate"),
        ({"annual_rate": -0.01}, "/annual_rate"),
        ({"late_day_share": 1.5}, "/late_day_share"),
        ({"rate_age_days": 4000}, "/rate_age_days"),
        ({"freight_share": 5.1}, "/freight_share"),
        ({"currency": "XXX"}, "/currency"),
        ({"rank_by": "beauty"}, "/rank_by"),
        ({"defect_cost_e4": -1}, "/defect_cost"),
        ({"quality": 1.0}, "/quality"),
        ({"quality": 0.5, "delivery": 0.5, "responsiveness": 0.1, "resilience": 0.0}, "/quality"),
        ({"quality": 1.5, "delivery": -0.5, "responsiveness": 0.0, "resilience": 0.0}, "/quality"),
        ({"freight_rates": (FreightRate(share=9.0),)}, "/freight_rates/0/share"),
        ({"duty_rates": (DutyRate(), DutyRate(tax=-1.0))}, "/duty_rates/1/tax"),
        ({"duty_rates": (DutyRate(),) * (MAX_RATE_ROWS + 1)}, "/duty_rates"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(wrong: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        CostSettings(**wrong).check()
    assert [error.pointer for error in refused.value.errors] == [pointer]
