"""What order lines take of the capacity of who makes them: each step of a routing its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from supplychain.graph.capacity import bookings, steps
from supplychain.graph.engine.transactions import Tx
from supplychain.graph.firm_days import find_today
from supplychain.graph.orders import shares
from supplychain.model.capacity.bookings import Wish, pieces_to_make
from supplychain.model.capacity.steps import StepWindow, list_windows
from supplychain.model.orders import Order, OrderLine
from supplychain.model.quantities import Quantity
from supplychain.model.weeks import date_of


def rebook_work(tx: Tx, order: Order, line_ids: Iterable[str], *, now: datetime) -> None:
    """Book what is still to be made of lines of a locked order, after work on them was reported."""
    wishes: list[Wish] = []
    for line_id in line_ids:
        line = order.line(line_id)
        wishes += list_wishes(
            tx, order, line, pieces=_count_left(tx, line), must_fit=False, now=now
        )
    bookings.rebook(tx, wishes, now=now)


def list_wishes(
    tx: Tx, order: Order, line: OrderLine, *, pieces: int, now: datetime, must_fit: bool = True
) -> list[Wish]:
    """So many pieces of the supplier's capacity for a line of a locked order, by the day it is due.

    Of a line with a routing each capability that does a step of it, in its window. What is booked
    already keeps its day, so that time that goes by makes nothing due sooner; of a capability that
    does no step any more it is freed.
    """
    plain = Wish(
        capability_id="",
        line_id=line.id,
        part_id=line.part_id,
        pieces=pieces,
        due_on=line.due_on,
        must_fit=must_fit,
    )
    if not line.routing:
        (window,) = list_windows(order.supplier_id, line.category_id, (), ())
        return [replace(plain, capability_id=window.capability_id)]
    makers = steps.read_makers(tx, [order.supplier_id])[order.supplier_id]
    windows = list_windows(order.supplier_id, line.category_id, line.routing, makers)
    booked = steps.list_booked(tx, line.id)
    today = find_today(tx, order.supplier_id, now)
    gone = booked.keys() - {(each.capability_id, each.category_id) for each in windows}
    return [
        *(_wish_step(plain, each, booked, today) for each in windows),
        *(
            replace(plain, capability_id=id, category_id=category_id, step=category_id, pieces=0)
            for id, category_id in sorted(gone)
        ),
    ]


def _wish_step(
    plain: Wish, window: StepWindow, booked: dict[tuple[str, str], int], today: date
) -> Wish:
    first, last = window.days(today=today, due_on=plain.due_on)
    day = booked.get((window.capability_id, window.category_id))
    return replace(
        plain,
        capability_id=window.capability_id,
        category_id=window.category_id,
        step=window.name,
        starts_on=first if day is None else None,
        due_on=last if day is None else date_of(day),
    )


def list_sharer_wishes(
    tx: Tx, parent: Order, share: Order, *, sign: int, now: datetime
) -> list[Wish]:
    """What the sharer keeps of its line once the share is taken over (1) or comes back (-1)."""
    assert share.parent_line_id is not None
    line = parent.line(share.parent_line_id)
    shared = sign * sum(line.quantity for line in share.lines)
    # Handing over asks for no more; and how much the sharer can make is not the peer's to hear.
    pieces = _count_left(tx, line, shared=shared)
    return list_wishes(tx, parent, line, pieces=pieces, must_fit=sign < 0, now=now)


def _count_left(tx: Tx, line: OrderLine, *, shared: Quantity = 0) -> int:
    """What the supplier still makes itself, once ``shared`` more are in the hands of peers."""
    handed_over, from_shares = shares.sum_peer_parts(tx, line.id)
    return pieces_to_make(
        quantity=line.quantity,
        shared=line.shared_quantity,
        shipped=line.shipped_quantity,
        made_percent=line.made_percent,
        handed_over=handed_over + shared,
        from_shares=from_shares,
    )
