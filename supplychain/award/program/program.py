"""An award problem as a mixed-integer program, scaled so that the numbers are near 1.

Every piece of a bid (``segments``) has a binary, which stands for its least quantity, and a column
for what is bought above it: the tightest form of tiers, with one row a piece. A supplier's binary
bounds each of its bids.

Source: Croxton, Gendron & Magnanti 2003, A comparison of mixed-integer programming models for
nonconvex piecewise linear cost minimization problems.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from math import inf

from supplychain.award.problem.problem import Pair, Problem, ProblemBid, ProblemLine, Terms
from supplychain.award.program.results import Quantities
from supplychain.award.program.segments import ProgramSegment, piece_of


@dataclass(slots=True, kw_only=True)
class ProgramRows:
    """Columns and rows of a linear program, as lists that grow."""

    cost: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    start: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def column(
        self, cost: float, *, lower: float = 0.0, upper: float = 1.0, integer: bool = False
    ) -> int:
        """A new column; its number."""
        self.cost.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        self.integer.append(integer)
        return len(self.cost) - 1

    def row(self, lower: float, terms: Iterable[tuple[int, float]], upper: float = inf) -> None:
        """A new row; terms of the same column are added up, zeros left out."""
        together: dict[int, float] = {}
        for place, factor in terms:
            together[place] = together.get(place, 0.0) + factor
        for place, factor in together.items():
            if factor:
                self.index.append(place)
                self.value.append(factor)
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        self.start.append(len(self.index))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramPart:
    """One piece of a bid in the program: quantity = ``low × binary + scale × x``.

    ``x`` is None where nothing lies above ``low``, ``binary`` where ``low`` is 0 and nothing counts
    who gets something.
    """

    piece: ProgramSegment
    x: int | None
    binary: int | None

    def terms(self, scale: float, slope: float = 1.0, fixed: float = 0.0) -> Terms:
        """``slope`` × its quantity in scales, and ``fixed`` if it gets anything."""
        together = [] if self.x is None else [(self.x, slope)]
        if self.binary is not None:
            together.append((self.binary, fixed + slope * float(self.piece.low) / scale))
        return together


@dataclass(slots=True, kw_only=True)
class Program:
    """The program and what its columns mean.

    Attributes:
        money: the cost of 1 of the program's objective.
        scale: what 1 stands for in the quantity of a line.
        parts: of each bid that can get anything.
        supplier: the binary of each supplier that needs one.
        missing: the column of what is missing of a line, as a part of its quantity.
        spent: the column of what each supplier is paid, where a rule asks for it.
        margin: how much rows of capacities and shares are kept off their bounds.
        complete: ``columns`` knows the value of every column.
    """

    problem: Problem
    rows: ProgramRows = field(default_factory=ProgramRows)
    money: float = 1.0
    scale: dict[str, float] = field(default_factory=dict)
    parts: dict[Pair, list[ProgramPart]] = field(default_factory=dict)
    supplier: dict[str, int] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)
    margin: float = 0.0
    complete: bool = True
    lines: dict[str, ProblemLine] = field(default_factory=dict)
    bids: dict[Pair, ProblemBid] = field(default_factory=dict)
    of_line: dict[str, list[Pair]] = field(default_factory=lambda: defaultdict(list))
    of_supplier: dict[str, list[Pair]] = field(default_factory=lambda: defaultdict(list))

    def quantity_terms(self, pair: Pair) -> Terms:
        """What a bid gets, as a part of the line's scale."""
        scale = self.scale[pair[1]]
        return [term for part in self.parts[pair] for term in part.terms(scale)]

    def active_terms(self, pair: Pair) -> Terms | None:
        """1 if a bid gets anything, 0 otherwise; None where the bid has no binary."""
        binaries = [part.binary for part in self.parts[pair]]
        return None if None in binaries else [(one, 1.0) for one in binaries if one is not None]

    def spend_terms(self, pair: Pair) -> Terms:
        """Quantity × price and line cost of a bid, in the program's money."""
        scale, money = self.scale[pair[1]], self.money
        return [
            term
            for part in self.parts[pair]
            for term in part.terms(
                scale, float(part.piece.slope) * scale / money, float(part.piece.fixed) / money
            )
        ]


def column_values(program: Program, quantities: Quantities) -> dict[int, float]:
    """The values of columns at known quantities, for a warm start; bundles and rules are left."""
    values: dict[int, float] = {}
    got: dict[str, float] = defaultdict(float)
    for pair, parts in program.parts.items():
        number = quantities.get(pair, Decimal(0))
        chosen = piece_of(tuple(part.piece for part in parts), number) if number > 0 else None
        for part in parts:
            on = chosen is not None and part.piece is chosen
            if part.binary is not None:
                values[part.binary] = float(on)
            if part.x is not None:
                above = float(number - part.piece.low if part.binary is not None else number)
                values[part.x] = above / program.scale[pair[1]] if on else 0.0
        got[pair[1]] += float(number)
    for name, place in program.supplier.items():
        values[place] = float(any(quantities.get(p, 0) > 0 for p in program.of_supplier[name]))
    for name, place in program.missing.items():
        values[place] = max(0.0, 1.0 - got[name] / program.scale[name])
    return values


def quantities_of(program: Program, values: list[float]) -> dict[Pair, float]:
    """What each bid gets at the values of the columns; what the binaries forbid is 0."""
    quantities = {}
    for pair, parts in program.parts.items():
        owner = program.supplier.get(pair[0])
        if owner is not None and values[owner] < 0.5:
            continue
        for part in parts:
            if part.binary is not None and values[part.binary] < 0.5:
                continue
            low, high = float(part.piece.low), float(part.piece.high)
            above = 0.0 if part.x is None else values[part.x] * program.scale[pair[1]]
            number = min(max(above + low * (part.binary is not None), low), high)
            if number > 0:
                quantities[pair] = number
    return quantities
