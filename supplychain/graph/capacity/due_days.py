"""Capabilities whose bookings are not kept yet: what accepted order lines need is booked at once.

A capability that is new may have orders already, accepted before it was declared; one of a graph
from before there were due days kept its bookings by week.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from supplychain.graph.capacity import part_hours
from supplychain.graph.capacity.paces import read_hours, read_lot
from supplychain.graph.capacity.steps import read_makers
from supplychain.graph.engine.transactions import Tx, nonce, rows, run
from supplychain.model.capacity.bookings import pieces_to_make
from supplychain.model.capacity.steps import StepMaker, StepWindow, find_new_window
from supplychain.model.orders import AT_WORK, OVER, WAITING
from supplychain.model.quantities import tidy_quantity
from supplychain.model.weeks import day_number, day_of_week, list_days, pair_days

FILL_ROWS: Final = 500
"""Capabilities in one transaction."""

UNDUE = """
MATCH (c:Capability) WHERE c.booked_days IS NULL
WITH c LIMIT $limit
SET c.lock = $nonce
RETURN c.id AS id, coalesce('@' + c.pace, '') AS pace, c.lot_size AS lot_size,
       c.held_weeks AS held_weeks, c.held_quantities AS held_quantities
ORDER BY id
"""


def fill_due_days(tx: Tx) -> int:
    """Book the next capabilities by due day; how many, 0 when nothing is left."""
    undue = rows(tx, UNDUE, limit=FILL_ROWS, nonce=nonce())
    if undue:
        _book_undue(tx, undue)
    return len(undue)


UNDUE_OF = """
UNWIND $ids AS id
MATCH (c:Capability {id: id}) WHERE c.booked_days IS NULL
SET c.lock = $nonce
WITH c
RETURN c.id AS id, coalesce('@' + c.pace, '') AS pace, c.lot_size AS lot_size,
       c.held_weeks AS held_weeks, c.held_quantities AS held_quantities
ORDER BY id LIMIT 100000
"""


def book_open_lines(tx: Tx, capability_ids: Iterable[str]) -> None:
    """Book what accepted order lines need of those capabilities whose bookings are not kept yet."""
    undue = rows(tx, UNDUE_OF, ids=sorted(set(capability_ids)), nonce=nonce())
    if undue:
        _book_undue(tx, undue)


OPEN_LINES = """
UNWIND $ids AS id
MATCH (c:Capability {id: id})<-[:CAN_MAKE]-(f:Firm)<-[:SUPPLIED_BY]-(o:Order)
WHERE o.state IN $at_work
MATCH (o)-[:HAS_LINE]->(l:OrderLine)
WHERE l.category_id = c.category_id OR l.routing IS NOT NULL
OPTIONAL MATCH (s:Order)-[:SHARES]->(l)
WHERE NOT s.state IN $over AND NOT s.state IN $waiting
OPTIONAL MATCH (s)-[:HAS_LINE]->(p:OrderLine)
WITH c, l,
     sum(CASE WHEN p IS NULL THEN 0
              WHEN s.state = 'closed' THEN p.received_quantity - p.rejected_quantity
              ELSE p.quantity END) AS handed_over,
     sum(CASE WHEN p IS NULL THEN 0
              ELSE p.received_quantity - p.rejected_quantity END) AS from_shares
RETURN c.id AS capability_id, l.id AS line_id, l.quantity AS quantity,
       coalesce(l.shared_quantity, 0) AS shared, handed_over AS handed_over,
       from_shares AS from_shares, coalesce(l.shipped_quantity, 0) AS shipped,
       coalesce(l.made_percent, 0) AS made_percent, l.need_by AS need_by,
       l.promised_on AS promised_on, l.part_id AS part_id, l.category_id AS category_id,
       l.routing AS routing, c.firm_id AS supplier_id
ORDER BY line_id LIMIT 1000000
"""

BOOK = """
UNWIND $bookings AS booking
MATCH (c:Capability {id: booking.capability_id})
MERGE (b:Booking {id: booking.id})
SET b.capability_id = booking.capability_id, b.order_line_id = booking.line_id,
    b.day = booking.day, b.quantity = booking.quantity, b.work = booking.work
MERGE (b)-[:TAKES]->(c)
"""

STORE = """
UNWIND $capabilities AS one
MATCH (c:Capability {id: one.id})
SET c.booked_days = one.days, c.booked_quantities = one.quantities, c.booked_weeks = null,
    c.held_weeks = null
"""

STORE_HELD = """
UNWIND $held AS one
MATCH (c:Capability {id: one.id})
SET c.held_days = one.days, c.held_quantities = one.quantities
"""


def _book_undue(tx: Tx, undue: list[dict[str, Any]]) -> None:
    capabilities = {one["id"]: one for one in undue}
    states = {"at_work": list(AT_WORK), "over": list(OVER), "waiting": list(WAITING)}
    lines = rows(tx, OPEN_LINES, ids=sorted(capabilities), **states)
    in_hours = {id for id, one in capabilities.items() if read_hours(one)}
    pairs = [(line["capability_id"], line["part_id"]) for line in lines]
    hours = part_hours.read_of_pairs(tx, (pair for pair in pairs if pair[0] in in_hours))
    makers = read_makers(tx, sorted({line["supplier_id"] for line in lines if line["routing"]}))
    bookings = [
        booking
        for line in lines
        if (window := _find_window(line, makers))
        and (booking := _book_line(line, window, capabilities[line["capability_id"]], hours))
    ]
    due: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for each in bookings:
        due[each["capability_id"]][each["day"]] += each["work"]
    if bookings:
        run(tx, BOOK, bookings=bookings)
    held = [_date_held(one) for one in undue if one["held_weeks"] is not None]
    if held:
        run(tx, STORE_HELD, held=held)
    run(tx, STORE, capabilities=[_list_due(id, due[id]) for id in sorted(capabilities)])


def _find_window(line: dict[str, Any], makers: dict[str, list[StepMaker]]) -> StepWindow | None:
    """What the capability does of the line; None where it does none of its steps."""
    return find_new_window(
        line["supplier_id"],
        line["category_id"],
        line["routing"] or (),
        makers.get(line["supplier_id"], ()),
        capability_id=line["capability_id"],
    )


def _book_line(
    line: dict[str, Any],
    window: StepWindow,
    capability: dict[str, Any],
    hours: part_hours.HoursOf,
) -> dict[str, Any] | None:
    names = ("quantity", "shared", "shipped", "handed_over", "from_shares")
    quantities = {name: tidy_quantity(line[name]) for name in names}
    pieces = pieces_to_make(made_percent=line["made_percent"], **quantities)
    if not pieces:
        return None
    lot = read_lot(capability, hours.get(capability["id"], {}), line["part_id"])
    work = lot.count_work(pieces)
    due_on = max(line["need_by"], line["promised_on"] or line["need_by"])
    return {
        "capability_id": line["capability_id"],
        "id": window.booking_id(line["line_id"]),
        "line_id": line["line_id"],
        "day": day_number(date.fromisoformat(due_on)) - window.after_days,
        "quantity": lot.round_up(pieces),
        "work": work,
    }


def _list_due(id: str, due: Counter[int]) -> dict[str, Any]:
    days, quantities = list_days(due)
    return {"id": id, "days": days, "quantities": quantities}


def _date_held(one: dict[str, Any]) -> dict[str, Any]:
    held = pair_days(one["held_weeks"], one["held_quantities"])
    days, quantities = list_days({day_of_week(week): pieces for week, pieces in held.items()})
    return {"id": one["id"], "days": days, "quantities": quantities}
