"""The independent checker: does an answer keep every constraint, and is its arithmetic right?

It shares no line with the solver or the pricing, only the problem's and the answer's classes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, localcontext
from typing import Final

from supplychain.award.answer import Answer
from supplychain.award.checking import check_rules
from supplychain.award.problem.problem import GAP, QUANTUM, Bid, Problem

ROUNDING: Final = Decimal("1e-12")
"""The gap and the unit prices of incremental tiers are rounded to this; nothing else is."""


Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """What does not hold: ``code`` names the constraint, ``subject`` the line, firm or rule."""

    code: str
    subject: str
    detail: str = ""


def violations(problem: Problem, answer: Answer) -> list[Violation]:
    """Everything that does not hold, in exact arithmetic; empty for a right answer."""
    if answer.cost is None:
        return [
            Violation(code=code, subject=subject)
            for code, subject in (*_nothing(answer), *_claims(problem, answer, Decimal(0)))
        ]
    bids = {(bid.supplier, bid.line): bid for bid in problem.bids}
    found = list(_shape(problem, answer))
    if found:
        return [Violation(code=code, subject=subject) for code, subject in found]
    bought = {(one.supplier, one.line): one.quantity for one in answer.allocations}
    with localcontext(Context(prec=300, traps=[Inexact])):
        whole = {line.id for line in problem.lines if line.whole}
        for pair, quantity in bought.items():
            found += _bid(bids[pair], quantity, step=Decimal(1) if pair[1] in whole else QUANTUM)
        found += _lines(problem, bought)
        found += _suppliers(problem, answer, bids, bought)
        gross = {pair: _gross(bids[pair], quantity) for pair, quantity in bought.items()}
        found += _bundles(problem, answer, bought)
        found += _costs(problem, answer, bids, gross)
        found += check_rules.broken(problem, answer, bids, bought, gross)
        expected = sum((bids[p].expected_cost * q for p, q in bought.items()), Decimal(0))
        if answer.expected != expected:
            found.append(("expected", f"{answer.expected} is not {expected}"))
        weight = problem.expected_weight if problem.objective == "expected_cost" else Decimal(0)
        found += _claims(problem, answer, answer.cost + weight * expected)
    return [Violation(code=code, subject=subject) for code, subject in found]


def _nothing(answer: Answer) -> Iterator[tuple[str, str]]:
    if answer.allocations or answer.suppliers or answer.shortages or answer.status == "optimal":
        yield "cost", "an answer with allocations has a cost"
    if answer.gap is not None:
        yield "gap", "without a cost there is no gap"


def _shape(problem: Problem, answer: Answer) -> Iterator[tuple[str, str]]:
    known = {(bid.supplier, bid.line) for bid in problem.bids}
    seen: set[tuple[str, str]] = set()
    for one in answer.allocations:
        pair = (one.supplier, one.line)
        if pair not in known or pair in seen:
            yield "unknown_bid" if pair not in known else "twice", " · ".join(pair)
        seen.add(pair)
        if not one.quantity.is_finite() or one.quantity <= 0:
            yield "quantity", " · ".join(pair)
    for numbers in (
        (answer.cost, answer.expected, answer.bound, answer.gap),
        *((one.cost, one.unit_price) for one in answer.allocations),
        *((one.load, one.one_off_cost) for one in answer.suppliers),
        *((one.cost, one.quantity) for one in answer.shortages),
    ):
        if any(number is not None and not number.is_finite() for number in numbers):
            yield "number", "not a finite number"


def _bid(bid: Bid, quantity: Decimal, *, step: Decimal) -> Iterator[tuple[str, str]]:
    subject = f"{bid.supplier} · {bid.line}"
    if quantity % step:
        yield "step", subject
    if quantity < bid.min_quantity or quantity < bid.tiers[0].start:
        yield "min_quantity", subject
    if quantity > bid.max_quantity:
        yield "max_quantity", subject


def _lines(problem: Problem, bought: Mapping[Pair, Decimal]) -> Iterator[tuple[str, str]]:
    of_line: dict[str, list[Decimal]] = defaultdict(list)
    for (_, name), quantity in bought.items():
        of_line[name].append(quantity)
    for line in problem.lines:
        parts = of_line[line.id]
        total = sum(parts, Decimal(0))
        if total > line.quantity and not line.overbuy:
            yield "bought_too_much", line.id
        if total < line.quantity and line.shortage_price is None:
            yield "not_covered", line.id
        if len(parts) > 1 and (line.single_source or not line.divisible):
            yield "single_source", line.id
        if not line.divisible and parts and total < line.quantity:
            yield "indivisible", line.id
        if line.max_suppliers is not None and len(parts) > line.max_suppliers:
            yield "line_max_suppliers", line.id


def _suppliers(problem: Problem, answer: Answer, bids, bought) -> Iterator[tuple[str, str]]:
    loads: dict[str, Decimal] = defaultdict(Decimal)
    for pair, quantity in bought.items():
        loads[pair[0]] += quantity * bids[pair].load_per_unit
    stated = {one.id: one for one in answer.suppliers}
    if set(stated) != set(loads) or len(stated) != len(answer.suppliers):
        yield "winners", "the suppliers listed are not those that get something"
    for one in problem.suppliers:
        if one.id not in loads:
            continue
        if one.capacity is not None and loads[one.id] > one.capacity:
            yield "capacity", one.id
        if one.id in stated and stated[one.id].load != loads[one.id]:
            yield "load", one.id
        if one.id in stated and stated[one.id].one_off_cost != one.one_off_cost:
            yield "one_off_cost", one.id


def _gross(bid, quantity: Decimal) -> Decimal:
    starts = [tier.start for tier in bid.tiers]
    prices = [tier.unit_price for tier in bid.tiers]
    if bid.tier_rule == "all_units":
        reached = sum(1 for start in starts if start <= quantity)
        return quantity * prices[max(reached, 1) - 1] + bid.line_cost
    edges = [Decimal(0), *starts[1:], max(quantity, starts[-1])]
    parts = [
        price * max(Decimal(0), min(quantity, high) - low)
        for price, low, high in zip(prices, edges, edges[1:], strict=False)
    ]
    return sum(parts, bid.line_cost)


def _bundles(problem: Problem, answer: Answer, bought) -> Iterator[tuple[str, str]]:
    needed = {line.id: line.quantity for line in problem.lines}
    used: set[tuple[str, str]] = set()
    for bundle in answer.bundles:
        if bundle not in problem.bundles:
            yield "bundle", f"{bundle.supplier} offers no such bundle"
        for name in bundle.lines:
            pair = (bundle.supplier, name)
            if pair in used or bought.get(pair, Decimal(0)) < needed.get(name, Decimal(0)):
                yield "bundle", f"{bundle.supplier} · {name}"
            used.add(pair)


def _costs(problem: Problem, answer: Answer, bids, gross) -> Iterator[tuple[str, str]]:
    off = {(one.supplier, name): one.discount for one in answer.bundles for name in one.lines}
    for one in answer.allocations:
        pair = (one.supplier, one.line)
        if one.cost != gross[pair] * (1 - off.get(pair, Decimal(0))):
            yield "allocation_cost", " · ".join(pair)
        goods = gross[pair] - bids[pair].line_cost
        exact = bids[pair].tier_rule == "all_units"
        if abs(one.unit_price * one.quantity - goods) > (0 if exact else ROUNDING * one.quantity):
            yield "unit_price", " · ".join(pair)
    got: dict[str, Decimal] = defaultdict(Decimal)
    for one in answer.allocations:
        got[one.line] += one.quantity
    missing = [
        (line.id, line.quantity - got[line.id],
         (line.quantity - got[line.id]) * (line.shortage_price or 0))
        for line in problem.lines if got[line.id] < line.quantity
    ]  # fmt: skip
    if sorted((one.line, one.quantity, one.cost) for one in answer.shortages) != sorted(missing):
        yield "shortages", "the shortages listed are not what is missing"
    total = (
        sum((one.cost for one in answer.allocations), Decimal(0))
        + sum((one.one_off_cost for one in answer.suppliers), Decimal(0))
        + sum((one.cost for one in answer.shortages), Decimal(0))
        + sum((one.cost for one in answer.switches), Decimal(0))
    )
    if total != answer.cost:
        yield "cost", f"{answer.cost} is not {total}"


def _claims(problem: Problem, answer: Answer, objective: Decimal) -> Iterator[tuple[str, str]]:
    """Status, bound and gap fit together."""
    if answer.status == "infeasible":
        if answer.cost is not None:
            yield "status", "an infeasible answer has no cost"
        return
    if answer.clash:
        yield "status", "only an infeasible answer has a clash"
    if answer.cost is None or answer.bound is None:
        if answer.gap is not None or answer.status == "optimal":
            yield "gap", "a gap needs a cost and a bound"
        return
    difference = objective - answer.bound
    if difference < 0:
        yield "bound", f"{answer.bound} is above {objective}"
    if answer.gap is None or abs(answer.gap * objective - difference) > ROUNDING * abs(objective):
        yield "gap", f"{answer.gap}"
    if answer.status == "optimal" and difference > max(problem.limits.gap, GAP) * objective:
        yield "status", "the gap is too wide for optimal"
