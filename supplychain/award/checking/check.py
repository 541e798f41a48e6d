"""The independent checker: does an answer keep every constraint, and is its arithmetic right?

It shares no line with the solver or the pricing, only the problem's and the answer's classes. Each
kind of rule brings its own exact check (``Rule.check``), which looks at the split alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Context, Decimal, Inexact, localcontext
from typing import Final

from supplychain.award.answer import Answer
from supplychain.award.checking.violation import Violation
from supplychain.award.problem.problem import (
    GAP,
    QUANTITY_STEP,
    BoughtSplit,
    Pair,
    Problem,
    ProblemBid,
    ProblemLine,
    Switch,
)

ROUNDING_TOLERANCE: Final = Decimal("1e-12")
"""The gap and the unit prices of incremental tiers are rounded to this; nothing else is."""


def violations(problem: Problem, answer: Answer) -> list[Violation]:
    """Everything that does not hold, in exact arithmetic; empty for a right answer."""
    if answer.cost is None:
        return [
            _violation_of(pair)
            for pair in (*_check_without_cost(answer), *_check_claims(problem, answer, Decimal(0)))
        ]
    bids = {(bid.supplier, bid.line): bid for bid in problem.bids}
    wrong = list(_check_shape(problem, answer))
    if wrong:
        return [_violation_of(pair) for pair in wrong]
    bought = {(one.supplier, one.line): one.quantity for one in answer.allocations}
    with localcontext(Context(prec=300, traps=[Inexact])):
        steps = {line.id: _find_step(line) for line in problem.lines}
        for pair, quantity in bought.items():
            wrong += _check_bid(bids[pair], quantity, step=steps[pair[1]])
        wrong += _check_lines(problem, bought)
        wrong += _check_suppliers(problem, answer, bids, bought)
        wrong += _check_capacities(problem, bought)
        gross = {pair: _gross_cost(bids[pair], quantity) for pair, quantity in bought.items()}
        wrong += _check_bundles(problem, answer, bought)
        wrong += _check_costs(problem, answer, bids, gross)
        split = _split_of(problem, bids, bought, gross)
        broken = [one for rule in problem.rules for one in rule.check(split)]
        wrong += _check_switches(problem, answer, split)
        expected = sum((bids[p].expected_cost * q for p, q in bought.items()), Decimal(0))
        if answer.expected != expected:
            wrong.append(("expected", f"{answer.expected} is not {expected}"))
        weight = problem.expected_weight if problem.objective == "expected_cost" else Decimal(0)
        claims = _check_claims(problem, answer, answer.cost + weight * expected)
        return [*map(_violation_of, wrong), *broken, *map(_violation_of, claims)]


def _find_step(line: ProblemLine) -> Decimal:
    if line.step > 0:
        return line.step
    return Decimal(1) if line.whole else QUANTITY_STEP


def _violation_of(pair: tuple[str, str]) -> Violation:
    return Violation(code=pair[0], subject=pair[1])


def _split_of(
    problem: Problem,
    bids: Mapping[Pair, ProblemBid],
    bought: Mapping[Pair, Decimal],
    gross: Mapping[Pair, Decimal],
) -> BoughtSplit:
    needed = {line.id: line.quantity for line in problem.lines}
    sources = frozenset(
        pair
        for pair, quantity in bought.items()
        if quantity >= _enough_to_count(bids[pair], needed[pair[1]])
    )
    return BoughtSplit(problem=problem, quantities=bought, spend=gross, sources=sources)


def _enough_to_count(bid: ProblemBid, needed: Decimal) -> Decimal:
    """A unit, or the line if that is less, or what the bid sells at least."""
    unit = needed if needed < 1 else Decimal(1)
    return min(bid.max_quantity, max(unit, bid.min_quantity, bid.tiers[0].start))


def _check_switches(
    problem: Problem, answer: Answer, split: BoughtSplit
) -> Iterator[tuple[str, str]]:
    due = [switch for rule in problem.rules if (switch := rule.check_switch(split))]
    stated = list(answer.switches)
    if sorted(map(_switch_key, due)) != sorted(map(_switch_key, stated)):
        yield "switches", "the switches listed are not those made"


def _switch_key(switch: Switch) -> tuple[str, str, Decimal]:
    return switch.supplier, switch.line or "", switch.cost


def _check_without_cost(answer: Answer) -> Iterator[tuple[str, str]]:
    if answer.allocations or answer.suppliers or answer.shortages or answer.status == "optimal":
        yield "cost", "an answer with allocations has a cost"
    if answer.gap is not None:
        yield "gap", "without a cost there is no gap"


def _check_shape(problem: Problem, answer: Answer) -> Iterator[tuple[str, str]]:
    there = {(bid.supplier, bid.line) for bid in problem.bids}
    seen: set[tuple[str, str]] = set()
    for one in answer.allocations:
        pair = (one.supplier, one.line)
        if pair not in there or pair in seen:
            yield "unknown_bid" if pair not in there else "twice", " · ".join(pair)
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


def _check_bid(bid: ProblemBid, quantity: Decimal, *, step: Decimal) -> Iterator[tuple[str, str]]:
    subject = f"{bid.supplier} · {bid.line}"
    if quantity % step:
        yield "step", subject
    if bid.pack > 0 and quantity % bid.pack:
        yield "pack", subject
    if quantity < bid.min_quantity or quantity < bid.tiers[0].start:
        yield "min_quantity", subject
    if quantity > bid.max_quantity:
        yield "max_quantity", subject


def _check_lines(problem: Problem, bought: Mapping[Pair, Decimal]) -> Iterator[tuple[str, str]]:
    of_line: dict[str, list[Decimal]] = defaultdict(list)
    for (_, name), quantity in bought.items():
        of_line[name].append(quantity)
    for line in problem.lines:
        parts = of_line[line.id]
        total = sum(parts, Decimal(0))
        if line.overbuy:
            too_much = line.max_quantity is not None and total > line.max_quantity
        else:
            too_much = total > line.quantity
        if too_much:
            yield "bought_too_much", line.id
        if total < line.quantity and line.shortage_price is None:
            yield "not_covered", line.id
        if len(parts) > 1 and (line.single_source or not line.divisible):
            yield "single_source", line.id
        if not line.divisible and parts and total < line.quantity:
            yield "indivisible", line.id
        if line.max_suppliers is not None and len(parts) > line.max_suppliers:
            yield "line_max_suppliers", line.id


def _check_suppliers(
    problem: Problem,
    answer: Answer,
    bids: Mapping[Pair, ProblemBid],
    bought: Mapping[Pair, Decimal],
) -> Iterator[tuple[str, str]]:
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


def _check_capacities(
    problem: Problem, bought: Mapping[Pair, Decimal]
) -> Iterator[tuple[str, str]]:
    for one in problem.capacities:
        made = Decimal(0)
        for name in one.lines:
            quantity = bought.get((one.supplier, name), Decimal(0))
            over = quantity % one.lot_size if one.lot_size else Decimal(0)
            whole = quantity - over + (one.lot_size if over else 0)
            made += whole * one.taken_by(name)
        if made > one.at_most:
            yield "capacity_by", f"{one.supplier} · {one.by}"


def _gross_cost(bid: ProblemBid, quantity: Decimal) -> Decimal:
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


def _check_bundles(
    problem: Problem, answer: Answer, bought: Mapping[Pair, Decimal]
) -> Iterator[tuple[str, str]]:
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


def _check_costs(
    problem: Problem,
    answer: Answer,
    bids: Mapping[Pair, ProblemBid],
    gross: Mapping[Pair, Decimal],
) -> Iterator[tuple[str, str]]:
    off = {(one.supplier, name): one.discount for one in answer.bundles for name in one.lines}
    for one in answer.allocations:
        pair = (one.supplier, one.line)
        if one.cost != gross[pair] * (1 - off.get(pair, Decimal(0))):
            yield "allocation_cost", " · ".join(pair)
        goods = gross[pair] - bids[pair].line_cost
        exact = bids[pair].tier_rule == "all_units"
        if abs(one.unit_price * one.quantity - goods) > (
            0 if exact else ROUNDING_TOLERANCE * one.quantity
        ):
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


def _check_claims(
    problem: Problem, answer: Answer, objective: Decimal
) -> Iterator[tuple[str, str]]:
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
    if answer.gap is None or abs(answer.gap * objective - difference) > ROUNDING_TOLERANCE * abs(
        objective
    ):
        yield "gap", f"{answer.gap}"
    if answer.status == "optimal" and difference > max(problem.limits.gap, GAP) * objective:
        yield "status", "the gap is too wide for optimal"
