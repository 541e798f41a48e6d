"""Published problems with known optima.

- Three suppliers with quantity discounts, 600 units: Dash Optimization, Applications of
  optimization with Xpress-MP, ch. 2 (now FICO); here with the last bounds as largest quantities
  and shares of at most 40, 35 and 40 %, enumerated over all whole splits.
- Two suppliers with quantity discounts, 6,000 units: LINDO Systems, model library, QDiscSupL.
- A set-up cost and two tiers a supplier, 2,000 units: a textbook exercise, enumerated.
- Combinatorial bids: CSPLib problem 063, winner determination, five packages.
- Facility location with capacities: OR-Library, see tests/data/orlib_cflp.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from supplychain.award.answer import Answer
from supplychain.award.problem import orlib
from supplychain.award.problem.reading import parse
from supplychain.award.solving.solve import solve
from supplychain.errors import Invalid
from tests.award.make import Raw, bid, raw, tiers

FACILITIES = Path(__file__).parents[1] / "data" / "orlib_cflp"


def _bought(answer: Answer) -> dict[str, Decimal]:
    return {one.supplier: one.quantity for one in answer.allocations}


def _solved(file: Raw) -> Answer:
    answer = solve(parse(file))
    assert answer.status == "optimal"
    return answer


@pytest.mark.parametrize(("rule", "cost"), [("incremental", 5435), ("all_units", 4740)])
def test_three_suppliers_with_discounts(rule: str, cost: int) -> None:
    prices = {
        "A": (("0", "9.2"), ("100", "9"), ("200", "7")),
        "B": (("0", "9"), ("50", "8.5"), ("250", "8.3")),
        "C": (("0", "11"), ("100", "8.5"), ("300", "7.5")),
    }
    most = {"A": "0.4", "B": "0.35", "C": "0.4"}
    answer = _solved(
        raw(
            {"L1": {"quantity": "600"}},
            {name: {} for name in prices},
            [{**bid(name, "L1"), "tiers": tiers(*pairs), "tier_rule": rule}
             for name, pairs in prices.items()],
            rules=[{"kind": "share", "supplier": name, "line": "L1", "at_most": share}
                   for name, share in most.items()],
        )
    )  # fmt: skip
    assert answer.cost == cost
    assert _bought(answer) == {"A": 240, "B": 120, "C": 240}


def test_more_than_needed_is_bought_where_a_tier_makes_it_cheaper() -> None:
    a = tiers(("0", "9"), ("1000", "8"), ("2500", "7"), ("7500", "5"), ("15000", "3"))
    b = tiers(("0", "8"), ("1200", "7"), ("3000", "6"), ("7500", "4"), ("14000", "2"))
    bids = [
        bid("A", "L1") | {"tiers": a},
        bid("B", "L1") | {"tiers": b, "tier_rule": "incremental"},
    ]
    line = {"quantity": "6000", "overbuy": True}
    answer = _solved(raw({"L1": line}, {"A": {}, "B": {}}, bids))
    assert answer.cost == 37500
    assert _bought(answer) == {"A": 7500}


def test_set_up_costs_and_tiers() -> None:
    bids = [
        bid("A", "L1") | {"tiers": tiers(("0", "10"), ("300", "7")), "tier_rule": "incremental",
                          "max_quantity": "600"},
        bid("B", "L1", "2", max_quantity="800"),
        bid("C", "L1") | {"tiers": tiers(("0", "6"), ("500", "4")), "tier_rule": "incremental",
                          "max_quantity": "1200"},
    ]  # fmt: skip
    once = {
        "A": {"one_off_cost": "100"},
        "B": {"one_off_cost": "500"},
        "C": {"one_off_cost": "300"},
    }
    answer = _solved(raw({"L1": {"quantity": "2000"}}, once, bids))
    assert answer.cost == 8200
    assert _bought(answer) == {"B": 800, "C": 1200}


def test_packages_that_share_lines() -> None:
    """Leaving a package costs what it is worth, and alone its lines are dear: so the packages worth
    most are awarded.
    """
    packages = [((1, 2, 3, 4), 8), ((2, 3, 6), 6), ((1, 4, 5), 5), ((2, 8), 2), ((5, 6), 2)]
    lines = {f"L{n}": {"quantity": "1", "divisible": False, "shortage_price": "0"}
             for n in (1, 2, 3, 4, 5, 6, 8)}  # fmt: skip
    total = sum(worth for _, worth in packages)
    bids, bundles, rules = [], [], []
    for number, (items, _) in enumerate(packages):
        bids += [bid(f"P{number}", f"L{n}", "100") for n in items]
        names = [f"L{n}" for n in items]
        bundles.append({"supplier": f"P{number}", "lines": names, "discount": "1"})
        rules.append({"kind": "incumbent", "supplier": f"P{number}",
                      "switch_cost": str(packages[number][1])})  # fmt: skip
    suppliers = {f"P{n}": {} for n in range(5)}
    answer = _solved(raw(lines, suppliers, bids, bundles=bundles, rules=rules))
    assert answer.cost == total - 11
    assert {one.id for one in answer.suppliers} == {"P1", "P2"}


@pytest.mark.parametrize("name", ["cap41", "cap71", "cap131"])
def test_facility_location_is_proven_at_the_published_optimum(name: str) -> None:
    table = (FACILITIES / "optima.tsv").read_text(encoding="ascii").split()
    optimum = Decimal(table[table.index(name) + 1])
    answer = _solved(orlib.convert((FACILITIES / f"{name}.txt").read_text(encoding="ascii")))
    assert answer.cost is not None
    assert abs(answer.cost - optimum) <= optimum * Decimal("1e-6")


def test_a_customer_without_demand_loads_nobody_and_still_costs() -> None:
    answer = _solved(orlib.convert("2 2  5 10.  5 .5  5. 1. 2.  0 7. 3."))
    assert answer.cost == Decimal("5.5")
    assert [one.load for one in answer.suppliers] == [5]


def test_capacities_left_open_are_given() -> None:
    file = orlib.convert("1 1  3 10  5 1", capacity="6")
    assert _solved(file).cost == 11


@pytest.mark.parametrize("text", ["", "1", "x 2", "1 1 5 5 3", "1 1 5 5 3 1 9", "1 1 5 5 3 NaN"])
def test_other_files_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse(orlib.convert(text))
