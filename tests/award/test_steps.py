"""Lines of measured units are bought in steps of a part of one: nothing changes but the scale."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal

import pytest
from hypothesis import given, settings

from supplychain.award.problem.problem import Problem
from supplychain.award.problem.reading import parse
from supplychain.award.problem.writing import to_raw
from supplychain.award.solving.solve import solve
from supplychain.errors import Invalid
from tests.award.make import Raw, bid, files, parsed, raw

SCALE = 1000


def _scaled(value: object, factor: Decimal) -> object:
    return None if value is None else f"{Decimal(str(value)) * factor:f}"


def _in_thousandths(file: Raw) -> Raw:
    """The file in a unit a thousand times as large, bought in thousandths of it."""
    less, more = Decimal(1) / SCALE, Decimal(SCALE)
    changes = {
        "lines": {"quantity": less, "max_quantity": less, "shortage_price": more},
        "suppliers": {"capacity": less},
        "bids": {"min_quantity": less, "max_quantity": less, "pack": less, "expected_cost": more},
        "capacities": {"at_most": less, "lot_size": less},
    }
    made = deepcopy(file)
    for name, fields in changes.items():
        for one in made[name]:
            one |= {key: _scaled(one[key], by) for key, by in fields.items() if key in one}
    for line in made["lines"]:
        line |= {"whole": False, "step": "0.001"}
    for one in made["bids"]:
        one["tiers"] = [
            {**tier, **({"from": _scaled(tier["from"], less)} if "from" in tier else {}),
             "unit_price": _scaled(tier["unit_price"], more)}
            for tier in one["tiers"]
        ]  # fmt: skip
    return made


@settings(max_examples=60, deadline=None)
@given(files(rules=0))
def test_thousandths_of_a_larger_unit_cost_what_whole_units_do(file: Raw) -> None:
    whole, measured = parsed(file), parsed(_in_thousandths(file))
    if whole is None or measured is None:
        assert whole is measured
        return
    one, other = solve(whole), solve(measured)
    assert (one.status, one.cost) == (other.status, other.cost)


def _wire(quantity: str, **fields: object) -> Problem:
    line = {"quantity": quantity, "step": "0.001"}
    bids = [bid("S1", "L1", "2", max_quantity="6.4"), bid("S2", "L1", "3")]
    return parse(raw({"L1": line}, bids=bids, **fields))


def test_what_is_bought_is_a_multiple_of_the_step() -> None:
    share = {"kind": "share", "supplier": "S1", "line": "L1", "at_most": "0.3333"}
    answer = solve(_wire("10.125", rules=[share]))
    bought = {one.supplier: one.quantity for one in answer.allocations}
    assert bought == {"S1": Decimal("3.374"), "S2": Decimal("6.751")}  # 3.3746625 at most
    assert answer.status == "optimal"


def test_a_file_with_steps_is_written_as_it_was_read() -> None:
    problem = _wire("10.125")
    assert problem.lines[0].quantity_step == Decimal("0.001")
    assert parse(to_raw(problem)) == problem


@pytest.mark.parametrize(
    ("quantity", "step", "field"),
    [
        ("10.1255", "0.001", "quantity"),
        ("10.5", "0.003", "step"),
        ("10.5", "2", "step"),
        ("10.5", "1", "quantity"),
        ("10.5", "-0.1", "step"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(quantity: str, step: str, field: str) -> None:
    file = raw({"L1": {"quantity": quantity, "step": step}}, bids=[bid("S1", "L1")])
    with pytest.raises(Invalid) as refused:
        parse(file)
    assert f"/lines/0/{field}" in [error.pointer for error in refused.value.errors]
