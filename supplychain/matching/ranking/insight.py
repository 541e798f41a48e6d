"""What more can be said of a ranking: what would make a firm first, what is unknown, what if.

Only the shown firms are looked at closely, so the work does not grow with their number.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from supplychain.matching.candidates.arrays import Flags, Floats
from supplychain.matching.consortium.together import take_rows
from supplychain.matching.feasibility.reach import group_reach
from supplychain.matching.performance import Priors
from supplychain.matching.ranking.explain import ExplainedColumns
from supplychain.matching.rows import RankedFirm, WeightBands
from supplychain.matching.what_if.counterfactuals import to_be_first
from supplychain.matching.what_if.sensitivity import WeighedLine, find_bands
from supplychain.matching.what_if.unknowns import (
    ExplainedLine,
    KeyLadder,
    list_likely_ranks,
    list_unknowns,
)
from supplychain.matching.what_if.weighing import ShownFirms, SortKeys


def add_insights(
    columns: ExplainedColumns,
    rows: list[RankedFirm],
    *,
    priors: Priors,
    passed: Flags,
    keys: Floats,
    order: SortKeys,
) -> tuple[tuple[RankedFirm, ...], WeightBands]:
    """The rows with ``to_be_first``, ``unknowns`` and ``likely_ranks``, and the bands of weights.

    Args:
        columns: all n firms of the line, and which of them are shown.
        rows: the explained rows of the shown firms, in rank order.
        priors: of the category.
        passed: n flags, which of all firms can make the line.
        keys: n sort keys.
        order: what the keys come from.
    """
    rank_by = columns.need.rank_by
    if not rows:
        return (), WeightBands(rank_by=rank_by, bands=())
    firms = take_rows(columns.firms, np.array(columns.rows, np.int64))
    shown = ShownFirms.of(columns.need, firms, priors=priors, order=order)
    line = ExplainedLine(
        shown=shown,
        rows=rows,
        ladder=KeyLadder(keys=np.sort(keys[passed])),
        cost=columns.cost,
        passed=passed,
    )
    weighed = WeighedLine(
        need=columns.need,
        firms=columns.firms,
        cost=columns.cost,
        expected=columns.expected,
        record=columns.record,
        priors=priors,
        passed=passed,
        reach=group_reach(columns.need, columns.possible),
        first=columns.rows[0],
    )
    insights = zip(
        rows, to_be_first(shown), list_unknowns(line), list_likely_ranks(line), strict=True
    )
    deeper = tuple(
        replace(row, to_be_first=changes, unknowns=unknowns, likely_ranks=likely_ranks)
        for row, changes, unknowns, likely_ranks in insights
    )
    return deeper, WeightBands(rank_by=rank_by, bands=find_bands(weighed))
