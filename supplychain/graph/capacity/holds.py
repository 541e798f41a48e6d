"""Capacity that bids hold. A capability's held lists always equal the sum of its holds.

Whoever changes the holds of a bid has its request locked, and after the award its order. The
capabilities are locked here, by id, as for bookings: request or order first, then capability.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from supplychain.graph.engine.transactions import Tx, nonce, rows, run
from supplychain.model.capacity.holds import (
    EndedHolds,
    HeldCapacity,
    Hold,
    Room,
    StoredHold,
    shrink_weeks,
)
from supplychain.model.weeks import pair_weeks, week_of

OF_BID = """
MATCH (h:Hold {bid_id: $bid_id})
RETURN h.id AS id, h.capability_id AS capability_id, h.bid_id AS bid_id,
       h.request_line_id AS request_line_id, h.week AS week, h.quantity AS quantity
ORDER BY id LIMIT 100000
"""


def _list_of_bid(tx: Tx, bid_id: str) -> list[StoredHold]:
    return [StoredHold(**record) for record in rows(tx, OF_BID, bid_id=bid_id)]


def hold_capacity(tx: Tx, bid_id: str, wanted: Sequence[Hold], *, today: date) -> None:
    """Hold anew what a bid asks for, as far as it is free; nothing wanted releases all.

    The bid's request must be locked. A firm without that capability, or one whose weekly
    capacity is unknown, holds nothing.
    """
    mine = _list_of_bid(tx, bid_id)
    ids = {each.capability_id for each in mine} | {each.capability_id for each in wanted}
    before = _lock_rooms(tx, ids)
    rooms = dict(before)
    for key, weeks in _sum_weeks(mine).items():
        if key in rooms:
            rooms[key] = rooms[key].without_held(weeks)
    fresh: list[dict[str, Any]] = []
    for each in wanted:
        if each.capability_id in rooms:
            weeks = rooms[each.capability_id].fit_hold(each, week_of(today))
            rooms[each.capability_id] = rooms[each.capability_id].with_held(weeks)
            fresh.extend(_hold_values(each, week, quantity) for week, quantity in weeks.items())
    _delete_holds(tx, {each.id for each in mine} - {each["id"] for each in fresh})
    if fresh:
        run(tx, HOLD, holds=fresh)
    _store_held(tx, {id: room for id, room in rooms.items() if room.held != before[id].held})


def _hold_values(hold: Hold, week: int, quantity: int) -> dict[str, Any]:
    return {
        "id": hold.hold_id(week),
        "capability_id": hold.capability_id,
        "bid_id": hold.bid_id,
        "request_id": hold.request_id,
        "request_line_id": hold.request_line_id,
        "buyer_id": hold.buyer_id,
        "firm_id": hold.firm_id,
        "ends_on": hold.ends_on.isoformat(),
        "week": week,
        "quantity": quantity,
    }


OF_REQUEST = """
MATCH (h:Hold {request_id: $request_id})
RETURN h.id AS id, h.capability_id AS capability_id, h.bid_id AS bid_id,
       h.request_line_id AS request_line_id, h.week AS week, h.quantity AS quantity
ORDER BY id LIMIT 1000000
"""


def settle_request(tx: Tx, request_id: str, won: Mapping[tuple[str, str], int]) -> None:
    """Release what the bids of a locked request hold, but for so many pieces that were won.

    Args:
        tx: the transaction.
        request_id: decided, or called off.
        won: pieces by (bid id, request line id); from now on its order ends their hold.
    """
    stored = [StoredHold(**record) for record in rows(tx, OF_REQUEST, request_id=request_id)]
    _shrink_holds(tx, stored, won)


OF_ORDER = """
MATCH (h:Hold {request_id: $request_id})
WHERE h.firm_id = $supplier_id
RETURN h.id AS id, h.capability_id AS capability_id, h.bid_id AS bid_id,
       h.request_line_id AS request_line_id, h.week AS week, h.quantity AS quantity
ORDER BY id LIMIT 100000
"""


def release_won(tx: Tx, request_id: str, *, supplier_id: str) -> None:
    """Release what a winner holds: its locked order is answered or over."""
    stored = rows(tx, OF_ORDER, request_id=request_id, supplier_id=supplier_id)
    _shrink_holds(tx, [StoredHold(**record) for record in stored], {})


ENDED = """
MATCH (h:Hold)
WHERE h.ends_on < $today
RETURN h.request_id AS request_id, h.buyer_id AS buyer_id, count(h) AS holds
ORDER BY request_id LIMIT 200
"""


def list_ended(tx: Tx, *, today: date) -> list[EndedHolds]:
    """Requests (and their buyers) with bids that no longer hold; for the sweep."""
    return [EndedHolds(**record) for record in rows(tx, ENDED, today=today.isoformat())]


ENDED_OF_REQUEST = """
MATCH (h:Hold {request_id: $request_id})
WHERE h.ends_on < $today
RETURN h.id AS id, h.capability_id AS capability_id, h.bid_id AS bid_id,
       h.request_line_id AS request_line_id, h.week AS week, h.quantity AS quantity
ORDER BY id LIMIT 1000000
"""


def release_ended(tx: Tx, request_id: str, *, today: date) -> int:
    """Release what bids for a locked request hold that ended before today; returns how many."""
    ended = rows(tx, ENDED_OF_REQUEST, request_id=request_id, today=today.isoformat())
    stored = [StoredHold(**record) for record in ended]
    _shrink_holds(tx, stored, {})
    return len({each.bid_id for each in stored})


def _shrink_holds(tx: Tx, mine: list[StoredHold], won: Mapping[tuple[str, str], int]) -> None:
    """Keep only so many pieces of each bid line, the earliest weeks first."""
    if not mine:
        return
    rooms = _lock_rooms(tx, {each.capability_id for each in mine})
    kept: dict[str, int] = {}
    by_line: dict[tuple[str, str], list[StoredHold]] = {}
    for each in mine:
        by_line.setdefault((each.bid_id, each.request_line_id), []).append(each)
    for key, held in by_line.items():
        weeks = {each.week: each.quantity for each in held}
        after = shrink_weeks(weeks, won.get(key, 0))
        kept.update({each.id: after[each.week] for each in held if each.week in after})
        gone = {week: pieces - after.get(week, 0) for week, pieces in weeks.items()}
        capability_id = held[0].capability_id
        if capability_id in rooms:
            rooms[capability_id] = rooms[capability_id].without_held(gone)
    _delete_holds(tx, {each.id for each in mine} - kept.keys())
    if kept:
        run(tx, KEEP, holds=[{"id": id, "quantity": left} for id, left in kept.items()])
    _store_held(tx, rooms)


KEEP = """
UNWIND $holds AS hold
MATCH (h:Hold {id: hold.id})
SET h.quantity = hold.quantity, h.ends_on = null
"""

HOLD = """
UNWIND $holds AS hold
MATCH (c:Capability {id: hold.capability_id})
MERGE (h:Hold {id: hold.id})
SET h.capability_id = hold.capability_id, h.bid_id = hold.bid_id, h.request_id = hold.request_id,
    h.request_line_id = hold.request_line_id, h.buyer_id = hold.buyer_id,
    h.firm_id = hold.firm_id, h.ends_on = hold.ends_on, h.week = hold.week,
    h.quantity = hold.quantity
MERGE (h)-[:HOLDS]->(c)
"""

LOCK = """
UNWIND $ids AS id
MATCH (c:Capability {id: id}) SET c.lock = $nonce
WITH c
RETURN c.id AS id, c.weekly_capacity AS weekly, c.booked_weeks AS booked_weeks,
       c.booked_quantities AS booked_quantities, c.held_weeks AS held_weeks,
       c.held_quantities AS held_quantities
ORDER BY id LIMIT 100000
"""


def _lock_rooms(tx: Tx, ids: Iterable[str]) -> dict[str, Room]:
    locked = rows(tx, LOCK, ids=sorted(ids), nonce=nonce())
    return {record["id"]: _read_room(record) for record in locked}


def _read_room(record: dict[str, Any]) -> Room:
    return Room(
        weekly=record["weekly"] or 0,
        booked=pair_weeks(record["booked_weeks"], record["booked_quantities"]),
        held=pair_weeks(record["held_weeks"], record["held_quantities"]),
    )


DROP = """
UNWIND $ids AS id
MATCH (h:Hold {id: id})
DETACH DELETE h
"""


def _delete_holds(tx: Tx, ids: set[str]) -> None:
    if ids:
        run(tx, DROP, ids=sorted(ids))


STORE = """
UNWIND $rooms AS room
MATCH (c:Capability {id: room.id})
SET c.held_weeks = room.weeks, c.held_quantities = room.quantities,
    c.version = coalesce(c.version, 0) + 1
"""


def _store_held(tx: Tx, rooms: Mapping[str, Room]) -> None:
    values = [
        {
            "id": id,
            "weeks": sorted(rooms[id].held),
            "quantities": [rooms[id].held[week] for week in sorted(rooms[id].held)],
        }
        for id in sorted(rooms)
    ]
    if values:
        run(tx, STORE, rooms=values)


ROOMS = """
UNWIND $ids AS id
MATCH (c:Capability {id: id})
WHERE c.firm_id = $viewer
RETURN c.id AS id, c.weekly_capacity AS weekly, c.booked_weeks AS booked_weeks,
       c.booked_quantities AS booked_quantities, c.held_weeks AS held_weeks,
       c.held_quantities AS held_quantities
ORDER BY id LIMIT 10000
"""


def read_rooms(tx: Tx, ids: Iterable[str], *, besides: str, viewer: str) -> dict[str, Room]:
    """Capacity of the viewer's own capabilities, without what one of its bids holds itself."""
    mine = _sum_weeks(_list_of_bid(tx, besides))
    own = rows(tx, ROOMS, ids=sorted(set(ids)), viewer=viewer)
    return {
        record["id"]: _read_room(record).without_held(mine.get(record["id"], {})) for record in own
    }


OWN = """
MATCH (h:Hold {firm_id: $viewer})
WHERE h.week >= $week
MATCH (b:Bid {id: h.bid_id})
MATCH (r:PartsRequest {id: h.request_id})
RETURN h.capability_id AS capability_id, h.bid_id AS bid_id, b.state AS state,
       r.number AS request_number, r.title AS title, min(h.week) AS first_week,
       max(h.week) AS last_week, sum(h.quantity) AS quantity, max(h.ends_on) AS ends_on
ORDER BY capability_id, first_week, bid_id LIMIT 1000
"""


def list_own(tx: Tx, *, viewer: str, today: date) -> list[HeldCapacity]:
    """What the viewer's bids hold from this week on, one entry a bid and capability.

    ``ends_on`` is None where the bid has won: its order decides then.
    """
    own = rows(tx, OWN, viewer=viewer, week=week_of(today))
    return [HeldCapacity(**record) for record in own]


def _sum_weeks(stored: Iterable[StoredHold]) -> dict[str, Counter[int]]:
    """Pieces by capability and week."""
    pieces: dict[str, Counter[int]] = {}
    for hold in stored:
        pieces.setdefault(hold.capability_id, Counter())[hold.week] += hold.quantity
    return pieces
