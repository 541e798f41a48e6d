"""What a backup holds comes back as it was, whatever happened meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from neo4j import Driver

from supplychain.actions.backups import restoring, sections
from supplychain.actions.backups.checking import check_graph, check_kept
from supplychain.actions.backups.restoring import open_source, restore
from supplychain.actions.backups.taking import take_backup
from supplychain.config import settings
from supplychain.errors import Conflict, Unavailable
from supplychain.graph import events
from supplychain.graph.backup import loading
from supplychain.graph.engine import gate
from supplychain.graph.engine.transactions import Tx, read, row, run, write
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from tests.make.firms import make_actor, make_firm
from tests.make.world import make_world


@pytest.fixture(autouse=True)
def short_waits(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One process: no other one trusts an old look at the gate."""
    monkeypatch.setattr(gate, "LOOK_S", 0.05)
    monkeypatch.setattr(gate, "COMMIT_S", 0.2)
    yield
    write(driver, loading.begin, "", 0)
    loading.break_gate(driver)


def _quiet(_text: str) -> None:
    pass


def back_up(driver: Driver, folder: Path) -> restoring.Source:
    return open_source(take_backup(driver, folder, say=_quiet)[1])


def record(driver: Driver, by: Actor) -> None:
    def work(tx: Tx) -> None:
        events.record(
            tx, "test.done", about_kind="firm", about_id=by.firm_id, by=by, at=utc_now()
        )

    write(driver, work)


def sums(driver: Driver) -> dict[str, tuple[int, str]]:
    return {each.name: (each.count, each.digest) for each in sections.sum_graph(driver)}


def test_a_whole_world_comes_back_node_by_node(driver: Driver, tmp_path: Path) -> None:
    make_world(driver)
    before = sums(driver)
    assert sum(1 for count, _ in before.values() if count) > 30
    source = back_up(driver, tmp_path)
    assert check_kept(source.folder, source.manifest).wrong == 0
    restored = restore(driver, source, replaces=True, say=_quiet)
    assert sums(driver) == before
    assert [verdict for verdict in restored.findings.verdicts if verdict.wrong] == []
    record(driver, make_actor(make_firm(driver)))  # and it can be written again
