"""Divisible lines with capacities and one-off costs, by prices and branching."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplychain.award.answer import Step
from supplychain.award.checking.check import violations
from supplychain.award.engines import facilities
from supplychain.award.engines.arrays import build_arrays
from supplychain.award.problem import orlib
from supplychain.award.problem.reading import parse
from supplychain.award.solving import direct
from supplychain.award.solving.solve import conclude_answer, solve
from tests.award.make import Raw, bid, raw

FILES = Path(__file__).parents[2] / "data" / "orlib_cflp"
OPTIMA = dict(
    row.split() for row in (FILES / "optima.tsv").read_text(encoding="ascii").splitlines()
)


def soon(seconds: float = 30.0) -> float:
    return time.monotonic() + seconds


@st.composite
def plain(draw: st.DrawFn) -> Raw:
    """A random file of divisible lines with straight prices."""
    lines = {
        f"L{i}": {
            "quantity": str(draw(st.integers(1, 9))),
            "shortage_price": draw(st.sampled_from([None, "25"])),
            "overbuy": draw(st.booleans()),
        }
        for i in range(draw(st.integers(1, 5)))
    }
    suppliers = {
        f"S{j}": {
            "capacity": draw(st.sampled_from([None, "6", "6", "11.5"])),
            "one_off_cost": str(draw(st.integers(0, 40))),
        }
        for j in range(draw(st.integers(1, 6)))
    }
    bids = [
        bid(firm, line, str(draw(st.integers(1, 20))), load_per_unit=draw(
            st.sampled_from(["1", "1", "0.5", "2"])
        ))
        for firm in suppliers
        for line in lines
        if draw(st.integers(0, 4))
    ]  # fmt: skip
    rules = [{"kind": "max_suppliers", "at_most": draw(st.integers(1, 4))}]
    return raw(lines, suppliers, bids, rules=rules if draw(st.booleans()) else [])


@settings(max_examples=25, deadline=None)
@given(plain())
def test_it_agrees_with_the_whole_program(file: Raw) -> None:
    problem = parse(file)
    found = facilities.solve_facilities(build_arrays(problem), soon())
    reference = conclude_answer(problem, direct.solve_directly(problem, soon()), deadline=soon())
    if reference.status == "infeasible":
        assert not found.has_solution
        return
    assert found.has_solution
    answer = conclude_answer(problem, found, deadline=soon())
    assert answer.status == "optimal"
    assert violations(problem, answer) == []
    assert float(answer.cost or 0) == pytest.approx(float(reference.cost or 0), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", ["cap41", "cap71", "cap131"])
def test_a_published_instance_is_proven_at_its_optimum(name: str) -> None:
    file = orlib.convert((FILES / f"{name}.txt").read_text(encoding="ascii"))
    answer = solve(parse(file))
    assert answer.status == "optimal"
    assert float(answer.cost or 0) == pytest.approx(float(OPTIMA[name]), rel=1e-6)


def test_a_stop_keeps_the_best_split_and_an_honest_bound() -> None:
    problem = parse(orlib.convert((FILES / "cap41.txt").read_text(encoding="ascii")))
    steps: list[Step] = []

    def stop(step: Step) -> bool:
        steps.append(step)
        return step.best is None

    found = facilities.solve_facilities(build_arrays(problem), soon(), stop)
    assert found.stopped
    assert found.has_solution
    answer = conclude_answer(problem, found, deadline=soon())
    assert violations(problem, answer) == []
    assert (
        float(answer.bound or 0) <= float(OPTIMA["cap41"]) <= float(answer.cost or 0) * (1 + 1e-9)
    )


def test_the_same_file_gives_the_same_split_twice() -> None:
    columns = build_arrays(parse(orlib.convert((FILES / "cap41.txt").read_text(encoding="ascii"))))
    one, other = (facilities.solve_facilities(columns, soon()) for _ in range(2))
    assert one.quantities == other.quantities
    assert one.bound == other.bound


def test_a_known_split_is_where_the_search_starts() -> None:
    problem = parse(orlib.convert((FILES / "cap41.txt").read_text(encoding="ascii")))
    best = solve(problem)
    start = {(one.supplier, one.line): one.quantity for one in best.allocations}
    seen: list[float] = []

    def watch(step: Step) -> bool:
        if step.best is not None:
            seen.append(step.best)
        return True

    facilities.solve_facilities(build_arrays(problem), soon(), watch, start=start)
    assert seen[0] == pytest.approx(float(best.cost or 0))
