"""Capacity that bids hold. A capability's held lists always equal the sum of its holds.

Until the opening, what a bid holds lies sealed beside it: only its own firm reads it. With the
opening it becomes ``Hold`` nodes, and counts in the capability's lists.

Whoever changes the holds of a bid has its request locked, and after the award its order. The
capabilities are locked here, by id, as for bookings: request or order first, then capability.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

from supplychain.graph.bids import seals
from supplychain.graph.capacity import part_hours
from supplychain.graph.capacity.paces import read_hours, read_pace
from supplychain.graph.capacity.recounts import recount
from supplychain.graph.capacity.steps import read_maker
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, nonce, rows, run
from supplychain.graph.tray_notes import drop_notes, keep_notes, note_id
from supplychain.model.bids.bid import Bid
from supplychain.model.bids.seals import RequestSeal, close_box, open_json, seal_json
from supplychain.model.capacity.bookings import capability_id
from supplychain.model.capacity.holds import (
    EndedHolds,
    HeldCapacity,
    Hold,
    Room,
    StoredHold,
    shrink_days,
)
from supplychain.model.categories.tree import identify_category
from supplychain.model.trays import Side, TrayNote, tray_id
from supplychain.model.weeks import day_number, day_of_week, pair_days

OF_BID = """
MATCH (h:Hold {bid_id: $bid_id})
RETURN h.id AS id, h.capability_id AS capability_id, h.bid_id AS bid_id,
       h.request_line_id AS request_line_id, h.day AS day, h.quantity AS quantity,
       h.work AS work
ORDER BY id LIMIT 100000
"""


def _list_of_bid(tx: Tx, bid_id: str) -> list[StoredHold]:
    return [StoredHold(**record) for record in rows(tx, OF_BID, bid_id=bid_id)]


SEALED_OF_FIRM = """
MATCH (:Tray {id: $tray})<-[:LIES_IN]-(n:TrayNote)
MATCH (b:Bid {id: n.about_id})-[:ANSWERS]->(r:PartsRequest)
WHERE b.sealed_holds IS NOT NULL
MATCH (r)-[:HAS_SEAL]->(s:RequestSeal)
RETURN b.id AS bid_id, b.state AS state, b.sealed_holds AS sealed, r.number AS request_number,
       r.title AS title,
       {request_id: s.request_id, public_key: s.public_key, wrapped_key: s.wrapped_key,
        key_id: s.key_id} AS seal
ORDER BY bid_id LIMIT 1000
"""


def _list_sealed(tx: Tx, viewer: str) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Sealed bids of the viewer's firm, each with what it holds; those whose key is away are left
    out.
    """
    held: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
    for record in rows(tx, SEALED_OF_FIRM, tray=tray_id(viewer, Side.BIDS, "sealed")):
        box = seals.find_opener(RequestSeal(**record["seal"]))
        if box is not None:
            holds = open_json(box, record["bid_id"], record["sealed"])
            held.append((record, [_read_sealed(hold) for hold in holds]))
    return held


def _read_sealed(hold: dict[str, Any]) -> dict[str, Any]:
    """A hold that was sealed.

    One of a week, from before there were due days, is due at its end; one without work, from before
    that was counted, takes a piece for a piece until its request is opened. One from before its
    category became a node of the tree holds what the node is to its firm.
    """
    rest = {name: value for name, value in hold.items() if name != "week"}
    day = hold["day"] if "day" in hold else day_of_week(hold["week"])
    firm_id, category = hold["capability_id"].split("|", 1)
    rest["capability_id"] = capability_id(firm_id, identify_category(category))
    return {"work": hold["quantity"], **rest, "day": day}


def sum_sealed(
    tx: Tx, *, viewer: str, today: date, bid_id: str = "", request_id: str = ""
) -> dict[str, Counter[int]]:
    """Work by capability and due day that the viewer's sealed bids hold and nobody else sees.

    The bid ``bid_id`` and the bids for ``request_id`` do not count, nor what ended before today.
    """
    pieces: dict[str, Counter[int]] = {}
    for record, held in _list_sealed(tx, viewer):
        if bid_id == record["bid_id"] or request_id == record["seal"]["request_id"]:
            continue
        for each in held:
            if each["ends_on"] >= today.isoformat():
                days = pieces.setdefault(each["capability_id"], Counter())
                days[each["day"]] += each["work"]
    return pieces


def hold_capacity(tx: Tx, bid: Bid, wanted: Sequence[Hold], *, today: date) -> None:
    """Hold anew what a sealed bid asks for, as far as it is free; nothing wanted releases all.

    The bid's request must be locked. A firm without that capability, or one whose weekly
    capacity is unknown, holds nothing.
    """
    mine = _list_of_bid(tx, bid.id)  # only of bids from before there were seals
    ids = {each.capability_id for each in mine} | {each.capability_id for each in wanted}
    before = _lock_rooms(tx, ids, part_ids={each.part_id for each in wanted})
    plain = dict(before)
    for key, days in _sum_days(mine).items():
        if key in plain:
            plain[key] = plain[key].without_held(days)
    others = sum_sealed(tx, viewer=bid.firm_id, today=today, bid_id=bid.id)
    rooms = {id: room.with_held(others.get(id, {})) for id, room in plain.items()}
    fresh: list[dict[str, Any]] = []
    for each in wanted:
        if each.capability_id in rooms:
            room = rooms[each.capability_id]
            work = room.fit_hold(each, today)
            if work:
                rooms[each.capability_id] = room.with_held({day_number(each.due_on): work})
                quantity = room.lot_of(each.part_id).spread_pieces(work)
                fresh.append({**_hold_values(each, quantity), "work": work})
    _delete_holds(tx, {each.id for each in mine})
    _store_held(tx, {id: room for id, room in plain.items() if room.held != before[id].held})
    box = close_box(seals.ensure(tx, bid.request_id))
    _seal_holds(tx, bid, seal_json(box, bid.id, fresh) if fresh else None)


SEAL = "MATCH (b:Bid {id: $bid_id}) SET b.sealed_holds = $sealed"


def _seal_holds(tx: Tx, bid: Bid, sealed: str | None) -> None:
    """Keep what a bid holds, and note it in the tray where its firm finds it; None is nothing."""
    run(tx, SEAL, bid_id=bid.id, sealed=sealed)
    note = TrayNote(
        id=note_id(bid.id, bid.firm_id),
        firm_id=bid.firm_id,
        side=Side.BIDS,
        state="sealed" if sealed else "",
        about_id=bid.id,
    )
    keep_notes(tx, [note])


PLAIN_OF_BID = """
MATCH (h:Hold {bid_id: $bid_id})
RETURN h.id AS id, h.capability_id AS capability_id, h.bid_id AS bid_id,
       h.request_id AS request_id, h.request_line_id AS request_line_id,
       h.buyer_id AS buyer_id, h.firm_id AS firm_id, h.ends_on AS ends_on, h.day AS day,
       h.quantity AS quantity, h.work AS work
ORDER BY id LIMIT 100000
"""


def seal_plain(tx: Tx, bid: Bid) -> None:
    """Seal what a bid holds, which lay plain before there were seals; its request is locked."""
    held = rows(tx, PLAIN_OF_BID, bid_id=bid.id)
    if held:
        _shrink_holds(tx, _list_of_bid(tx, bid.id), {})
        box = close_box(seals.ensure(tx, bid.request_id))
        _seal_holds(tx, bid, seal_json(box, bid.id, held))


SEALED_OF_REQUEST = """
MATCH (b:Bid {request_id: $request_id})
WHERE b.state = 'open' AND b.sealed_holds IS NOT NULL
RETURN b.id AS bid_id, b.sealed_holds AS sealed ORDER BY bid_id LIMIT 5000
"""
UNSEAL = """
MATCH (b:Bid {request_id: $request_id}) WHERE b.sealed_holds IS NOT NULL
SET b.sealed_holds = null
RETURN b.id AS bid_id, b.firm_id AS firm_id
"""


def _unseal_request(tx: Tx, request_id: str) -> None:
    unsealed = rows(tx, UNSEAL, request_id=request_id)
    drop_notes(tx, [note_id(one["bid_id"], one["firm_id"]) for one in unsealed])


def open_sealed(tx: Tx, request_id: str, *, today: date) -> None:
    """What the bids of a locked request hold counts for all from now on: they are opened.

    Raises:
        Unavailable: the key is not here, or a seal was changed.
    """
    sealed = rows(tx, SEALED_OF_REQUEST, request_id=request_id)
    if not sealed:
        return
    box = seals.open_of_request(tx, request_id)
    fresh = [
        _read_sealed(hold)
        for each in sealed
        for hold in open_json(box, each["bid_id"], each["sealed"])
        if hold["ends_on"] >= today.isoformat()
    ]
    rooms = _lock_rooms(tx, {each["capability_id"] for each in fresh})
    kept = [each for each in fresh if each["capability_id"] in rooms]
    for each in kept:
        room = rooms[each["capability_id"]]
        rooms[each["capability_id"]] = room.with_held({each["day"]: each["work"]})
    _unseal_request(tx, request_id)
    if kept:
        run(tx, HOLD, holds=kept)
    _store_held(tx, rooms)
    recount(tx, [id for id, room in rooms.items() if room.hours])


def _hold_values(hold: Hold, quantity: int) -> dict[str, Any]:
    return {
        "id": hold.hold_id,
        "capability_id": hold.capability_id,
        "bid_id": hold.bid_id,
        "request_id": hold.request_id,
        "request_line_id": hold.request_line_id,
        "buyer_id": hold.buyer_id,
        "firm_id": hold.firm_id,
        "ends_on": hold.ends_on.isoformat(),
        "day": day_number(hold.due_on),
        "quantity": quantity,
    }


OF_REQUEST = """
MATCH (h:Hold {request_id: $request_id})
RETURN h.id AS id, h.capability_id AS capability_id, h.bid_id AS bid_id,
       h.request_line_id AS request_line_id, h.day AS day, h.quantity AS quantity,
       h.work AS work
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
    _unseal_request(tx, request_id)


OF_ORDER = """
MATCH (h:Hold {request_id: $request_id})
WHERE h.firm_id = $supplier_id
RETURN h.id AS id, h.capability_id AS capability_id, h.bid_id AS bid_id,
       h.request_line_id AS request_line_id, h.day AS day, h.quantity AS quantity,
       h.work AS work
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
       h.request_line_id AS request_line_id, h.day AS day, h.quantity AS quantity,
       h.work AS work
ORDER BY id LIMIT 1000000
"""


def release_ended(tx: Tx, request_id: str, *, today: date) -> int:
    """Release what bids for a locked request hold that ended before today; returns how many."""
    ended = rows(tx, ENDED_OF_REQUEST, request_id=request_id, today=today.isoformat())
    stored = [StoredHold(**record) for record in ended]
    _shrink_holds(tx, stored, {})
    return len({each.bid_id for each in stored})


def _shrink_holds(tx: Tx, mine: list[StoredHold], won: Mapping[tuple[str, str], int]) -> None:
    """Keep only so many pieces of each bid line, the earliest days first."""
    if not mine:
        return
    rooms = _lock_rooms(tx, {each.capability_id for each in mine})
    kept: dict[str, int] = {}
    by_line: dict[tuple[str, str, str], list[StoredHold]] = {}
    for each in mine:
        key = (each.bid_id, each.request_line_id, each.capability_id)
        by_line.setdefault(key, []).append(each)
    for (bid_id, line_id, made_id), held in by_line.items():
        days = {each.day: each.quantity for each in held}
        after = shrink_days(days, won.get((bid_id, line_id), 0))
        kept.update({each.id: after[each.day] for each in held if each.day in after})
        gone = {each.day: each.work - each.work_of(after.get(each.day, 0)) for each in held}
        if made_id in rooms:
            rooms[made_id] = rooms[made_id].without_held(gone)
    _delete_holds(tx, {each.id for each in mine} - kept.keys())
    if kept:
        run(tx, KEEP, holds=[_keep_values(each, kept) for each in mine if each.id in kept])
    _store_held(tx, rooms)


def _keep_values(hold: StoredHold, kept: Mapping[str, int]) -> dict[str, Any]:
    left = kept[hold.id]
    return {"id": hold.id, "quantity": left, "work": hold.work_of(left)}


KEEP = """
UNWIND $holds AS hold
MATCH (h:Hold {id: hold.id})
SET h.quantity = hold.quantity, h.work = hold.work, h.ends_on = null
"""

HOLD = """
UNWIND $holds AS hold
MATCH (c:Capability {id: hold.capability_id})
MERGE (h:Hold {id: hold.id})
SET h.capability_id = hold.capability_id, h.bid_id = hold.bid_id, h.request_id = hold.request_id,
    h.request_line_id = hold.request_line_id, h.buyer_id = hold.buyer_id,
    h.firm_id = hold.firm_id, h.ends_on = hold.ends_on, h.day = hold.day,
    h.quantity = hold.quantity, h.work = hold.work
MERGE (h)-[:HOLDS]->(c)
"""

LOCK = """
UNWIND $ids AS id
MATCH (c:Capability {id: id}) SET c.lock = $nonce
WITH c
RETURN c.id AS id, c.weekly_capacity AS weekly,
       coalesce(c.calendar, '') + coalesce('@' + c.pace, '')
       + coalesce(c.site_paces, '') AS pace, c.lot_size AS lot_size,
       c.booked_days AS booked_days,
       c.booked_quantities AS booked_quantities, c.held_days AS held_days,
       c.held_quantities AS held_quantities
ORDER BY id LIMIT 100000
"""


def _lock_rooms(tx: Tx, ids: Iterable[str], part_ids: Iterable[str | None] = ()) -> dict[str, Room]:
    """The rooms of capabilities, each locked, with what is stated of these parts."""
    locked = rows(tx, LOCK, ids=sorted(ids), nonce=nonce())
    in_hours = [record["id"] for record in locked if read_hours(record)]
    hours = part_hours.read_of_pairs(tx, product(in_hours, part_ids))
    return {record["id"]: _read_room(record, hours) for record in locked}


def _read_room(record: dict[str, Any], hours: part_hours.HoursOf) -> Room:
    return Room(
        pace=read_pace(record),
        hours=read_hours(record),
        part_hours_e4=hours.get(record["id"], {}),
        lot_size=record["lot_size"] or 0,
        booked=pair_days(record["booked_days"], record["booked_quantities"]),
        held=pair_days(record["held_days"], record["held_quantities"]),
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
SET c.held_days = room.days, c.held_quantities = room.quantities,
    c.version = coalesce(c.version, 0) + 1
"""


def _store_held(tx: Tx, rooms: Mapping[str, Room]) -> None:
    values = [
        {
            "id": id,
            "days": sorted(rooms[id].held),
            "quantities": [rooms[id].held[day] for day in sorted(rooms[id].held)],
        }
        for id in sorted(rooms)
    ]
    if values:
        run(tx, STORE, rooms=values)


ROOMS = """
MATCH (c:Capability {firm_id: $viewer})
RETURN c.id AS id, c.weekly_capacity AS weekly,
       coalesce(c.calendar, '') + coalesce('@' + c.pace, '')
       + coalesce(c.site_paces, '') AS pace, c.lot_size AS lot_size,
       c.booked_days AS booked_days,
       c.booked_quantities AS booked_quantities, c.held_days AS held_days,
       c.held_quantities AS held_quantities, c.firm_id AS firm_id,
       c.category_id AS category_id,
       c.processes AS processes, c.lead_days AS lead_days
ORDER BY id LIMIT 10000
"""


def read_rooms(tx: Tx, *, besides: str, viewer: str, today: date) -> dict[str, Room]:
    """Capacity of the viewer's own capabilities by id, without what one of its bids holds."""
    held, others, own, hours = together(
        lambda: _list_of_bid(tx, besides),
        lambda: sum_sealed(tx, viewer=viewer, today=today, bid_id=besides),
        lambda: rows(tx, ROOMS, viewer=viewer),
        lambda: part_hours.read_of_firm(tx, viewer=viewer),
    )
    mine = _sum_days(held)
    return {
        record["id"]: replace(_read_room(record, hours), maker=read_maker(record))
        .without_held(mine.get(record["id"], {}))
        .with_held(others.get(record["id"], {}))
        for record in own
    }


OWN = """
MATCH (h:Hold {firm_id: $viewer})
MATCH (b:Bid {id: h.bid_id})
MATCH (r:PartsRequest {id: h.request_id})
RETURN h.capability_id AS capability_id, h.bid_id AS bid_id, b.state AS state,
       r.number AS request_number, r.title AS title, min(h.day) AS first,
       max(h.day) AS last, sum(h.quantity) AS quantity, max(h.ends_on) AS ends_on
ORDER BY capability_id, first, bid_id LIMIT 1000
"""


def list_own(tx: Tx, *, viewer: str, today: date) -> list[HeldCapacity]:
    """What the viewer's bids hold, one entry a bid and capability.

    ``ends_on`` is None where the bid has won: its order decides then.
    """
    own, sealed = together(
        lambda: rows(tx, OWN, viewer=viewer),
        lambda: _list_sealed(tx, viewer),
    )
    held = [HeldCapacity(**record) for record in own]
    for record, holds in sealed:
        held += _sum_sealed_bid(record, holds, today)
    return sorted(held, key=lambda one: (one.capability_id, one.first, one.bid_id))


def _sum_sealed_bid(
    record: dict[str, Any], holds: list[dict[str, Any]], today: date
) -> Iterator[HeldCapacity]:
    live = [each for each in holds if each["ends_on"] >= today.isoformat()]
    for made_id in sorted({each["capability_id"] for each in live}):
        mine = [each for each in live if each["capability_id"] == made_id]
        yield HeldCapacity(
            capability_id=made_id,
            bid_id=record["bid_id"],
            state=record["state"],
            request_number=record["request_number"],
            title=record["title"],
            first=min(each["day"] for each in mine),
            last=max(each["day"] for each in mine),
            quantity=sum(each["quantity"] for each in mine),
            ends_on=mine[0]["ends_on"],
        )


def _sum_days(stored: Iterable[StoredHold]) -> dict[str, Counter[int]]:
    """Work by capability and due day."""
    work: dict[str, Counter[int]] = {}
    for hold in stored:
        work.setdefault(hold.capability_id, Counter())[hold.day] += hold.work
    return work
