"""The cheapest split over suppliers that are chosen: a linear program, solved by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np

from supplychain.award.engines.arrays import INFINITY, Arrays, Floats, Ints
from supplychain.award.engines.model import INFEASIBLE, Mask, make_highs

LP_LIMIT_S: Final = 60.0
"""A linear program of this kind takes far less."""


class Unsolved(Exception):
    """HiGHS gave up: nothing is known of this choice of suppliers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportSplit:
    """A split over chosen suppliers.

    Attributes:
        cost: with the one-off costs of those that get something.
        quantities: p, of each bid.
        prices: m, what another unit of each line would cost.
    """

    cost: float
    quantities: Floats
    prices: Floats


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
    served = np.zeros(len(columns.wanted), dtype=bool)
    served[columns.line[bids]] = True
    if not np.all(served | (columns.shortage < INFINITY)):
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
    duals = np.array(found.row_dual)[: len(columns.wanted)]
    return TransportSplit(
        cost=value + float(columns.one_off[winners].sum()),
        quantities=np.where(quantities > 0, quantities, 0.0),
        prices=duals * money / columns.wanted,
    )


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
