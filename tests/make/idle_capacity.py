"""Idle capacity for tests, posted by the action that people use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from neo4j import Driver

from supplychain.actions.capacity.idle_capacity import post_idle
from supplychain.model.people.actors import Actor
from tests.make.days import local_today


def make_idle(driver: Driver, by: Actor, **given: Any) -> str:
    """120 h of forging from today for two weeks, seen by nobody, unless told otherwise."""
    today = local_today()
    values = {
        "category": "Forgings",
        "process": "forging",
        "quantity": 120,
        "unit": "hours",
        "starts_on": today,
        "ends_on": today + timedelta(days=14),
        **given,
    }
    return post_idle(driver, **values, by=by)
