"""The award's engines against plain HiGHS and plain CP-SAT on the same files, in the same time.

``scripts/bench_award.py [--quick] [--processor] [--seconds N] [--only ours,highs,cpsat] [name …]``
where a name is an OR-Library file (cap41), ``orlib`` for all of them, or a shape of
``award_shapes.py``. Seconds are those of the clock; the CPU seconds of this process stand beside
them, as a busy machine gives a process less than a second for a second. With ``--processor`` limits
are seconds of the processor, of all threads together, so that solvers can be compared there.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import award_plain
import award_shapes
import highspy

from supplychain.award.problem import reading
from supplychain.award.problem.problem import Problem
from supplychain.award.solving.solve import solve

SECONDS: Final = {"capital": 60.0, "tiers-1000": 60.0}
"""What a shape may take, where it is not 30."""

QUICK: Final = ("cap41", "cap134", "tiers-10", "single-1")
HEAD: Final = "instance      by            cost          bound      gap %   seconds   cpu  status"


def count_processor_time() -> None:
    """Let the clock of the engines go by what this process uses, limits of HiGHS too.

    HiGHS knows only the clock of the wall: its limits are stretched by what a second of the
    processor took so far.
    """
    solver: Any = highspy.Highs
    began, set_option = time.perf_counter(), solver.setOptionValue

    def set_stretched(highs: Any, name: str, option: Any) -> Any:
        if name == "time_limit" and isinstance(option, float):
            stretch = (time.perf_counter() - began) / max(time.process_time(), 0.1)
            option *= max(stretch, 0.5)
        return set_option(highs, name, option)

    solver.setOptionValue = set_stretched
    time.monotonic = time.process_time


def seconds_of(name: str, given: float | None) -> float:
    """The time limit of an instance."""
    if given is not None:
        return given
    return next((s for start, s in SECONDS.items() if name.startswith(start)), 30.0)


def ours(problem: Problem) -> tuple[float | None, float | None, str]:
    """The engines that the product uses."""
    answer = solve(problem)
    numbers = [None if x is None else float(x) for x in (answer.cost, answer.bound)]
    return numbers[0], numbers[1], answer.status


def line(name: str, by: str, limit: float, file: dict[str, object]) -> str:
    """Solve once, from the file's JSON to the answer, and say how it went."""
    began, worked = time.perf_counter(), time.process_time()
    problem = reading.parse({**file, "limits": {"seconds": limit, "gap": "0"}})
    status = ""
    if by == "ours":
        cost, bound, status = ours(problem)
    elif by == "highs":
        cost, bound = award_plain.highs(problem, limit)
    else:
        cost, bound = award_plain.cp_sat(problem, limit)
    spent, cpu = time.perf_counter() - began, time.process_time() - worked
    gap = "-" if not cost or bound is None else f"{max(0.0, (cost - bound) / cost):.4%}"
    shown = [f"{x:.2f}" if x is not None else "-" for x in (cost, bound)]
    return (
        f"{name:13} {by:6} {shown[0]:>14} {shown[1]:>14} {gap:>10} {spent:9.2f} {cpu:6.2f} {status}"
    )


def optimum_of(name: str) -> float | None:
    """The published optimum of an OR-Library instance."""
    table = dict(
        row.split() for row in (award_shapes.ORLIB / "optima.tsv").read_text().splitlines()
    )
    return float(table[name]) if name in table else None


def main() -> None:
    """Solve what was asked for, one line an instance and solver."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--processor", action="store_true")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--only", default="ours,highs,cpsat")
    given = parser.parse_args()
    if given.processor:
        count_processor_time()
    orlib = sorted(path.stem for path in award_shapes.ORLIB.glob("cap*.txt"))
    names = given.names or (QUICK if given.quick else ["orlib", *award_shapes.SHAPES])
    names = [one for name in names for one in (orlib if name == "orlib" else [name])]
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load}, HiGHS {highspy.Highs().version()}\n{HEAD}")
    for name in names:
        file = award_shapes.make(name)
        known = optimum_of(name) if name.startswith("cap") else None
        for by in given.only.split(","):
            note = "" if known is None else f"  published {known:.3f}"
            print(line(name, by, seconds_of(name, given.seconds), file) + note, flush=True)


if __name__ == "__main__":
    main()
