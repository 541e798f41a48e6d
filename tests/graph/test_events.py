"""Events are chained, in order, and told to the right firms."""

from __future__ import annotations

import threading
from datetime import timedelta

from neo4j import Driver

from supplychain.config import settings
from supplychain.graph import events
from supplychain.graph.engine.transactions import Tx, read, rows, write
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from tests.make.firms import make_actor, make_firm

CHAIN = """
MATCH (e:Event {ledger_id: $ledger_id})
RETURN e.ledger_id AS ledger_id, e.seq AS seq, e.kind AS kind, e.about_kind AS about_kind,
       e.about_id AS about_id, e.firm_id AS firm_id, e.user_id AS user_id, e.at AS at,
       e.facts AS facts, e.key_id AS key_id, e.previous AS previous, e.digest AS digest
ORDER BY seq LIMIT 1000
"""


def _record(driver: Driver, by: Actor, tells: tuple[str, ...] = ()) -> None:
    def work(tx: Tx) -> None:
        events.record(
            tx, "test.done", about_kind="firm", about_id=by.firm_id, by=by, at=utc_now(),
            tells=tells, facts={"n": 1},
        )  # fmt: skip

    write(driver, work)


def test_thirty_two_racing_events_make_one_unbroken_chain(driver: Driver) -> None:
    by = make_actor(make_firm(driver))
    threads = [threading.Thread(target=_record, args=(driver, by)) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    chain = read(driver, lambda tx: rows(tx, CHAIN, ledger_id=by.firm_id))
    assert [one["seq"] for one in chain] == list(range(1, 33))
    previous = events.GENESIS
    for one in chain:
        told, digest = one.pop("previous"), one.pop("digest")
        assert told == previous
        assert events.chain_digest(previous, one, settings().audit_keys) == digest
        previous = digest


def test_only_those_who_are_told_see_an_event(driver: Driver) -> None:
    ours, partner, stranger = make_firm(driver), make_firm(driver), make_firm(driver)
    _record(driver, make_actor(ours), tells=(partner.id,))
    for firm, count in ((ours, 1), (partner, 1), (stranger, 0)):
        assert len(read(driver, events.list_latest, viewer=firm.id)) == count


def test_eight_racing_relays_claim_each_event_once(driver: Driver) -> None:
    by = make_actor(make_firm(driver))
    for _ in range(40):
        _record(driver, by)
    claimed: list[str] = []

    def relay() -> None:
        for _ in range(4):
            now = utc_now()
            found = write(driver, events.claim, now=now, until=now + timedelta(minutes=1), limit=10)
            claimed.extend(one.id for one in found)

    threads = [threading.Thread(target=relay) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed))
    assert len(claimed) == 40


def test_an_event_whose_relay_died_is_claimed_again(driver: Driver) -> None:
    _record(driver, make_actor(make_firm(driver)))
    now = utc_now()
    (first,) = write(driver, events.claim, now=now, until=now + timedelta(seconds=1))
    assert write(driver, events.claim, now=now, until=now + timedelta(seconds=1)) == []
    later = now + timedelta(seconds=2)
    (again,) = write(driver, events.claim, now=later, until=later + timedelta(seconds=1))
    assert again.id == first.id
    assert write(driver, events.mark_done, first.id)
    assert not write(driver, events.mark_done, first.id)
