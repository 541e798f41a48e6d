"""What must hold of the graph after the load, whatever was killed meanwhile.

``Snapshot`` is plain rows that ``reader`` read with queries of its own; nothing here trusts
a figure that the product keeps where it can be counted from what lies below.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from scripts.scaling.load import Notes
from supplychain.model.capacity.promises import Pace, find_overload
from supplychain.model.weeks import day_number

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Rows of the graph; the queries in ``reader`` name their columns."""

    requests: list[Row]
    bids: list[Row]
    awards: list[Row]
    order_lines: list[Row]
    bid_lines: list[Row]
    shipments: list[Row]
    receipts: list[Row]
    capabilities: list[Row]
    bookings: list[Row]
    shared_lines: list[Row]
    jobs: list[Row]
    events: list[Row]


def find_faults(notes: Notes, graph: Snapshot) -> list[str]:
    """Each promise that was not kept, in words; none if all hold."""
    return [
        *_compare_requests(notes, graph),
        *_compare_bids(notes, graph),
        *_compare_awards(notes, graph),
        *_compare_orders(graph),
        *_compare_goods(notes, graph),
        *_compare_capacity(graph),
        *_compare_shares(graph),
        *_compare_accepted(notes, graph),
        *_compare_chains(graph),
        *_compare_reach(notes),
        *[f"doubled: the key {entry}" for entry in notes.doubled],
        *[f"stale: {entry}" for entry in notes.stale],
        *[f"odd: {entry}" for entry in notes.odd],
        *[f"nobody answered: {entry}" for entry in notes.given_up],
        *[f"unfinished: job {row['id']} is {row['state']}" for row in graph.jobs],
    ]


def _compare_requests(notes: Notes, graph: Snapshot) -> list[str]:
    ids = defaultdict(list)
    for row in graph.requests:
        ids[row["title"]].append(row["id"])
    faults = [
        f"doubled: {title} is {len(found)} requests"
        for title, found in ids.items()
        if len(found) > 1
    ]
    lost = [title for title, kept in notes.requests.items() if kept not in ids[title]]
    states = {row["id"]: row["state"] for row in graph.requests}
    unpublished = [one for one in notes.published if states.get(one) == "draft"]
    return [
        *faults,
        *[f"lost: {title}" for title in lost],
        *[f"lost: the publication of {one}" for one in unpublished],
    ]


def _compare_bids(notes: Notes, graph: Snapshot) -> list[str]:
    kept = {row["id"]: row for row in graph.bids}
    live = Counter(
        (row["request_id"], row["firm_id"]) for row in graph.bids if row["state"] != "withdrawn"
    )
    doubled = [
        f"doubled: {count} bids of {firm} for {one}"
        for (one, firm), count in live.items()
        if count > 1
    ]
    lost = [
        f"lost: bid {bid} of {firm} for {one}"
        for bid, (one, firm) in notes.bids.items()
        if bid not in kept
        or kept[bid]["state"] not in {"open", "won", "lost"}
        or (kept[bid]["request_id"], kept[bid]["firm_id"]) != (one, firm)
    ]
    return [*doubled, *lost]


def _compare_awards(notes: Notes, graph: Snapshot) -> list[str]:
    kept = defaultdict(list)
    for row in graph.awards:
        kept[row["request_id"]].append(row)
    faults = []
    for one, rows in kept.items():
        if len({row["id"] for row in rows}) > 1:
            faults.append(f"doubled: {one} is awarded twice")
    firms = {row["id"]: row["firm_id"] for row in graph.bids}
    for one, pieces in notes.awards.items():
        wanted = Counter({firms.get(bid, bid): count for bid, count in pieces.items()})
        made = Counter()
        for row in kept[one]:
            made[row["supplier_id"]] += row["quantity"]
        if made != wanted:
            faults.append(f"award of {one}: {dict(wanted)} was said, {dict(made)} was ordered")
    return faults


def _compare_orders(graph: Snapshot) -> list[str]:
    """An order is never more than its bid, nor at another price; a line never more than asked."""
    offered = {
        (row["request_id"], row["firm_id"], row["request_line_id"]): row for row in graph.bid_lines
    }
    faults, ordered = [], Counter()
    sizes = {}
    for row in graph.order_lines:
        bid = offered.get((row["request_id"], row["supplier_id"], row["request_line_id"]))
        if bid is None:
            faults.append(f"order {row['id']} has no bid that won")
            continue
        if row["quantity"] > bid["quantity"] or row["unit_price_e4"] != bid["unit_price_e4"]:
            faults.append(f"order line {row['line_id']} is not as its bid: {row}, {bid}")
        ordered[row["request_line_id"]] += row["quantity"]
        sizes[row["request_line_id"]] = row["wanted"]
    faults += [
        f"line {one}: {count} ordered of {sizes[one]} wanted"
        for one, count in ordered.items()
        if count > sizes[one]
    ]
    return faults


def _compare_goods(notes: Notes, graph: Snapshot) -> list[str]:
    faults = []
    for name, rows, said in (
        ("shipped", graph.shipments, notes.shipped),
        ("received", graph.receipts, notes.received),
    ):
        sums = Counter()
        for row in rows:
            sums[row["order_line_id"]] += row["quantity"]
        by_order = Counter()
        for line in graph.order_lines:
            if sums[line["line_id"]] != line[f"{name}_quantity"]:
                faults.append(
                    f"line {line['line_id']}: {sums[line['line_id']]} {name}, {line} says"
                )
            if sums[line["line_id"]] > line["quantity"]:
                faults.append(f"doubled: more {name} than ordered, line {line['line_id']}")
            by_order[line["id"]] += sums[line["line_id"]]
        faults += [
            f"lost: {count} {name} of order {order}, {by_order[order]} in the graph"
            for order, count in said.items()
            if by_order[order] != count
        ]
    return faults


def _compare_capacity(graph: Snapshot) -> list[str]:
    """Bookings by due day are what the capability says, and never more than it can make by then."""
    sums: dict[str, Counter[int]] = defaultdict(Counter)
    for row in graph.bookings:
        sums[row["capability_id"]][row["day"]] += row["quantity"]
    faults = []
    for row in graph.capabilities:
        said = dict(zip(row["days"] or (), row["quantities"] or (), strict=True))
        counted = {day: count for day, count in sums[row["id"]].items() if count}
        if counted != {day: count for day, count in said.items() if count}:
            faults.append(f"capacity of {row['id']}: {counted} booked, {said} said")
        over = find_overload(
            Pace(weekly=row["weekly"] or 0), counted, today=day_number(date.today())
        )
        if row["weekly"] and over is not None:
            faults.append(f"oversold: {row['id']} makes {row['weekly']} a week, booked {counted}")
    return faults


def _compare_shares(graph: Snapshot) -> list[str]:
    """What peers took of a line is what the line says, and never more than the line."""
    return [
        f"shares of line {row['id']}: {row['taken']} taken, {row['said']} said of {row['quantity']}"
        for row in graph.shared_lines
        if row["taken"] != row["said"] or row["taken"] > row["quantity"]
    ]


def _compare_reach(notes: Notes) -> list[str]:
    """A load in which no deal came to its end proves nothing of awards, orders and goods."""
    return [] if notes.received else ["too little: no deal came to its end; let it last longer"]


def _compare_accepted(notes: Notes, graph: Snapshot) -> list[str]:
    states = {row["id"]: row["state"] for row in graph.order_lines}
    kept = {"accepted", "in_production", "shipped", "received", "closed"}
    return [
        f"lost: order {one} was accepted and is {states.get(one)}"
        for one in notes.accepted
        if states.get(one) not in kept
    ]


def _compare_chains(graph: Snapshot) -> list[str]:
    """No ledger has a gap, none a doubled place, and nothing waits to be told."""
    faults = []
    for row in graph.events:
        places = row["last"] - row["first"] + 1
        if places != row["count"] or row["places"] != row["count"]:
            faults.append(f"events of {row['ledger_id']}: {row}")
        if row["waiting"]:
            faults.append(f"untold: {row['waiting']} events of {row['ledger_id']} wait")
    return faults


def list_lateness_s(graph: Snapshot) -> list[float]:
    """Seconds from the deadline to the opening of each request that was opened."""
    return [
        (
            datetime.fromisoformat(row["opened_at"]) - datetime.fromisoformat(row["deadline"])
        ).total_seconds()
        for row in graph.requests
        if row["opened_at"]
    ]
