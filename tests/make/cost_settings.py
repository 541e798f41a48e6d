"""What buyers reckon with, made by the same action; and their exchange rates."""

from __future__ import annotations

from typing import Any

from neo4j import Driver

from supplychain.actions import cost_settings
from supplychain.graph.engine.transactions import write
from supplychain.graph.imports import upserts
from supplychain.model.cost_settings import CostSettings
from supplychain.model.people.actors import Actor


def make_cost_settings(driver: Driver, by: Actor, **values: Any) -> CostSettings:
    """Settings of the actor's firm with these values stated; what is stored."""
    version = cost_settings.get(driver, by=by).version
    cost_settings.change(driver, CostSettings(**values), version=version, by=by)
    return cost_settings.get(driver, by=by)


def make_rate(driver: Driver, firm_id: str, rate: float, **given: str) -> None:
    """A rate of the firm, from EUR to CNY of 2026-11-20, unless told otherwise."""
    plain = {"day": "2026-11-20", "from_currency": "EUR", "to_currency": "CNY", **given}
    key = "|".join((firm_id, plain["day"], plain["from_currency"], plain["to_currency"]))
    entry = {"id": key, "firm_id": firm_id, "rate": rate, **plain}
    write(driver, upserts.write_exchange_rates, [entry], owner=None, at="")
