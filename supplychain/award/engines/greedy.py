"""A first split: whole lines to single bids, the line that has most to lose first."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal

import numpy as np

from supplychain.award.engines.arrays import Floats
from supplychain.award.program.capacity_rows import work_of
from supplychain.award.program.program import Program
from supplychain.award.program.results import Pair
from supplychain.award.rules.max_suppliers import MaxSuppliers

LONELY_SCORE = 1e15
"""The regret of a line that only one bid can still take: it comes before all others."""

ROOM_TOLERANCE = 1e-12
"""By which part of itself a room may be exceeded: what sums of floats may have lost."""

Option = tuple[float, Pair, float]
"""Cost, bid and load of taking a whole line."""


class _LineRoom:
    """What is left of suppliers' capacities, also by a day, as whole lines are given away."""

    def __init__(self, program: Program) -> None:
        problem = program.problem
        self._left = {one.id: float("inf") if one.capacity is None else float(one.capacity)
                      for one in problem.suppliers}  # fmt: skip
        self._dated = [float(one.at_most) for one in problem.capacities]
        self._made: dict[Pair, list[tuple[int, float]]] = defaultdict(list)
        for index, one in enumerate(problem.capacities):
            for pair in one.pairs:
                made = work_of(one, pair[1], program.lines[pair[1]].quantity)
                self._made[pair].append((index, float(made)))

    def is_enough(self, pair: Pair, load: float) -> bool:
        """Whether the whole line of a bid, which takes so much load, still fits."""
        return load <= self._left[pair[0]] * (1 + ROOM_TOLERANCE) and all(
            made <= self._dated[index] * (1 + ROOM_TOLERANCE)
            for index, made in self._made.get(pair, ())
        )

    def take(self, pair: Pair, load: float) -> None:
        """The whole line of a bid is given away."""
        self._left[pair[0]] -= load
        for index, made in self._made.get(pair, ()):
            self._dated[index] -= made


def split_by_regret(
    program: Program, liked: Floats, *, least: float = 0.02, reduced_cost: Floats | None = None
) -> dict[Pair, Decimal]:
    """Whole lines to suppliers, by regret; what no one can take whole is left out.

    Args:
        liked: of each supplier, the part to which a relaxation wants it to win; where only some
            may win, these do.
        least: suppliers liked more than this come first, as if they had won already.
        worth: of each bid, what taking it costs in the program's money; None: its price.
    """
    problem = program.problem
    most = [r.at_most for r in problem.rules if isinstance(r, MaxSuppliers) and r.line is None]
    order = np.argsort(-liked, kind="stable")[: min(most, default=len(liked))]
    room = _LineRoom(program)
    known: dict[Pair, float] | None = None
    if reduced_cost is not None:
        known = dict(zip(program.parts, (reduced_cost * program.money).tolist(), strict=True))
    split: dict[Pair, Decimal] = {}
    for bar in (least, -1.0):
        able = {problem.suppliers[j].id: 0.0 for j in order if liked[j] > bar}
        for j in order:
            one = problem.suppliers[j]
            if liked[j] <= least and one.id in able:
                able[one.id] = float(one.one_off_cost)
        options = {name: _list_options(program, name, able, known) for name in program.lines}
        _assign_by_regret(program, {n: o for n, o in options.items() if o}, room, able, split)
    return split


def _list_options(
    program: Program, name: str, able: Collection[str], reduced_cost: Mapping[Pair, float] | None
) -> list[Option]:
    line = program.lines[name]
    found = []
    for pair in program.of_line.get(name, []):
        piece = program.parts[pair][-1].piece
        if pair[0] in able and piece.low <= line.quantity <= piece.high:
            cost = float(piece.fixed + piece.slope * line.quantity)
            if reduced_cost is not None:
                cost = reduced_cost[pair]
            load = float(program.bids[pair].load_per_unit * line.quantity)
            found.append((cost, pair, load))
    return sorted(found)


def _assign_by_regret(
    program: Program,
    options: dict[str, list[Option]],
    room: _LineRoom,
    opened: dict[str, float],
    split: dict[Pair, Decimal],
) -> None:
    """Assign what is not yet in ``split``, the line that has most to lose first."""
    done = {pair[1] for pair in split}

    def best(name: str) -> tuple[float, Option] | None:
        left = sorted(
            (cost + opened[pair[0]], pair, load)
            for cost, pair, load in options[name]
            if room.is_enough(pair, load)
        )
        if not left:
            return None
        return (left[1][0] - left[0][0] if len(left) > 1 else LONELY_SCORE + abs(left[0][0])), left[
            0
        ]

    takers: dict[str, list[str]] = defaultdict(list)
    for name, found in options.items():
        for _, pair, _ in found:
            takers[pair[0]].append(name)
    regrets: dict[str, float] = {}
    queue: list[tuple[float, str]] = []

    def note(name: str) -> None:
        found = None if name in done else best(name)
        if found is not None:
            regrets[name] = -found[0]
            heapq.heappush(queue, (-found[0], name))

    for name in options:
        note(name)
    while queue:
        regret, name = heapq.heappop(queue)
        found = best(name)
        if name in done or regret != regrets[name] or found is None:
            continue
        _, pair, load = found[1]
        split[pair] = program.lines[name].quantity
        done.add(name)
        room.take(pair, load)
        opened[pair[0]] = 0.0
        for other in takers[pair[0]]:
            note(other)
