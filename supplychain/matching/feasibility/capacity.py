"""Capacity as a promise: what a firm can still make by a day, and when it would be done.

The days from today to the need date count, both included. What is made comes in whole lots; a line
with a routing is promised what its narrowest step lets through.
"""

from __future__ import annotations

from typing import Any

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

__all__ = ["finish_day", "possible_quantity", "promise"]


def possible_quantity(need: Need, able: Candidates) -> Ints:
    """Pieces each firm can still make by the need date, in whole lots.

    Returns:
        n whole numbers; ``UNKNOWN`` where the weekly capacity is. O(n + bookings).
    """
    if able.steps:
        return routing.possible(need, able)
    first, last = day_number(need.today), day_number(need.needed_by)
    pieces = free_pieces(able.weekly_capacity, able.booked, first, last)
    return in_lots(pieces, able.lot_size)


def promise(need: Need, able: Candidates, possible: Ints, i: int) -> dict[str, Any]:
    """What firm ``i`` can promise, as plain values.

    Returns:
        ``state`` (whole, part or unknown), ``weekly``, ``possible`` and ``finish_on``; with a lot
        size also ``lot_size`` and ``made`` (pieces in whole lots for the quantity), with a routing
        ``step``, the narrowest one.
    """
    lot = 0 if able.lot_size is None else int(able.lot_size[i])
    made = to_make(need.quantity, lot)
    told: dict[str, Any] = {"lot_size": lot, "made": made} if lot else {}
    weekly = int(able.weekly_capacity[i])
    if able.steps:
        narrow = routing.bottleneck(need, able, i)
        weekly, finish = narrow.weekly, narrow.finish_on
        told = {**told, "step": narrow.name}
    else:
        pairs = zip(*able.booked.row(i), strict=True)
        finish = finish_day(today=need.today, quantity=made, weekly=weekly, booked=pairs)
    if possible[i] < 0:
        return {"state": "unknown", "weekly": None, "possible": None, "finish_on": None, **told}
    return {
        "state": "whole" if possible[i] >= need.quantity else "part",
        "weekly": weekly,
        "possible": min(int(possible[i]), need.quantity),
        "finish_on": finish.isoformat() if finish else None,
        **told,
    }
