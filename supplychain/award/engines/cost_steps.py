"""The step that the costs of all splits come in, where lines are whole and prices are round."""

from __future__ import annotations

from decimal import Decimal
from math import gcd

from supplychain.award.engines.whole import are_lines_whole
from supplychain.award.exact import exactly
from supplychain.award.problem.problem import Problem
from supplychain.award.program.segments import segments_of


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
