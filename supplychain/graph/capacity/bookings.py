"""Capacity that orders take. A capability's lists always equal the sum of its bookings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from supplychain.graph.capacity import part_hours
from supplychain.graph.capacity.due_days import book_open_lines
from supplychain.graph.capacity.paces import read_hours, read_lot, read_pace
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.calendars.zones import day_of, zone_of
from supplychain.model.capacity.bookings import Booking, Wish
from supplychain.model.weeks import day_number, list_days, pair_days


def rebook(tx: Tx, wishes: Iterable[Wish], *, now: datetime) -> None:
    """Take and free capacity, one capability after the other by id, each locked before.

    Lock the orders before. What days are left counts from
    the day that it is at the firm. A capability that is not declared takes no bookings.

    Raises:
        Conflict: a capability cannot make all of it in time.
    """
    by_capability: dict[str, list[Wish]] = {}
    for wish in wishes:
        by_capability.setdefault(wish.capability_id, []).append(wish)
    for capability_id in sorted(by_capability):
        _rebook_capability(tx, capability_id, by_capability[capability_id], now)


LOCK = """
MATCH (c:Capability {id: $id}) SET c.lock = $nonce
WITH c
OPTIONAL MATCH (f:Firm {id: c.firm_id})
RETURN f.time_zone AS time_zone, f.country AS country,
       c.weekly_capacity AS weekly, coalesce(c.calendar, '') + coalesce('@' + c.pace, '')
       + coalesce(c.site_paces, '') AS pace,
       c.lot_size AS lot_size, c.booked_days AS days,
       c.booked_quantities AS quantities
"""


def _rebook_capability(tx: Tx, capability_id: str, wishes: list[Wish], now: datetime) -> None:
    locked = row(tx, LOCK, id=capability_id, nonce=nonce())
    if locked is None:
        return
    if locked["days"] is None:
        book_open_lines(tx, [capability_id])
        locked = row(tx, LOCK, id=capability_id, nonce=nonce()) or locked
    today = day_number(day_of(zone_of(locked["time_zone"], locked["country"]), now))
    pace, hours = read_pace(locked), _read_part_hours(tx, capability_id, locked, wishes)
    due: Counter[int] = Counter(pair_days(locked["days"], locked["quantities"]))
    before = _list_bookings(tx, capability_id, sorted({wish.line_id for wish in wishes}))
    after: dict[str, Booking | None] = dict(before)
    for wish in wishes:
        mine = after.get(wish.line_id)
        if mine is not None:
            due[mine.day] -= mine.work
        lot = read_lot(locked, hours, wish.part_id)
        wanted = wish.booked(mine, due=due, pace=pace, lot=lot, today=today)
        after[wish.line_id] = wanted
        if wanted is not None:
            due[wanted.day] += wanted.work
    ids = {wish.line_id: wish.booking_id for wish in wishes}
    _replace_bookings(tx, capability_id, ids, before, after)
    days, quantities = list_days(due)
    run(tx, STORE, id=capability_id, days=days, quantities=quantities)


def _read_part_hours(
    tx: Tx, capability_id: str, locked: dict[str, Any], wishes: list[Wish]
) -> dict[str, int]:
    """What is stated of the parts that are wished for; of a capacity in pieces nothing counts."""
    if read_hours(locked) is None:
        return {}
    pairs = [(capability_id, wish.part_id) for wish in wishes]
    return part_hours.read_of_pairs(tx, pairs).get(capability_id, {})


BOOKINGS = """
MATCH (b:Booking)-[:TAKES]->(:Capability {id: $id})
WHERE b.order_line_id IN $line_ids
RETURN b.order_line_id AS line_id, b.day AS day, b.quantity AS quantity, b.work AS work
ORDER BY line_id LIMIT 10000
"""


def _list_bookings(tx: Tx, capability_id: str, line_ids: list[str]) -> dict[str, Booking]:
    booked = rows(tx, BOOKINGS, id=capability_id, line_ids=line_ids)
    return {one.pop("line_id"): Booking(**one) for one in booked}


BOOK = """
UNWIND $bookings AS booking
MATCH (c:Capability {id: $capability_id})
MERGE (b:Booking {id: booking.id})
SET b.capability_id = $capability_id, b.order_line_id = booking.line_id, b.day = booking.day,
    b.quantity = booking.quantity, b.work = booking.work
MERGE (b)-[:TAKES]->(c)
"""

FREE = """
UNWIND $line_ids AS line_id
MATCH (b:Booking {order_line_id: line_id})
WHERE b.capability_id = $capability_id
DETACH DELETE b
"""


def _replace_bookings(
    tx: Tx,
    capability_id: str,
    ids: dict[str, str],
    before: dict[str, Booking],
    after: dict[str, Booking | None],
) -> None:
    """Store what changed; one booking for each order line that the capability works on.

    ``ids`` are those of the bookings by line.
    """
    changed = [
        {
            "id": ids[line_id],
            "line_id": line_id,
            "day": one.day,
            "quantity": one.quantity,
            "work": one.work,
        }
        for line_id, one in after.items()
        if one is not None and before.get(line_id) != one
    ]
    gone = [line_id for line_id in before if after[line_id] is None]
    if changed:
        run(tx, BOOK, bookings=changed, capability_id=capability_id)
    if gone:
        run(tx, FREE, line_ids=gone, capability_id=capability_id)


STORE = """
MATCH (c:Capability {id: $id})
SET c.booked_days = $days, c.booked_quantities = $quantities,
    c.version = coalesce(c.version, 0) + 1
"""
