"""What is booked and held of capabilities, counted anew where a lot takes other work than before.

Pieces stay; the work that they take follows the hours and lots of their capability, which is locked
here. A sealed bid holds the work that it was sealed with until its request is opened.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Final

from supplychain.graph.capacity import part_hours
from supplychain.graph.capacity.paces import read_hours, read_lot
from supplychain.graph.engine.transactions import Tx, nonce, rows, run
from supplychain.model.capacity.hours import LotWork
from supplychain.model.weeks import list_days

FILL_ROWS: Final = 500
"""Capabilities in one transaction."""

LOCK = """
UNWIND $ids AS id
MATCH (c:Capability {id: id}) SET c.lock = $nonce
WITH c WHERE size(coalesce(c.booked_days, [])) > 0 OR size(coalesce(c.held_days, [])) > 0
RETURN c.id AS id, coalesce('@' + c.pace, '') AS pace, c.lot_size AS lot_size
ORDER BY id LIMIT 100000
"""

BOOKED = """
UNWIND $ids AS id
MATCH (b:Booking)-[:TAKES]->(:Capability {id: id})
OPTIONAL MATCH (l:OrderLine {id: b.order_line_id})
RETURN id AS capability_id, b.id AS id, b.day AS day, b.quantity AS quantity, l.part_id AS part_id
ORDER BY id LIMIT 1000000
"""

HELD = """
UNWIND $ids AS id
MATCH (h:Hold)-[:HOLDS]->(:Capability {id: id})
OPTIONAL MATCH (l:RequestLine {id: h.request_line_id})
RETURN id AS capability_id, h.id AS id, h.day AS day, h.quantity AS quantity, l.part_id AS part_id
ORDER BY id LIMIT 1000000
"""

STORE_BOOKED = """
UNWIND $counted AS one
MATCH (b:Booking {id: one.id})
SET b.work = one.work
"""

STORE_HELD = """
UNWIND $counted AS one
MATCH (h:Hold {id: one.id})
SET h.work = one.work
"""

STORE = """
UNWIND $capabilities AS one
MATCH (c:Capability {id: one.id})
SET c.booked_days = one.booked_days, c.booked_quantities = one.booked,
    c.held_days = one.held_days, c.held_quantities = one.held
"""


def recount(tx: Tx, capability_ids: Iterable[str]) -> None:
    """Count the work of all that is booked and held of these capabilities, and their sums."""
    locked = rows(tx, LOCK, ids=sorted(set(capability_ids)), nonce=nonce())
    if not locked:
        return
    ids = [one["id"] for one in locked]
    booked, held = (rows(tx, query, ids=ids) for query in (BOOKED, HELD))
    by_id = {one["id"]: one for one in locked}
    pairs = {(each["capability_id"], each["part_id"]) for each in (*booked, *held)}
    hours = part_hours.read_of_pairs(tx, (pair for pair in pairs if read_hours(by_id[pair[0]])))
    for each in booked:
        each["work"] = _lot_of(each, by_id, hours).count_work(each["quantity"])
    for each in held:
        each["work"] = _lot_of(each, by_id, hours).spread_work(each["quantity"])
    if booked:
        run(tx, STORE_BOOKED, counted=[_pick_work(each) for each in booked])
    if held:
        run(tx, STORE_HELD, counted=[_pick_work(each) for each in held])
    run(tx, STORE, capabilities=_list_sums(ids, _sum_days(booked), _sum_days(held)))


def _lot_of(
    each: dict[str, Any], by_id: dict[str, dict[str, Any]], hours: part_hours.HoursOf
) -> LotWork:
    capability_id = each["capability_id"]
    return read_lot(by_id[capability_id], hours.get(capability_id, {}), each["part_id"])


def _pick_work(each: dict[str, Any]) -> dict[str, Any]:
    return {"id": each["id"], "work": each["work"]}


def _sum_days(counted: list[dict[str, Any]]) -> defaultdict[str, Counter[int]]:
    """Work by capability and due day."""
    sums: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for each in counted:
        sums[each["capability_id"]][each["day"]] += each["work"]
    return sums


def _list_sums(
    ids: list[str], booked: defaultdict[str, Counter[int]], held: defaultdict[str, Counter[int]]
) -> list[dict[str, Any]]:
    listed = []
    for id in ids:
        (booked_days, booked_work), (held_days, held_work) = (
            list_days(sums[id]) for sums in (booked, held)
        )
        listed.append(
            {
                "id": id,
                "booked_days": booked_days,
                "booked": booked_work,
                "held_days": held_days,
                "held": held_work,
            }
        )
    return listed


UNCOUNTED = """
MATCH (k:Capability) WHERE k.pace IS NOT NULL AND size(split(k.pace, '/')) = 2
WITH k LIMIT $limit
SET k.pace = toString(coalesce(k.weekly_hours_e4, 0)) + '/'
             + toString(coalesce(k.hours_per_piece_e4, 0)) + '/'
             + toString(coalesce(k.setup_hours_e4, 0))
RETURN k.id AS id ORDER BY id
"""


def fill_work(tx: Tx) -> int:
    """Count the next capabilities in hours, which were counted in pieces; how many there were."""
    uncounted = [one["id"] for one in rows(tx, UNCOUNTED, limit=FILL_ROWS)]
    recount(tx, uncounted)
    return len(uncounted)
