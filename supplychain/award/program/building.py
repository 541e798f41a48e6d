"""The columns and rows of bids, lines and capacities in the program of an award."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import inf

from supplychain.award.problem.problem import Line, MaxSuppliers, Problem, TwoSources
from supplychain.award.program import rule_rows
from supplychain.award.program.found import Pair
from supplychain.award.program.program import Part, Program
from supplychain.award.program.segments import Segment, segments


def build(
    problem: Problem, *, fixed: Mapping[Pair, Segment] | None = None, margin: float = 0.0
) -> Program:
    """The program of a problem.

    Args:
        fixed: exactly these bids get something, each on this piece; None leaves all open.
        margin: keeps capacities and shares off their bounds by this part.
    """
    if fixed is None:
        pieces = segments(problem)
    else:
        pieces = {pair: (fixed[pair],) for pair in sorted(fixed)}
    program = Program(problem=problem, margin=margin)
    program.lines = {line.id: line for line in problem.lines}
    program.bids = {(bid.supplier, bid.line): bid for bid in problem.bids}
    _scales(program, pieces)
    _suppliers(program, pieces)
    counted = _counted(problem)
    for pair, found in pieces.items():
        _bid(program, pair, found, counted=pair[1] in counted, forced=fixed is not None)
    for line in problem.lines:
        _line(program, line)
    _capacities(program)
    rule_rows.add(program)
    return program


def _scales(program: Program, pieces: Mapping[Pair, tuple[Segment, ...]]) -> None:
    """Lines are measured in their own quantity, money in the request's likely cost."""
    cheapest: dict[str, float] = {}
    for pair, found in pieces.items():
        price = float(min(piece.slope for piece in found))
        cheapest[pair[1]] = min(cheapest.get(pair[1], inf), price)
    total = 0.0
    for line in program.lines.values():
        program.scale[line.id] = float(line.quantity)
        total += float(line.quantity) * cheapest.get(line.id, float(line.shortage_price or 0))
    once = [float(one.one_off_cost) for one in program.problem.suppliers]
    total += sum(once) / len(once)
    program.money = max(total, 1e-9) / 1e4 if total else 1.0


def _counted(problem: Problem) -> set[str]:
    """The lines whose suppliers are counted, so that their bids need binaries."""
    found = {
        line.id
        for line in problem.lines
        if line.single_source or line.max_suppliers is not None or not line.divisible
    }
    found |= {one.line for one in problem.rules if isinstance(one, MaxSuppliers) and one.line}
    if any(isinstance(one, TwoSources) and one.line is None for one in problem.rules):
        return {line.id for line in problem.lines}
    return found | {
        one.line for one in problem.rules
        if not isinstance(one, MaxSuppliers) and one.line is not None
    }  # fmt: skip


def _suppliers(program: Program, pieces: Mapping[Pair, tuple[Segment, ...]]) -> None:
    limited = any(isinstance(r, MaxSuppliers) and r.line is None for r in program.problem.rules)
    able = {pair[0] for pair in pieces}
    for one in program.problem.suppliers:
        if one.id in able and (limited or one.one_off_cost > 0):
            cost = float(one.one_off_cost) / program.money
            program.supplier[one.id] = program.rows.column(cost, integer=True)


def _bid(
    program: Program, pair: Pair, found: tuple[Segment, ...], *, counted: bool, forced: bool
) -> None:
    """Columns of one bid, each piece with its bounds, and the link to the supplier's binary."""
    problem, rows, bid = program.problem, program.rows, program.bids[pair]
    line, scale = program.lines[pair[1]], program.scale[pair[1]]
    extra = (
        float(problem.expected_weight * bid.expected_cost)
        if problem.objective == "expected_cost"
        else 0.0
    )
    plain = not counted and not forced and len(found) == 1 and not found[0].low + found[0].fixed
    parts = []
    for piece in found:
        low, high = float(piece.low) / scale, float(piece.high) / scale
        slope = (float(piece.slope) + extra) * scale / program.money
        base = float(piece.fixed) / program.money
        if plain:
            x = rows.column(slope, upper=high, integer=line.whole)
            parts.append(Part(piece=piece, x=x, binary=None))
        elif piece.low == piece.high:
            one = rows.column(base + slope * low, lower=float(forced), integer=True)
            parts.append(Part(piece=piece, x=None, binary=one))
        else:
            one = rows.column(base + slope * low, lower=float(forced), integer=True)
            x = rows.column(slope, upper=high - low)
            rows.row(-inf, [(x, 1.0), (one, low - high)], 0.0)
            parts.append(Part(piece=piece, x=x, binary=one))
    program.parts[pair] = parts
    program.of_line[pair[1]].append(pair)
    program.of_supplier[pair[0]].append(pair)
    _link(program, pair, parts, line)


def _link(program: Program, pair: Pair, parts: list[Part], line: Line) -> None:
    rows, owner = program.rows, program.supplier.get(pair[0])
    active = program.active(pair)
    if line.whole:
        _whole(program, pair, parts)
    if active is None:
        part = parts[0]
        if owner is not None and part.x is not None:
            high = rows.upper[part.x]
            rows.row(-inf, [(part.x, 1.0), (owner, -high)], 0.0)
    elif owner is not None:
        rows.row(-inf, [*active, (owner, -1.0)], 0.0)
    elif len(active) > 1:
        rows.row(-inf, active, 1.0)


def _whole(program: Program, pair: Pair, parts: list[Part]) -> None:
    """Whole units: an integer column counts them."""
    open_parts = [part for part in parts if part.x is not None]
    if not open_parts:
        return
    scale = program.scale[pair[1]]
    for part in open_parts:
        program.rows.integer[part.x or 0] = False
    most = float(max(part.piece.high for part in parts))
    units = program.rows.column(0.0, upper=most, integer=True)
    terms = [(place, factor * scale) for place, factor in program.amount(pair)]
    program.rows.row(0.0, [*terms, (units, -1.0)], 0.0)
    program.complete = False


def _line(program: Program, line: Line) -> None:
    """A line is covered, at least with overbuy; what may be missing has a price."""
    rows = program.rows
    terms = [term for pair in program.of_line[line.id] for term in program.amount(pair)]
    if line.shortage_price is not None:
        cost = float(line.shortage_price * line.quantity) / program.money
        missing = rows.column(cost, integer=not line.divisible)
        program.missing[line.id] = missing
        terms.append((missing, 1.0))
    rows.row(1.0, terms, inf if line.overbuy else 1.0)


def _capacities(program: Program) -> None:
    for one in program.problem.suppliers:
        pairs = program.of_supplier.get(one.id, [])
        if one.capacity is None or not pairs:
            continue
        most = sum(
            (program.bids[pair].load_per_unit * program.parts[pair][-1].piece.high
             for pair in pairs), Decimal(0),
        )  # fmt: skip
        if most <= one.capacity:
            continue
        room = float(one.capacity) * (1 - program.margin)
        loads = {p: float(program.bids[p].load_per_unit) * program.scale[p[1]] for p in pairs}
        terms = [
            (place, factor * loads[pair] / room)
            for pair in pairs
            for place, factor in program.amount(pair)
        ]
        owner = program.supplier.get(one.id)
        end = [] if owner is None else [(owner, -1.0)]
        program.rows.row(-inf, [*terms, *end], 0.0 if end else 1.0)
