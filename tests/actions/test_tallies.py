"""A million refusals leave a handful of events, and the first of each is there at once."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions import audit
from supplychain.actions.tallies import (
    ELSEWHERE,
    EVERYBODY,
    MAX_KEYS,
    MAX_PERSONAL_KEYS,
    Refusal,
    Tallies,
    flush,
)
from supplychain.errors import Unavailable
from supplychain.graph.engine.transactions import read, rows
from supplychain.model.ids import to_instant, utc_now
from supplychain.model.people.actors import Actor
from tests.make.firms import make_actor, make_firm

NOON = to_instant("2026-11-29T12:00:00.000000Z")
ROBOT = Actor(user_id="robot", firm_id="", role="viewer")
EVENTS = (
    "MATCH (e:Event {ledger_id: $ledger}) WHERE e.kind = 'access.refused' "
    "RETURN e.facts AS facts, e.user_id AS user_id, e.about_id AS about_id ORDER BY e.seq LIMIT 99"
)


def refusal(by: Actor = ROBOT, **values: Any) -> Refusal:
    return Refusal(**{"reason": "role", "route": "orders.show", "by": by, **values})


def written(driver: Driver, ledger: str) -> list[dict[str, Any]]:
    return read(driver, lambda tx: rows(tx, EVENTS, ledger=ledger))


def test_a_robot_leaves_two_events_an_hour(driver: Driver) -> None:
    by, tallies = make_actor(make_firm(driver)), Tallies()
    begun = time.perf_counter()
    for n in range(200_000):
        tallies.count(refusal(by, about_kind="order", about_id=f"guess-{n}"), NOON)
    spent_us = (time.perf_counter() - begun) / 0.2
    assert flush(driver, tallies, NOON) == 1
    assert flush(driver, tallies, NOON + timedelta(minutes=59)) == 0
    assert flush(driver, tallies, NOON + timedelta(hours=1)) == 1
    first, rest = written(driver, by.firm_id)
    assert '"count": 1' in first["facts"]
    assert '"count": 199999' in rest["facts"]
    assert first["about_id"] == "guess-0"
    assert first["user_id"] == by.user_id
    assert audit.verify(driver).broken == ()
    assert spent_us < 100, f"{spent_us:.1f} µs for each refusal"


def test_what_one_principal_is_refused_is_bounded() -> None:
    tallies = Tallies()
    for n in range(10_000):
        tallies.count(refusal(route=f"route-{n}"), NOON)
    due = tallies.take_due(NOON, all_of_it=True)
    assert len(due) == MAX_PERSONAL_KEYS + 2
    assert due[-1][0].route == ELSEWHERE
    assert sum(count for _, _, count in due) == 10_000


def test_a_flood_from_many_networks_ends_in_one_line() -> None:
    tallies = Tallies()
    nobody = Actor(user_id="", firm_id="", role="viewer")
    for n in range(20_000):
        tallies.count(refusal(nobody, network=f"{n}.0/24"), NOON)
    due = tallies.take_due(NOON, all_of_it=True)
    assert len(due) == MAX_KEYS + 2
    assert due[-1][0].network == EVERYBODY
    assert sum(count for _, _, count in due) == 20_000


def test_of_nobody_the_installation_keeps_the_record(driver: Driver) -> None:
    tallies = Tallies()
    nobody = Actor(user_id="", firm_id="", role="viewer")
    tallies.count(refusal(nobody, reason="token", network="10.1.2.0/24"), NOON)
    flush(driver, tallies, NOON)
    (event,) = written(driver, "installation")
    assert "10.1.2.0/24" in event["facts"]


def test_what_cannot_be_written_is_kept(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    by, tallies = make_actor(make_firm(driver)), Tallies()
    tallies.count(refusal(by), NOON)

    def fail(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr("supplychain.actions.tallies.write", fail)
    with pytest.raises(Unavailable):
        flush(driver, tallies, utc_now())
    monkeypatch.undo()
    assert flush(driver, tallies, NOON) == 1
    assert len(written(driver, by.firm_id)) == 1
