"""Rules that cannot hold together whatever is bid, found before solving."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal

from supplychain.award.exact import exactly
from supplychain.award.problem.problem import Problem, Rule
from supplychain.errors import FieldError

PointerOf = Callable[[Rule], str]


def errors(problem: Problem, pointer_of: PointerOf) -> Iterator[FieldError]:
    """Every rule that contradicts another, a line, or the lack of a bid; all ids are there.

    It looks at what rules say in general (``Rule.effects``), not at their kinds.
    """
    yield from _demanded_without_chance(problem, pointer_of)
    yield from _too_few_sources(problem, pointer_of)
    yield from _too_many_demanded(problem, pointer_of)
    with exactly():
        yield from _crossing_shares(problem, pointer_of)


def _demanded_without_chance(problem: Problem, pointer_of: PointerOf) -> Iterator[FieldError]:
    """Suppliers that must and may not win, or that must win without a bid."""
    pairs = {(bid.supplier, bid.line) for bid in problem.bids}
    bidders = {bid.supplier for bid in problem.bids}
    barred = {(rule.effects.barred, rule.line) for rule in problem.rules}
    for rule in problem.rules:
        supplier = rule.effects.demanded
        if supplier is None:
            continue
        has_bid = supplier in bidders if rule.line is None else (supplier, rule.line) in pairs
        is_barred = bool({(supplier, None), (supplier, rule.line)} & barred)
        is_barred_everywhere = rule.line is None and has_bid and all(
            pair in barred for pair in pairs if pair[0] == supplier
        )  # fmt: skip
        if not has_bid:
            yield FieldError(
                pointer=f"{pointer_of(rule)}/supplier",
                message="%(supplier)s must get something but has no bid for it.",
                values=(("supplier", supplier),),
            )
        elif is_barred or is_barred_everywhere:
            yield FieldError(
                pointer=f"{pointer_of(rule)}/supplier",
                message="%(supplier)s must get something and is forbidden.",
                values=(("supplier", supplier),),
            )


def _too_few_sources(problem: Problem, pointer_of: PointerOf) -> Iterator[FieldError]:
    most = _max_suppliers_by_line(problem)
    for rule in problem.rules:
        if not rule.effects.min_sources:
            continue
        for line in problem.lines:
            if rule.line in (None, line.id) and (
                line.single_source or not line.divisible or most[line.id] < rule.effects.min_sources
            ):
                yield FieldError(
                    pointer=pointer_of(rule),
                    message="Line %(line)s cannot have two sources: one supplier takes it whole.",
                    values=(("line", line.id),),
                )


def _max_suppliers_by_line(problem: Problem) -> dict[str | None, int]:
    """How many suppliers a line, and the request (None), may have at most."""
    limits = [
        (rule.line, rule.effects.max_suppliers)
        for rule in problem.rules
        if rule.effects.max_suppliers is not None
    ]
    whole = min((n for line, n in limits if line is None), default=len(problem.suppliers))
    most: dict[str | None, int] = {None: whole}
    for line in problem.lines:
        own = line.max_suppliers or whole
        most[line.id] = min(own, whole, 1 if line.single_source or not line.divisible else own)
    for name, count in limits:
        if name is not None:
            most[name] = min(most[name], count)
    return most


def _too_many_demanded(problem: Problem, pointer_of: PointerOf) -> Iterator[FieldError]:
    most = _max_suppliers_by_line(problem)
    demanded: dict[str | None, set[str]] = defaultdict(set)
    for rule in problem.rules:
        supplier = rule.effects.demanded
        if supplier is not None:
            demanded[rule.line].add(supplier)
            demanded[None].add(supplier)
            if len(demanded[rule.line]) > most[rule.line] or len(demanded[None]) > most[None]:
                yield FieldError(
                    pointer=pointer_of(rule),
                    message="More suppliers must get something than may.",
                )


def _crossing_shares(problem: Problem, pointer_of: PointerOf) -> Iterator[FieldError]:
    least: dict[object, Decimal] = defaultdict(Decimal)
    most: dict[object, Decimal] = {}
    shares = [(rule, rule.effects.shares) for rule in problem.rules]
    bounded = [(rule, bounds) for rule, bounds in shares if bounds is not None]
    for rule, bounds in bounded:
        key = (bounds.who, rule.line)
        least[key] = max(least[key], bounds.at_least)
        most[key] = min(most.get(key, Decimal(1)), bounds.at_most)
    total: dict[object, Decimal] = defaultdict(Decimal)
    seen = set()
    for rule, bounds in bounded:
        key = (bounds.who, rule.line)
        if key in seen:
            continue
        seen.add(key)
        scope = (bounds.among, rule.line)
        total[scope] += least[key]
        if least[key] > most[key]:
            yield FieldError(
                pointer=pointer_of(rule),
                message="Two rules for the same share contradict each other.",
            )
        elif total[scope] > 1:
            yield FieldError(
                pointer=f"{pointer_of(rule)}/at_least",
                message="The least shares add up to more than 1.",
            )
