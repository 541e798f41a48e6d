"""What sweeps, tidies, home, lists and locks cost as the history behind them grows.

Usage: bench_history.py [embedded|neo4j …] [--sizes 1000,10000,100000]. One graph an engine, filled
up to each size in turn with as many events, news, orders, requests, invitations, bids, jobs,
idempotency keys, sessions, looks and mails, nearly all of one firm; orders, requests and jobs pass
through the states in which they wait, and what waits (20 of each) stays the same. Prints the least
of the turns in milliseconds, and its ratio to the first size.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from neo4j import Driver

from supplychain.actions import home, jobs, logbook
from supplychain.actions.housekeeping import forget_old
from supplychain.actions.orders.reactions import react
from supplychain.graph import (
    audiences,
    chains,
    clusters,
    delivery_claims,
    directory,
    events,
    firms,
    supply_relations,
    trays,
    verification,
)
from supplychain.graph.bids import bids, last_prices
from supplychain.graph.capacity import capabilities
from supplychain.graph.engine.transactions import read, run, write
from supplychain.graph.housekeeping import Kind
from supplychain.graph.list_keys import list_key, state_key
from supplychain.graph.orders import orders, shares, views
from supplychain.graph.parts_requests import choices, invitations, parties, parts_requests
from supplychain.graph.people import sessions
from supplychain.graph.rankings import rankings, standing
from supplychain.graph.tiers import tiers
from supplychain.model.ids import to_text, utc_now
from supplychain.model.logbook import LogChoice
from supplychain.model.people.actors import Actor
from supplychain.model.trays import trays_of_order, trays_of_request
from supplychain.tasks.sweeps import gather_sweeps, gather_tidies
from tests import engines
from tests.make.accounts import make_user
from tests.make.firms import make_firm

BATCH_ROWS, TURNS, WAITING = 1000, 15, 20
FILL = (
    """
    MATCH (b:Firm {id: $buyer}), (s:Firm {id: $supplier})
    UNWIND $rows AS one
    CREATE (o:Order {id: 'o' + one.n, number: one.n, state: one.order_state, depth: 0,
        buyer_id: $buyer, supplier_id: $supplier, root_buyer_id: $buyer, root_id: 'o' + one.n,
        created_at: one.at, offered_at: one.at, ends_at: '2199-01-01T00:00:00.000000Z', version: 1,
        currency: 'CNY', buyer_key: one.bought, supplier_key: one.supplied, pair_key: one.paired,
        accepted_at: one.accepted,
        buyer_state: one.bought_state, supplier_state: one.supplied_state,
        ancestor_ids: [], firm_path: [$buyer, $supplier], share_policy: 'ask'})
    CREATE (o)-[:BOUGHT_BY]->(b) CREATE (o)-[:SUPPLIED_BY]->(s)
    CREATE (o)-[:HAS_LINE]->(:OrderLine {id: 'o' + one.n + '|1', order_id: 'o' + one.n, number: 1,
        quantity: 1, uom: 'pcs', unit_price_e4: 10000, tooling_e4: 0, description: 'Ring',
        need_by: '2026-02-01', shared_quantity: 0, shipped_quantity: 1, received_quantity: 1,
        rejected_quantity: 0, made_percent: 100, version: 1})
    """,
    """
    MATCH (b:Firm {id: $buyer}), (s:Firm {id: $supplier})
    UNWIND $rows AS one
    CREATE (b)-[:POSTED]->(r:PartsRequest {id: 'r' + one.n, number: one.n, buyer_id: $buyer,
        title: 'Rings', state: one.request_state, currency: 'CNY', audience: 'invited',
        deadline: '2199-01-01T00:00:00.000000Z', created_at: one.at, published_at: one.at,
        share_policy: 'ask', invite_top: 0, opening: 'deadline', version: 1,
        list_key: one.posted, state_key: one.posted_state})
    CREATE (s)-[:PLACED]->(a:Bid {id: 'b' + one.n, request_id: 'r' + one.n, firm_id: $supplier,
        state: one.bid_state, created_at: one.at, submitted_at: one.at, version: 1,
        list_key: one.placed, state_key: one.placed_state})
    CREATE (a)-[:ANSWERS]->(r)
    """,
    """
    UNWIND $rows AS one
    CREATE (:Job {id: 'j' + one.n, kind: 'match', state: one.job_state, about_id: 'r' + one.n,
        firm_id: $buyer, user_id: '', done: 0, total: 0, message: '', result: '{}', tries: 0,
        created_at: one.at, seen_at: one.young, lease: '', ended_at: one.ended, version: 1})
    CREATE (:Idem {key: 'i' + one.n, request_hash: 'x', result: '1', at: one.young})
    CREATE (:Session {id: 's' + one.n, user_id: $user, created_at: one.young,
        seen_at: one.young, ends_at: '2199-01-01T00:00:00.000000Z'})
    CREATE (:Look {id: 'l' + one.n, firm_id: $buyer, viewer_id: $supplier, source: 'ranking',
        category_id: 'c', day: one.day, times: 1, prices: true, capacity: false, last_at: one.at,
        list_key: one.looked, day_key: one.looked_on})
    CREATE (:Mail {id: 'm' + one.n, kind: 'x', to: 'a@b.c', about_id: '', facts: '{}', state: 'D',
        tries: 1, due_at: one.young, created_at: one.young})
    """,
    """
    MATCH (s:Firm {id: $supplier})
    UNWIND $rows AS one
    MATCH (r:PartsRequest {id: 'r' + one.n})
    CREATE (r)-[:INVITES {
        invited_at: one.at, source: 'picked', reasons: '[]', is_listed: true}]->(s)
    CREATE (:Invitation {id: r.id + '|' + $supplier, firm_id: $supplier, request_id: r.id,
        list_key: one.invited, open_key: one.invited_open})
    MERGE (w:OpenDeadline {id: r.id}) SET w.deadline = r.deadline
    MERGE (f:OpenOffer {id: 'o' + one.n}) SET f.ends_at = r.deadline
    MERGE (j:LiveJob {id: 'j' + one.n})
    """,
    """
    UNWIND $rows AS one
    MATCH (r:PartsRequest {id: 'r' + one.n}), (o:Order {id: 'o' + one.n}), (j:Job {id: 'j' + one.n})
    SET r.state = 'open', o.state = 'offered', j.state = 'running'
    """,
    """
    UNWIND $rows AS one
    MATCH (r:PartsRequest {id: 'r' + one.n}), (o:Order {id: 'o' + one.n}), (j:Job {id: 'j' + one.n})
    SET r.state = one.request_state, o.state = one.order_state, j.state = one.job_state
    """,
    """
    UNWIND $rows AS one
    WITH one WHERE NOT one.waits
    MATCH (w:OpenDeadline {id: 'r' + one.n}), (f:OpenOffer {id: 'o' + one.n}),
          (j:LiveJob {id: 'j' + one.n})
    DELETE w, f, j
    """,
    """
    UNWIND $rows AS one
    CREATE (e:Event {id: 'e' + one.n, place: $buyer + '|' + one.seq, ledger_id: $buyer,
        seq: toInteger(one.seq), kind: 'order.closed', about_kind: 'order', about_id: 'o' + one.n,
        firm_id: $buyer, user_id: '', at: one.at, facts: '{}', previous: '', digest: '',
        key_id: '', tells: [$buyer, $supplier]})
    CREATE (:Pending {id: 'e' + one.n, at: one.at, due_at: ''})
    """,
    "UNWIND $news AS one CREATE (:News {key: one.key, place: one.spot})",
    """
    UNWIND $rows AS one
    MATCH (w:Pending {id: 'e' + one.n}) SET w.due_at = one.at
    """,
    "UNWIND $rows AS one MATCH (w:Pending {id: 'e' + one.n}) DELETE w",
    "MERGE (h:Ledger {id: $buyer}) SET h.seq = $seq, h.told_seq = $seq, h.oldest_at = $young",
)


STANDING = """
MATCH (b:Firm {id: $buyer}), (s:Firm {id: $supplier})
CREATE (b)-[:LEADS]->(c:Chain {id: 'chain', name: 'Presses', leader_id: $buyer, version: 1})
CREATE (s)-[:BELONGS_TO {state: 'member'}]->(c)
CREATE (s)-[:FOUNDED]->(k:Cluster {id: 'cluster', name: 'Forgers', version: 1})
CREATE (s)-[:JOINS {state: 'member'}]->(k)
CREATE (s)-[:SUPPLIES {id: 'claim', part_id: 'ring', claimed_by: 'order', witnessed: true}]->(b)
CREATE (d:DeliveryBatch {id: 'batch', firm_id: $buyer, at: '2026-01-01T00:00:00.000000Z'})
CREATE (d)-[:SPEAKS_OF {claimed: 0, confirmed: 1, disputed: 0}]->(s)
MERGE (y:Category {id: 'ring', name: 'Rings'})
CREATE (s)-[:CAN_MAKE]->(:Capability {id: $supplier + '|ring', firm_id: $supplier,
    category_id: 'ring', version: 1})-[:COVERS]->(y)
MERGE (t:Tray {id: $buyer + '|suppliers|trading'})
CREATE (:TrayNote {id: $supplier + '|' + $buyer, about_id: $supplier, n: 1, at: ''})-[:LIES_IN]->(t)
"""
"""What firms are to each other before they trade: one of each type of relation, or the engine knows
without a look that there is none."""


def fill(driver: Driver, buyer: Actor, supplier: Actor, done: int, upto: int) -> None:
    """Add history from ``done`` to ``upto`` of each kind, a minute apart, ending now."""
    now = utc_now()
    for start in range(done, upto, BATCH_ROWS):
        rows = [
            _row(n, done // 10, now, buyer.firm_id, supplier.firm_id)
            for n in range(start, min(upto, start + BATCH_ROWS))
        ]
        news = [
            {"key": key, "spot": f"{buyer.firm_id}|{one['seq']}"}
            for one in rows
            for key in events.news_keys(
                {**one, "seq": int(one["seq"]), "about_id": "o", "firm_id": buyer.firm_id,
                 "ledger_id": buyer.firm_id},
                [buyer.firm_id, supplier.firm_id],
            )
        ]  # fmt: skip
        values = {
            "rows": rows,
            "news": news,
            "buyer": buyer.firm_id,
            "supplier": supplier.firm_id,
            "user": buyer.user_id,
            "seq": int(rows[-1]["seq"]),
            "young": to_text(now),
        }
        for query in FILL:
            write(driver, lambda tx, q=query, v=values: run(tx, q, **v))
        _pass_through_trays(driver, rows, buyer.firm_id, supplier.firm_id)


def _pass_through_trays(
    driver: Driver, rows: list[dict[str, Any]], buyer: str, supplier: str
) -> None:
    """Lay every order and request into the trays of its first state; leave there what waits."""
    ends = {"buyer_id": buyer, "supplier_id": supplier, "root_buyer_id": buyer}
    for order_state, request_state in (("offered", "open"), ("", "")):
        orders_lie = {
            f"o{one['n']}": trays_of_order(order_state or one["order_state"], **ends)
            for one in rows
        }
        requests_lie = {
            f"r{one['n']}": trays_of_request(request_state or one["request_state"], buyer_id=buyer)
            for one in rows
        }
        write(driver, trays.keep_orders, orders_lie)
        write(driver, trays.keep_requests, requests_lie)


def _row(n: int, shift: int, now: datetime, buyer: str, supplier: str) -> dict[str, Any]:
    at, young = now - timedelta(minutes=2_000_000 - n), now - timedelta(seconds=1)
    waits = n < WAITING
    text = to_text(at)
    return {
        "bought": list_key(buyer, text, f"o{n}"),
        "supplied": list_key(supplier, text, f"o{n}"),
        "paired": list_key(f"{buyer}|{supplier}", text, f"o{n}"),
        "accepted": None if waits else text,
        "bought_state": _state_key(buyer, "offered", "closed", text, f"o{n}", waits),
        "supplied_state": _state_key(supplier, "offered", "closed", text, f"o{n}", waits),
        "posted": list_key(buyer, text, f"r{n}"),
        "posted_state": _state_key(buyer, "open", "awarded", text, f"r{n}", waits),
        "placed": list_key(supplier, text, f"b{n}"),
        "placed_state": _state_key(supplier, "open", "lost", text, f"b{n}", waits),
        "looked": list_key(buyer, text, f"l{n}"),
        "looked_on": audiences.day_key(supplier, young.date().isoformat(), "ranking"),
        "invited": list_key(supplier, text, f"r{n}"),
        "invited_open": f"{supplier}|2199-01-01T00:00:00.000000Z|r{n}" if waits else None,
        "waits": waits,
        "n": str(n),
        "seq": str(n + 100 + shift),
        "at": to_text(at),
        "day": young.date().isoformat(),
        "young": to_text(young),
        "ended": None if waits else to_text(young),
        "order_state": "offered" if waits else "closed",
        "request_state": "open" if waits else "awarded",
        "bid_state": "open" if waits else "lost",
        "job_state": "queued" if waits else "done",
    }


def _state_key(owner: str, early: str, late: str, at: str, id: str, waits: bool) -> str | None:
    return state_key(owner, early if waits else late, at, id, ends=not waits)


def list_works(driver: Driver, buyer: Actor, supplier: Actor) -> dict[str, Callable[[], object]]:
    """What is measured, by name."""

    def due(action: Callable[[Driver, datetime], object]) -> Callable[[], object]:
        return lambda: action(driver, utc_now())

    def lists(work: Callable[..., object], **values: Any) -> Callable[[], object]:
        return lambda: read(driver, work, **values)

    def one_event() -> object:
        write(
            driver, events.record, "order.shipped", about_kind="order", about_id="o1", by=buyer,
            at=utc_now(), tells=[supplier.firm_id],
        )  # fmt: skip
        return react(driver, utc_now())

    works: dict[str, Callable[[], object]] = {
        "sweep resend_stranded": lambda: jobs.resend_stranded(driver, lambda _: None)
    }
    works |= {f"sweep {action.__name__}": due(action) for action in gather_sweeps()}
    works |= {
        f"tidy {action.__name__}": due(action)
        for action in gather_tidies()
        if action.__name__ not in ("anchor_heads", "check_due_chains")
    }
    return works | {
        "home of a buyer": lambda: home.read_home(driver, by=buyer),
        "home of a supplier": lambda: home.read_home(driver, by=supplier),
        "news": lists(events.list_latest, viewer=buyer.firm_id, limit=15),
        "orders, first page": lists(views.list_orders, viewer=buyer.firm_id, limit=51),
        "orders, in the middle": lists(views.list_orders, viewer=buyer.firm_id, limit=51,
            before=to_text(utc_now() - timedelta(minutes=1_999_500)), after_id=""),
        "orders offered": lists(views.list_orders, viewer=supplier.firm_id, limit=51,
            role="supplier", state="offered"),
        "orders closed": lists(views.list_orders, viewer=buyer.firm_id, limit=51, state="closed"),
        "requests": lists(parts_requests.list_posted, viewer=buyer.firm_id, limit=51),
        "requests open": lists(parts_requests.list_posted, viewer=buyer.firm_id, limit=51,
            state="open"),
        "requests open to a supplier": lists(parts_requests.list_open_to, viewer=supplier.firm_id,
            now=utc_now(), limit=51),
        "invitations": lists(rankings.list_invitations, viewer=supplier.firm_id, limit=51),
        "one invitation": lists(invitations.find, request_id="r5", viewer=supplier.firm_id),
        "a window of a request": lists(parts_requests.get_window, request_id="r5",
            viewer=buyer.firm_id, first=1, last=50),
        "bids": lists(bids.list_own, viewer=supplier.firm_id, limit=51),
        "looks": lists(audiences.list_looks, viewer=buyer.firm_id, limit=51),
        "log": lambda: logbook.list_entries(driver, LogChoice(), by=buyer, zone="UTC"),
        "history of an order": lists(events.list_history, about_id="o5", viewer=buyer.firm_id),
        "one request": lists(parts_requests.get, request_id="r5", viewer=buyer.firm_id),
        "one order": lambda: read(driver, orders.get, "o5", viewer=buyer.firm_id),
        "session": lambda: read(driver, sessions.of_session, "s5", now=utc_now(),
            idle_since=utc_now() - timedelta(hours=1)),
        "operators' list of suspended": lambda: read(driver, verification.list_all_suspended),
        **{f"search of old {kind}": lambda kind=kind: forget_old(driver, kind, utc_now())
           for kind in Kind},
        **_list_looks_at_firms(driver, buyer, supplier),
        "lock of a firm": lambda: write(driver, firms.lock, buyer.firm_id),
        "lock of an order": lambda: write(driver, orders.lock, "o5", viewer=buyer.firm_id),
        "lock of a request": lambda: write(driver, parts_requests.lock, "r5", viewer=buyer.firm_id),
        "an event and its reaction": one_event,
    }  # fmt: skip


def _list_looks_at_firms(
    driver: Driver, buyer: Actor, supplier: Actor
) -> dict[str, Callable[[], object]]:
    """What is read of a firm itself, which its trade must not slow down."""
    maker, forge = buyer.firm_id, supplier.firm_id

    def lists(work: Callable[..., object], *args: Any, **values: Any) -> Callable[[], object]:
        return lambda: read(driver, work, *args, **values)

    return {
        "tier map": lists(tiers.around_firm, maker, viewer=maker, week=2900),
        "chains": lists(chains.list_mine, viewer=forge),
        "members of a chain": lists(chains.list_members, "chain", viewer=maker),
        "clusters": lists(clusters.list_mine, viewer=forge),
        "peers of a share": lambda: read(driver, lambda tx: shares.list_peers(
            tx, (order := orders.get(tx, "o5", viewer=forge)), order.lines[0], viewer=forge)),
        "directory": lists(directory.search_firms),
        "orders with a firm": lists(directory.list_orders_between, buyer=maker, supplier=forge),
        "who shows what": lists(audiences.read_readable, viewer=maker, among=[forge]),
        "looks of a day": lists(audiences.list_looked_today, viewer=forge, source="ranking",
            at=utc_now()),
        "claims of deliveries": lists(delivery_claims.list_batches, viewer=forge, limit=51),
        "supply relations": lists(supply_relations.list_relations, viewer=maker),
        "capabilities": lists(capabilities.list_own, viewer=forge, today=utc_now().date()),
        "parts to choose": lists(choices.list_parts, viewer=forge),
        "last prices": lists(last_prices.list_last_prices, ["ring"], currencies=["CNY"],
            besides="r5", viewer=forge),
        "a request as its supplier sees it": lists(parts_requests.view_for_supplier, "r30",
            viewer=forge),
        "standing to a request": lists(standing.get, "r30", viewer=forge, today=utc_now().date()),
        "a bid as its buyer sees it": lists(bids.get, "b30", viewer=maker),
        "bids of a request": lists(parties.count_bids_of_own, "r30", viewer=maker),
    }  # fmt: skip


def measure(driver: Driver, sizes: list[int]) -> None:
    """Fill up to each size, and print what everything costs there."""
    buyer = make_user(driver, make_firm(driver))
    supplier = make_user(driver, make_firm(driver))
    ends = {"buyer": buyer.firm_id, "supplier": supplier.firm_id}
    write(driver, lambda tx: run(tx, STANDING, **ends))
    write(driver, trays.fill_trays)
    figures: dict[str, list[float]] = {}
    done = 0
    for size in sizes:
        start = time.perf_counter()
        fill(driver, buyer, supplier, done, size)
        print(f"filled to {size:,} in {time.perf_counter() - start:.0f} s", flush=True)
        done = size
        works = list_works(driver, buyer, supplier)
        # In turns over all of them: a busy second of the machine spoils one turn of each alone.
        turns = [{name: _time_work(work) for name, work in works.items()} for _ in range(TURNS)]
        for name in works:
            figures.setdefault(name, []).append(min(one[name] for one in turns))
    print(f"{'ms at':34}" + "".join(f"{size:>12,}" for size in sizes) + "   last ÷ first")
    for name, times in sorted(figures.items()):
        row = "".join(f"{one:12.1f}" for one in times)
        print(f"{name:34}{row}   {times[-1] / times[0]:8.2f}")


def _time_work(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def main() -> None:
    """Start each engine, fill it, measure, stop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="*", default=["embedded", "neo4j"])
    parser.add_argument("--sizes", default="1000,10000,100000", help="how many of each kind")
    args = parser.parse_args()
    for engine in args.engines:
        print(f"-- {engine}", flush=True)
        with engines.fresh_graph(engine) as (_, driver):
            measure(driver, [int(size) for size in args.sizes.split(",")])


if __name__ == "__main__":
    main()
