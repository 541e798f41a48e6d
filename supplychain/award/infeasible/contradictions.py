"""Rules that cannot hold together whatever is bid, found before solving."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal

from supplychain.award.exact import exactly
from supplychain.award.problem.problem import (
    Forbid,
    GroupShare,
    MaxSuppliers,
    Problem,
    Require,
    Rule,
    Share,
    TwoSources,
)
from supplychain.errors import FieldError

At = Callable[[Rule], str]


def errors(problem: Problem, at: At) -> Iterator[FieldError]:
    """Every rule that contradicts another, a line, or the lack of a bid; all ids are known."""
    yield from _firms(problem, at)
    yield from _two_sources(problem, at)
    yield from _too_many(problem, at)
    with exactly():
        yield from _shares(problem, at)


def _firms(problem: Problem, at: At) -> Iterator[FieldError]:
    """Firms that must and may not win, or that must win without a bid."""
    pairs = {(bid.supplier, bid.line) for bid in problem.bids}
    bidders = {bid.supplier for bid in problem.bids}
    forbidden = {(rule.supplier, rule.line) for rule in problem.rules if isinstance(rule, Forbid)}
    for rule in problem.rules:
        if not (isinstance(rule, Require) or (isinstance(rule, Share) and rule.at_least > 0)):
            continue
        has_bid = rule.supplier in bidders if rule.line is None else (
            (rule.supplier, rule.line) in pairs
        )  # fmt: skip
        barred = {(rule.supplier, None), (rule.supplier, rule.line)} & forbidden
        everywhere = rule.line is None and has_bid and all(
            pair in forbidden for pair in pairs if pair[0] == rule.supplier
        )  # fmt: skip
        if not has_bid:
            yield FieldError(
                pointer=f"{at(rule)}/supplier",
                message="%(supplier)s must get something but has no bid for it.",
                values=(("supplier", rule.supplier),),
            )
        elif barred or everywhere:
            yield FieldError(
                pointer=f"{at(rule)}/supplier",
                message="%(supplier)s must get something and is forbidden.",
                values=(("supplier", rule.supplier),),
            )


def _two_sources(problem: Problem, at: At) -> Iterator[FieldError]:
    most = _most(problem)
    for rule in problem.rules:
        if not isinstance(rule, TwoSources):
            continue
        for line in problem.lines:
            if rule.line in (None, line.id) and (
                line.single_source or not line.divisible or most[line.id] < 2
            ):
                yield FieldError(
                    pointer=at(rule),
                    message="Line %(line)s cannot have two sources: one supplier takes it whole.",
                    values=(("line", line.id),),
                )


def _most(problem: Problem) -> dict[str | None, int]:
    """How many suppliers a line, and the request (None), may have at most."""
    whole = min(
        (rule.at_most for rule in problem.rules
         if isinstance(rule, MaxSuppliers) and rule.line is None),
        default=len(problem.suppliers),
    )  # fmt: skip
    most: dict[str | None, int] = {None: whole}
    for line in problem.lines:
        own = line.max_suppliers or whole
        most[line.id] = min(own, whole, 1 if line.single_source or not line.divisible else own)
    for rule in problem.rules:
        if isinstance(rule, MaxSuppliers) and rule.line is not None:
            most[rule.line] = min(most[rule.line], rule.at_most)
    return most


def _too_many(problem: Problem, at: At) -> Iterator[FieldError]:
    most = _most(problem)
    wanted: dict[str | None, set[str]] = defaultdict(set)
    for rule in problem.rules:
        if isinstance(rule, Require) or (isinstance(rule, Share) and rule.at_least > 0):
            wanted[rule.line].add(rule.supplier)
            wanted[None].add(rule.supplier)
            if len(wanted[rule.line]) > most[rule.line] or len(wanted[None]) > most[None]:
                yield FieldError(
                    pointer=at(rule),
                    message="More suppliers must get something than may.",
                )


def _shares(problem: Problem, at: At) -> Iterator[FieldError]:
    least: dict[object, Decimal] = defaultdict(Decimal)
    most: dict[object, Decimal] = {}
    shares = [rule for rule in problem.rules if isinstance(rule, Share | GroupShare)]
    for rule in shares:
        key = (_who(rule), rule.line)
        least[key] = max(least[key], rule.at_least)
        most[key] = min(most.get(key, Decimal(1)), rule.at_most)
    total: dict[object, Decimal] = defaultdict(Decimal)
    seen = set()
    for rule in shares:
        key = (_who(rule), rule.line)
        if key in seen:
            continue
        seen.add(key)
        scope = (rule.attribute if isinstance(rule, GroupShare) else None, rule.line)
        total[scope] += least[key]
        if least[key] > most[key]:
            yield FieldError(
                pointer=at(rule), message="Two rules for the same share contradict each other."
            )
        elif total[scope] > 1:
            yield FieldError(
                pointer=f"{at(rule)}/at_least", message="The least shares add up to more than 1."
            )


def _who(rule: Share | GroupShare) -> tuple[object, ...]:
    if isinstance(rule, Share):
        return ("supplier", rule.supplier)
    return ("group", rule.attribute, isinstance(rule.equals, bool), rule.equals)
