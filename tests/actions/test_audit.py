"""The audit finds what was changed, dropped, added or cut off, and who cannot have done it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import LiteralString

import pytest
from neo4j import Driver

from supplychain.actions import audit
from supplychain.config import Key, settings
from supplychain.graph import events, tampering
from supplychain.graph.engine.transactions import Tx, run, write
from supplychain.model.events import BrokenLink
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from tests.make.firms import make_actor, make_firm


@pytest.fixture(autouse=True)
def no_anchors(driver: Driver) -> Iterator[Path]:
    folder = audit.anchors_folder(settings())
    for path in folder.glob("heads-*"):
        path.unlink()
    yield folder
    for path in folder.glob("heads-*"):
        path.unlink()


def record(driver: Driver, by: Actor, n: int = 1) -> None:
    def work(tx: Tx) -> None:
        events.record(
            tx, "test.done", about_kind="firm", about_id=by.firm_id, by=by, at=utc_now(),
            facts={"n": n},
        )  # fmt: skip

    write(driver, work)


def make_chain(driver: Driver, links: int = 5) -> Actor:
    by = make_actor(make_firm(driver))
    for n in range(links):
        record(driver, by, n)
    return by


def tamper(driver: Driver, by: Actor, query: LiteralString) -> None:
    write(driver, lambda tx: run(tx, query, ledger=by.firm_id))


def broken(driver: Driver) -> list[tuple[int, str]]:
    return [(one.seq, one.why) for one in audit.verify(driver).broken]


def test_an_untouched_record_holds(driver: Driver) -> None:
    make_chain(driver), make_chain(driver, 3)
    report = audit.verify(driver)
    assert report.broken == ()
    assert report.ledgers >= 2
    assert report.links >= 8
    assert report.unkeyed == 0


@pytest.mark.parametrize(
    ("query", "seq", "why"),
    [
        ("MATCH (e:Event {ledger_id: $ledger, seq: 3}) SET e.facts = '{\"n\": 9}'", 3,
         "it was changed"),
        ("MATCH (e:Event {ledger_id: $ledger, seq: 2}) SET e.at = '2020-01-01T00:00:00.000000Z'",
         2, "it was changed"),
        ("MATCH (e:Event {ledger_id: $ledger, seq: 4}) DETACH DELETE e", 4,
         "the event is missing"),
        ("MATCH (e:Event {ledger_id: $ledger, seq: 5}) DETACH DELETE e", 5,
         "events are missing at the end"),
        ("MATCH (e:Event {ledger_id: $ledger, seq: 1}) SET e.previous = 'x'", 1,
         "it does not follow the event before it"),
        ("MATCH (e:Event {ledger_id: $ledger, seq: 3}) SET e.key_id = 'theirs'", 3,
         "its key is none of ours"),
        ("MATCH (e:Event {ledger_id: $ledger, seq: 3}) REMOVE e.key_id", 3,
         "it has no key although events before it have one"),
    ],
)  # fmt: skip
def test_the_first_broken_link_is_named(
    driver: Driver, query: LiteralString, seq: int, why: str
) -> None:
    by = make_chain(driver)
    tamper(driver, by, query)
    assert broken(driver) == [(seq, why)]


def test_facts_put_back_as_they_were_hold_again(driver: Driver) -> None:
    by = make_chain(driver)
    facts = write(driver, tampering.swap_facts, by.firm_id, 2, '{"n": 9}')
    assert broken(driver) == [(2, "it was changed")]
    write(driver, tampering.swap_facts, by.firm_id, 2, facts)
    assert broken(driver) == []


def test_who_has_the_graph_but_no_key_cannot_rewrite_a_chain(driver: Driver) -> None:
    by = make_chain(driver)
    own = (Key(id=settings().audit_keys[-1].id, secret="guessed"),)
    links = write(driver, events.list_links, by.firm_id)
    previous = events.GENESIS
    for body, _, _ in links:
        digest = events.chain_digest(previous, {**body, "kind": "test.forged"}, own)
        query: LiteralString = (
            "MATCH (e:Event {ledger_id: $ledger, seq: $seq}) "
            "SET e.kind = 'test.forged', e.previous = $previous, e.digest = $digest"
        )
        values = {"ledger": by.firm_id, "seq": body["seq"], "previous": previous, "digest": digest}
        write(driver, lambda tx, q=query, v=values: run(tx, q, **v))
        previous = digest
    assert broken(driver) == [(1, "it was changed")]


def test_a_tail_cut_off_with_its_head_is_told_by_the_anchor(driver: Driver) -> None:
    by = make_chain(driver)
    assert audit.anchor_heads(driver, utc_now()) >= 1
    assert audit.anchor_heads(driver, utc_now()) == 0
    record(driver, by)
    assert audit.verify(driver).broken == ()
    cut: LiteralString = (
        "MATCH (e:Event {ledger_id: $ledger}) WHERE e.seq > 2 DETACH DELETE e "
        "WITH count(*) AS gone MATCH (h:Ledger {id: $ledger}) SET h.seq = 2"
    )
    tamper(driver, by, cut)
    assert broken(driver) == [(3, "events are missing at the end")]


def test_who_has_the_key_too_is_told_by_the_anchor(driver: Driver) -> None:
    by = make_chain(driver, 2)
    audit.anchor_heads(driver, utc_now())
    body, previous, _ = write(driver, events.list_links, by.firm_id)[1]
    forged = events.chain_digest(previous, {**body, "kind": "x.y"}, settings().audit_keys)
    query: LiteralString = (
        "MATCH (e:Event {ledger_id: $ledger, seq: 2}) SET e.kind = 'x.y', e.digest = $digest"
    )
    write(driver, lambda tx: run(tx, query, ledger=by.firm_id, digest=forged))
    assert broken(driver) == [(2, "another event was anchored in its place")]


def test_a_changed_anchor_is_told(driver: Driver, no_anchors: Path) -> None:
    make_chain(driver, 2)
    audit.anchor_heads(driver, utc_now())
    path = next(no_anchors.glob("heads-*.jsonl"))
    assert path.stat().st_mode & 0o777 == 0o400
    first, *rest = path.read_text(encoding="ascii").splitlines()
    ledger_id, seq, _ = json.loads(first)
    path.chmod(0o600)
    path.write_text("\n".join([json.dumps([ledger_id, seq, "0" * 64]), *rest]) + "\n")
    report = audit.verify(driver)
    assert [(one.ledger_id, one.why) for one in report.broken] == [
        (path.name, "the file was changed")
    ]


def test_events_of_before_there_were_keys_hold_and_are_counted(driver: Driver) -> None:
    by = make_chain(driver, 2)
    previous = events.GENESIS
    for body, _, _ in write(driver, events.list_links, by.firm_id):
        digest = events.chain_digest(previous, {**body, "key_id": ""}, ())
        query: LiteralString = (
            "MATCH (e:Event {ledger_id: $ledger, seq: $seq}) REMOVE e.key_id "
            "SET e.previous = $previous, e.digest = $digest "
            "WITH e MATCH (h:Ledger {id: $ledger}) SET h.digest = $digest"
        )
        values = {"ledger": by.firm_id, "seq": body["seq"], "previous": previous, "digest": digest}
        write(driver, lambda tx, q=query, v=values: run(tx, q, **v))
        previous = digest
    record(driver, by)
    report = audit.verify(driver)
    assert report.broken == ()
    assert report.unkeyed == 2


def test_a_rotated_key_signs_and_the_old_one_still_proves(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = make_chain(driver, 2)
    old = settings().audit_keys
    text = " ".join(map(str, (*old, Key(id="new", secret="n" * 64))))
    monkeypatch.setenv("SUPPLYCHAIN_AUDIT_KEYS", text)
    settings.cache_clear()
    try:
        record(driver, by)
        assert audit.verify(driver).broken == ()
        ids = [body["key_id"] for body, _, _ in write(driver, events.list_links, by.firm_id)]
        assert ids == [old[-1].id, old[-1].id, "new"]
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert [(one.seq, one.why) for one in audit.verify(driver).broken] == [
        (3, "its key is none of ours")
    ]
    assert isinstance(audit.verify(driver).broken[0], BrokenLink)


def test_an_anchor_is_of_a_day(driver: Driver) -> None:
    by = make_chain(driver, 1)
    assert audit.anchor_heads(driver, utc_now()) >= 1
    record(driver, by)
    assert audit.anchor_heads(driver, utc_now() + timedelta(days=1)) >= 1
    assert audit.verify(driver).anchors >= 2
