"""What the independent reader of the scale drill sees of a graph that was traded on."""

from __future__ import annotations

from neo4j import Driver

from scripts.scaling.judge import find_faults
from scripts.scaling.load import Notes
from scripts.scaling.reader import read_snapshot
from supplychain.actions.orders.reactions import react
from supplychain.model.ids import utc_now
from tests.make.world import make_world


def test_events_wait_until_they_are_told_and_the_rest_is_whole(driver: Driver) -> None:
    make_world(driver)
    assert sum(row["waiting"] for row in read_snapshot(driver).events) > 0
    react(driver, utc_now())
    seen = read_snapshot(driver)
    assert seen.events
    assert {row["waiting"] for row in seen.events} == {0}
    assert [
        each for each in find_faults(Notes(), seen) if each.startswith(("events", "untold"))
    ] == []
