"""What the bidders of a request can make in time, as bounds of how it may be split.

The figures are the bidders' own. They bound every split, as each of them would have to be accepted;
a buyer reads one only where its firm shows the buyer its capacity, and each such read is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from supplychain.award.problem.problem import Problem
from supplychain.graph import audiences
from supplychain.graph.capacity import booked_rooms
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx
from supplychain.model.audiences import CAPACITY
from supplychain.model.award_studies.capacities import with_capacities
from supplychain.model.bids.bid import Bid
from supplychain.model.capacity.bookings import capability_id
from supplychain.model.parts_requests.parts_request import PartsRequest

SOURCE = "award_study"
"""Where a look was taken, as it is kept."""


def bound_by_capacity(
    tx: Tx,
    problem: Problem,
    request: PartsRequest,
    opened: Sequence[Bid],
    *,
    viewer: str,
    today: date,
) -> Problem:
    """The problem of a viewer's own request with what its bidders can make by their due days.

    What a firm does not show the viewer bounds the split and is marked: it is told nowhere.
    """
    categories = {line.id: line.category_id for line in request.lines}
    made = {(bid.supplier, categories[bid.line]) for bid in problem.bids}
    firm_ids = {firm_id for firm_id, _ in made}
    rooms, readable = together(
        lambda: booked_rooms.read_booked(tx, [capability_id(*pair) for pair in made]),
        lambda: audiences.read_readable(tx, viewer=viewer, among=firm_ids),
    )
    shown = {firm_id for firm_id in firm_ids if readable.covers(firm_id, CAPACITY)}
    return with_capacities(problem, request, opened, rooms, shown=shown, today=today)


def note_looks(
    tx: Tx, problem: Problem, request: PartsRequest, *, viewer: str, at: datetime
) -> None:
    """Keep whose capacity the viewer got to read with a problem; its request is locked."""
    categories = {line.id: line.category_id for line in request.lines}
    used = {
        (one.supplier, categories[line])
        for one in problem.capacities
        if one.shown
        for line in one.lines
    }
    looks = [(*pair, False, True) for pair in sorted(used)]
    audiences.note_looks(tx, looks, viewer=viewer, source=SOURCE, at=at)
