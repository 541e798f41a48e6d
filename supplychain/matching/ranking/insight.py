"""What more can be said of a ranking: what would make a firm first, what is unknown, what if.

Only the shown firms are looked at closely, so the work does not grow with their number.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from supplychain.matching.candidates.arrays import Flags, Floats
from supplychain.matching.consortium.together import take
from supplychain.matching.performance import Priors
from supplychain.matching.ranking.explain import Table
from supplychain.matching.what_if.counterfactuals import stays_first, to_be_first
from supplychain.matching.what_if.sensitivity import Field, bands
from supplychain.matching.what_if.unknowns import Ladder, Line, unknown
from supplychain.matching.what_if.weighing import Order, Shown

Row = dict[str, Any]


def deepen(
    table: Table, rows: list[Row], *, priors: Priors, passed: Flags, key: Floats, order: Order
) -> tuple[list[Row], Row]:
    """The rows with ``to_be_first``, ``unknowns`` and ``likely_ranks``, and what may move.

    Args:
        table: all firms of the line, and which of them are shown.
        rows: the explained rows of the shown firms, in rank order.
        priors: of the category.
        passed: which of all firms can make the line.
        key: the sort key of all firms.
        order: what the key comes from.

    Returns:
        The rows, and ``{"rank_by", "bands"}``: see ``sensitivity.bands``.
    """
    moving: Row = {"rank_by": table.need.rank_by, "bands": []}
    if not rows:
        return rows, moving
    firms = take(table.firms, np.array(table.rows, np.int64))
    shown = Shown.of(table.need, firms, priors=priors, order=order)
    ladder = Ladder(keys=np.sort(key[passed]))
    unknowns = unknown(Line(shown=shown, rows=rows, ladder=ladder, cost=table.cost, passed=passed))
    changes = to_be_first(shown)
    changes[0] |= stays_first(shown)
    told = [
        {**row, "to_be_first": change, **more}
        for row, change, more in zip(rows, changes, unknowns, strict=True)
    ]
    return told, {**moving, "bands": bands(_field(table, priors, passed))}


def _field(table: Table, priors: Priors, passed: Flags) -> Field:
    return Field(
        need=table.need,
        firms=table.firms,
        cost=table.cost,
        expected=table.expected,
        record=table.record,
        priors=priors,
        passed=passed,
        first=table.rows[0],
    )
