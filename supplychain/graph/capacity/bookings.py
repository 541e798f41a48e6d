"""Capacity that orders take. A capability's lists always equal the sum of its bookings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.capacity.bookings import Wish
from supplychain.model.weeks import list_weeks, pair_weeks, week_of


def rebook(tx: Tx, wishes: Iterable[Wish], *, today: date) -> None:
    """Take and free capacity, one capability after the other by id, each locked before.

    Lock the orders before. A capability that is not declared takes no bookings.

    Raises:
        Conflict: a capability has not enough free.
    """
    by_capability: dict[str, list[Wish]] = {}
    for wish in wishes:
        by_capability.setdefault(wish.capability_id, []).append(wish)
    for capability_id in sorted(by_capability):
        _rebook_capability(tx, capability_id, by_capability[capability_id], week_of(today))


LOCK = """
MATCH (c:Capability {id: $id}) SET c.lock = $nonce
WITH c
RETURN c.weekly_capacity AS weekly, c.booked_weeks AS weeks, c.booked_quantities AS quantities
"""


def _rebook_capability(tx: Tx, capability_id: str, wishes: list[Wish], week: int) -> None:
    locked = row(tx, LOCK, id=capability_id, nonce=nonce())
    if locked is None:
        return
    taken: Counter[int] = Counter(pair_weeks(locked["weeks"], locked["quantities"]))
    booked = _list_bookings(tx, capability_id, sorted({wish.line_id for wish in wishes}))
    for wish in wishes:
        mine = booked.get(wish.line_id, {})
        after = wish.booked(mine, taken=taken, weekly=locked["weekly"] or 0, week=week)
        _replace_bookings(tx, wish, mine, after)
        taken.subtract(mine)
        taken.update(after)
        booked[wish.line_id] = after
    _store_booked(tx, capability_id, taken)


BOOKINGS = """
MATCH (b:Booking)-[:TAKES]->(:Capability {id: $id})
WHERE b.order_line_id IN $line_ids
RETURN b.order_line_id AS line_id, b.week AS week, b.quantity AS quantity
ORDER BY line_id, week LIMIT 10000
"""


def _list_bookings(tx: Tx, capability_id: str, line_ids: list[str]) -> dict[str, dict[int, int]]:
    by_line: dict[str, dict[int, int]] = {}
    for booking in rows(tx, BOOKINGS, id=capability_id, line_ids=line_ids):
        by_line.setdefault(booking["line_id"], {})[booking["week"]] = booking["quantity"]
    return by_line


BOOK = """
UNWIND $bookings AS booking
MATCH (c:Capability {id: $capability_id})
MERGE (b:Booking {id: booking.id})
ON CREATE SET b.capability_id = $capability_id, b.order_line_id = $line_id,
    b.week = booking.week, b.quantity = booking.quantity
ON MATCH SET b.quantity = booking.quantity
MERGE (b)-[:TAKES]->(c)
"""

FREE = """
UNWIND $ids AS id
MATCH (b:Booking {id: id})
DETACH DELETE b
"""


def _replace_bookings(tx: Tx, wish: Wish, mine: dict[int, int], after: dict[int, int]) -> None:
    changed = [
        {"id": f"{wish.line_id}|{week}", "week": week, "quantity": quantity}
        for week, quantity in after.items()
        if mine.get(week) != quantity
    ]
    gone = [f"{wish.line_id}|{week}" for week in mine if week not in after]
    if changed:
        run(tx, BOOK, bookings=changed, capability_id=wish.capability_id, line_id=wish.line_id)
    if gone:
        run(tx, FREE, ids=gone)


STORE = """
MATCH (c:Capability {id: $id})
SET c.booked_weeks = $weeks, c.booked_quantities = $quantities,
    c.version = coalesce(c.version, 0) + 1
"""


def _store_booked(tx: Tx, capability_id: str, taken: Counter[int]) -> None:
    weeks, quantities = list_weeks(taken)
    run(tx, STORE, id=capability_id, weeks=weeks, quantities=quantities)
