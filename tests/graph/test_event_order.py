"""What is written at one instant is told in the order in which it was written."""

from __future__ import annotations

from neo4j import Driver

from supplychain.graph import events
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.model.ids import utc_now
from tests.make.firms import make_actor, make_firm

KINDS = [f"thing.step_{number}" for number in (3, 1, 4, 5, 9, 2, 6)]


def test_events_of_one_instant_keep_their_order(driver: Driver) -> None:
    by, now = make_actor(make_firm(driver)), utc_now()

    def work(tx: Tx) -> None:
        for kind in KINDS:
            events.record(tx, kind, about_kind="thing", about_id="one", by=by, at=now, facts={})

    write(driver, work)
    history = read(driver, events.list_history, "one", viewer=by.firm_id)
    assert [event.kind for event in history] == KINDS
    latest = read(driver, events.list_latest, viewer=by.firm_id, limit=10)
    assert [event.kind for event in latest] == KINDS[::-1]
