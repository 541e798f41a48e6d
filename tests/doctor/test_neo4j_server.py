"""``supplychain graph`` as a Neo4j of its own, where the embedded graph does not run."""

from __future__ import annotations

import json

import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import AuthError

from supplychain.config import settings
from supplychain.doctor import graphs
from supplychain.graph.engine import schema
from supplychain.graph.engine.driver import bolt_address, graph
from supplychain.graph.engine.migrate import migrate
from tests import engines
from tests.doctor.conftest import Patient


@pytest.mark.slow
@pytest.mark.skipif(not engines.can_run_neo4j(), reason="no Java 17 or no Maven")
def test_a_neo4j_stands_in_for_the_embedded_graph(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPLYCHAIN_LOCAL_GRAPH", "neo4j")
    process, _ = engines.start("embedded", patient.folder)
    try:
        patient.set()
        assert settings().embedded
        assert json.loads((patient.folder / "graph" / "bolt.json").read_text())["user"] == "neo4j"
        assert migrate(graph())
        assert schema.list_missing(graph()) == {}
        assert patient.look(graphs.check_graph)["graph"].says.startswith("Neo4j/5.26")
        uri, user, _ = bolt_address(settings())
        with (
            GraphDatabase.driver(uri, auth=(user, "wrong")) as stranger,
            pytest.raises(AuthError),
        ):
            stranger.verify_connectivity()
    finally:
        process.terminate()
        process.wait(60)
