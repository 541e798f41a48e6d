"""The rows of rules and bundles in the mixed-integer program of an award."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import inf

from supplychain.award.exact import exactly
from supplychain.award.problem.problem import Pair, Problem, ProblemBundle, Terms
from supplychain.award.program.program import Program
from supplychain.award.solving.pricing import gross_cost, least_source

SPENT_UNIT_FACTOR = 1e-4
"""Columns of what a supplier is paid count in ten thousands of the program's money, so that they
are near 1 beside the columns of quantities."""


def add_rules(program: Program) -> None:
    """All rules, the counts of lines, and bundles."""
    rows = ProgramRuleRows(program)
    for line in program.problem.lines:
        if line.single_source or not line.divisible:
            rows.limit_suppliers(line.id, 1)
        elif line.max_suppliers is not None:
            rows.limit_suppliers(line.id, line.max_suppliers)
    for rule in program.problem.rules:
        rule.add_rows(rows)
    _add_bundles(program)


class ProgramRuleRows:
    """``RuleRows`` on a program: each bid counts as a source by one binary, made once."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._sources: dict[Pair, Terms] = {}

    @property
    def problem(self) -> Problem:
        """What the program is of."""
        return self._program.problem

    @property
    def margin(self) -> float:
        """How far a row stays off its bound."""
        return self._program.margin

    @property
    def money(self) -> float:
        """The amount that 1 of the program's objective stands for."""
        return self._program.money

    def pairs_of(self, supplier: str, line: str | None) -> list[Pair]:
        """The bids of a supplier that may get anything, of one line or of all."""
        pairs = self._program.of_supplier.get(supplier, [])
        return [pair for pair in pairs if line in (None, pair[1])]

    def pairs_on(self, line: str) -> list[Pair]:
        """The bids for a line that may get anything."""
        return self._program.of_line[line]

    def quantity_terms(self, pair: Pair) -> Terms:
        """What a bid gets, as a part of the line's scale."""
        return self._program.quantity_terms(pair)

    def spent_columns(self) -> Mapping[str, int]:
        """By supplier a column for what it is paid, so that rules for the whole request do not
        each fill a row with all bids.
        """
        program = self._program
        if not program.spent:
            program.complete = False
            for firm, pairs in program.of_supplier.items():
                program.spent[firm] = program.rows.column(0.0, upper=inf)
                terms = [
                    (column, SPENT_UNIT_FACTOR * factor)
                    for pair in pairs
                    for column, factor in program.spend_terms(pair)
                ]
                program.rows.row(0.0, [*terms, (program.spent[firm], -1.0)], 0.0)
        return program.spent

    def source_terms(self, pairs: Iterable[Pair]) -> Terms:
        """How many of some bids get enough to count as a source."""
        return [term for pair in pairs for term in self._source_of(pair)]

    def _source_of(self, pair: Pair) -> Terms:
        if pair not in self._sources:
            self._sources[pair] = self._make_source(pair)
        return self._sources[pair]

    def _make_source(self, pair: Pair) -> Terms:
        program = self._program
        least = least_source(program.bids[pair], program.lines[pair[1]])
        active = program.active_terms(pair)
        low = min(part.piece.low for part in program.parts[pair])
        high = max(part.piece.high for part in program.parts[pair])
        if active is not None and low >= least:
            return active
        if high < least:
            return []
        one = program.rows.column(0.0, integer=True)
        program.complete = False
        part = float(least) / program.scale[pair[1]]
        program.rows.row(0.0, [*program.quantity_terms(pair), (one, -part)])
        if active is not None:
            program.rows.row(0.0, [*active, (one, -1.0)])
        return [(one, 1.0)]

    def limit_suppliers(self, line: str | None, at_most: int) -> None:
        """At most so many suppliers get anything, of a line or of the request."""
        program = self._program
        if line is None:
            terms = [(column, 1.0) for column in program.supplier.values()]
            count = len(terms)
        else:
            active = [program.active_terms(pair) for pair in program.of_line[line]]
            terms = [term for one in active if one is not None for term in one]
            count = len(active)
        if count > at_most:
            program.rows.row(-inf, terms, float(at_most))

    def add_column(self, cost: float) -> int:
        """A new column from 0 to 1 with a cost; its index."""
        self._program.complete = False
        return self._program.rows.column(cost)

    def add_row(self, lower: float, terms: Terms) -> None:
        """The terms come to at least ``lower``."""
        self._program.rows.row(lower, terms)


def _add_bundles(program: Program) -> None:
    """A bundle's binary needs each of its lines whole; one bundle at most counts for a line."""
    whole: dict[Pair, int] = {}
    taken: dict[Pair, Terms] = {}
    for bundle in program.problem.bundles:
        pairs = [(bundle.supplier, name) for name in bundle.lines]
        if not bundle.discount or not all(_can_be_whole(program, pair) for pair in pairs):
            continue
        program.complete = False
        one = program.rows.column(-_fixed_saving(program, bundle), integer=True)
        for pair in pairs:
            if pair not in whole:
                whole[pair] = program.rows.column(0.0, integer=True)
                terms = program.quantity_terms(pair)
                program.rows.row(0.0, [*terms, (whole[pair], -1.0)])
            program.rows.row(0.0, [(whole[pair], 1.0), (one, -1.0)])
            taken.setdefault(pair, []).append((one, 1.0))
            if program.lines[pair[1]].overbuy:
                _add_saving(program, pair, one, float(bundle.discount))
    for terms in taken.values():
        if len(terms) > 1:
            program.rows.row(-inf, terms, 1.0)


def _can_be_whole(program: Program, pair: Pair) -> bool:
    parts = program.parts.get(pair)
    return parts is not None and parts[-1].piece.high >= program.lines[pair[1]].quantity


def _fixed_saving(program: Program, bundle: ProblemBundle) -> float:
    """What a bundle saves on the lines of which exactly the quantity is bought."""
    with exactly():
        costs = [
            gross_cost(program.bids[bundle.supplier, name], program.lines[name].quantity)
            for name in bundle.lines
            if not program.lines[name].overbuy
        ]
        return float(bundle.discount * sum(costs, Decimal(0))) / program.money


def _add_saving(program: Program, pair: Pair, bundle: int, discount: float) -> None:
    """With overbuy the saving depends on what is bought."""
    spend = program.spend_terms(pair)
    most = sum(
        max(0.0, factor) * program.rows.upper[place] for place, factor in spend
    ) * discount  # fmt: skip
    saved = program.rows.column(-1.0, upper=most)
    program.rows.row(0.0, [*((p, discount * f) for p, f in spend), (saved, -1.0)])
    program.rows.row(-inf, [(saved, 1.0), (bundle, -most)], 0.0)
