"""The graph is killed under load and comes back: nothing acknowledged is lost, nothing is twice."""

from __future__ import annotations

import dataclasses
import threading
import time
from pathlib import Path

import pytest
from neo4j import Driver

from supplychain.config import settings
from supplychain.errors import Unavailable
from supplychain.graph.engine import driver as drivers
from supplychain.graph.engine.migrate import migrate
from supplychain.graph.engine.transactions import Once, Tx, read, rows, run, write_once
from supplychain.model.ids import new_id
from tests import engines
from tests.conftest import ENGINE

WRITERS = 6
SECONDS = 4


def _add(tx: Tx, firm_id: str) -> str:
    run(tx, "CREATE (f:Firm {id: $id, name: 'made under fire'})", id=firm_id)
    return firm_id


class Writer(threading.Thread):
    """Adds firms; each under its own key, tried until the graph has said yes."""

    def __init__(self, driver: Driver) -> None:
        super().__init__()
        self.driver, self.done, self.acknowledged = driver, False, []
        self.surprises: list[Exception] = []

    def run(self) -> None:
        while not self.done:
            once = Once.of(firm_id="f", verb="add", client_key=new_id(), payload=1)
            self._until_acknowledged(once)

    def _until_acknowledged(self, once: Once) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                # A fresh id each time: a doubled effect would show as an extra firm.
                self.acknowledged.append(write_once(self.driver, once, _add, new_id()))
                return
            except Unavailable:
                time.sleep(0.2)
            except Exception as error:
                self.surprises.append(error)
                return


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_killed_graph_loses_nothing_and_doubles_nothing(
    server: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = engines.free_port()
    process, variables = engines.start(ENGINE, tmp_path, port=port)
    config = dataclasses.replace(
        settings(),
        data_dir=tmp_path,
        graph_uri=variables.get("SUPPLYCHAIN_GRAPH_URI"),
    )
    driver = drivers.connect(config)
    try:
        migrate(driver)
        writers = [Writer(driver) for _ in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(SECONDS)
        process.kill()
        process.wait(20)
        process, _ = engines.start(ENGINE, tmp_path, port=port)
        time.sleep(SECONDS)
        for writer in writers:
            writer.done = True
        for writer in writers:
            writer.join(90)
        acknowledged = [one for writer in writers for one in writer.acknowledged]
        query = "MATCH (f:Firm) RETURN f.id AS id LIMIT 1000000"
        stored = [found["id"] for found in read(driver, lambda tx: rows(tx, query))]
        assert [error for writer in writers for error in writer.surprises] == []
        assert len(acknowledged) > 20
        assert sorted(acknowledged) == sorted(stored)
    finally:
        driver.close()
        process.terminate()
        process.wait(20)
