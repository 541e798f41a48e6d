"""Large neighbourhood search: part of an award is opened again and solved exactly, over and over.

A neighbourhood is a set of lines that hang together through the suppliers that serve or could
serve them, or a few suppliers with all their lines; the rest keeps its split. Rules need no care:
they are rows of the program.

Source: Shaw 1998; Pisinger & Ropke 2010.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import numpy as np

from supplychain.award.engines.arrays import Floats, Ints
from supplychain.award.engines.model import Mask, Model, solve_free_columns
from supplychain.award.program.program import Program

SUB_NODES = 400
"""Of branch and bound in one neighbourhood: what it has not found by then it seldom finds."""
QUICK_S, SLOW_S = 1.5, 3.0
"""A round that takes less makes the next one larger, one that takes more makes it smaller."""
GROWTH_FACTOR, SHRINK_FACTOR = 1.1, 0.8
"""By which: down faster than up, as a round that is too large costs most."""
SUB_LIMIT_S = 4.0
"""For one neighbourhood; one that takes longer was too large."""


class ColumnIndex:
    """What each column of a program speaks of: line and supplier (-1: none), wins or quantities.

    ``number`` is the number of each line.
    """

    def __init__(self, program: Program) -> None:
        size = len(program.rows.cost)
        self.line: Ints = np.full(size, -1)
        self.supplier: Ints = np.full(size, -1)
        lines = {name: i for i, name in enumerate(program.lines)}
        firms = {one.id: j for j, one in enumerate(program.problem.suppliers)}
        self.line_number = lines
        self.pair: Ints = np.full(size, -1)
        self.bidders: list[list[int]] = [[] for _ in lines]
        pairs = list(program.parts)
        self.line_of_pair: Ints = np.array([lines[pair[1]] for pair in pairs], dtype=np.int64)
        self.supplier_of_pair: Ints = np.array([firms[pair[0]] for pair in pairs], dtype=np.int64)
        for number, ((firm, line), parts) in enumerate(program.parts.items()):
            self.bidders[lines[line]].append(firms[firm])
            for part in parts:
                for place in (part.x, part.binary):
                    if place is not None:
                        self.line[place], self.supplier[place] = lines[line], firms[firm]
                        self.pair[place] = number
        for line, place in program.missing.items():
            self.line[place] = lines[line]
        self.missing = dict(program.missing)
        self.owner: Mask = np.zeros(size, dtype=bool)
        for firm, place in program.supplier.items():
            self.supplier[place] = firms[firm]
            self.owner[place] = True
        self.other: Mask = (self.line < 0) & (self.supplier < 0)
        self.firm_count = len(firms)

    def free_columns(self, lines: set[int], firms: set[int] | None = None) -> Mask:
        """The columns of some lines, of the suppliers that could serve them, and of rules.

        Args:
            lines: numbers.
            firms: only these suppliers may serve them; None: all that bid.
        """
        able = np.zeros(self.firm_count + 1, dtype=bool)
        able[list(range(self.firm_count) if firms is None else firms)] = True
        bidders = np.zeros(self.firm_count + 1, dtype=bool)
        for line in lines:
            bidders[self.bidders[line]] = True
        inside = np.zeros(len(self.bidders) + 1, dtype=bool)
        inside[list(lines)] = True
        mine = inside[self.line] & (able[self.supplier] | (self.supplier < 0))
        return mine | (self.owner & able[self.supplier] & bidders[self.supplier]) | self.other

    def lines_by_winner(self, values: Floats) -> dict[int, list[int]]:
        """The lines that each winner serves."""
        used = np.flatnonzero((values > 1e-9) & (self.line >= 0) & (self.supplier >= 0))
        found: dict[int, list[int]] = {}
        for line, firm in zip(self.line[used].tolist(), self.supplier[used].tolist(), strict=True):
            found.setdefault(firm, []).append(line)
        return found


class Neighbourhoods:
    """What was learned of neighbourhoods: which kinds gain, and how large they may be.

    Args:
        among: the columns that may take part, beside those used.
        size: how many lines to open at first; it follows what is solved in time.
    """

    def __init__(
        self, model: Model, index: ColumnIndex, *, among: Mask, size: int = 25, seed: int = 1
    ) -> None:
        self.model, self.among = model, among
        self.rng = random.Random(seed)  # noqa: S311 - a search, not a secret
        self.kinds = (_LineNeighbourhood(index, size), _FirmNeighbourhood(index, among))

    def improve_split(
        self,
        values: Floats,
        *,
        deadline: float,
        go_on: Callable[[float], bool],
        rounds: int = 10_000,
    ) -> Floats:
        """Better values, from a solution on, until the deadline (of ``time.monotonic``) or a stop.

        Args:
            go_on: told of the best cost (in the program's money) after each round; False stops.
        """
        best = float(self.model.cost @ values)
        for _ in range(rounds):
            left = deadline - time.monotonic()
            if left <= 0.05:
                break
            kind = self.rng.choices(self.kinds, [one.weight for one in self.kinds])[0]
            free = kind.open_columns(values, self.rng)
            began = time.monotonic()
            found = solve_free_columns(
                self.model,
                free & (self.among | (values > 0)),
                values,
                seconds=min(SUB_LIMIT_S, left),
                gap=2e-6,
                nodes=SUB_NODES,
            )
            took = time.monotonic() - began
            gain = max(0.0, best - found.cost) / max(abs(best), 1e-12)
            if found.values is not None and gain > 1e-9:
                best, values = found.cost, found.values
            kind.learn_from_round(gain, took)
            if not go_on(best):
                break
        return values


class _Neighbourhood:
    """A kind of neighbourhood: chosen the more the more it gains; its size follows the time."""

    def __init__(self, places: ColumnIndex, size: float, most: int) -> None:
        self.index, self.size, self.most = places, size, most
        self.weight = 1.0

    def learn_from_round(self, gain: float, took: float) -> None:
        """Note what a round gained, relative, and how long it took."""
        self.weight = max(0.2, 0.9 * self.weight + min(1.0, 3000 * gain))
        if took < QUICK_S:
            self.size *= GROWTH_FACTOR
        elif took > SLOW_S:
            self.size *= SHRINK_FACTOR
        self.size = min(max(self.size, 3.0), self.most)


class _LineNeighbourhood(_Neighbourhood):
    """Lines around one: those that its bidders serve, theirs, and so on, and now and then any."""

    def __init__(self, places: ColumnIndex, size: float) -> None:
        super().__init__(places, size, len(places.bidders))

    def open_columns(self, values: Floats, rng: random.Random) -> Mask:
        """The columns to open."""
        count, bidders = len(self.index.bidders), self.index.bidders
        if int(self.size) >= count:
            return self.index.free_columns(set(range(count)))
        serves = self.index.lines_by_winner(values)
        lines = {rng.randrange(count)}
        while len(lines) < int(self.size):
            near = bidders[rng.choice(sorted(lines))]
            others = sorted(set(serves.get(rng.choice(near), ())) - lines) if near else []
            if others:
                lines.update(rng.sample(others, min(len(others), 3)))
            elif rng.random() < 0.2:
                lines.add(rng.randrange(count))
        return self.index.free_columns(lines)


class _FirmNeighbourhood(_Neighbourhood):
    """A few suppliers that could serve each other's lines, winners or not, and all their lines."""

    def __init__(self, places: ColumnIndex, among: Mask) -> None:
        super().__init__(places, 6.0, places.firm_count)
        kept = np.flatnonzero(among & (places.pair >= 0))
        self.near: list[list[int]] = [[] for _ in places.bidders]
        for line, firm in sorted(
            set(zip(places.line[kept].tolist(), places.supplier[kept].tolist(), strict=True))
        ):
            self.near[line].append(firm)

    def open_columns(self, values: Floats, rng: random.Random) -> Mask:
        """The columns to open."""
        serves = self.index.lines_by_winner(values)
        if not serves:
            return self.index.free_columns(set(range(len(self.index.bidders))))
        firms = {rng.choice(sorted(serves))}
        for _ in range(50):
            if len(firms) >= int(self.size):
                break
            served = serves.get(rng.choice(sorted(firms)))
            near = self.near[rng.choice(served)] if served else sorted(serves)
            if near:
                firms.add(rng.choice(near))
        lines = {line for firm in sorted(firms) for line in serves.get(firm, ())}
        return self.index.free_columns(lines, firms)
