"""Award files to test with: small ones by hand, and random ones with everything in them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from supplychain.award.answer import Answer
from supplychain.award.checking.check import violations
from supplychain.award.problem.problem import Problem
from supplychain.award.problem.reading import parse
from supplychain.award.solving.pricing import objective, price
from supplychain.errors import Invalid

Raw = dict[str, Any]


def bid(supplier: str, line: str, price: str = "1", **fields: object) -> Raw:
    """A bid with one price, or with the tiers given."""
    tiers = [{"from": "0", "unit_price": price}]
    return {"supplier": supplier, "line": line, "tiers": tiers, **fields}


def tiers(*pairs: tuple[str, str]) -> list[Raw]:
    """Tiers from pairs of start and unit price."""
    return [{"from": start, "unit_price": price} for start, price in pairs]


def raw(
    lines: dict[str, Raw] | None = None,
    suppliers: dict[str, Raw] | None = None,
    bids: list[Raw] | None = None,
    **fields: object,
) -> Raw:
    """A whole file; by default two suppliers bid 1 and 2 for a line of 100."""
    lines = lines or {"L1": {"quantity": "100"}}
    suppliers = suppliers or {"S1": {}, "S2": {}}
    bids = [bid("S1", "L1", "1"), bid("S2", "L1", "2")] if bids is None else bids
    return {
        "currency": "CNY",
        "lines": [{"id": name, **rest} for name, rest in lines.items()],
        "suppliers": [{"id": name, **rest} for name, rest in suppliers.items()],
        "bids": bids,
        **fields,
    }


def number(low: int, high: int) -> st.SearchStrategy[str]:
    """A whole number as text."""
    return st.integers(low, high).map(str)


@st.composite
def _bid(draw: st.DrawFn, supplier: str, line: str, quantity: int) -> Raw:
    starts = sorted(draw(st.sets(st.integers(1, quantity), max_size=2)))
    first = draw(st.sampled_from([0, 0, 0, 1]))
    starts = [first, *(start for start in starts if start > first)]
    most = draw(st.integers(max(starts[-1], 1), max(starts[-1], quantity)))
    return {
        "supplier": supplier,
        "line": line,
        "tiers": tiers(*((str(start), draw(number(1, 20))) for start in starts)),
        "tier_rule": draw(st.sampled_from(["all_units", "all_units", "incremental"])),
        "min_quantity": str(draw(st.sampled_from([0, 0, 1, 2])) if most >= 2 else 0),
        "max_quantity": str(most),
        "pack": draw(st.sampled_from(["0", "0", "0", "2", "3"])),
        "load_per_unit": draw(st.sampled_from(["1", "1", "0.5", "3"])),
        "line_cost": draw(st.sampled_from(["0", "0", "7.5"])),
        "expected_cost": draw(st.sampled_from(["0", "0", "2.25"])),
    }


@st.composite
def _rule(draw: st.DrawFn, suppliers: list[str], lines: list[str]) -> Raw:
    kind = draw(st.sampled_from([
        "max_suppliers", "share", "group_share", "two_sources", "require", "forbid", "incumbent",
    ]))  # fmt: skip
    rule: Raw = {"kind": kind}
    line = draw(st.sampled_from([None, *lines]))
    if line is not None:
        rule["line"] = line
    if kind in ("share", "require", "forbid", "incumbent"):
        rule["supplier"] = draw(st.sampled_from(suppliers))
    if kind == "group_share":
        rule |= {"attribute": "sme", "equals": draw(st.booleans())}
    if kind in ("share", "group_share"):
        bounds = [("at_least", ["0.2", "0.5"]), ("at_most", ["0.4", "0.6", "0.75"])]
        name, values = draw(st.sampled_from(bounds))
        rule[name] = draw(st.sampled_from(values))
    if kind == "max_suppliers":
        rule["at_most"] = draw(st.integers(1, 2))
    if kind == "incumbent":
        rule["switch_cost"] = draw(number(1, 40))
    return rule


@st.composite
def _capacities(draw: st.DrawFn, supplier: str, lines: list[str]) -> list[Raw]:
    """What a supplier can make by one day, and of more of its lines by a later one."""
    cut = draw(st.integers(1, len(lines)))
    first = draw(st.integers(0, 5))
    lot = draw(st.sampled_from([{}, {}, {"lot_size": "2"}, {"lot_size": "1.5"}]))
    rows = [{"lines": lines[:cut], "by": "2026-12-13", "at_most": str(first)}]
    if cut < len(lines):
        later = first + draw(st.integers(0, 3))
        rows.append({"lines": lines, "by": "2026-12-20", "at_most": str(later)})
    shown = draw(st.booleans())
    return [{"supplier": supplier, **row, **lot, "shown": shown} for row in rows]


ABOVE = [None, None, 0, 1, 2]
"""How much more than a line needs its bids reach; None: no more than that is bought."""
MOST_UNITS = 4
"""That every split can be tried."""


@st.composite
def files(draw: st.DrawFn, *, whole: bool = True, most: int = 3, rules: int = 2) -> Raw:
    """A random file of up to ``most`` lines and suppliers, in whole units, with everything."""
    lines = [f"L{n}" for n in range(1, draw(st.integers(1, most - 1)) + 1)]
    suppliers = [f"S{n}" for n in range(1, draw(st.integers(1, most)) + 1)]
    quantities = {name: draw(st.integers(1, 4)) for name in lines}
    above = {name: draw(st.sampled_from(ABOVE)) for name in lines}
    most_of = {name: max(quantities[name], min(quantities[name] + (above[name] or 0), MOST_UNITS))
               for name in lines}  # fmt: skip
    bounded = {name for name in lines if above[name] is not None and draw(st.booleans())}
    bids = [
        draw(_bid(supplier, line, draw(st.sampled_from([quantities[line], most_of[line]]))))
        for supplier in suppliers
        for line in lines
        if draw(st.integers(0, 5))
    ]
    pairs = {(one["supplier"], one["line"]) for one in bids}
    bundles = [
        {"supplier": name, "lines": lines, "discount": draw(st.sampled_from(["0.1", "0.25"]))}
        for name in suppliers
        if all((name, line) in pairs for line in lines) and draw(st.booleans())
    ]
    capacities = [
        row
        for name in suppliers
        if (own := [line for line in lines if (name, line) in pairs]) and draw(st.booleans())
        for row in draw(_capacities(name, own))
    ]
    return {
        "currency": "CNY",
        "lines": [
            {
                "id": name,
                "quantity": str(quantities[name]),
                "whole": whole,
                "divisible": draw(st.sampled_from([True, True, True, False])),
                "single_source": draw(st.sampled_from([False, False, False, True])),
                "max_suppliers": draw(st.sampled_from([None, None, 1, 2])),
                "overbuy": above[name] is not None,
                **({"max_quantity": str(most_of[name])} if name in bounded else {}),
                "shortage_price": draw(st.sampled_from([None, None, "30", "5"])),
            }
            for name in lines
        ],
        "suppliers": [
            {
                "id": name,
                "capacity": draw(st.sampled_from([None, None, "3", "5.5"])),
                "one_off_cost": draw(st.sampled_from(["0", "0", "12.5"])),
                "attributes": {"sme": draw(st.booleans())},
            }
            for name in suppliers
        ],
        "bids": bids,
        "bundles": bundles,
        "capacities": capacities,
        "rules": draw(st.lists(_rule(suppliers, lines), max_size=rules, unique_by=repr)),
        "objective": draw(st.sampled_from(["cost", "cost", "expected_cost"])),
    }


def parsed(file: Raw) -> Problem | None:
    """The problem, or None where the random rules contradict each other."""
    try:
        return parse(file)
    except Invalid:
        return None


def cheapest(problem: Problem) -> Answer | None:
    """The best of all splits in whole units, by trying them all; None if none is allowed."""
    best: Answer | None = None
    for quantities in _splits(problem):
        answer = price(problem, quantities)
        if best is not None and _value(problem, answer) >= _value(problem, best):
            continue
        if not violations(problem, answer):
            best = answer
    return best


def _value(problem: Problem, answer: Answer) -> Decimal:
    value = objective(problem, answer)
    assert value is not None
    return value


def _splits(problem: Problem) -> Iterator[dict[tuple[str, str], Decimal]]:
    of_line = []
    for line in problem.lines:
        bids = [one for one in problem.bids if one.line == line.id]
        options = [
            [n for n in range(int(one.max_quantity) + 1)
             if n == 0 or (n >= max(one.min_quantity, one.tiers[0].start)
                           and not (one.pack and n % one.pack))]
            for one in bids
        ]  # fmt: skip
        fitting = [
            {(one.supplier, one.line): Decimal(n) for one, n in zip(bids, split, strict=True) if n}
            for split in itertools.product(*options)
            if (line.most is None or sum(split) <= line.most)
            and (sum(split) >= line.quantity or line.shortage_price is not None)
        ]
        of_line.append(fitting)
    for parts in itertools.product(*of_line):
        yield {pair: quantity for part in parts for pair, quantity in part.items()}
