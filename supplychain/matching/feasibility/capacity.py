"""Capacity as a promise: what a firm can still make by a day, and when it would be done.

The days from today to the need date count, both included. What is made comes in whole lots; a line
with a routing is promised what its narrowest step lets through. Nothing is done before its lead
time is over, however much is free.
"""

from __future__ import annotations

from supplychain.matching.candidates.arrays import Ints
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.feasibility import routing
from supplychain.matching.feasibility.windows import (
    day_number,
    finish_day,
    free_pieces,
    in_lots,
    to_make,
)
from supplychain.matching.need import Need
from supplychain.matching.rows import Promise
from supplychain.model.weeks import arrival_day

__all__ = ["finish_day", "possible_quantity", "promise_capacity"]


def possible_quantity(need: Need, able: Candidates) -> Ints:
    """Pieces each firm can still make by the need date, in whole lots.

    Args:
        need: the line.
        able: columns of n firms.

    Returns:
        n whole numbers; ``UNKNOWN`` where the weekly capacity is. O(n + bookings).
    """
    if able.steps:
        return routing.possible_through_steps(need, able)
    first, last = day_number(need.today), day_number(need.needed_by)
    pieces = free_pieces(able.weekly_capacity, able.booked, first, last)
    return in_lots(pieces, able.lot_size)


def promise_capacity(need: Need, able: Candidates, possible: Ints, i: int) -> Promise:
    """What firm ``i`` can promise of a line.

    Args:
        need: the line.
        able: columns of n firms.
        possible: n quantities from ``possible_quantity``.
        i: a row of the columns.
    """
    lot_size = 0 if able.lot_size is None else int(able.lot_size[i])
    made = to_make(need.quantity, lot_size)
    weekly, step = int(able.weekly_capacity[i]), None
    if able.steps:
        narrow = routing.find_bottleneck(need, able, i)
        weekly, finish, step = narrow.weekly, narrow.finish_on, narrow.name
    else:
        pairs = zip(*able.booked.row(i), strict=True)
        finish = finish_day(today=need.today, quantity=made, weekly=weekly, booked=pairs)
    lead_days = max(int(able.lead_days[i]), 0)  # an unknown one holds up nothing
    finish = finish and arrival_day(finish, ordered_on=need.today, lead_days=lead_days)
    is_stated = bool(possible[i] >= 0)
    is_whole = bool(possible[i] >= need.quantity)
    return Promise(
        state=("whole" if is_whole else "part") if is_stated else "unknown",
        weekly=weekly if is_stated else None,
        possible=min(int(possible[i]), need.quantity) if is_stated else None,
        finish_on=finish.isoformat() if is_stated and finish else None,
        lot_size=lot_size or None,
        made=made if lot_size else None,
        step=step,
    )
