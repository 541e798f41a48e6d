"""The rows of rules and bundles in the mixed-integer program of an award."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from math import inf

from supplychain.award.exact import exactly
from supplychain.award.problem.problem import (
    Attribute,
    Bundle,
    GroupShare,
    Incumbent,
    MaxSuppliers,
    Problem,
    Require,
    Share,
    TwoSources,
)
from supplychain.award.program.found import Pair
from supplychain.award.program.program import Program, Terms
from supplychain.award.solving.pricing import gross_cost, least_source


def add(program: Program) -> None:
    """All rules, the counts of lines, and bundles."""
    sources: dict[Pair, Terms] = {}
    for line in program.problem.lines:
        if line.single_source or not line.divisible:
            _at_most(program, line.id, 1)
        elif line.max_suppliers is not None:
            _at_most(program, line.id, line.max_suppliers)
    for rule in program.problem.rules:
        if isinstance(rule, MaxSuppliers):
            _max_suppliers(program, rule)
        elif isinstance(rule, Share | GroupShare):
            _share(program, rule)
        elif isinstance(rule, Require):
            pairs = _pairs(program, rule.supplier, rule.line)
            program.rows.row(1.0, _sources(program, sources, pairs))
        elif isinstance(rule, TwoSources):
            for name in [rule.line] if rule.line else list(program.lines):
                terms = _sources(program, sources, program.of_line[name])
                program.rows.row(2.0, terms)
        elif isinstance(rule, Incumbent):
            _incumbent(program, sources, rule)
    _bundles(program)


def members(problem: Problem, attribute: str, equals: Attribute) -> set[str]:
    """The suppliers that have this value of an attribute; true is not 1."""
    return {
        one.id
        for one in problem.suppliers
        if attribute in one.attributes and alike(one.attributes[attribute], equals)
    }


def alike(left: Attribute, right: Attribute) -> bool:
    """Whether two attribute values are the same; true is not 1."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def _pairs(program: Program, supplier: str, line: str | None) -> list[Pair]:
    return [p for p in program.of_supplier.get(supplier, []) if line in (None, p[1])]


def _at_most(program: Program, line: str, most: int) -> None:
    active = [program.active(pair) for pair in program.of_line[line]]
    terms = [term for one in active if one is not None for term in one]
    if len(active) > most:
        program.rows.row(-inf, terms, float(most))


def _max_suppliers(program: Program, rule: MaxSuppliers) -> None:
    if rule.line is not None:
        _at_most(program, rule.line, rule.at_most)
    elif len(program.supplier) > rule.at_most:
        program.rows.row(
            -inf, [(place, 1.0) for place in program.supplier.values()], float(rule.at_most)
        )


def _sources(program: Program, made: dict[Pair, Terms], pairs: Iterable[Pair]) -> Terms:
    """How many of some bids get enough to count as a source."""
    return [term for pair in pairs for term in _source(program, made, pair)]


def _source(program: Program, made: dict[Pair, Terms], pair: Pair) -> Terms:
    if pair in made:
        return made[pair]
    least = least_source(program.bids[pair], program.lines[pair[1]])
    active = program.active(pair)
    low = min(part.piece.low for part in program.parts[pair])
    high = max(part.piece.high for part in program.parts[pair])
    if active is not None and low >= least:
        made[pair] = active
    elif high < least:
        made[pair] = []
    else:
        one = program.rows.column(0.0, integer=True)
        program.complete = False
        part = float(least) / program.scale[pair[1]]
        program.rows.row(0.0, [*program.amount(pair), (one, -part)])
        if active is not None:
            program.rows.row(0.0, [*active, (one, -1.0)])
        made[pair] = [(one, 1.0)]
    return made[pair]


def _share(program: Program, rule: Share | GroupShare) -> None:
    if isinstance(rule, Share):
        inside = {rule.supplier}
    else:
        inside = members(program.problem, rule.attribute, rule.equals)
    if rule.line is None:
        parts = [(firm, [(place, 1.0)]) for firm, place in _spent(program).items()]
    else:
        parts = [(pair[0], program.amount(pair)) for pair in program.of_line[rule.line]]
    for bound, sign in ((rule.at_least, 1.0), (rule.at_most, -1.0)):
        if bound == (0 if sign > 0 else 1):
            continue
        part = float(bound)
        terms = [
            (place, sign * factor * ((firm in inside) - part))
            for firm, expression in parts
            for place, factor in expression
        ]
        program.rows.row(program.margin, terms)


def _spent(program: Program) -> dict[str, int]:
    """A column for what each supplier is paid in ten thousands of the program's money, so that
    rules for the whole request do not each fill a row with all bids.
    """
    if not program.spent:
        program.complete = False
        for firm, pairs in program.of_supplier.items():
            program.spent[firm] = program.rows.column(0.0, upper=inf)
            terms = [(p, 1e-4 * f) for pair in pairs for p, f in program.spend(pair)]
            program.rows.row(0.0, [*terms, (program.spent[firm], -1.0)], 0.0)
    return program.spent


def _incumbent(program: Program, made: dict[Pair, Terms], rule: Incumbent) -> None:
    terms = _sources(program, made, _pairs(program, rule.supplier, rule.line))
    lost = program.rows.column(float(rule.switch_cost) / program.money)
    program.complete = False
    program.rows.row(1.0, [*terms, (lost, 1.0)])


def _bundles(program: Program) -> None:
    """A bundle's binary needs each of its lines whole; one bundle at most counts for a line."""
    whole: dict[Pair, int] = {}
    taken: dict[Pair, Terms] = {}
    for bundle in program.problem.bundles:
        pairs = [(bundle.supplier, name) for name in bundle.lines]
        if not bundle.discount or not all(_can_be_whole(program, pair) for pair in pairs):
            continue
        program.complete = False
        one = program.rows.column(-_constant(program, bundle), integer=True)
        for pair in pairs:
            if pair not in whole:
                whole[pair] = program.rows.column(0.0, integer=True)
                terms = program.amount(pair)
                program.rows.row(0.0, [*terms, (whole[pair], -1.0)])
            program.rows.row(0.0, [(whole[pair], 1.0), (one, -1.0)])
            taken.setdefault(pair, []).append((one, 1.0))
            if program.lines[pair[1]].overbuy:
                _saving(program, pair, one, float(bundle.discount))
    for terms in taken.values():
        if len(terms) > 1:
            program.rows.row(-inf, terms, 1.0)


def _can_be_whole(program: Program, pair: Pair) -> bool:
    parts = program.parts.get(pair)
    return parts is not None and parts[-1].piece.high >= program.lines[pair[1]].quantity


def _constant(program: Program, bundle: Bundle) -> float:
    """What a bundle saves on the lines of which exactly the quantity is bought."""
    with exactly():
        costs = [
            gross_cost(program.bids[bundle.supplier, name], program.lines[name].quantity)
            for name in bundle.lines
            if not program.lines[name].overbuy
        ]
        return float(bundle.discount * sum(costs, Decimal(0))) / program.money


def _saving(program: Program, pair: Pair, bundle: int, discount: float) -> None:
    """With overbuy the saving depends on what is bought."""
    spend = program.spend(pair)
    most = sum(
        max(0.0, factor) * program.rows.upper[place] for place, factor in spend
    ) * discount  # fmt: skip
    saved = program.rows.column(-1.0, upper=most)
    program.rows.row(0.0, [*((p, discount * f) for p, f in spend), (saved, -1.0)])
    program.rows.row(-inf, [(saved, 1.0), (bundle, -most)], 0.0)
