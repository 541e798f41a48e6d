"""Lists read by keys come newest first on both engines, whatever order things were written in."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from neo4j import Driver

from supplychain.config import settings
from supplychain.graph import events, history, home
from supplychain.graph.bids import bids
from supplychain.graph.engine.transactions import Tx, read, row, run, write
from supplychain.graph.list_keys import list_key, span_of
from supplychain.graph.orders import views
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.ids import to_instant, to_text
from tests.make.firms import make_actor, make_firm

START = to_instant("2026-01-01T00:00:00.000000Z")
ORDERS = """
MATCH (b:Firm {id: $buyer}), (s:Firm {id: $supplier})
UNWIND $rows AS one
CREATE (o:Order {
    id: one.id, number: one.id, state: one.state, depth: 0, buyer_id: $buyer,
    supplier_id: $supplier, root_buyer_id: $buyer, created_at: one.at, offered_at: one.at,
    version: 1, currency: 'CNY'})
CREATE (o)-[:BOUGHT_BY]->(b) CREATE (o)-[:SUPPLIED_BY]->(s)
CREATE (o)-[:HAS_LINE]->(:OrderLine {id: one.id + '|1', number: 1, quantity: 1, unit_price_e4: 1,
    tooling_e4: 0, description: 'x', need_by: '2026-02-01', shipped_quantity: 0,
    received_quantity: 0})
"""


def _rows(count: int, state: str = "closed") -> list[dict[str, str]]:
    rows = [
        {"id": f"{state}-{n:05d}", "at": to_text(START + timedelta(seconds=n // 2)), "state": state}
        for n in range(count)
    ]
    random.Random(7).shuffle(rows)
    return rows


def _fill(driver: Driver, rows: list[dict[str, str]], buyer: str, supplier: str) -> None:
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        write(driver, lambda tx, p=part: run(tx, ORDERS, rows=p, buyer=buyer, supplier=supplier))
    while write(driver, history.fill_keys):
        pass


def _newest_first(rows: list[dict[str, str]]) -> list[str]:
    ordered = sorted(rows, key=lambda one: one["id"])
    return [one["id"] for one in sorted(ordered, key=lambda one: one["at"], reverse=True)]


def test_keys_sort_newest_first_and_a_page_goes_on_behind_its_cursor() -> None:
    early, late = to_text(START), to_text(START + timedelta(microseconds=1))
    keys = sorted([list_key("f", early, "b"), list_key("f", late, "a"), list_key("f", early, "a")])
    assert [key.rsplit("|", 1)[1] for key in keys] == ["a", "a", "b"]
    after, end = span_of("f", before=early, after_id="a")
    assert [key for key in keys if after < key < end] == [list_key("f", early, "b")]


def test_pages_of_orders_are_the_sorted_list(driver: Driver) -> None:
    buyer, supplier = make_firm(driver).id, make_firm(driver).id
    rows = [*_rows(900), *_rows(40, "offered")]
    _fill(driver, rows, buyer, supplier)
    for viewer, role in ((buyer, None), (buyer, "buyer"), (supplier, "supplier")):
        assert _read_pages(driver, viewer, role, None) == _newest_first(rows)
    for state in ("closed", "offered"):
        of_state = [one for one in rows if one["state"] == state]
        assert _read_pages(driver, buyer, None, state) == _newest_first(of_state)
    assert _read_pages(driver, make_firm(driver).id, None, None) == []


def _read_pages(driver: Driver, viewer: str, role: str | None, state: str | None) -> list[str]:
    ids: list[str] = []
    before, after_id = None, ""
    while page := read(
        driver,
        views.list_orders,
        viewer=viewer,
        limit=130,
        role=role,
        state=state,
        before=before,
        after_id=after_id,
    ):
        ids += [one.id for one in page]
        before, after_id = page[-1].created_at, page[-1].id
    return ids


def test_the_newest_news_come_first(driver: Driver) -> None:
    by = make_actor(make_firm(driver))

    def work(tx: Tx, some: list[tuple[datetime, int]]) -> None:
        for at, n in some:
            events.record(
                tx, "a.b", about_kind="x", about_id=f"{n:03d}", by=by, at=at, facts={"n": n}
            )

    told = [(START + timedelta(minutes=n // 3), n) for n in range(120)]
    random.Random(3).shuffle(told)
    write(driver, work, told)
    latest = read(driver, events.list_latest, viewer=by.firm_id, limit=30)
    expected = sorted(told, key=lambda one: (-one[0].timestamp(), f"{one[1]:03d}"))
    assert [event.facts["n"] for event in latest] == [n for _, n in expected[:30]]


def test_pages_are_read_from_their_index(driver: Driver) -> None:
    pages = (
        views.BOUGHT, views.SUPPLIED, views.BOUGHT_OF_STATE, views.SUPPLIED_OF_STATE,
        parts_requests.POSTED, parts_requests.POSTED_OF_STATE, bids.PAGE_OWN, events.NEWS,
        home.STARTED_IDS,
    )  # fmt: skip
    values = {"after": "f|", "end": "f|~", "limit": 5, "viewer": "f"}
    for query in pages:
        with driver.session(database=settings().graph_database) as session:
            plan = session.run("EXPLAIN " + query, values).consume().plan
        text = str(plan)
        assert "IndexRangeScan" in text or "NodeIndexSeekByRange" in text or "IndexSeek" in text
        assert "NodeByLabelScan" not in text
        assert "Sort" not in text
        assert "OrderBy" not in text


def test_what_waits_is_all_that_the_search_for_it_looks_at(driver: Driver) -> None:
    by = make_actor(make_firm(driver))

    def work(tx: Tx) -> None:
        for n in range(30):
            events.record(tx, "a.b", about_kind="x", about_id=f"{n}", by=by, at=START)

    write(driver, work)
    until = START + timedelta(seconds=30)
    while claimed := write(driver, events.claim, now=START, until=until):
        for event in claimed:
            assert write(driver, events.mark_done, event.id)
    left = read(driver, lambda tx: row(tx, "MATCH (w:Pending) RETURN count(w) AS n"))
    assert left == {"n": 0}


OLD = """
MATCH (f:Firm {id: $firm})
MATCH (e:Event)-[:TELLS]->(f)
RETURN count(e) AS n
"""
MAKE_OLD = """
MATCH (f:Firm {id: $firm})
MERGE (h:Ledger {id: $firm}) SET h.seq = 3
WITH f
UNWIND [1, 2, 3] AS seq
CREATE (e:Event {id: $firm + '-' + toString(seq), place: $firm + '|' + toString(seq),
    ledger_id: $firm, seq: seq, kind: 'a.b', about_kind: 'x', about_id: 'one', firm_id: $firm,
    user_id: '', at: $at, facts: '{}', previous: '', digest: '', key_id: '',
    state: CASE WHEN seq = 3 THEN 'P' ELSE 'D' END, lease: ''})
CREATE (e)-[:TELLS]->(f)
"""


def test_events_of_before_are_told_and_handled_as_the_others(driver: Driver) -> None:
    firm = make_firm(driver).id
    write(driver, lambda tx: run(tx, "MATCH (w:Pending) DELETE w"))
    write(driver, lambda tx: run(tx, MAKE_OLD, firm=firm, at=to_text(START)))
    assert read(driver, lambda tx: row(tx, OLD, firm=firm)) == {"n": 3}
    while write(driver, history.fill_history):
        pass
    assert len(read(driver, events.list_latest, viewer=firm)) == 3
    assert len(read(driver, events.list_history, "one", viewer=firm)) == 3
    (claimed,) = write(driver, events.claim, now=START, until=START + timedelta(seconds=9))
    assert claimed.id == f"{firm}-3"
    assert write(driver, history.fill_history) == 0
