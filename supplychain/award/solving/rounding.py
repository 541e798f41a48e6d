"""From an engine's floats to exact decimals that keep every constraint.

Quantities are snapped to numbers that the file suggests, what a line then lacks is pushed to a
bid with room, and the result is judged by the checker. Where that fails, or could be cheaper, the
program is solved again with only these bids on only these pieces, which is a small linear one.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from supplychain.award.answer import Answer
from supplychain.award.checking.check import violations
from supplychain.award.exact import exactly, round_down_to, round_up_to, rounded
from supplychain.award.problem.problem import Problem, ProblemBid, ProblemLine
from supplychain.award.program.building import build
from supplychain.award.program.results import Pair
from supplychain.award.program.segments import ProgramSegment, piece_of, segments_of
from supplychain.award.solving import direct
from supplychain.award.solving.pricing import objective, price
from supplychain.award.solving.room_left import RoomLeft

NEAR_SHARE: Final = Decimal("1e-6")
"""How near, as a part of the line, a float must be to a rounder number to be taken for it."""

MARGIN_SHARES: Final = (0.0, 1e-8, 1e-6, 1e-4)
"""Tried in turn: a row is tightened by so much of itself, so that it holds exactly although floats
broke it. HiGHS holds rows to 1e-7; each is a hundred times the one before."""

LEAST_S: Final = 1.0
"""Seconds left to make an answer exact even where the time is over: better late than none."""


def make_exact(
    problem: Problem, floats: Mapping[Pair, float | Decimal], *, deadline: float
) -> Answer | None:
    """The cheapest right answer near an engine's quantities, priced; None if there is none."""
    pieces = segments_of(problem, floats)
    best: Answer | None = None
    first = snap_quantities(problem, pieces, floats)
    for candidate in (first, *_polish_quantities(problem, pieces, first, deadline)):
        answer = price(problem, candidate)
        if violations(problem, answer):
            continue
        if best is None or _objective_value(problem, answer) < _objective_value(problem, best):
            best = answer
        if candidate is not first:
            break
    return best


def _objective_value(problem: Problem, answer: Answer) -> Decimal:
    value = objective(problem, answer)
    assert value is not None, "a priced answer has a cost"
    return value


def _polish_quantities(
    problem: Problem,
    pieces: Mapping[Pair, tuple[ProgramSegment, ...]],
    first: Mapping[Pair, Decimal],
    deadline: float,
) -> Iterator[dict[Pair, Decimal]]:
    """Solve again with the same bids on the same pieces, further and further off the bounds."""
    fixed = {}
    for pair, number in first.items():
        piece = piece_of(pieces.get(pair, ()), number)
        if piece is not None:
            fixed[pair] = piece
    until = max(deadline, time.monotonic() + LEAST_S)
    for margin in MARGIN_SHARES:
        found = direct.solve_program(build(problem, fixed=fixed, margin=margin), until)
        if found.has_solution:
            yield snap_quantities(problem, pieces, found.quantities)


def snap_quantities(
    problem: Problem,
    pieces: Mapping[Pair, tuple[ProgramSegment, ...]],
    floats: Mapping[Pair, float | Decimal],
) -> dict[Pair, Decimal]:
    """Exact quantities near floats; lines add up as far as their bids have room."""
    lines = {line.id: line for line in problem.lines}
    bids = {(bid.supplier, bid.line): bid for bid in problem.bids}
    found: dict[Pair, Decimal] = {}
    for pair, value in sorted(floats.items()):
        if pair in pieces:
            number = _snap_quantity(Decimal(value), lines[pair[1]], bids[pair], pieces[pair])
            if number > 0:
                found[pair] = number
    with exactly():
        _fill_lines(problem, pieces, bids, found)
    return found


def _snap_quantity(
    value: Decimal, line: ProblemLine, bid: ProblemBid, pieces: tuple[ProgramSegment, ...]
) -> Decimal:
    near = NEAR_SHARE * line.quantity
    if value < near and value < pieces[0].low / 2 + near:
        return (
            Decimal(0)
            if pieces[0].low > near or value < near * NEAR_SHARE
            else _round_quantity(value, line, bid)
        )
    for piece in pieces:
        for edge in (piece.low, piece.high):
            if edge > 0 and abs(value - edge) <= near:
                return edge
    return _round_quantity(value, line, bid)


def _round_quantity(value: Decimal, line: ProblemLine, bid: ProblemBid) -> Decimal:
    if bid.pack:
        return round_down_to(value + bid.pack / 2, bid.pack)
    near = NEAR_SHARE * min(line.quantity, Decimal(1))
    for digits in range(9):
        step = Decimal(1).scaleb(-digits)
        number = rounded(value, step)
        if abs(number - value) <= near * step:
            return number
    return rounded(value, line.quantity_step)


def _fill_lines(
    problem: Problem,
    pieces: Mapping[Pair, tuple[ProgramSegment, ...]],
    bids: Mapping[Pair, ProblemBid],
    quantities: dict[Pair, Decimal],
) -> None:
    """Push what a line lacks, or has too much, to its bids with room on their piece."""
    of_line: dict[str, list[Pair]] = defaultdict(list)
    for pair in quantities:
        of_line[pair[1]].append(pair)
    room = RoomLeft(problem, bids, quantities)
    lines = {line.id: line for line in problem.lines}
    steps = {pair: bids[pair].step_on(lines[pair[1]]) for pair in quantities}
    for name in room.broken_suppliers():
        for pair in sorted(p for p in quantities if p[0] == name):
            over = round_up_to(room.excess_of(pair), steps[pair])
            if 0 < over <= NEAR_SHARE * 100 * quantities[pair]:
                _push_quantity(pair, -over, steps[pair], room, pieces, quantities)
    for line in problem.lines:
        total = sum((quantities[pair] for pair in of_line[line.id]), Decimal(0))
        lack = _lack_of(line, total)
        if abs(lack) > NEAR_SHARE * 100 * line.quantity:
            continue
        for pair in sorted(of_line[line.id], key=lambda pair: (-quantities[pair], pair)):
            if not lack:
                break
            lack -= _push_quantity(pair, lack, steps[pair], room, pieces, quantities)


def _lack_of(line: ProblemLine, total: Decimal) -> Decimal:
    """How much more a line needs, below 0 how much less; 0 within what may be bought."""
    if total < line.quantity or line.most is None:
        return max(line.quantity - total, Decimal(0))
    return min(line.most - total, Decimal(0))


def _push_quantity(
    pair: Pair,
    wanted: Decimal,
    step: Decimal,
    room: RoomLeft,
    pieces: Mapping[Pair, tuple[ProgramSegment, ...]],
    quantities: dict[Pair, Decimal],
) -> Decimal:
    """Change one quantity by at most what is wanted, within its piece and the capacities."""
    piece = piece_of(pieces[pair], quantities[pair])
    if piece is None:
        return Decimal(0)
    change = min(max(wanted, piece.low - quantities[pair]), piece.high - quantities[pair])
    most = room.room_for(pair) if change > 0 else None
    if most is not None:
        change = min(change, max(Decimal(0), round_down_to(most, step)))
    change -= change % step
    if change:
        quantities[pair] += change
        room.take(pair, change)
    return change
