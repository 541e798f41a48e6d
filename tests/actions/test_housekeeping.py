"""What is over is cleared away; what is in use stays."""

from __future__ import annotations

from datetime import timedelta

from neo4j import Driver

from supplychain.actions import housekeeping
from supplychain.graph.engine.transactions import Once, Tx, read, row, write_once
from supplychain.model.ids import utc_now
from supplychain.tasks.sweeps import gather_sweeps, gather_tidies


def _kept(driver: Driver, query: str) -> int:
    found = read(driver, lambda tx: row(tx, query))
    assert found is not None
    return found["n"]


def test_old_keys_go_and_young_ones_stay(driver: Driver) -> None:
    def work(tx: Tx) -> str:
        return "done"

    write_once(driver, Once.of(firm_id="f", verb="v", client_key="k", payload=1), work)
    count = "MATCH (i:Idem) RETURN count(i) AS n"
    assert housekeeping.forget_keys(driver, utc_now() + timedelta(hours=47)) == 0
    assert _kept(driver, count) == 1
    assert housekeeping.forget_keys(driver, utc_now() + timedelta(hours=49)) == 1
    assert _kept(driver, count) == 0


def test_every_sweep_and_tidy_runs_on_an_empty_graph(driver: Driver) -> None:
    assert len(gather_sweeps()) >= 3
    assert len(gather_tidies()) >= 3
    for due in (*gather_sweeps(), *gather_tidies()):
        due(driver, utc_now())
