"""What the bidders of a request can make in time, as it bounds how the request may be split.

The figures are the bidders' own. They bound every split, as each of them would have to be accepted;
a buyer reads one only where its firm shows the buyer its capacity, and each such read is kept.
"""

from __future__ import annotations

from datetime import datetime

from supplychain.award.problem.problem import Problem
from supplychain.graph import audiences
from supplychain.graph.engine.transactions import Tx
from supplychain.model.parts_requests.parts_request import PartsRequest

SOURCE = "award_study"
"""Where a look was taken, as it is kept."""


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
