"""The cheapest split over suppliers that are chosen: a linear program, solved by HiGHS.

Where lines go whole to one supplier each, the same program in whole numbers: its columns are those
bids whose reduced cost leaves room below the best known split (Posta, Ferland & Michelon 2012).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np

from supplychain.award.engines.arrays import INFINITY, Arrays, Floats, Ints
from supplychain.award.engines.lagrangian import ROUNDING_SHARE
from supplychain.award.engines.model import INFEASIBLE, Mask, make_highs

LP_LIMIT_S: Final = 60.0
"""A linear program of this kind takes far less."""


WHOLE_GAP: Final = 1e-7
"""What whole lines over chosen suppliers are solved to: HiGHS holds rows to no finer (1e-7)."""


class Unsolved(Exception):
    """HiGHS gave up: nothing is known of this choice of suppliers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportSplit:
    """A split over chosen suppliers.

    Attributes:
        cost: with the one-off costs of those that get something.
        quantities: p, of each bid.
        prices: m, what another unit of each line would cost.
        rents: n, what another unit of each supplier's capacity would save.
    """

    cost: float
    quantities: Floats
    prices: Floats
    rents: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeSplit:
    """Whole lines over chosen suppliers.

    Attributes:
        cost: with the one-off costs of all chosen; infinite if none was cheap enough.
        bids: which win; empty where the cost is infinite.
        is_proven: whether none over these suppliers is cheaper than both this one and what was to
            be undercut.
        bound: none costs less, whatever was proven.
    """

    cost: float
    bids: Ints
    is_proven: bool
    bound: float


def split_among(
    columns: Arrays, chosen: Mask, prices: Floats, *, each: int | None
) -> TransportSplit | None:
    """The cheapest split over suppliers, or None where they cannot cover the lines.

    Args:
        columns: whose hulls are exact.
        chosen: n, who may get something.
        prices: m, prices near those of the split, which say which bids are worth a look.
        each: so many bids of each line are looked at; None: all, so that the split is proven.

    Raises:
        Unsolved: HiGHS gave up.
    """
    bids = _select_bids(columns, chosen, prices, each)
    if not _serves_every_line(columns, bids):
        return None
    money = max(float(np.abs(prices) @ columns.wanted), 1e-9) / 1e4
    highs = make_highs(LP_LIMIT_S)
    highs.setOptionValue("solver", "simplex")
    highs.passModel(_build_program(columns, bids, money))
    highs.run()
    status = highs.getModelStatus()
    if status in INFEASIBLE:
        return None
    if status != highspy.HighsModelStatus.kOptimal:
        raise Unsolved
    found = highs.getSolution()
    quantities = np.zeros(len(columns.line))
    shares = np.array(found.col_value)[: len(bids)]
    quantities[bids] = shares * columns.wanted[columns.line[bids]]
    winners = np.unique(columns.supplier[bids[shares > 1e-12]])
    value = float(highs.getInfo().objective_function_value) * money
    duals, m = np.array(found.row_dual), len(columns.wanted)
    firms = np.unique(columns.supplier[bids])
    rents = np.zeros(len(columns.one_off))
    rents[firms] = np.maximum(-duals[m:], 0.0) * money / columns.capacity[firms]
    return TransportSplit(
        cost=value + float(columns.one_off[winners].sum()),
        quantities=np.where(quantities > 0, quantities, 0.0),
        prices=duals[:m] * money / columns.wanted,
        rents=rents,
    )


def assign_whole(
    columns: Arrays,
    chosen: Mask,
    split: TransportSplit,
    *,
    below: float,
    seconds: float,
    least_with: Floats | None = None,
) -> WholeSplit:
    """Whole lines over suppliers, cheaper than ``below`` if that can be; nothing may be overbought.

    Args:
        columns: of indivisible lines alone.
        chosen: n, who may get something; their one-off costs are all paid.
        split: of divisible lines over them, for its prices and rents: any give a true bound.
        seconds: when to stop.
        least_with: n × m, no split over these suppliers that has this bid costs less.
    """
    bids = np.flatnonzero(chosen[columns.supplier])
    least, reduced = _reduce_costs(columns, chosen, bids, split)
    near = least + reduced < below
    if least_with is not None:
        near &= least_with[columns.supplier[bids], columns.line[bids]] < below
    lines, money = columns.wanted, max(float(np.abs(split.prices) @ columns.wanted), 1e-9) / 1e4
    if least >= below or not _serves_every_line(columns, bids[near]):
        return WholeSplit(cost=np.inf, bids=bids[:0], is_proven=True, bound=below)
    bids, paid = bids[near], float(columns.one_off[chosen].sum())
    highs, program = make_highs(seconds), _build_program(columns, bids, money)
    program.integrality_ = [highspy.HighsVarType.kInteger] * program.num_col_
    least_loads = _least_loads(columns, chosen)[np.unique(columns.supplier[bids])]
    program.row_lower_ = np.concatenate([np.ones(len(lines)), least_loads])
    highs.setOptionValue("mip_rel_gap", WHOLE_GAP)
    if below < INFINITY:
        highs.setOptionValue("objective_bound", (below - paid) / money)
    highs.passModel(program)
    highs.run()
    status, info = highs.getModelStatus(), highs.getInfo()
    ended = status in (*INFEASIBLE, highspy.HighsModelStatus.kOptimal)
    bound = below if ended else max(least, float(info.mip_dual_bound) * money + paid)
    bound = min(bound, below)  # of bids that were left out nothing else is known
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return WholeSplit(cost=np.inf, bids=bids[:0], is_proven=ended, bound=bound)
    won = bids[np.array(highs.getSolution().col_value)[: len(bids)] > 0.5]
    cost = paid + _price_whole(columns, won)
    bound = min(bound, cost * (1 - 2 * WHOLE_GAP))
    return WholeSplit(cost=cost, bids=won, is_proven=ended, bound=bound)


def _price_whole(columns: Arrays, won: Ints) -> float:
    """What whole lines of some bids cost, and what is missing then."""
    slope = np.zeros(len(columns.line))
    slope[columns.owner] = columns.slope
    short = np.ones(len(columns.wanted), dtype=bool)
    short[columns.line[won]] = False
    cost = float((slope * columns.wanted[columns.line])[won].sum())
    return cost + float((columns.shortage * columns.wanted)[short].sum())


def _reduce_costs(
    columns: Arrays, chosen: Mask, bids: Ints, split: TransportSplit
) -> tuple[float, Floats]:
    """A bound by these prices and rents, and what each bid costs above them, whole."""
    slope, line, firm = np.zeros(len(columns.line)), columns.line[bids], columns.supplier[bids]
    slope[columns.owner] = columns.slope
    prices = np.minimum(split.prices, columns.shortage)
    each = slope[bids] - prices[line] + split.rents[firm] * columns.load[bids]
    reduced = each * columns.wanted[line]
    rented = np.where(chosen & (split.rents > 0), split.rents * columns.capacity, 0.0)
    least = float(prices @ columns.wanted - rented.sum() + np.minimum(reduced, 0.0).sum())
    least -= ROUNDING_SHARE * float(np.abs(prices) @ columns.wanted + rented.sum())
    return least + float(columns.one_off[chosen].sum()), np.maximum(reduced, 0.0)


def _least_loads(columns: Arrays, chosen: Mask) -> Floats:
    """The part of its capacity that each supplier must fill, as the others have no more room.

    No linear program gains by these rows; whole lines do where capacity is scarce.
    """
    bids, least = chosen[columns.supplier], np.full(len(columns.wanted), INFINITY)
    np.minimum.at(least, columns.line[bids], (columns.load * columns.wanted[columns.line])[bids])
    must = columns.shortage >= INFINITY
    room = np.where(chosen, columns.capacity, 0.0)
    needed = float(least[must].sum()) - (float(room.sum()) - room)
    return np.clip(needed / np.maximum(room, 1e-9) - 1e-9, 0.0, 1.0)


def _serves_every_line(columns: Arrays, bids: Ints) -> bool:
    served = columns.shortage < INFINITY
    served[columns.line[bids]] = True
    return bool(served.all())


def _build_program(columns: Arrays, bids: Ints, money: float) -> Any:
    """A column a bid, the part of the line that it gets, and one for what may be missing."""
    line, wanted, inf = columns.line[bids], columns.wanted, highspy.kHighsInf
    slope, reach = np.zeros(len(columns.line)), np.zeros(len(columns.line))
    slope[columns.owner], reach[columns.owner] = columns.slope, columns.length
    lacking = np.flatnonzero(columns.shortage < INFINITY)
    m, p = len(wanted), len(bids)
    firms, row = np.unique(columns.supplier[bids], return_inverse=True)
    room = columns.capacity[firms]
    share = columns.load[bids] * wanted[line] / room[row]
    lp: Any = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = p + len(lacking), m + len(firms)
    costs = [slope[bids] * wanted[line], (columns.shortage * wanted)[lacking]]
    lp.col_cost_ = np.concatenate(costs) / money
    lp.col_lower_ = np.zeros(lp.num_col_)
    lp.col_upper_ = np.concatenate([reach[bids] / wanted[line], np.ones(len(lacking))])
    lp.row_lower_ = np.concatenate([np.ones(m), np.full(len(firms), -inf)])
    most = np.where(columns.overbuy, inf, 1.0)
    lp.row_upper_ = np.concatenate([most, np.where(room < INFINITY, 1.0, inf)])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    starts = [np.arange(p + 1) * 2, 2 * p + 1 + np.arange(len(lacking))]
    lp.a_matrix_.start_ = np.concatenate(starts).astype(np.int32)
    rows = np.stack([line, m + row], axis=1).ravel()
    lp.a_matrix_.index_ = np.concatenate([rows, lacking]).astype(np.int32)
    parts = np.stack([np.ones(p), share], axis=1).ravel()
    lp.a_matrix_.value_ = np.concatenate([parts, np.ones(len(lacking))])
    return lp


def _select_bids(columns: Arrays, chosen: Mask, prices: Floats, each: int | None) -> Ints:
    """The bids of chosen suppliers; of each line only the cheapest, by what a supplier's capacity
    is worth at these prices.
    """
    bids = np.flatnonzero(chosen[columns.supplier])
    if each is None:
        return bids
    slope = np.zeros(len(columns.line))
    slope[columns.owner] = columns.slope
    line, supplier, load = columns.line[bids], columns.supplier[bids], columns.load[bids]
    gain = (prices[line] - slope[bids]) / np.maximum(load, 1e-12)
    order = np.lexsort((-gain, supplier))
    room = (columns.wanted[line] * load)[order]
    filled = np.cumsum(room)
    _, firsts = np.unique(supplier[order], return_index=True)
    before = np.concatenate([[0.0], filled])[firsts]
    inside = filled - np.repeat(before, np.diff([*firsts, len(order)]))
    over = inside > columns.capacity[supplier[order]]
    rent = np.zeros(len(columns.one_off))
    np.maximum.at(rent, supplier[order][over], np.maximum(gain[order][over], 0.0))
    cost = slope[bids] + rent[supplier] * load
    order = np.lexsort((cost, line))
    starts = np.searchsorted(line[order], np.arange(len(columns.wanted)))
    return bids[order[np.arange(len(order)) - starts[line[order]] < each]]
