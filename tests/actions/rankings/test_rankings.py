"""A ranking reckons with what its buyer states, imports and bought, and with nothing of others."""

from __future__ import annotations

from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions.rankings.rankings import ask_for_ranking, match_parts_request
from supplychain.errors import Invalid
from supplychain.graph.engine.transactions import Tx, read, run, write
from supplychain.graph.rankings import rankings
from supplychain.graph.rankings.rankings import RankedLine
from supplychain.matching.rows import Reference
from supplychain.model.cost_settings import DutyRate, FreightRate
from supplychain.model.people.actors import Actor
from tests.make.cost_settings import make_cost_settings, make_rate
from tests.make.firms import make_actor, make_firm
from tests.make.jobs import do_jobs
from tests.make.matches import NOW, make_ability, make_delivery, make_offer, make_open_request


@pytest.fixture
def buyer(driver: Driver) -> Actor:
    return make_actor(make_firm(driver, name="Press works", kind="core"))


def _supplier(driver: Driver, name: str, offer: dict[str, Any], **firm: Any) -> str:
    made = make_firm(driver, id=name, **firm)
    make_ability(driver, made.id)
    make_offer(driver, made.id, **offer)
    return made.id


def _rank(driver: Driver, buyer: Actor, **given: Any) -> list[RankedLine]:
    request_id = make_open_request(driver, buyer.firm_id, **given)
    match_parts_request(driver, request_id, now=NOW)
    return [
        line
        for number in range(1, len(given.get("lines", [{}])) + 1)
        for line in read(
            driver, rankings.get_rankings, request_id, viewer=buyer.firm_id, number=number
        )
        if line.number == number
    ]


def test_an_offer_in_another_currency_is_ranked_by_the_buyers_own_rate(
    driver: Driver, buyer: Actor
) -> None:
    _supplier(driver, "home", {"tier_prices_e4": [80_000]})
    _supplier(driver, "abroad", {"tier_prices_e4": [10_000], "currency": "EUR"})
    rival = make_firm(driver)
    make_rate(driver, rival.id, 1.0)
    (line,) = _rank(driver, buyer)
    assert line.best[-1].firm_id == "abroad"  # another firm's rate is never used
    assert line.assumptions.currencies_without_rate == ("EUR",)
    make_rate(driver, buyer.firm_id, 7.5)
    (line,) = _rank(driver, buyer)
    first = line.best[0]
    assert (first.firm_id, first.landed_cost.unit_price_e4) == ("abroad", 75_000)
    assert first.reasons[0].values == {
        "unit_price_e4": 75_000, "rate": 7.5, "currency": "EUR", "on": "2026-11-20", "age_days": 3,
    }  # fmt: skip


def test_a_rate_that_is_too_old_is_named_with_its_age(driver: Driver, buyer: Actor) -> None:
    _supplier(driver, "abroad", {"currency": "EUR"})
    make_rate(driver, buyer.firm_id, 7.5, day="2026-10-01")
    (line,) = _rank(driver, buyer)
    codes = {reason.code: reason.values for reason in line.best[0].reasons}
    assert line.best[0].landed_cost.total_e4 is None
    assert codes["exchange_rate_too_old"]["age_days"] == 53
    assert codes["exchange_rate_too_old"]["limit_days"] == 30


def test_past_purchases_in_another_currency_count_at_the_rate_of_their_day(
    driver: Driver, buyer: Actor
) -> None:
    firm = make_firm(driver)
    make_ability(driver, firm.id)
    make_rate(driver, buyer.firm_id, 8.0, day="2026-05-01")
    make_delivery(
        driver, firm.id, buyer.firm_id, currency="EUR", unit_price_e4=9_000, freight_e4=50_000
    )
    (line,) = _rank(driver, buyer)
    cost = line.best[0].landed_cost
    assert (cost.unit_price_e4, cost.freight_e4) == (72_000, 4_000)
    assert line.reference == Reference(cost_e4=72_000, source="last_paid")


def test_tables_of_freight_and_duty_count_where_the_firms_are(driver: Driver, buyer: Actor) -> None:
    _supplier(driver, "near", {}, latitude=31.23, longitude=121.47)
    _supplier(driver, "far", {}, country="VN", region="", latitude=21.03, longitude=105.85)
    _supplier(driver, "delivered", {"incoterm": "DDP"}, country="VN", region="")
    write(
        driver,
        lambda tx: run(tx, "MATCH (p:Part {id: 'ring'}) SET p.piece_kg = 2.0 RETURN p.id AS id"),
    )
    make_cost_settings(
        driver,
        buyer,
        freight_rates=(FreightRate(up_to_km=200, per_kg_e4=500), FreightRate(per_kg_e4=3_000)),
        duty_rates=(DutyRate(country="vn", duty=0.1),),
    )
    (line,) = _rank(driver, buyer)
    costs = {row.firm_id: row.landed_cost for row in line.best}
    assert (costs["near"].freight_e4, costs["near"].duty_e4) == (1_000, 0)
    assert (costs["far"].freight_e4, costs["far"].duty_e4) == (6_000, 10_600)
    assert (costs["delivered"].freight_e4, costs["delivered"].duty_e4) == (0, 0)
    assert [row.firm_id for row in line.best] == ["delivered", "near", "far"]


def test_lines_of_one_category_and_of_several_parts_each_get_their_own_prices(
    driver: Driver, buyer: Actor
) -> None:
    firm = make_firm(driver)
    make_ability(driver, firm.id)
    make_ability(driver, firm.id, "gears")
    parts = [f"part-{number}" for number in range(12)]
    for number, part in enumerate(parts):
        make_offer(driver, firm.id, part, tier_prices_e4=[10_000 + number])
    lines = [{"part_id": part, "quantity": 5} for part in parts]
    lines.append({"part_id": None, "category_id": "gears"})
    lines.append({"part_id": parts[3], "category_id": "gears", "quantity": 7})
    ranked = _rank(driver, buyer, lines=lines)
    prices = [line.best[0].landed_cost.unit_price_e4 for line in ranked]
    assert prices == [*range(10_000, 10_012), None, 10_003]


def test_the_buyer_chooses_the_order_and_a_request_may_have_its_own(
    driver: Driver, buyer: Actor
) -> None:
    _supplier(driver, "cheap", {"tier_prices_e4": [90_000]})
    _supplier(driver, "prompt", {})
    record = {"delivered_lines": 40, "on_time_lines": 40, "received_quantity": 4000}
    query = "MATCH (k:Capability {firm_id: $id}) SET k += $record RETURN k.id AS id"
    for name, late in (("cheap", 2000), ("prompt", 0)):
        values = {**record, "late_days_sum": late, "long_late_lines": 0}
        write(driver, _set, query, id=name, record=values)
    (line,) = _rank(driver, buyer)
    assert [row.firm_id for row in line.best] == ["cheap", "prompt"]
    make_cost_settings(driver, buyer, rank_by="expected_cost")
    (line,) = _rank(driver, buyer)
    assert [row.firm_id for row in line.best] == ["prompt", "cheap"]
    assert [row.ranks.cost_performance for row in line.best] == [2, 1]
    request_id = make_open_request(driver, buyer.firm_id)
    ask_for_ranking(driver, request_id, by=buyer, rank_by="cost_performance")
    assert do_jobs(driver) == ["done"]
    (line,) = read(driver, rankings.get_rankings, request_id, viewer=buyer.firm_id)
    assert line.best[0].firm_id == "cheap"
    with pytest.raises(Invalid):
        ask_for_ranking(driver, request_id, by=buyer, rank_by="beauty")


def _set(tx: Tx, query: Any, **values: Any) -> None:
    run(tx, query, **values)
