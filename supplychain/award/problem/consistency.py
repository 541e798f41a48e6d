"""What must hold between the parts of an award file before anything is solved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from supplychain.award.infeasible import contradictions
from supplychain.award.problem.fields import doubles
from supplychain.award.problem.problem import Bid, GroupShare, Line, MaxSuppliers, Problem, Rule
from supplychain.errors import FieldError


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The JSON pointer of each part of a problem, by the identity of the object.

    ``faulty`` parts have a wrong field of their own; what follows from it is not told again.
    """

    lines: dict[int, str] = field(default_factory=dict)
    suppliers: dict[int, str] = field(default_factory=dict)
    bids: dict[int, str] = field(default_factory=dict)
    bundles: dict[int, str] = field(default_factory=dict)
    rules: dict[int, str] = field(default_factory=dict)
    faulty: set[int] = field(default_factory=set)


def errors(problem: Problem, places: Places) -> Iterator[FieldError]:
    """Unknown and double ids, tiers that never apply, rules that contradict each other."""
    yield from _doubles(problem, places)
    lines = {line.id: line for line in problem.lines}
    suppliers = {supplier.id for supplier in problem.suppliers}
    for bid in problem.bids:
        at = places.bids[id(bid)]
        yield from _known(bid.supplier, suppliers, f"{at}/supplier")
        yield from _known(bid.line, lines, f"{at}/line")
        line = lines.get(bid.line)
        if line is not None and not {id(bid), id(line)} & places.faulty:
            yield from _bid(bid, at)
    yield from _bundles(problem, places)
    unknown = [
        error
        for rule in problem.rules
        if id(rule) not in places.faulty
        for error in _rule(rule, problem, places.rules[id(rule)], suppliers=suppliers, lines=lines)
    ]
    yield from unknown
    if not unknown and not any(id(rule) in places.faulty for rule in problem.rules):
        yield from contradictions.errors(problem, lambda rule: places.rules[id(rule)])


def _doubles(problem: Problem, places: Places) -> Iterator[FieldError]:
    for at in _twice((places.lines[id(one)], one.id) for one in problem.lines if one.id):
        yield FieldError(pointer=f"{at}/id", message="Another line has this id.")
    for at in _twice((places.suppliers[id(one)], one.id) for one in problem.suppliers if one.id):
        yield FieldError(pointer=f"{at}/id", message="Another supplier has this id.")
    for at in _twice(
        (places.bids[id(one)], (one.supplier, one.line))
        for one in problem.bids
        if one.supplier and one.line
    ):
        yield FieldError(pointer=at, message="This supplier bids for this line twice.")
    for at in _twice((places.bundles[id(one)], (one.supplier, one.lines))
                     for one in problem.bundles):  # fmt: skip
        yield FieldError(pointer=at, message="This bundle is there twice.")
    for at in _twice((places.rules[id(rule)], repr(rule)) for rule in problem.rules):
        yield FieldError(pointer=at, message="This rule is there twice.")


def _twice(pairs: Iterator[tuple[str, object]]) -> Iterator[str]:
    """Doubles in the order of the file, so that the later one is named."""

    def place(pair: tuple[str, object]) -> int:
        return int(pair[0].rsplit("/", 1)[1])

    return doubles(sorted(pairs, key=place))


def _known(name: str, names: object, at: str) -> Iterator[FieldError]:
    if name and name not in names:  # type: ignore[operator]  # a set or a dict
        yield FieldError(pointer=at, message="Nothing has the id %(id)s.", values=(("id", name),))


def _bid(bid: Bid, at: str) -> Iterator[FieldError]:
    if bid.max_quantity == 0:
        yield FieldError(pointer=f"{at}/max_quantity", message="This must be above 0.")
        return
    if bid.min_quantity > bid.max_quantity:
        yield FieldError(
            pointer=f"{at}/min_quantity",
            message="The smallest quantity is above the largest, %(most)s.",
            values=(("most", bid.max_quantity),),
        )
    for place, tier in enumerate(bid.tiers):
        if tier.start > bid.max_quantity:
            yield FieldError(
                pointer=f"{at}/tiers/{place}/from",
                message="This tier never applies: the largest quantity is %(most)s.",
                values=(("most", bid.max_quantity),),
            )


def _bundles(problem: Problem, places: Places) -> Iterator[FieldError]:
    pairs = {(bid.supplier, bid.line) for bid in problem.bids}
    for bundle in problem.bundles:
        at = places.bundles[id(bundle)]
        for name in bundle.lines:
            if (bundle.supplier, name) not in pairs:
                yield FieldError(
                    pointer=f"{at}/lines",
                    message="%(supplier)s has no bid for %(line)s.",
                    values=(("supplier", bundle.supplier), ("line", name)),
                )


def _rule(
    rule: Rule, problem: Problem, at: str, *, suppliers: set[str], lines: dict[str, Line]
) -> Iterator[FieldError]:
    if rule.line is not None:
        yield from _known(rule.line, lines, f"{at}/line")
    if isinstance(rule, GroupShare):
        if not any(rule.attribute in one.attributes for one in problem.suppliers if one.id):
            yield FieldError(
                pointer=f"{at}/attribute",
                message="No supplier has the attribute %(name)s.",
                values=(("name", rule.attribute),),
            )
    elif hasattr(rule, "supplier") and not isinstance(rule, MaxSuppliers):
        yield from _known(rule.supplier, suppliers, f"{at}/supplier")  # type: ignore[union-attr]
