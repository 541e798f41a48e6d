"""The step that the costs of all splits come in, where lines are whole and prices are round."""

from __future__ import annotations

from decimal import Decimal
from math import gcd

import numpy as np

from supplychain.award.engines.model import Model
from supplychain.award.engines.progress import STEP_LOSS_SHARE, Progress
from supplychain.award.engines.whole import are_lines_whole
from supplychain.award.exact import exactly
from supplychain.award.problem.problem import Problem
from supplychain.award.program.program import Program
from supplychain.award.program.segments import segments_of

STEP_ROUNDING_SHARE = 1e-9
"""How far a cost may be off a whole number of steps: its float is off by some 1e-16 of itself."""
MOST_STEPS_NUMBER = 12
"""With more steps than these between bound and best, one step after another takes too long."""
LEAST_STEP_SHARE = 2e-4
"""Steps that are a smaller part of the cost are not looked for one by one from the beginning: too
many lie between bound and best. They are 4e-4 on ``assign-c``, 8e-5 on ``assign-d``."""


def find_program_step(program: Program, model: Model) -> float:
    """The step that costs come in, in the program's money; 0 if its columns say otherwise."""
    step = find_cost_step(program.problem) / program.money
    if step <= 0.0:
        return 0.0
    costs = model.cost / step
    off = np.abs(costs - np.round(costs)) > STEP_ROUNDING_SHARE * np.maximum(1.0, costs)
    return 0.0 if np.any(off | ((costs > 0) & ~model.integer)) else step


def has_wide_steps(progress: Progress) -> bool:
    """Whether costs come in steps so wide that each is worth a search of its own."""
    return progress.step > LEAST_STEP_SHARE * abs(progress.bound)


def choose_cut(progress: Progress, gap: float, *, by_steps: bool = False) -> tuple[float, bool]:
    """From which cost on splits are not looked for, and whether that is one step above the bound.

    With few steps left, or ``by_steps`` however many there are, only what costs no more than the
    bound says: hardly a bid is left for that, and where nothing is there the bound is one step
    higher, and so on. Otherwise all that is cheaper than the best by the gap or by half a step.

    Source: Posta, Ferland & Michelon 2012 (assignments, one value after another).
    """
    best, step, bound = progress.best, progress.step, progress.bound
    by_steps |= best - bound <= MOST_STEPS_NUMBER * step
    if step <= 0.0 or not by_steps:
        return max(best * (1 - gap), best - step / 2), False
    cut = bound + 4 * STEP_LOSS_SHARE * abs(bound)
    if cut >= best - step / 2:
        return best - step / 2, True
    return cut, True


def find_cost_step(problem: Problem) -> float:
    """What bids, suppliers and shortages cost is a whole multiple of this; 0 if that is not said.

    Rules may cost something too: who uses this looks whether all columns of a program agree.

    Whole numbers of money, as on many awards, let a bound of 2,389.02 prove that 2,390 is least.
    """
    if problem.objective != "cost" or problem.bundles or not are_lines_whole(problem):
        return 0.0
    amounts = [one.one_off_cost for one in problem.suppliers]
    with exactly():
        amounts += [
            line.shortage_price * line.quantity
            for line in problem.lines
            if line.shortage_price is not None
        ]
        for pieces in segments_of(problem).values():
            amounts += [piece.fixed + piece.slope * piece.low for piece in pieces]
            if any(piece.low != piece.high for piece in pieces):
                return 0.0
        return float(_greatest_divisor([one for one in amounts if one]))


def _greatest_divisor(amounts: list[Decimal]) -> Decimal:
    if not amounts:
        return Decimal(0)
    exponents = [int(one.normalize().as_tuple().exponent) for one in amounts]
    unit = Decimal(1).scaleb(min(*exponents, 0))
    return gcd(*(int(one / unit) for one in amounts)) * unit
