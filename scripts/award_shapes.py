"""Award problems of the shapes that the bench measures: seeded, so a name always means one file.

Each function returns the JSON of ``docs/award.md``. Sources of the shapes: Beasley 1988 (capa,
capb, capc: 100 x 1,000), Cornuejols, Sridharan & Thizy 1991 (one-off costs that grow with the root
of the capacity), Yagiura, Ibaraki & Glover 2004 (assignment types c, d and e).
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

ORLIB: Final = Path(__file__).resolve().parents[2] / "shared" / "data" / "orlib_cflp"


def orlib(text: str) -> dict[str, Any]:
    """A facility location file of the OR-Library: its costs are for a customer's whole demand."""
    numbers = iter(text.split())
    facilities, customers = int(next(numbers)), int(next(numbers))
    sites = [(next(numbers), next(numbers)) for _ in range(facilities)]
    suppliers = [_supplier(j, c.rstrip("."), f.rstrip(".")) for j, (c, f) in enumerate(sites)]
    lines, bids = [], []
    for i in range(customers):
        demand = next(numbers)
        lines.append({"id": f"L{i}", "quantity": demand})
        bids += [
            _bid(j, i, [("0", f"{float(next(numbers)) / float(demand):.12f}")])
            for j in range(facilities)
        ]
    return _file(lines, suppliers, bids)


def facilities(
    seed: int, *, suppliers: int = 100, lines: int = 1000, open_: float = 8, spread: float = 0.0
) -> dict[str, Any]:
    """Divisible lines, scarce capacity, one-off costs: about ``open_`` suppliers must win.

    A price grows with the distance and differs by up to a quarter. ``spread`` makes the
    capacities differ by up to this part.
    """
    rng = random.Random(seed)  # noqa: S311 - test data
    there = [(rng.random(), rng.random()) for _ in range(suppliers)]
    here = [(rng.random(), rng.random()) for _ in range(lines)]
    wanted = [rng.randint(5, 110) for _ in range(lines)]
    capacity = sum(wanted) / open_ * 1.06
    firms = [
        _supplier(
            j,
            str(round(capacity * rng.uniform(1 - spread, 1 + spread))),
            str(rng.randint(700_000, 1_300_000)),
        )
        for j in range(suppliers)
    ]
    bids = [
        _bid(j, i, [("0", f"{1000 * math.dist(here[i], there[j]) * rng.uniform(1, 1.25):.4f}")])
        for i in range(lines)
        for j in range(suppliers)
    ]
    return _file([{"id": f"L{i}", "quantity": str(q)} for i, q in enumerate(wanted)], firms, bids)


def single(
    seed: int, *, suppliers: int = 30, lines: int = 200, room: float = 3.0
) -> dict[str, Any]:
    """Indivisible lines over suppliers with one-off costs, costs by distance (Holmberg, Yang).

    All capacities together hold ``room`` times the lines; in Yang's 30 x 200 it is about 1.9.
    """
    rng = random.Random(seed)  # noqa: S311 - test data
    wanted = [rng.randint(5, 35) for _ in range(lines)]
    size = [rng.randint(10, 160) for _ in range(suppliers)]
    scale = room * sum(wanted) / sum(size)
    size = [max(40, round(scale * s)) for s in size]
    firms = [
        _supplier(j, str(c), str(round(rng.uniform(0, 90) + rng.uniform(100, 110) * math.sqrt(c))))
        for j, c in enumerate(size)
    ]
    there = [(rng.random(), rng.random()) for _ in range(suppliers)]
    here = [(rng.random(), rng.random()) for _ in range(lines)]
    bids = [
        _bid(j, i, [("0", f"{10 * math.dist(here[i], there[j]):.4f}")])
        for i in range(lines)
        for j in range(suppliers)
    ]
    asked = [{"id": f"L{i}", "quantity": str(q), "divisible": False} for i, q in enumerate(wanted)]
    return _file(asked, firms, bids)


def assignment(seed: int, *, kind: str, suppliers: int = 30, lines: int = 200) -> dict[str, Any]:
    """Indivisible lines whose load and price depend on the pair (types c, d and e)."""
    rng = random.Random(seed)  # noqa: S311 - test data
    load: dict[tuple[int, int], int] = {}
    bids = []
    for i in range(lines):
        for j in range(suppliers):
            if kind == "c":
                load[j, i] = rng.randint(5, 25)
                cost = rng.randint(10, 50)
            elif kind == "d":
                load[j, i] = rng.randint(1, 100)
                cost = 111 - load[j, i] + rng.randint(-10, 10)
            else:
                load[j, i] = max(1, round(1 - 10 * math.log(1 - rng.random())))
                cost = round(1000 / load[j, i] - 10 * rng.random())
            bids.append(_bid(j, i, [("0", str(max(1, cost)))], load_per_unit=str(load[j, i])))
    room = [0.8 * sum(load[j, i] for i in range(lines)) / suppliers for j in range(suppliers)]
    firms = [_supplier(j, str(round(c)), "0") for j, c in enumerate(room)]
    asked = [{"id": f"L{i}", "quantity": "1", "divisible": False} for i in range(lines)]
    return _file(asked, firms, bids)


def tiers(
    seed: int, *, lines: int, bids: int, suppliers: int, k: int, steps: int = 3
) -> dict[str, Any]:
    """All-units tiers, minimum quantities, one-off costs, at most ``k`` suppliers, and missing
    units at three times the price.
    """
    rng = random.Random(seed)  # noqa: S311 - test data
    wanted = [rng.randint(50, 1000) for _ in range(lines)]
    price = [rng.uniform(1, 50) for _ in range(lines)]
    spend = sum(q * p for q, p in zip(wanted, price, strict=True))
    level = [rng.uniform(0.85, 1.2) for _ in range(suppliers)]
    offers, load = [], [0.0] * suppliers
    for i in range(lines):
        for j in sorted(rng.sample(range(suppliers), bids)):
            first = price[i] * level[j] * rng.uniform(0.9, 1.1)
            cuts = [1.0, *sorted((rng.uniform(0.8, 0.98) for _ in range(steps - 1)), reverse=True)]
            percent = [0, *sorted(rng.sample(range(15, 90, 5), steps - 1))]
            ladder = [
                (str(round(s * wanted[i] / 100)), f"{first * c:.4f}")
                for s, c in zip(percent, cuts, strict=True)
            ]
            least = round(wanted[i] * rng.uniform(0.05, 0.3))
            offers.append(_bid(j, i, ladder, min_quantity=str(least)))
            load[j] += wanted[i]
    firms = [
        _supplier(
            j,
            str(round(load[j] * rng.uniform(0.1, 0.35))),
            f"{spend / suppliers * rng.uniform(0.005, 0.03):.2f}",
        )
        for j in range(suppliers)
    ]
    asked = [
        {"id": f"L{i}", "quantity": str(q), "shortage_price": f"{3 * price[i]:.4f}"}
        for i, q in enumerate(wanted)
    ]
    made = _file(asked, firms, offers)
    made["rules"] = [{"kind": "max_suppliers", "at_most": k}]
    return made


def ruled(seed: int, *, lines: int = 100, bids: int = 30, suppliers: int = 60) -> dict[str, Any]:
    """Four tiers and five kinds of rule at once: a bound on firms, shares of firms and of groups,
    two sources on every tenth line, incumbents on every fifth.
    """
    rng = random.Random(seed)  # noqa: S311 - test data
    made = tiers(seed, lines=lines, bids=bids, suppliers=suppliers, k=suppliers * 2 // 5, steps=4)
    for firm in made["suppliers"]:
        firm["attributes"] = {"sme": rng.random() < 0.4}
    offers: dict[str, list[str]] = {}
    for bid in made["bids"]:
        offers.setdefault(bid["line"], []).append(bid["supplier"])
    rules = made["rules"]
    rules += [{"kind": "group_share", "attribute": "sme", "equals": True, "at_least": "0.35"}]
    rules += [{"kind": "share", "supplier": f"S{j}", "at_most": "0.08"} for j in range(10)]
    for i in range(0, lines, 10):
        rules.append({"kind": "two_sources", "line": f"L{i}"})
        rules += [
            {"kind": "share", "line": f"L{i}", "supplier": s, "at_most": "0.7"}
            for s in offers[f"L{i}"]
        ]
    for i in range(0, lines, 5):
        firm, cost = rng.choice(offers[f"L{i}"]), f"{rng.uniform(50, 500):.2f}"
        rules.append({"kind": "incumbent", "line": f"L{i}", "supplier": firm, "switch_cost": cost})
    return made


def _supplier(number: int, capacity: str, one_off: str) -> dict[str, Any]:
    return {"id": f"S{number}", "capacity": capacity, "one_off_cost": one_off}


def _bid(supplier: int, line: int, ladder: list[tuple[str, str]], **more: str) -> dict[str, Any]:
    steps = [{"from": start, "unit_price": price} for start, price in ladder]
    return {"supplier": f"S{supplier}", "line": f"L{line}", "tiers": steps, **more}


def _file(lines: list[Any], suppliers: list[Any], bids: list[Any]) -> dict[str, Any]:
    return {"currency": "CNY", "lines": lines, "suppliers": suppliers, "bids": bids, "rules": []}


SHAPES: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "capital-8": lambda: facilities(1, open_=8),
    "capital-12": lambda: facilities(2, open_=12),
    "capital-16": lambda: facilities(3, open_=16, spread=0.4),
    "single-1": lambda: single(1),
    "single-2": lambda: single(2),
    "single-30a": lambda: single(11, room=1.9),
    "single-30b": lambda: single(12, room=1.5),
    "single-60a": lambda: single(13, suppliers=60, lines=300, room=1.9),
    "single-60b": lambda: single(14, suppliers=60, lines=300),
    "assign-c": lambda: assignment(3, kind="c", suppliers=20),
    "assign-d": lambda: assignment(1, kind="d"),
    "assign-e": lambda: assignment(2, kind="e"),
    "tiers-10": lambda: tiers(1, lines=10, bids=8, suppliers=20, k=9),
    "tiers-30": lambda: tiers(1, lines=30, bids=10, suppliers=40, k=18),
    "tiers-100": lambda: tiers(1, lines=100, bids=15, suppliers=100, k=45),
    "tiers-300": lambda: tiers(1, lines=300, bids=15, suppliers=200, k=90),
    "tiers-1000": lambda: tiers(1, lines=1000, bids=10, suppliers=300, k=135),
    "rules-100": lambda: ruled(1),
}
"""The measured instances beside those of the OR-Library, by name."""


def make(name: str) -> dict[str, Any]:
    """The problem of this name: one of SHAPES, or an OR-Library file such as cap41."""
    return SHAPES[name]() if name in SHAPES else orlib((ORLIB / f"{name}.txt").read_text())


if __name__ == "__main__":
    json.dump(make(sys.argv[1]), sys.stdout, indent=1)
