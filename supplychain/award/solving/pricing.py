"""What quantities cost, exactly: tiers, line costs, the best bundles, one-off costs, the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from supplychain.award.answer import Answer, AnswerAllocation, Shortage, Switch, Winner
from supplychain.award.exact import divided, exactly, plain
from supplychain.award.problem.problem import (
    Problem,
    ProblemBid,
    ProblemBundle,
    ProblemLine,
)
from supplychain.award.program.results import Pair, Quantities

UNIT_PRICE_STEP = Decimal("1e-12")


def price(problem: Problem, quantities: Quantities) -> Answer:
    """The exact cost of quantities by supplier and line; nothing but the cost is checked.

    A quantity of 0 is left out, an unknown pair is a ``KeyError``. What is missing of a line that
    must be covered is a shortage of price 0. The bundles are those that save most.

    Returns:
        An answer with the status ``feasible`` and no bound.
    """
    bids = {(bid.supplier, bid.line): bid for bid in problem.bids}
    lines = {line.id: line for line in problem.lines}
    bought = {pair: plain(number) for pair, number in sorted(quantities.items()) if number > 0}
    with exactly():
        gross = {pair: gross_cost(bids[pair], number) for pair, number in bought.items()}
        bundles = _best_bundles(problem, bought, gross)
        off = {(one.supplier, name): one.discount for one in bundles for name in one.lines}
        allocations = tuple(
            AnswerAllocation(
                supplier=pair[0],
                line=pair[1],
                quantity=number,
                unit_price=unit_price(bids[pair], number),
                cost=plain(gross[pair] * (1 - off.get(pair, Decimal(0)))),
            )
            for pair, number in bought.items()
        )
        winners = _list_winners(problem, bids, bought)
        shortages = _list_shortages(problem, bought)
        switches = _list_switches(problem, bids, lines, bought)
        total = (
            sum((one.cost for one in allocations), Decimal(0))
            + sum((one.one_off_cost for one in winners), Decimal(0))
            + sum((one.cost for one in shortages), Decimal(0))
            + sum((one.cost for one in switches), Decimal(0))
        )
        expected = sum(
            (bids[pair].expected_cost * number for pair, number in bought.items()), Decimal(0)
        )
    return Answer(
        status="feasible",
        cost=plain(total),
        bound=None,
        gap=None,
        allocations=allocations,
        suppliers=winners,
        shortages=shortages,
        bundles=bundles,
        switches=switches,
        expected=plain(expected),
    )


def gross_cost(bid: ProblemBid, quantity: Decimal) -> Decimal:
    """Quantity × price by the tiers, and the line cost; before bundles. Call within exactly()."""
    if bid.tier_rule == "all_units":
        return quantity * unit_price(bid, quantity) + bid.line_cost
    total, left = bid.line_cost, quantity
    for tier in reversed(bid.tiers[1:]):
        if left > tier.start:
            total += (left - tier.start) * tier.unit_price
            left = tier.start
    return total + left * bid.tiers[0].unit_price


def unit_price(bid: ProblemBid, quantity: Decimal) -> Decimal:
    """The price of a unit: of the tier reached, or the rounded average of incremental tiers."""
    if bid.tier_rule == "incremental" and len(bid.tiers) > 1:
        return divided(gross_cost(bid, quantity) - bid.line_cost, quantity, UNIT_PRICE_STEP)
    reached = sum(1 for tier in bid.tiers if tier.start <= quantity)
    return bid.tiers[max(reached, 1) - 1].unit_price


def objective(problem: Problem, answer: Answer) -> Decimal | None:
    """What is made least: the cost, with the weighted expected cost if that is the objective."""
    if answer.cost is None or answer.expected is None or problem.objective == "cost":
        return answer.cost
    with exactly():
        return answer.cost + problem.expected_weight * answer.expected


def least_source(bid: ProblemBid, line: ProblemLine) -> Decimal:
    """From which quantity on a supplier counts as a source of a line: a sliver is none."""
    usual = max(bid.min_quantity, bid.tiers[0].start, min(Decimal(1), line.quantity))
    return min(usual, bid.max_quantity)


def _list_winners(
    problem: Problem, bids: Mapping[Pair, ProblemBid], bought: Quantities
) -> tuple[Winner, ...]:
    loads: dict[str, Decimal] = defaultdict(Decimal)
    for pair, number in bought.items():
        loads[pair[0]] += bids[pair].load_per_unit * number
    return tuple(
        Winner(id=one.id, one_off_cost=one.one_off_cost, load=plain(loads[one.id]))
        for one in problem.suppliers
        if one.id in loads
    )


def _list_shortages(problem: Problem, bought: Quantities) -> tuple[Shortage, ...]:
    got: dict[str, Decimal] = defaultdict(Decimal)
    for (_, line), number in bought.items():
        got[line] += number
    return tuple(
        Shortage(
            line=line.id,
            quantity=plain(line.quantity - got[line.id]),
            cost=plain((line.quantity - got[line.id]) * (line.shortage_price or 0)),
        )
        for line in problem.lines
        if got[line.id] < line.quantity
    )


def _list_switches(
    problem: Problem,
    bids: Mapping[Pair, ProblemBid],
    lines: Mapping[str, ProblemLine],
    bought: Quantities,
) -> tuple[Switch, ...]:
    sources = {
        pair for pair, number in bought.items()
        if number >= least_source(bids[pair], lines[pair[1]])
    }  # fmt: skip
    switches = (rule.price_switch(sources) for rule in problem.rules)
    return tuple(switch for switch in switches if switch is not None)


def _best_bundles(
    problem: Problem, bought: Quantities, gross: Mapping[Pair, Decimal]
) -> tuple[ProblemBundle, ...]:
    needed = {line.id: line.quantity for line in problem.lines}
    won: dict[str, list[tuple[Decimal, ProblemBundle]]] = defaultdict(list)
    for one in problem.bundles:
        pairs = [(one.supplier, name) for name in one.lines]
        if one.discount and all(bought.get(pair, 0) >= needed[pair[1]] for pair in pairs):
            saving = one.discount * sum((gross[pair] for pair in pairs), Decimal(0))
            won[one.supplier].append((saving, one))
    best: list[ProblemBundle] = []
    for options in won.values():
        best += _pack_bundles(sorted(options, key=lambda pair: (-pair[0], pair[1].lines)))
    return tuple(sorted(best, key=lambda one: (one.supplier, one.lines)))


MAX_TRIES = 20_000
"""Packing bundles is hard in general (weighted set packing). A bid with ten bundles needs 2,047
steps at most, so that common ones are settled; beyond, the best so far stays."""


def _pack_bundles(options: list[tuple[Decimal, ProblemBundle]]) -> list[ProblemBundle]:
    """The bundles without a common line that save most; after many tries, the best so far."""
    after = [sum((one[0] for one in options[n:]), Decimal(0)) for n in range(len(options) + 1)]
    best: tuple[Decimal, list[ProblemBundle]] = (Decimal(-1), [])
    stack: list[tuple[int, Decimal, list[ProblemBundle], frozenset[str]]] = [
        (0, Decimal(0), [], frozenset())
    ]
    for _ in range(MAX_TRIES):
        if not stack:
            break
        at, saved, chosen, taken = stack.pop()
        if saved > best[0]:
            best = (saved, chosen)
        if at == len(options) or saved + after[at] <= best[0]:
            continue
        saving, one = options[at]
        stack.append((at + 1, saved, chosen, taken))
        if not taken.intersection(one.lines):
            stack.append((at + 1, saved + saving, [*chosen, one], taken.union(one.lines)))
    return best[1]
