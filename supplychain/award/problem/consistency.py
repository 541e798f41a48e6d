"""What must hold between the parts of an award file before anything is solved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from supplychain.award.infeasible import contradictions
from supplychain.award.problem.fields import doubles, unknown_id
from supplychain.award.problem.problem import (
    DatedCapacity,
    Problem,
    ProblemBid,
    ProblemBundle,
    ProblemLine,
    ProblemNames,
    Rule,
)
from supplychain.errors import FieldError


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointers:
    """The JSON pointer of each part of a problem, by the identity of the object.

    ``faulty`` parts have a wrong field of their own; what follows from it is not told again.
    """

    lines: dict[int, str] = field(default_factory=dict)
    suppliers: dict[int, str] = field(default_factory=dict)
    bids: dict[int, str] = field(default_factory=dict)
    bundles: dict[int, str] = field(default_factory=dict)
    capacities: dict[int, str] = field(default_factory=dict)
    rules: dict[int, str] = field(default_factory=dict)
    faulty: set[int] = field(default_factory=set)


def errors(problem: Problem, pointers: Pointers) -> Iterator[FieldError]:
    """Unknown and double ids, tiers that never apply, rules that contradict each other."""
    yield from _find_doubles(problem, pointers)
    lines = {line.id: line for line in problem.lines}
    suppliers = {supplier.id for supplier in problem.suppliers}
    for bid in problem.bids:
        at = pointers.bids[id(bid)]
        yield from unknown_id(bid.supplier, suppliers, f"{at}/supplier")
        yield from unknown_id(bid.line, lines, f"{at}/line")
        line = lines.get(bid.line)
        if line is not None and not {id(bid), id(line)} & pointers.faulty:
            yield from _check_bid(bid, line, at)
    yield from _check_groups(problem.bundles, pointers.bundles, problem)
    yield from _check_groups(problem.capacities, pointers.capacities, problem)
    yield from _check_rules(problem, pointers)


def check_rules(problem: Problem, rules: Sequence[Rule]) -> tuple[FieldError, ...]:
    """What is wrong with rules for a problem that is consistent without them.

    Returns:
        Unknown names, rules that stand twice or contradict each other; pointers into ``/rules``
        by the order of the argument.
    """
    pointers = Pointers(rules={id(rule): f"/rules/{index}" for index, rule in enumerate(rules)})
    ruled = problem.with_rules(rules)
    twice = [
        FieldError(pointer=pointer, message="This rule is there twice.")
        for pointer in doubles((pointers.rules[id(rule)], repr(rule)) for rule in rules)
    ]
    return (*twice, *_check_rules(ruled, pointers))


def _check_rules(problem: Problem, pointers: Pointers) -> Iterator[FieldError]:
    """Names that are not there; then, if all is well, contradictions."""
    names = ProblemNames(
        suppliers=frozenset(one.id for one in problem.suppliers),
        lines=frozenset(line.id for line in problem.lines),
        attributes=frozenset(
            name for one in problem.suppliers if one.id for name in one.attributes
        ),
    )
    unknown = [
        error
        for rule in problem.rules
        if id(rule) not in pointers.faulty
        for error in rule.find_unknown_names(names, pointers.rules[id(rule)])
    ]
    yield from unknown
    if not unknown and not any(id(rule) in pointers.faulty for rule in problem.rules):
        yield from contradictions.errors(problem, lambda rule: pointers.rules[id(rule)])


def _find_doubles(problem: Problem, pointers: Pointers) -> Iterator[FieldError]:
    for at in _pointers_of_doubles(
        (pointers.lines[id(one)], one.id) for one in problem.lines if one.id
    ):
        yield FieldError(pointer=f"{at}/id", message="Another line has this id.")
    for at in _pointers_of_doubles(
        (pointers.suppliers[id(one)], one.id) for one in problem.suppliers if one.id
    ):
        yield FieldError(pointer=f"{at}/id", message="Another supplier has this id.")
    for at in _pointers_of_doubles(
        (pointers.bids[id(one)], (one.supplier, one.line))
        for one in problem.bids
        if one.supplier and one.line
    ):
        yield FieldError(pointer=at, message="This supplier bids for this line twice.")
    for at in _pointers_of_doubles((pointers.bundles[id(one)], (one.supplier, one.lines))
                     for one in problem.bundles):  # fmt: skip
        yield FieldError(pointer=at, message="This bundle is there twice.")
    for at in _pointers_of_doubles(
        (pointers.capacities[id(one)], (one.supplier, one.by, one.lines, one.takes, one.lot_size))
        for one in problem.capacities
    ):
        yield FieldError(pointer=at, message="This capacity is there twice.")
    for at in _pointers_of_doubles(
        (pointers.rules[id(rule)], repr(rule)) for rule in problem.rules
    ):
        yield FieldError(pointer=at, message="This rule is there twice.")


def _pointers_of_doubles(pairs: Iterator[tuple[str, object]]) -> Iterator[str]:
    """Doubles in the order of the file, so that the later one is named."""

    def index_of(pair: tuple[str, object]) -> int:
        return int(pair[0].rsplit("/", 1)[1])

    return doubles(sorted(pairs, key=index_of))


def _check_bid(bid: ProblemBid, line: ProblemLine, at: str) -> Iterator[FieldError]:
    if bid.pack % line.quantity_step:
        yield FieldError(
            pointer=f"{at}/pack",
            message="A pack must be a multiple of the step of its line, %(step)s.",
            values=(("step", line.quantity_step),),
        )
    if bid.max_quantity == 0:
        yield FieldError(pointer=f"{at}/max_quantity", message="This must be above 0.")
        return
    if bid.min_quantity > bid.max_quantity:
        yield FieldError(
            pointer=f"{at}/min_quantity",
            message="The smallest quantity is above the largest, %(most)s.",
            values=(("most", bid.max_quantity),),
        )
    for index, tier in enumerate(bid.tiers):
        if tier.start > bid.max_quantity:
            yield FieldError(
                pointer=f"{at}/tiers/{index}/from",
                message="This tier never applies: the largest quantity is %(most)s.",
                values=(("most", bid.max_quantity),),
            )


def _check_groups(
    groups: Iterable[ProblemBundle | DatedCapacity], pointers: Mapping[int, str], problem: Problem
) -> Iterator[FieldError]:
    """Lines of a supplier that it does not bid for."""
    pairs = {(bid.supplier, bid.line) for bid in problem.bids}
    for group in groups:
        for name in group.lines:
            if (group.supplier, name) not in pairs:
                yield FieldError(
                    pointer=f"{pointers[id(group)]}/lines",
                    message="%(supplier)s has no bid for %(line)s.",
                    values=(("supplier", group.supplier), ("line", name)),
                )
