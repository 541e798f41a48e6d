"""What the linear relaxation of a program says about its bids: which are worth a look.

The duals of the rows that couple bids (lines, capacities, counts, shares) price each bid on its
own: what taking it at the better end of its best piece costs above the relaxation. The rows within
a bid are kept as they are, so that no cost hides in their duals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import highspy
import numpy as np

from supplychain.award.engines.arrays import Floats
from supplychain.award.engines.model import INFEASIBLE, Mask, Model, make_highs
from supplychain.award.engines.neighbourhood import ColumnIndex
from supplychain.award.program.program import Program

FEW_BIDS: Final = 5
"""How many bids a new winner is thought to win."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """The relaxation's answer.

    Attributes:
        bound: no solution costs less (in the program's money); None if it was not solved.
        infeasible: not even the relaxation has a solution.
        values: of each column.
        extra: of each column of a bid, what its bid costs above the relaxation, as a part of its
            line's cost; 0 for other columns.
        worth: of each bid, its reduced cost at the better end of its best piece.
    """

    bound: float | None
    infeasible: bool
    values: Floats
    extra_share: Floats
    reduced_cost: Floats


def solve_relaxation(
    program: Program, model: Model, index: ColumnIndex, *, seconds: float
) -> Guide:
    """Solve the linear relaxation."""
    highs = make_highs(seconds)
    every = np.arange(len(model.cost))
    highs.passModel(model.to_highs(every, np.zeros(len(every)), relaxed=True))
    highs.run()
    status, found = highs.getModelStatus(), highs.getSolution()
    nothing = np.zeros(len(every))
    if status != highspy.HighsModelStatus.kOptimal:
        return Guide(
            bound=None,
            infeasible=status in INFEASIBLE,
            values=nothing,
            extra_share=nothing,
            reduced_cost=np.zeros(len(program.parts)),
        )
    bound = float(highs.getInfo().objective_function_value)
    worth = _reduced_bid_costs(program, model, index, np.array(found.row_dual))
    return Guide(
        bound=bound - 1e-8 * abs(bound),
        infeasible=False,
        values=np.array(found.col_value),
        extra_share=_extra_cost_shares(program, index, worth, np.array(found.col_dual)),
        reduced_cost=worth,
    )


def _reduced_bid_costs(program: Program, model: Model, index: ColumnIndex, duals: Floats) -> Floats:
    """Reduced costs of the bids by the coupling rows alone, in the program's money."""
    pair = index.pair[model.column]
    rows = len(model.row_lower)
    first = np.full(rows, np.iinfo(np.int64).max)
    last = np.full(rows, -1)
    np.minimum.at(first, model.row, np.where(pair >= 0, pair, np.iinfo(np.int64).max))
    np.maximum.at(last, model.row, pair)
    coupling = np.where(last > first, duals, 0.0)
    weights = model.value * coupling[model.row]
    reduced = model.cost - np.bincount(model.column, weights=weights, minlength=len(model.cost))
    worth = np.zeros(len(program.parts))
    for place, (name, parts) in enumerate(program.parts.items()):
        scale, costs = program.scale[name[1]], []
        for part in parts:
            on = 0.0 if part.binary is None else float(reduced[part.binary])
            slope = 0.0 if part.x is None else float(reduced[part.x]) / scale
            low, high = float(part.piece.low), float(part.piece.high)
            costs += [on, on + slope * (high - low)]
        worth[place] = min(costs)
    return worth


def _extra_cost_shares(
    program: Program, index: ColumnIndex, reduced_cost: Floats, column_dual: Floats
) -> Floats:
    """What each bid costs above the relaxation, as a part of its line's cost, column by column.

    What winning costs a supplier above the relaxation is laid on its bids, as if it won a few.
    """
    if not program.parts:
        return np.zeros(len(index.pair))
    winning = np.zeros(index.firm_count)
    owners = np.flatnonzero(index.owner)
    winning[index.supplier[owners]] = np.maximum(column_dual[owners], 0.0)
    size = np.maximum(_line_costs(program, index), 1e-9)[index.line_of_pair]
    extra = (np.maximum(reduced_cost, 0.0) + winning[index.supplier_of_pair] / FEW_BIDS) / size
    return np.where(index.pair >= 0, extra[index.pair], 0.0)


def _line_costs(program: Program, index: ColumnIndex) -> Floats:
    """About what each line costs, in the program's money."""
    sizes = np.full(len(index.bidders), np.inf)
    for place, (name, parts) in enumerate(program.parts.items()):
        line = index.line_of_pair[place]
        cost = float(parts[-1].piece.slope) * program.scale[name[1]] / program.money
        sizes[line] = min(sizes[line], cost)
    return np.where(np.isfinite(sizes), sizes, 1.0)


def select_promising(index: ColumnIndex, guided: Guide, *, each: int, within: float) -> Mask:
    """The columns of the ``each`` best bids of every line and of those ``within`` a part of its
    cost; and all columns that belong to no bid.
    """
    keep = (index.pair < 0) | (guided.extra_share <= within) | (guided.values > 1e-9)
    line = index.line_of_pair
    worth = np.zeros(len(line))
    some = index.pair >= 0
    worth[index.pair[some]] = guided.extra_share[some]
    order = np.lexsort((worth, line))
    firsts = np.searchsorted(line[order], np.arange(len(index.bidders)))
    best = np.zeros(len(line), dtype=bool)
    best[order] = np.arange(len(order)) - firsts[line[order]] < each
    keep[some] |= best[index.pair[some]]
    return keep
