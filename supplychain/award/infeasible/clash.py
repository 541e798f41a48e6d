"""Why nothing fits: a minimal set of lines, limits and rules that cannot hold together.

Every constraint that a buyer could give up is a ``Part``; those of one kind may stand together as
a ``Unit``. The set is found by halving (QuickXplain) on relaxed problems; dropping any one of its
units makes the rest possible.

Source: Junker 2004, QuickXplain: preferred explanations and relaxations for over-constrained
problems.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, TypeAlias

from supplychain.award.answer import Clash
from supplychain.award.infeasible.telling import (
    clash_of,
    clash_of_many,
    describe_dated,
    total_bid,
)
from supplychain.award.problem.problem import (
    DatedCapacity,
    Problem,
    ProblemBid,
    ProblemLine,
    Rule,
)
from supplychain.award.program.building import build
from supplychain.award.program.segments import segments_of
from supplychain.award.solving import direct

LONGEST_SEARCH_S: Final = 20.0
"""How long looking for a clash takes at most; after that the set may not be minimal."""

MAX_NAMED_ITEMS: Final = 8
"""So many parts of one kind are named one by one at most; more are told together."""

MAX_TRIES: Final = 80
"""How often parts of one kind are tried at most before they are told together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClashPart:
    """One constraint that could be given up.

    ``kind`` is line (its coverage), indivisible, single_source, line_max_suppliers, line_most (how
    much may be bought at most), minimum, maximum or packs (of all bids of a line), capacity,
    capacity_by (the one in ``dated``), or rule; ``subject`` the line's or supplier's id.
    """

    kind: str
    subject: str = ""
    rule: Rule | None = None
    dated: DatedCapacity | None = None


Unit: TypeAlias = tuple[ClashPart, ...]
"""Parts that are kept or given up together: one, or all of a kind."""


class _TooMany(Exception):
    """More tries than it is worth."""


def explain(problem: Problem, *, seconds: float = LONGEST_SEARCH_S) -> tuple[Clash, ...]:
    """The clash of an infeasible problem in words; empty if none was found in time."""
    deadline = time.monotonic() + seconds
    narrow = _only_uncovered_line(problem)
    for candidate in (problem,) if narrow is None else (narrow, problem):
        units = clashing(candidate, deadline=deadline)
        if units:
            held = {(part.kind, part.subject) for unit in units for part in unit}
            return tuple(_describe_unit(problem, unit, held) for unit in units)
    return ()


def _describe_unit(problem: Problem, unit: Unit, held: Collection[tuple[str, str]]) -> Clash:
    part = unit[0]
    if len(unit) > 1:
        return clash_of_many(problem, part.kind, [one.subject for one in unit])
    if part.dated is not None:
        return describe_dated(problem, part.dated)
    return clash_of(problem, kind=part.kind, subject=part.subject, rule=part.rule, held=held)


def clashing(problem: Problem, *, deadline: float) -> list[Unit]:
    """A set of units that cannot hold together, though without any one of them the others can.

    Parts of a kind are taken together first; then each kind of the clash is narrowed down to the
    parts that matter, where these are few. Empty if everything can hold together.
    """
    units = _minimal_set(problem, _units_by_kind(problem), [], deadline=deadline)
    for unit in [unit for unit in units if len(unit) > 1]:
        others = [one for one in units if one is not unit]
        try:
            few = _minimal_set(
                problem, [(part,) for part in unit], others, deadline=deadline, tries=MAX_TRIES
            )
        except _TooMany:
            continue
        if 0 < len(few) <= MAX_NAMED_ITEMS:
            units = others + few
    return sorted(units, key=lambda unit: (unit[0].kind == "rule", len(unit), repr(unit[0])))


def _units_by_kind(problem: Problem) -> list[Unit]:
    kinds: dict[str, list[ClashPart]] = {}
    for part in parts(problem):
        kinds.setdefault(part.kind, []).append(part)
    rules = [(part,) for part in kinds.pop("rule", [])]
    return [*(tuple(members) for members in kinds.values()), *rules]


def _minimal_set(
    problem: Problem,
    among: Sequence[Unit],
    held: Sequence[Unit],
    *,
    deadline: float,
    tries: int | None = None,
) -> list[Unit]:
    """A minimal set among some units that clashes with those held; empty if none does."""
    tried = 0

    def clashes(units: Sequence[Unit]) -> bool:
        nonlocal tried
        tried += 1
        if tries is not None and (tried > tries or time.monotonic() >= deadline):
            raise _TooMany
        return not possible(problem, units, deadline=deadline)

    if not clashes([*held, *among]):
        return []
    sure: list[Unit] | None = None if tries is None else []
    return _narrow_down(clashes, list(held), list(among), clashing_before=False, sure=sure)


def _narrow_down(
    clashes: Callable[[Sequence[Unit]], bool],
    held: list[Unit],
    among: list[Unit],
    *,
    clashing_before: bool,
    sure: list[Unit] | None,
) -> list[Unit]:
    """QuickXplain; ``sure`` collects what is found, to give up where it is too much to name."""
    if clashing_before and clashes(held):
        return []
    if len(among) == 1:
        if sure is not None:
            sure += among
            if len(sure) > MAX_NAMED_ITEMS:
                raise _TooMany
        return among
    half = len(among) // 2
    first, second = among[:half], among[half:]
    from_second = _narrow_down(
        clashes, held + first, second, clashing_before=bool(first), sure=sure
    )
    from_first = _narrow_down(
        clashes, held + from_second, first, clashing_before=bool(from_second), sure=sure
    )
    return from_first + from_second


def possible(problem: Problem, kept: Sequence[Unit], *, deadline: float) -> bool:
    """Whether some units can hold together; true also where time does not allow to tell."""
    now = time.monotonic()
    if now >= deadline:
        return True
    until = min(deadline, now + max(1.0, (deadline - now) / 4))
    easier = relaxed(problem, [part for unit in kept for part in unit])
    program = build(easier)
    program.rows.cost = [0.0] * len(program.rows.cost)
    return not direct.solve_program(program, until, gap=1.0).proven_infeasible


def parts(problem: Problem) -> list[ClashPart]:
    """Everything in a problem that could be given up."""
    lines = {line.id: line for line in problem.lines}
    minima = {bid.line for bid in problem.bids if _least_quantity(bid) > 0}
    maxima = {bid.line for bid in problem.bids if bid.max_quantity < lines[bid.line].quantity}
    packed = {bid.line for bid in problem.bids if bid.pack}
    kept = []
    for line in problem.lines:
        kinds = {
            "packs": line.id in packed,
            "line_most": line.max_quantity is not None,
            "maximum": line.id in maxima,
            "minimum": line.id in minima,
            "indivisible": not line.divisible,
            "single_source": line.single_source,
            "line_max_suppliers": line.max_suppliers is not None,
            "line": line.shortage_price is None,
        }
        kept += [ClashPart(kind=kind, subject=line.id) for kind, there in kinds.items() if there]
    limited = [one.id for one in problem.suppliers if one.capacity is not None]
    kept += [ClashPart(kind="capacity", subject=name) for name in limited]
    kept += [
        ClashPart(kind="capacity_by", subject=one.supplier, dated=one)
        for one in problem.capacities
        if total_bid(problem, one) > one.at_most
    ]
    rules = [rule for rule in problem.rules if rule.IS_HARD]
    return kept + [ClashPart(kind="rule", rule=rule) for rule in rules]


def relaxed(problem: Problem, kept: Collection[ClashPart]) -> Problem:
    """The problem with only some of its parts; the others are given up."""
    held = {(part.kind, part.subject) for part in kept}
    rules = {repr(part.rule) for part in kept if part.rule is not None}
    dated = {part.dated for part in kept if part.dated is not None}
    lines = {line.id: line for line in problem.lines}
    return replace(
        problem,
        lines=tuple(_relax_line(line, held) for line in problem.lines),
        suppliers=tuple(
            one if ("capacity", one.id) in held else replace(one, capacity=None)
            for one in problem.suppliers
        ),
        bids=tuple(_relax_bid(bid, lines[bid.line], held) for bid in problem.bids),
        capacities=tuple(one for one in problem.capacities if one in dated),
        rules=tuple(rule for rule in problem.rules if repr(rule) in rules),
        bundles=(),
    )


def _relax_line(line: ProblemLine, held: Collection[tuple[str, str]]) -> ProblemLine:
    def keeps(kind: str) -> bool:
        return (kind, line.id) in held

    open_price = Decimal(0) if line.shortage_price is None else line.shortage_price
    return replace(
        line,
        divisible=line.divisible or not keeps("indivisible"),
        single_source=line.single_source and keeps("single_source"),
        max_suppliers=line.max_suppliers if keeps("line_max_suppliers") else None,
        max_quantity=line.max_quantity if keeps("line_most") else None,
        shortage_price=line.shortage_price if keeps("line") else open_price,
    )


def _relax_bid(bid: ProblemBid, line: ProblemLine, held: Collection[tuple[str, str]]) -> ProblemBid:
    if _least_quantity(bid) > 0 and ("minimum", bid.line) not in held:
        first = replace(bid.tiers[0], start=Decimal(0))
        bid = replace(bid, min_quantity=Decimal(0), tiers=(first, *bid.tiers[1:]))
    if bid.max_quantity < line.quantity and ("maximum", bid.line) not in held:
        bid = replace(bid, max_quantity=line.quantity)
    if bid.pack and ("packs", bid.line) not in held:
        bid = replace(bid, pack=Decimal(0))
    return bid


def _least_quantity(bid: ProblemBid) -> Decimal:
    return max(bid.min_quantity, bid.tiers[0].start)


def _only_uncovered_line(problem: Problem) -> Problem | None:
    """Only the first line that its bids cannot cover even alone, if there is one."""
    offered: dict[str, Decimal] = {}
    for pair, pieces in segments_of(problem).items():
        offered[pair[1]] = offered.get(pair[1], Decimal(0)) + pieces[-1].high
    for line in problem.lines:
        if offered.get(line.id, Decimal(0)) < line.quantity and line.shortage_price is None:
            return replace(
                problem,
                lines=(line,),
                bids=tuple(bid for bid in problem.bids if bid.line == line.id),
                bundles=(),
                capacities=tuple(
                    one.on_lines((line.id,)) for one in problem.capacities if line.id in one.lines
                ),
                rules=tuple(rule for rule in problem.rules if _speaks_of(rule, line)),
            )
    return None


def _speaks_of(rule: Rule, line: ProblemLine) -> bool:
    """Whether a rule holds for a line alone as it holds for the whole request."""
    return rule.line == line.id or (rule.line is None and rule.HOLDS_FOR_EACH_LINE)
