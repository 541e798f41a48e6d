"""The graph: away, frozen, refusing, misnamed, of another version or installation."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from neo4j import Driver

from supplychain.config import Key, Settings, new_key, settings
from supplychain.doctor import graphs
from supplychain.doctor.findings import FAIL, OK, WARN, Finding, run_check
from supplychain.graph.backup import loading
from supplychain.graph.engine import gate, installation, schema
from supplychain.graph.engine.migrate import migrate
from supplychain.graph.engine.transactions import run, write
from supplychain.model.ids import to_text, utc_now
from tests import engines
from tests.actions.test_seals import make_sides
from tests.conftest import ENGINE
from tests.doctor.conftest import Check, Patient, free_port, listen
from tests.make.bids import make_bid

MIGRATE = [sys.executable, "-m", "supplychain", "migrate"]


def _look(check: Check, config: Settings | None = None) -> dict[str, Finding]:
    ready = config or settings()
    return {finding.check: finding for finding in run_check("check", lambda: check(ready))}


def test_an_embedded_graph_that_is_not_running(patient: Patient) -> None:
    finding = patient.look(graphs.check_graph)["graph"]
    assert (finding.state, finding.mend) == (FAIL, "Start it: supplychain graph")


def test_a_neo4j_that_is_away(patient: Patient) -> None:
    uri = f"neo4j://127.0.0.1:{free_port()}"
    finding = patient.look(graphs.check_graph, GRAPH_URI=uri)["graph"]
    assert finding.state == FAIL
    assert finding.says.startswith("Nothing answers at 127.0.0.1:")
    assert finding.mend == "Start Neo4j, and check SUPPLYCHAIN_GRAPH_URI."


def test_a_graph_that_is_frozen(patient: Patient) -> None:
    began = time.monotonic()
    with listen() as port:
        uri = f"bolt://127.0.0.1:{port}"
        finding = patient.look(graphs.check_graph, GRAPH_URI=uri)["graph"]
    assert time.monotonic() - began < 10
    assert finding.state == FAIL
    assert "is frozen: no answer within 3 s" in finding.says
    assert "restart Neo4j" in finding.mend


def test_a_graph_that_freezes_after_the_first_word(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supplychain.doctor.findings.CHECK_S", 4.0)
    with listen(bytes([0, 0, 4, 5])) as port:
        uri = f"bolt://127.0.0.1:{port}"
        (finding,) = patient.look(graphs.check_graph, GRAPH_URI=uri).values()
    assert finding.state == FAIL


def test_something_else_at_the_port_of_the_graph(patient: Patient) -> None:
    with listen(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        uri = f"bolt://127.0.0.1:{port}"
        finding = patient.look(graphs.check_graph, GRAPH_URI=uri)["graph"]
    assert finding.state == FAIL
    assert finding.says.endswith("is no graph")


@pytest.mark.parametrize("uri", ["http://127.0.0.1:7474", "127.0.0.1:7687"])
def test_an_address_that_is_none_of_a_graph(patient: Patient, uri: str) -> None:
    finding = patient.look(graphs.check_graph, GRAPH_URI=uri)["graph"]
    assert finding.state == FAIL
    assert "bolt://127.0.0.1:7687" in finding.mend


def test_a_graph_that_refuses_our_password(driver: Driver, patient: Patient) -> None:
    if ENGINE != "embedded":
        pytest.skip("the Neo4j of the tests asks for no password")
    uri, user, _ = _address_of(driver)
    wrong = {"GRAPH_URI": uri, "GRAPH_USER": user, "GRAPH_PASSWORD": "wrong"}
    for _ in range(5):  # on a busy machine hashing it may take longer than a look lasts
        finding = patient.look(graphs.check_graph, **wrong)["graph"]
        assert finding.state == FAIL
        if finding.says == "It refuses our password":
            break
    assert finding.says == "It refuses our password"
    assert "SUPPLYCHAIN_GRAPH_PASSWORD" in finding.mend


def _address_of(driver: Driver) -> tuple[str, str, str]:
    host, port = driver.get_server_info().address
    return f"bolt://{host}:{port}", "root", ""


def test_a_database_that_is_not_there(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = dataclasses.replace(settings(), graph_database="nowhere")
    finding = _look(graphs.check_graph, wrong)["graph"]
    assert finding.state == FAIL
    assert "SUPPLYCHAIN_GRAPH_DATABASE" in finding.mend or "answers no query" in finding.says


def test_a_graph_that_is_well(driver: Driver) -> None:
    installation.mark_installation(driver, settings())
    assert _look(graphs.check_graph)["graph"].says.startswith("Neo4j/5.26")
    for check in graphs.CHECKS.values():
        if check is not graphs.check_clock:
            assert {finding.state for finding in _look(check).values()} == {OK}


def test_writes_that_are_held_back(driver: Driver) -> None:
    def look_at_held(name: str, until: float) -> Finding:
        assert loading.shut_gate(driver, name, "holder", until=until)
        try:
            return _look(graphs.check_writes)["writes"]
        finally:
            token = gate.holder_here.set("holder")
            loading.open_gate(driver, "holder")
            gate.holder_here.reset(token)

    soon = time.time() + gate.LEASE_S
    assert look_at_held(gate.BACKUP, soon).state == WARN
    restoring = look_at_held(gate.RESTORE, gate.FOR_EVER_S)
    assert (restoring.state, "supplychain restore" in restoring.mend) == (FAIL, True)
    left = look_at_held(gate.MOVED, gate.FOR_EVER_S)
    assert (left.state, "supplychain move --undo" in left.mend) == (FAIL, True)
    assert _look(graphs.check_writes)["writes"].state == OK
    assert loading.shut_gate(driver, gate.BACKUP, "holder", until=time.time() - 1)
    assert _look(graphs.check_writes)["writes"].state == OK  # its holder is gone


@pytest.mark.slow
@pytest.mark.parametrize("broken", ["lost", "no JSON"])
def test_a_bolt_file_that_is_lost_or_broken(patient: Patient, broken: str) -> None:
    process, _ = engines.start("embedded", patient.folder)
    path = patient.folder / "graph" / "bolt.json"
    try:
        if broken == "lost":
            path.unlink()
        else:
            path.write_text("{")
        finding = patient.look(graphs.check_graph)["graph"]
        assert finding.state == FAIL
        assert f"It runs (process {process.pid})" in finding.says
        assert f"kill {process.pid}" in finding.mend
        os.kill(process.pid, signal.SIGTERM)
        process.wait(30)
        assert patient.look(graphs.check_graph)["graph"].mend.endswith("supplychain graph")
        process, _ = engines.start("embedded", patient.folder)
        assert patient.look(graphs.check_graph)["graph"].state == OK
    finally:
        process.kill()
        process.wait(30)


def test_an_older_schema(driver: Driver) -> None:
    newest = schema.list_shipped()[-1].version
    query = "MATCH (m:Migration {version: $version}) DELETE m"
    write(driver, lambda tx: run(tx, query, version=newest))
    finding = _look(graphs.check_schema)["migrations"]
    assert (finding.state, finding.mend) == (FAIL, "Run: supplychain migrate")
    subprocess.run(MIGRATE, cwd=engines.ROOT, check=True)
    assert _look(graphs.check_schema)["migrations"].state == OK


def test_a_newer_schema(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = schema.list_shipped()
    query = "MATCH (m:Migration {version: $version}) SET m.oldest = $oldest"
    newest = shipped[-1]
    write(driver, lambda tx: run(tx, query, version=newest.version, oldest=newest.version))
    monkeypatch.setattr(schema, "list_shipped", lambda: shipped[:-1])
    try:
        finding = _look(graphs.check_schema)["migrations"]
        assert finding.state == FAIL
        assert finding.mend.startswith("Update this program")
    finally:
        write(driver, lambda tx: run(tx, query, version=newest.version, oldest=newest.oldest))


def test_a_migration_that_was_edited(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *others = schema.list_shipped()
    edited = [dataclasses.replace(first, checksum="edited"), *others]
    monkeypatch.setattr(schema, "list_shipped", lambda: edited)
    finding = _look(graphs.check_schema)["migrations"]
    assert (finding.state, finding.mend) == (FAIL, "Use a clean checkout.")


@pytest.mark.parametrize(
    ("drop", "says"),
    [
        ("DROP CONSTRAINT firm_id IF EXISTS", "Gone: constraint firm_id"),
        ("DROP INDEX mail_state IF EXISTS", "Gone: index mail_state"),
    ],
)
def test_a_constraint_or_an_index_that_was_dropped(driver: Driver, drop: str, says: str) -> None:
    with driver.session() as session:
        session.execute_write(lambda tx: run(tx, drop))
    finding = _look(graphs.check_schema)["migrations"]
    assert (finding.state, finding.says) == (FAIL, says)
    assert finding.mend == "Make them anew: supplychain migrate"
    migrate(driver)
    assert _look(graphs.check_schema)["migrations"].state == OK


@pytest.fixture
def marked(driver: Driver, tmp_path: Path) -> Settings:
    """The settings of the graph of the tests, with a data folder of its own."""
    installation.adopt(driver, settings())
    config = dataclasses.replace(settings(), data_dir=tmp_path)
    shutil.copy(installation.installation_file(settings()), tmp_path)
    return config


def test_the_data_folder_of_another_installation(driver: Driver, marked: Settings) -> None:
    assert _look(graphs.check_installation, marked)["installation"].state == OK
    installation.adopt_graph(marked, "another")
    finding = _look(graphs.check_installation, marked)["installation"]
    assert finding.state == FAIL
    assert "another installation" in finding.says
    assert finding.mend.endswith("supplychain migrate --adopt")
    installation.adopt(driver, marked)  # what the command calls
    assert _look(graphs.check_installation, marked)["installation"].state == OK


def test_the_data_folder_of_another_engine(driver: Driver, marked: Settings) -> None:
    other = dataclasses.replace(marked, graph_uri=None if marked.graph_uri else "bolt://elsewhere")
    finding = _look(graphs.check_installation, other)["installation"]
    assert finding.state == FAIL
    assert "SUPPLYCHAIN_GRAPH_URI" in finding.mend
    assert installation.mark_installation(driver, other)  # which does not adopt it unasked
    assert _look(graphs.check_installation, other)["installation"].state == FAIL


def test_a_data_folder_that_says_nothing(driver: Driver) -> None:
    path = installation.installation_file(settings())
    path.unlink(missing_ok=True)
    assert _look(graphs.check_installation)["installation"].state == WARN
    done = subprocess.run([*MIGRATE, "--adopt"], cwd=engines.ROOT, check=True)
    assert done.returncode == 0
    assert _look(graphs.check_installation)["installation"].state == OK


@pytest.mark.parametrize(("ahead", "state"), [(0, OK), (5, WARN), (-300, FAIL)])
def test_clocks_that_disagree(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, ahead: int, state: str
) -> None:
    monkeypatch.setattr(
        "supplychain.graph.inspection.read_server_ms",
        lambda _tx: (utc_now().timestamp() + ahead) * 1000,
    )
    finding = _look(graphs.check_skew)["time"]
    assert finding.state == state
    assert ("timedatectl" in finding.mend) == (state != OK)


def _ship_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = schema.parse_file("V9996__clock.cypher", "RETURN 1;")
    shipped = [one for one in schema.list_shipped() if one.name != "clock"]
    monkeypatch.setattr(graphs, "list_shipped", lambda: [*shipped, clock])


@pytest.mark.parametrize(("age_s", "state"), [(None, FAIL), (2, OK), (100, FAIL)])
def test_a_clock_that_nobody_keeps(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, age_s: int | None, state: str
) -> None:
    _ship_clock(monkeypatch)
    if age_s is not None:
        kept_at = to_text(utc_now() - timedelta(seconds=age_s))
        query = "MERGE (c:Clock {id: 'time'}) SET c.kept_at = $kept_at"
        write(driver, lambda tx: run(tx, query, kept_at=kept_at))
    finding = _look(graphs.check_clock)["clock"]
    assert finding.state == state
    assert finding.mend == ("" if state == OK else "Start one: supplychain worker")


EVENT = "CREATE (:Pending {id: 'e', at: $at, due_at: ''})"
JOB = (
    "CREATE (j:Job {id: 'j', kind: 'match', state: 'queued', created_at: $at, seen_at: $at}) "
    "CREATE (:LiveJob {id: 'j'})"
)
OLD = to_text(utc_now() - timedelta(hours=3))


@pytest.mark.parametrize(("check", "query"), [("outbox", EVENT), ("jobs", JOB)])
def test_events_and_jobs_that_nobody_takes(driver: Driver, check: str, query: str) -> None:
    write(driver, lambda tx: run(tx, query, at=to_text(utc_now())))
    assert _look(graphs.check_backlogs)[check].state == OK
    write(driver, lambda tx: run(tx, "MATCH (n) WHERE n:Pending OR n:Job OR n:LiveJob DELETE n"))
    write(driver, lambda tx: run(tx, query, at=OLD))
    finding = _look(graphs.check_backlogs)[check]
    assert finding.state == FAIL
    assert finding.says.endswith("wait, the first for 3 h")
    assert "supplychain worker" in finding.mend


def test_mails_that_nobody_sends(driver: Driver) -> None:
    query = "CREATE (m:Mail {id: 'm', state: 'P', due_at: $at})"
    write(driver, lambda tx: run(tx, query, at=OLD))
    whole = dataclasses.replace(
        settings(), smtp_url="smtp://localhost", mail_from="a@b.example", public_url="https://b"
    )
    finding = _look(graphs.check_backlogs, whole)["mails"]
    assert finding.state == FAIL
    assert "mails" not in _look(graphs.check_backlogs)


HEAD = """
CREATE (h:Ledger {id: 'l', seq: 1, digest: 'd'}),
       (e:Event {id: 'e', place: 'l|1', ledger_id: 'l', seq: 1, state: 'D', key_id: 'lost'})
"""
FACTOR = "CREATE (f:SecondFactor {user_id: 'u', sealed: 'lost:c2VhbGVk'})"


@pytest.mark.parametrize(
    ("query", "ring"), [(HEAD, "audit_keys"), (FACTOR, "factor_keys")]
)  # fmt: skip
def test_keys_that_are_lost(driver: Driver, query: str, ring: str) -> None:
    write(driver, lambda tx: run(tx, query))
    finding = _look(graphs.check_signatures)["signatures"]
    assert finding.state == FAIL
    assert "a key not here: lost" in finding.says
    assert f"Put the file {ring}" in finding.mend
    back = Key(id="lost", secret="0" * 64)
    mended = {
        name: (*getattr(settings(), name), back) for name in ("audit_keys", "factor_keys")
    }  # fmt: skip
    config = dataclasses.replace(settings(), **mended)
    assert _look(graphs.check_signatures, config)["signatures"].state == OK


def test_keys_of_sealed_bids_that_are_lost(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    _, supplier, request_id = make_sides(driver)
    make_bid(driver, supplier, request_id)
    assert _look(graphs.check_seals)["seals"].state == OK
    monkeypatch.setenv("SUPPLYCHAIN_SEAL_KEYS", str(new_key()))
    settings.cache_clear()
    try:
        finding = _look(graphs.check_seals)["seals"]
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert finding.state == FAIL
    assert "1 of 1 open requests are sealed with a key not here" in finding.says
    assert "seal_keys" in finding.mend
    assert _look(graphs.check_seals)["seals"].state == OK
