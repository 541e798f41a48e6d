"""The judge of ``scripts/scale`` finds each broken promise: what it passes over is not checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from scripts.scaling.judge import Row, Snapshot, find_faults, list_lateness_s
from scripts.scaling.load import Notes
from scripts.scaling.servers import render_balancer
from tests.engines import ROOT


def _notes() -> Notes:
    return Notes(
        requests={"load a": "r1"},
        published={"r1"},
        bids={"b1": ("r1", "F1"), "b2": ("r1", "F2")},
        awards={"r1": {"b1": 5, "b2": 3}},
        accepted={"o1"},
        shipped={"o1": 5},
        received={"o1": 5},
    )


def _order(order: str, firm: str, quantity: int, moved: int) -> Row:
    return {
        "id": order,
        "state": "received",
        "supplier_id": firm,
        "request_id": "r1",
        "line_id": f"{order}-1",
        "request_line_id": "l1",
        "quantity": quantity,
        "unit_price_e4": 61_502_500,
        "shipped_quantity": moved,
        "received_quantity": moved,
        "wanted": 8,
    }


def _bid_line(firm: str) -> Row:
    return {
        "request_id": "r1",
        "firm_id": firm,
        "request_line_id": "l1",
        "quantity": 8,
        "unit_price_e4": 61_502_500,
    }


def _snapshot() -> Snapshot:
    moved = [{"id": "s1", "order_line_id": "o1-1", "quantity": 5}]
    return Snapshot(
        requests=[
            {
                "id": "r1",
                "title": "load a",
                "state": "awarded",
                "deadline": "2026-11-29T10:00:00.000000Z",
                "opened_at": "2026-11-29T10:00:01.500000Z",
            }
        ],
        bids=[
            {"id": bid, "state": "won", "firm_id": firm, "request_id": "r1"}
            for bid, firm in (("b1", "F1"), ("b2", "F2"))
        ],
        awards=[
            {"id": "a1", "request_id": "r1", "supplier_id": firm, "quantity": quantity}
            for firm, quantity in (("F1", 5), ("F2", 3))
        ],
        order_lines=[_order("o1", "F1", 5, 5), _order("o2", "F2", 3, 0)],
        bid_lines=[_bid_line("F1"), _bid_line("F2")],
        shipments=moved,
        receipts=moved,
        capabilities=[{"id": "F1|forging", "weekly": 10, "days": [30000], "quantities": [5]}],
        bookings=[{"capability_id": "F1|forging", "day": 30000, "quantity": 5}],
        shared_lines=[{"id": "x", "quantity": 160, "said": 60, "taken": 60}],
        jobs=[],
        events=[{"ledger_id": "F1", "count": 3, "first": 1, "last": 3, "places": 3, "waiting": 0}],
    )


def test_where_all_promises_are_kept_there_is_no_fault() -> None:
    assert find_faults(_notes(), _snapshot()) == []
    assert list_lateness_s(_snapshot()) == [1.5]


def _with(**rows: list[Row]) -> Callable[[Notes, Snapshot], Snapshot]:
    return lambda _notes, snapshot: replace(snapshot, **rows)


BROKEN: dict[str, tuple[Callable[[Notes, Snapshot], Snapshot], str]] = {
    "a request is gone": (_with(requests=[]), "lost: load a"),
    "a request is there twice": (
        lambda _n, s: replace(s, requests=[*s.requests, {**s.requests[0], "id": "r2"}]),
        "doubled: load a",
    ),
    "a publication is gone": (
        lambda _n, s: replace(s, requests=[{**s.requests[0], "state": "draft"}]),
        "lost: the publication",
    ),
    "a bid is gone": (lambda _n, s: replace(s, bids=s.bids[1:]), "lost: bid b1"),
    "a submission is gone": (
        lambda _n, s: replace(s, bids=[{**s.bids[0], "state": "draft"}, s.bids[1]]),
        "lost: bid b1",
    ),
    "a firm bids twice": (
        lambda _n, s: replace(s, bids=[*s.bids, {**s.bids[0], "id": "b3", "state": "lost"}]),
        "doubled: 2 bids of F1",
    ),
    "an award is there twice": (
        lambda _n, s: replace(s, awards=[*s.awards, {**s.awards[0], "id": "a2"}]),
        "awarded twice",
    ),
    "an order of an award is missing": (
        lambda _n, s: replace(s, awards=s.awards[:1]),
        "award of r1",
    ),
    "an order is more than its bid": (
        lambda _n, s: replace(s, order_lines=[_order("o1", "F1", 9, 5), s.order_lines[1]]),
        "not as its bid",
    ),
    "an order has another price": (
        lambda _n, s: replace(
            s, order_lines=[{**s.order_lines[0], "unit_price_e4": 1}, s.order_lines[1]]
        ),
        "not as its bid",
    ),
    "more is ordered than asked": (
        lambda _n, s: replace(s, order_lines=[s.order_lines[0], _order("o2", "F2", 4, 0)]),
        "9 ordered of 8 wanted",
    ),
    "an order without a bid": (lambda _n, s: replace(s, bid_lines=s.bid_lines[:1]), "no bid"),
    "a shipment is gone": (_with(shipments=[]), "lost: 5 shipped of order o1"),
    "a shipment is there twice": (
        lambda _n, s: replace(s, shipments=s.shipments * 2),
        "more shipped than ordered",
    ),
    "a receipt is gone": (_with(receipts=[]), "lost: 5 received"),
    "an acceptance is gone": (
        lambda _n, s: replace(
            s, order_lines=[{**s.order_lines[0], "state": "offered"}, s.order_lines[1]]
        ),
        "order o1 was accepted",
    ),
    "a booking is gone": (_with(bookings=[]), "capacity of F1|forging"),
    "a capability is oversold": (
        lambda _n, s: replace(
            s,
            capabilities=[{**s.capabilities[0], "quantities": [10**6]}],
            bookings=[{**s.bookings[0], "quantity": 10**6}],
        ),
        "oversold",
    ),
    "a share is more than was passed on": (
        lambda _n, s: replace(s, shared_lines=[{**s.shared_lines[0], "taken": 61}]),
        "shares of line x",
    ),
    "an event is missing": (
        lambda _n, s: replace(s, events=[{**s.events[0], "count": 2, "places": 2}]),
        "events of F1",
    ),
    "an event was not told": (
        lambda _n, s: replace(s, events=[{**s.events[0], "waiting": 1}]),
        "untold",
    ),
    "a job hangs": (_with(jobs=[{"id": "j1", "state": "running"}]), "unfinished"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_each_broken_promise_is_found(broken: str) -> None:
    change, word = BROKEN[broken]
    notes = _notes()
    faults = find_faults(notes, change(notes, _snapshot()))
    assert any(word in fault for fault in faults), faults


@pytest.mark.parametrize("field", ["doubled", "stale", "odd", "given_up"])
def test_what_the_clients_saw_counts_too(field: str) -> None:
    notes = _notes()
    getattr(notes, field).append("this")
    assert any("this" in fault for fault in find_faults(notes, _snapshot()))


def test_the_drill_runs_the_text_of_deploy_at_other_addresses() -> None:
    text = (ROOT / "deploy" / "haproxy.cfg").read_text(encoding="utf-8")
    mine = render_balancer(text, 1234, ["127.0.0.1:1", "127.0.0.1:2"])
    assert "bind 127.0.0.1:1234" in mine
    assert "server portal2 127.0.0.1:2" in mine
    assert "10.0.0." not in mine
    assert "ssl" not in [word for line in mine.splitlines() for word in line.split()]
    for kept in ("timeout http-request 10s", "httpchk GET /readyz", "option redispatch"):
        assert kept in mine


def test_a_load_that_came_nowhere_proves_nothing() -> None:
    notes = _notes()
    notes.received.clear()
    assert any(fault.startswith("too little") for fault in find_faults(notes, _snapshot()))
