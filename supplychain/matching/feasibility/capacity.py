"""Capacity as a promise: what a firm can still make by a day, and when it would be done.

The days from the firm's today to the need date count, both included. What is made comes in whole
lots; a line with a routing is promised what its narrowest step lets through. Nothing is done before
its lead time is over, however much is free. The arithmetic is that of
``model.capacity.promises``, by which orders are accepted: what is possible here can be accepted.
"""

from __future__ import annotations

from supplychain.matching.candidates.arrays import Ints
from supplychain.matching.candidates.columns import Candidates
from supplychain.matching.feasibility import routing
from supplychain.matching.feasibility.windows import (
    lot_of,
    lots_of,
    pace_of,
    paces_of,
    possible_columns,
)
from supplychain.matching.need import Need
from supplychain.matching.rows import Promise
from supplychain.model.capacity.promises import finish_day
from supplychain.model.quantities import whole_units
from supplychain.model.weeks import date_of, day_number


def possible_quantity(need: Need, able: Candidates) -> Ints:
    """Pieces each firm can still make by the need date, in whole lots.

    Args:
        need: the line.
        able: columns of n firms.

    Returns:
        n whole numbers; ``UNKNOWN`` where the weekly capacity is. O(n + promises).
    """
    if able.steps:
        return routing.possible_through_steps(need, able)
    today, last = able.first_days(need.today), day_number(need.needed_by)
    work = possible_columns(paces_of(able), able.booked, today=today, last=last)
    return lots_of(able).count_pieces(work)


def promise_capacity(need: Need, able: Candidates, possible: Ints, i: int) -> Promise:
    """What firm ``i`` can promise of a line.

    Args:
        need: the line.
        able: columns of n firms.
        possible: n quantities from ``possible_quantity``.
        i: a row of the columns.
    """
    lot_size = 0 if able.lot_size is None else int(able.lot_size[i])
    lot = lot_of(able, i)
    pieces = whole_units(need.quantity)
    work = lot.count_work(pieces)
    weekly, step = int(able.weekly_capacity[i]), None
    lead_days = max(int(able.lead_days[i]), 0)  # an unknown one holds up nothing
    today = able.first_day(i, need.today)
    if able.steps:
        narrow = routing.find_bottleneck(need, able, i)
        weekly, step, finish = narrow.weekly, narrow.name, narrow.finish_on
        finish = None if finish is None else max(finish, today + lead_days)
    else:
        finish = finish_day(
            pace_of(able, i),
            able.booked.pairs(i),
            today=today,
            work=work,
            lead_days=lead_days,
        )
    is_stated = bool(possible[i] >= 0)
    is_whole = bool(possible[i] >= need.quantity)
    return Promise(
        state=("whole" if is_whole else "part") if is_stated else "unknown",
        weekly=weekly if is_stated else None,
        possible=min(int(possible[i]), pieces) if is_stated else None,
        finish_on=None if finish is None or not is_stated else date_of(finish).isoformat(),
        lot_size=lot_size or None,
        made=lot.round_up(pieces) if lot_size else None,
        step=step,
    )
