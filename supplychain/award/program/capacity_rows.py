"""What suppliers can make by a day, all their lines together: the rows that can bind."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import ceil, inf

from supplychain.award.exact import ceiled, exactly, quotient
from supplychain.award.problem.problem import DatedCapacity, Pair, Problem, Terms
from supplychain.award.program.program import Program
from supplychain.award.program.segments import ProgramSegment, segments_of

FLOAT_TOLERANCE = 1e-9
"""What a float may be off: HiGHS holds rows of a linear program to it."""


def list_binding(
    problem: Problem, pieces: Mapping[Pair, tuple[ProgramSegment, ...]]
) -> list[DatedCapacity]:
    """The capacities that some split within the bounds of its single bids could exceed.

    Args:
        problem: whose ``capacities`` they are.
        pieces: of its bids, as ``segments_of`` bounds them.
    """
    with exactly():
        return [one for one in problem.capacities if _most_made(one, pieces) > one.at_most]


def binding_of(problem: Problem) -> list[DatedCapacity]:
    """The capacities of a problem that can bind; quick where it has none."""
    return list_binding(problem, segments_of(problem)) if problem.capacities else []


def keeps_capacities(problem: Problem, quantities: Mapping[Pair, float | Decimal]) -> bool:
    """Whether floats keep every capacity by a day, but for what floats may have lost."""
    for one in problem.capacities:
        size, made = float(one.lot_size), 0.0
        for pair in one.pairs:
            quantity, each = float(quantities.get(pair, 0)), float(one.taken_by(pair[1]))
            whole = size * ceil(quantity / size - FLOAT_TOLERANCE) if size else quantity
            made += each * whole
        if made > float(one.at_most) * (1 + FLOAT_TOLERANCE):
            return False
    return True


def made_of(quantity: Decimal, lot_size: Decimal) -> Decimal:
    """What is made for a quantity: whole lots; a lot size of 0 is none."""
    return ceiled(quotient(quantity, lot_size), Decimal(1)) * lot_size if lot_size else quantity


def work_of(one: DatedCapacity, line: str, quantity: Decimal) -> Decimal:
    """What a quantity of a line takes of a capacity."""
    return made_of(quantity, one.lot_size) * one.taken_by(line)


def _most_made(one: DatedCapacity, pieces: Mapping[Pair, tuple[ProgramSegment, ...]]) -> Decimal:
    highs = ((pair[1], pieces[pair][-1].high) for pair in one.pairs if pair in pieces)
    return sum((work_of(one, line, high) for line, high in highs), Decimal(0))


def add_capacity_rows(program: Program) -> None:
    """A row for each capacity by a day that can bind; where lots are made, whole ones count."""
    pieces = {pair: tuple(part.piece for part in parts) for pair, parts in program.parts.items()}
    lots: dict[tuple[Pair, Decimal], Terms] = {}
    for one in list_binding(program.problem, pieces):
        room = float(one.at_most) * (1 - program.margin)
        terms: Terms = []
        for pair in one.pairs:
            if pair in pieces:
                made = _made_terms(program, pair, one.lot_size, lots)
                share = float(one.taken_by(pair[1])) / room
                terms += [(column, factor * share) for column, factor in made]
        owner = program.supplier.get(one.supplier)
        end: Terms = [] if owner is None else [(owner, -1.0)]
        program.rows.row(-inf, [*terms, *end], 0.0 if end else 1.0)


def _made_terms(
    program: Program, pair: Pair, lot_size: Decimal, lots: dict[tuple[Pair, Decimal], Terms]
) -> Terms:
    """What is made of a bid, in units; an integer column counts its lots."""
    scale = program.scale[pair[1]]
    bought = [(column, factor * scale) for column, factor in program.quantity_terms(pair)]
    if not lot_size:
        return bought
    if (pair, lot_size) not in lots:
        size = float(lot_size)
        most = float(made_of(program.parts[pair][-1].piece.high, lot_size) / lot_size)
        count = program.rows.column(0.0, upper=most, integer=True)
        program.complete = False
        program.rows.row(0.0, [(count, 1.0), *((c, -f / size) for c, f in bought)])
        lots[pair, lot_size] = [(count, size)]
    return lots[pair, lot_size]
