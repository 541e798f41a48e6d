"""By what figures suppliers are ranked for a buyer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from neo4j import Driver

from supplychain.errors import Stale
from supplychain.graph import cost_settings, events
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.model.cost_settings import CostSettings, LatestRate
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor


def get(driver: Driver, *, by: Actor) -> CostSettings:
    """The settings of the acting firm; nothing stated and version 0 before the first change."""
    return read(driver, cost_settings.get, viewer=by.firm_id)


def list_latest_rates(driver: Driver, *, by: Actor) -> list[LatestRate]:
    """The newest exchange rate of each pair that the acting firm imported."""
    return read(driver, cost_settings.list_latest_rates, viewer=by.firm_id)


def change(driver: Driver, settings: CostSettings, *, version: int, by: Actor) -> int:
    """Replace the settings of the acting firm as a whole; returns the new version.

    Rankings that are there stay as they are until suppliers are ranked again.

    Raises:
        Forbidden: the actor is no buyer of its firm.
        Invalid: a number is out of its bounds, or the weights do not add up.
        Stale: somebody changed them meanwhile.
    """
    by.check_role("buyer")
    settings.check()
    return write(driver, _save_change, settings, version, by, utc_now())


def _save_change(tx: Tx, settings: CostSettings, version: int, by: Actor, now: datetime) -> int:
    present = cost_settings.lock(tx, viewer=by.firm_id)
    if present.version != version:
        raise Stale
    changed = replace(settings, version=version + 1)
    cost_settings.save(tx, changed, viewer=by.firm_id, at=now)
    events.record(
        tx,
        "cost_settings.changed",
        about_kind="cost_settings",
        about_id=by.firm_id,
        by=by,
        at=now,
        facts={},
    )
    return changed.version
