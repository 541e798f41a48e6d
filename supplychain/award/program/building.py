"""The columns and rows of bids, lines and capacities in the program of an award."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import inf

from supplychain.award.exact import quotient
from supplychain.award.problem.problem import Pair, Problem, ProblemLine
from supplychain.award.program import rule_rows
from supplychain.award.program.capacity_rows import add_capacity_rows
from supplychain.award.program.program import Program, ProgramPart
from supplychain.award.program.segments import ProgramSegment, segments_of


def build(
    problem: Problem, *, fixed: Mapping[Pair, ProgramSegment] | None = None, margin: float = 0.0
) -> Program:
    """The program of a problem.

    Args:
        fixed: exactly these bids get something, each on this piece; None leaves all open.
        margin: keeps capacities and shares off their bounds by this part.
    """
    if fixed is None:
        pieces = segments_of(problem)
    else:
        pieces = {pair: (fixed[pair],) for pair in sorted(fixed)}
    program = Program(problem=problem, margin=margin)
    program.lines = {line.id: line for line in problem.lines}
    program.bids = {(bid.supplier, bid.line): bid for bid in problem.bids}
    _set_scales(program, pieces)
    _add_supplier_binaries(program, pieces)
    counted = _lines_to_count(problem)
    for pair, cut in pieces.items():
        _add_bid(program, pair, cut, counted=pair[1] in counted, forced=fixed is not None)
    for line in problem.lines:
        _cover_line(program, line)
    _limit_loads(program)
    add_capacity_rows(program)
    rule_rows.add_rules(program)
    return program


def _set_scales(program: Program, pieces: Mapping[Pair, tuple[ProgramSegment, ...]]) -> None:
    """Lines are measured in their own quantity, money in the request's likely cost."""
    cheapest: dict[str, float] = {}
    for pair, cut in pieces.items():
        price = float(min(piece.slope for piece in cut))
        cheapest[pair[1]] = min(cheapest.get(pair[1], inf), price)
    total = 0.0
    for line in program.lines.values():
        program.scale[line.id] = float(line.quantity)
        total += float(line.quantity) * cheapest.get(line.id, float(line.shortage_price or 0))
    once = [float(one.one_off_cost) for one in program.problem.suppliers]
    total += sum(once) / len(once)
    program.money = max(total, 1e-9) / 1e4 if total else 1.0


def _lines_to_count(problem: Problem) -> set[str]:
    """The lines whose suppliers are counted, so that their bids need binaries."""
    if any(rule.effects.min_sources and rule.line is None for rule in problem.rules):
        return {line.id for line in problem.lines}
    limited = {
        line.id
        for line in problem.lines
        if line.single_source or line.max_suppliers is not None or not line.divisible
    }
    return limited | {rule.line for rule in problem.rules if rule.line is not None}


def _add_supplier_binaries(
    program: Program, pieces: Mapping[Pair, tuple[ProgramSegment, ...]]
) -> None:
    limited = any(
        rule.effects.max_suppliers is not None and rule.line is None
        for rule in program.problem.rules
    )
    able = {pair[0] for pair in pieces}
    for one in program.problem.suppliers:
        if one.id in able and (limited or one.one_off_cost > 0):
            cost = float(one.one_off_cost) / program.money
            program.supplier[one.id] = program.rows.column(cost, integer=True)


def _add_bid(
    program: Program, pair: Pair, cut: tuple[ProgramSegment, ...], *, counted: bool, forced: bool
) -> None:
    """Columns of one bid, each piece with its bounds, and the link to the supplier's binary."""
    problem, rows, bid = program.problem, program.rows, program.bids[pair]
    line, scale = program.lines[pair[1]], program.scale[pair[1]]
    extra = (
        float(problem.expected_weight * bid.expected_cost)
        if problem.objective == "expected_cost"
        else 0.0
    )
    plain = not counted and not forced and len(cut) == 1 and not cut[0].low + cut[0].fixed
    parts = []
    for piece in cut:
        low, high = float(piece.low) / scale, float(piece.high) / scale
        slope = (float(piece.slope) + extra) * scale / program.money
        base = float(piece.fixed) / program.money
        if plain:
            x = rows.column(slope, upper=high, integer=line.is_stepped or bid.pack > 0)
            parts.append(ProgramPart(piece=piece, x=x, binary=None))
        elif piece.low == piece.high:
            one = rows.column(base + slope * low, lower=float(forced), integer=True)
            parts.append(ProgramPart(piece=piece, x=None, binary=one))
        else:
            one = rows.column(base + slope * low, lower=float(forced), integer=True)
            x = rows.column(slope, upper=high - low)
            rows.row(-inf, [(x, 1.0), (one, low - high)], 0.0)
            parts.append(ProgramPart(piece=piece, x=x, binary=one))
    program.parts[pair] = parts
    program.of_line[pair[1]].append(pair)
    program.of_supplier[pair[0]].append(pair)
    _link_to_supplier(program, pair, parts, line)


def _link_to_supplier(
    program: Program, pair: Pair, parts: list[ProgramPart], line: ProblemLine
) -> None:
    rows, owner = program.rows, program.supplier.get(pair[0])
    active = program.active_terms(pair)
    if line.is_stepped or program.bids[pair].pack:
        _count_steps(program, pair, parts)
    if active is None:
        part = parts[0]
        if owner is not None and part.x is not None:
            high = rows.upper[part.x]
            rows.row(-inf, [(part.x, 1.0), (owner, -high)], 0.0)
    elif owner is not None:
        rows.row(-inf, [*active, (owner, -1.0)], 0.0)
    elif len(active) > 1:
        rows.row(-inf, active, 1.0)


def _count_steps(program: Program, pair: Pair, parts: list[ProgramPart]) -> None:
    """Packs, whole units, or steps of a part of one: an integer column counts them."""
    open_parts = [part for part in parts if part.x is not None]
    if not open_parts:
        return
    step = float(program.bids[pair].step_on(program.lines[pair[1]]))
    scale = program.scale[pair[1]] / step
    for part in open_parts:
        program.rows.integer[part.x or 0] = False
    most = round(float(max(part.piece.high for part in parts)) / step)
    units = program.rows.column(0.0, upper=most, integer=True)
    terms = [(place, factor * scale) for place, factor in program.quantity_terms(pair)]
    program.rows.row(0.0, [*terms, (units, -1.0)], 0.0)
    program.complete = False


def _cover_line(program: Program, line: ProblemLine) -> None:
    """A line is covered, with overbuy up to its bound; what may be missing has a price."""
    rows = program.rows
    terms = [term for pair in program.of_line[line.id] for term in program.quantity_terms(pair)]
    if line.shortage_price is not None:
        cost = float(line.shortage_price * line.quantity) / program.money
        missing = rows.column(cost, integer=not line.divisible)
        program.missing[line.id] = missing
        terms.append((missing, 1.0))
    rows.row(1.0, terms, inf if line.most is None else float(quotient(line.most, line.quantity)))


def _limit_loads(program: Program) -> None:
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
            for place, factor in program.quantity_terms(pair)
        ]
        owner = program.supplier.get(one.id)
        end = [] if owner is None else [(owner, -1.0)]
        program.rows.row(-inf, [*terms, *end], 0.0 if end else 1.0)
