"""The rules of a problem, checked on an answer in exact arithmetic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

from supplychain.award.answer import Answer
from supplychain.award.problem.problem import (
    Bid,
    Forbid,
    GroupShare,
    Incumbent,
    MaxSuppliers,
    Problem,
    Require,
    Share,
    TwoSources,
)

Pair = tuple[str, str]


def broken(
    problem: Problem,
    answer: Answer,
    bids: Mapping[Pair, Bid],
    bought: Mapping[Pair, Decimal],
    gross: Mapping[Pair, Decimal],
) -> Iterator[tuple[str, str]]:
    """The rules that do not hold, with their kind and subject. Call with exact arithmetic."""
    needed = {line.id: line.quantity for line in problem.lines}
    sources = {
        pair for pair, quantity in bought.items()
        if quantity >= _enough(bids[pair], needed[pair[1]])
    }  # fmt: skip
    for rule in problem.rules:
        here = {pair for pair in bought if rule.line in (None, pair[1])}
        if isinstance(rule, MaxSuppliers):
            if len({pair[0] for pair in here}) > rule.at_most:
                yield "max_suppliers", rule.line or ""
        elif isinstance(rule, Share | GroupShare):
            yield from _share(problem, rule, here, gross if rule.line is None else bought)
        elif isinstance(rule, Require):
            if not any(pair[0] == rule.supplier for pair in here & sources):
                yield "require", rule.supplier
        elif isinstance(rule, Forbid):
            if any(pair[0] == rule.supplier for pair in here):
                yield "forbid", rule.supplier
        elif isinstance(rule, TwoSources):
            count = Counter(pair[1] for pair in sources)
            for name in needed if rule.line is None else [rule.line]:
                if count[name] < 2:
                    yield "two_sources", name
    yield from _switches(problem, answer, sources)


def _enough(bid: Bid, needed: Decimal) -> Decimal:
    """A unit, or the line if that is less, or what the bid sells at least."""
    unit = needed if needed < 1 else Decimal(1)
    return min(bid.max_quantity, max(unit, bid.min_quantity, bid.tiers[0].start))


def _share(
    problem: Problem, rule: Share | GroupShare, here: set[Pair], amounts: Mapping[Pair, Decimal]
) -> Iterator[tuple[str, str]]:
    if isinstance(rule, Share):
        firms, subject, kind = {rule.supplier}, rule.supplier, "share"
    else:
        firms = {
            one.id for one in problem.suppliers
            for value in [one.attributes.get(rule.attribute)]
            if value == rule.equals and (type(value) is bool) == (type(rule.equals) is bool)
        }  # fmt: skip
        subject, kind = f"{rule.attribute} = {rule.equals}", "group_share"
    total = sum((amounts[pair] for pair in here), Decimal(0))
    part = sum((amounts[pair] for pair in here if pair[0] in firms), Decimal(0))
    if part < rule.at_least * total:
        yield f"{kind}_at_least", subject
    if part > rule.at_most * total:
        yield f"{kind}_at_most", subject


def _switches(problem: Problem, answer: Answer, sources: set[Pair]) -> Iterator[tuple[str, str]]:
    left = [
        (rule.supplier, rule.line or "", rule.switch_cost)
        for rule in problem.rules
        if isinstance(rule, Incumbent)
        and not any(p[0] == rule.supplier and rule.line in (None, p[1]) for p in sources)
    ]
    stated = [(one.supplier, one.line or "", one.cost) for one in answer.switches]
    if sorted(left) != sorted(stated):
        yield "switches", "the switches listed are not those made"
