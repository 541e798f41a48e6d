"""The demo's request for bids comes to its end on a slow machine and after a broken start."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from neo4j import Driver

from supplychain.actions.imports.imports import import_tables
from supplychain.demo import network, sourcing
from supplychain.demo.people import LEADER
from supplychain.demo.tables import Tables, write_folder
from supplychain.graph.bids import opened_bids
from supplychain.graph.engine.transactions import Tx, read, rows
from tests.demo.test_network import TODAY
from tests.make.parts_requests import pass_deadline

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
NEEDED = ("firms", "parts", "bom", "capabilities", "offers", "exchange_rates")


@pytest.fixture
def tables(driver: Driver, tmp_path: Path) -> Tables:
    tables = network.make_tables(TODAY)
    write_folder(tmp_path, {name: tables[name] for name in NEEDED})
    assert import_tables(driver, tmp_path, by=None).written
    return tables


def _requests(driver: Driver) -> dict[str, tuple[str, int]]:
    """The state and the number of bids of each of the leader's requests, by id."""

    def work(tx: Tx) -> dict[str, tuple[str, int]]:
        found = rows(
            tx,
            "MATCH (:Firm {id: $leader})-[:POSTED]->(r:PartsRequest) "
            "OPTIONAL MATCH (b:Bid {request_id: r.id}) WHERE b.state <> 'draft' "
            "RETURN r.id AS id, r.state AS state, count(b) AS bids",
            leader=LEADER,
        )
        return {each["id"]: (each["state"], each["bids"]) for each in found}

    return read(driver, work)


def test_a_machine_too_slow_for_the_first_deadline_gets_longer_ones(
    driver: Driver, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sourcing, "SHORTLY", timedelta(milliseconds=250))
    sourcing.ask_for_bids(driver, tables)
    states = Counter(state for state, _ in _requests(driver).values())
    assert states["evaluating"] == 1
    assert set(states) <= {"evaluating", "cancelled"}
    before = _requests(driver)
    sourcing.ask_for_bids(driver, tables)
    assert _requests(driver) == before
    (opened,) = [request_id for request_id, one in before.items() if one[0] == "evaluating"]
    listed = read(driver, opened_bids.list_beside_owed, opened, viewer=LEADER)
    assert Counter(bid.currency for bid in listed.owed.values())["EUR"] == 1
    assert not listed.waiting
    wire = [
        (line.quantity, line.price_per)
        for bid in listed.owed.values()
        for line in bid.lines
        if line.quantity == Decimal("862.5")
    ]
    assert sorted(wire) == [(Decimal("862.5"), 1), (Decimal("862.5"), 100)]


def test_a_start_broken_off_among_the_bids_goes_on(
    driver: Driver, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed, submit = [], sourcing._submit_bid

    def break_off(*given) -> None:
        if len(placed) == 2:
            raise KeyboardInterrupt
        placed.append(given[2])
        submit(*given)

    monkeypatch.setattr(sourcing, "_submit_bid", break_off)
    with pytest.raises(KeyboardInterrupt):
        sourcing.ask_for_bids(driver, tables)
    (request_id,) = _requests(driver)
    pass_deadline(driver, request_id, sweep=False)
    monkeypatch.setattr(sourcing, "_submit_bid", submit)
    sourcing.ask_for_bids(driver, tables)
    after = _requests(driver)
    assert after.pop(request_id)[0] == "cancelled"
    ((state, bids),) = after.values()
    assert state == "evaluating"
    assert bids == len({row["firm_id"] for row in sourcing._list_offers(tables)})


def test_a_start_broken_off_before_it_was_published_goes_on(
    driver: Driver, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_args) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sourcing, "_publish_draft", break_off)
        with pytest.raises(KeyboardInterrupt):
            sourcing.ask_for_bids(driver, tables)
    (request_id,) = _requests(driver)
    pass_deadline(driver, request_id, sweep=False)
    sourcing.ask_for_bids(driver, tables)
    assert {state for state, _ in _requests(driver).values()} == {"evaluating"}
