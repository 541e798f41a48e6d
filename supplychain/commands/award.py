"""``supplychain award``: award files solved, compared and checked, without a graph.

Exit codes: 0 done; 1 the answer is wrong (check); 2 the file is bad; 3 nothing fits;
4 nothing was found in time.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Final, NoReturn

import click

from supplychain.award.answer import Answer, Report, Step
from supplychain.award.checking.check import violations
from supplychain.award.problem.problem import Problem
from supplychain.award.problem.reading import parse
from supplychain.award.problem.reading_answer import parse_answer
from supplychain.award.problem.writing import answer_to_raw
from supplychain.award.scenarios.frontier import by_suppliers
from supplychain.award.scenarios.plan import ScenarioPlan
from supplychain.award.scenarios.rule_prices import own_prices
from supplychain.award.scenarios.walking import walk
from supplychain.award.solving.solve import solve
from supplychain.errors import FieldError, Invalid
from supplychain.model.json_texts import FILE_LIMITS, check_sizes

WRONG, BAD_FILE, INFEASIBLE, NOTHING_FOUND = 1, 2, 3, 4
"""Exit codes."""

SCENARIO_NAMES: Final = {
    "cheapest": "cheapest",
    "recommended": "recommended",
    "expected": "best_cost_performance",
    "few": "at_most",
    "two_sources": "two_sources",
    "sme": "group_share",
    "incumbent": "incumbent_kept",
    "own": "own",
}
"""The scenarios of a plan, as ``compare`` prints them."""

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Split a request over bids at the least cost: award files, see docs/award.md."""


@command.command("solve")
@click.argument("path", metavar="PROBLEM", type=FILE)
@click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path),
    help="Write the answer to this file instead of the screen.",
)  # fmt: skip
@click.option("--seconds", type=click.FloatRange(0, 3600), help="Instead of the file's limit.")
@click.option("--quiet", is_flag=True, help="No progress.")
def solve_file(path: Path, out: Path | None, seconds: float | None, quiet: bool) -> None:
    """Solve PROBLEM and write the answer as JSON. Ctrl-C stops and keeps the best so far.

    Exit code 0: an answer; 2: the file is bad; 3: nothing fits (the answer says why);
    4: nothing was found in time.
    """
    problem = _read_problem(path)
    if seconds is not None:
        problem = replace(problem, limits=replace(problem.limits, seconds=seconds))
    with _show_progress(shown=not quiet and sys.stderr.isatty()) as report:
        answer = solve(problem, report=report)
    text = json.dumps(answer_to_raw(answer), ensure_ascii=False, indent=1)
    if out is None:
        click.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")
    click.echo(_summarise_answer(problem, answer), err=True)
    if answer.cost is None:
        sys.exit(INFEASIBLE if answer.status == "infeasible" else NOTHING_FOUND)


@command.command("compare")
@click.argument("path", metavar="PROBLEM", type=FILE)
@click.option("--seconds", type=click.FloatRange(1, 3600), default=60, help="For all together.")
@click.option("--quiet", is_flag=True, help="No progress.")
def compare_file(path: Path, seconds: float, quiet: bool) -> None:
    """Show PROBLEM under other rules, what each of its rules costs, and fewer suppliers.

    Ctrl-C stops and shows what is there. Exit code 0: shown; 2: the file is bad.
    """
    problem = _read_problem(path)
    with _show_progress(shown=not quiet and sys.stderr.isatty()) as report:
        plan = ScenarioPlan.of_file(problem)
        solved = walk(
            plan, seconds=seconds, report=report, kinds=("scenario", "price", "suppliers")
        )
    runs = {one.run.key: one.run for one in solved}
    answers = {one.run.key: one.answer for one in solved}
    click.echo(f"{'scenario':<24}{'cost':>18}{'gap':>10}{'suppliers':>11}")
    for one in solved:
        if one.run.kind == "scenario":
            click.echo(f"{SCENARIO_NAMES[one.run.key]:<24}{_format_figures(one.answer)}")
    for price in own_prices(plan, runs, answers):
        words = price.sense
        if price.percent is not None:
            words = f"{price.percent:+.2f} % ({price.sense})"
        click.echo(f"rules/{price.own_index} {price.rules[0].KIND}: {words}")
    for point in by_suppliers(runs.values(), answers):
        click.echo(f"at most {int(point.at):<16}{_format_figures(answers[point.key])}")


def _format_figures(answer: Answer) -> str:
    if answer.cost is None:
        return f"{answer.status:>18}"
    gap = "–" if answer.gap is None else f"{answer.gap * Decimal(100):.3f} %"
    return f"{answer.cost:>18,.2f}{gap:>10}{len(answer.suppliers):>11}"


@command.command("check")
@click.argument("path", metavar="PROBLEM", type=FILE)
@click.argument("answer_path", metavar="ANSWER", type=FILE)
def check_files(path: Path, answer_path: Path) -> None:
    """Check ANSWER against PROBLEM, without a solver: every constraint and every sum.

    Exit code 0: all holds; 1: something does not, and is told; 2: a file is bad.
    """
    problem = _read_problem(path)
    try:
        answer = parse_answer(_read_json(answer_path))
    except Invalid as error:
        _refuse_file(error, answer_path)
    wrong = violations(problem, answer)
    for one in wrong:
        click.echo(f"{one.code}: {one.subject}")
    click.echo(f"{len(wrong)} violations" if wrong else "All constraints and sums hold.")
    if wrong:
        sys.exit(WRONG)


def _read_problem(path: Path) -> Problem:
    try:
        return parse(_read_json(path))
    except Invalid as error:
        _refuse_file(error, path)


def _read_json(path: Path) -> object:
    try:
        with path.open("rb") as file:
            text = file.read(FILE_LIMITS.size_bytes + 1)
        check_sizes(text, FILE_LIMITS)
        return json.loads(text.decode("utf-8"), object_pairs_hook=_refuse_doubles)
    except (Invalid, ValueError, RecursionError) as error:
        raise Invalid("This is no JSON: %(reason)s", reason=str(error)) from error


def _refuse_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    named = dict(pairs)
    if len(named) < len(pairs):
        names = sorted(name for name, _ in pairs)
        double = next(one for one, after in pairwise(names) if one == after)
        raise ValueError(f"the name {double!r} is there twice in one object")
    return named


def _refuse_file(error: Invalid, path: Path) -> NoReturn:
    for one in error.errors:
        click.echo(f"{path}: {one.pointer or '/'}: {_escape_text(one)}", err=True)
    sys.exit(BAD_FILE)


def _escape_text(one: FieldError) -> str:
    return one.text.encode("utf-8", "backslashreplace").decode("utf-8")


@contextmanager
def _show_progress(*, shown: bool) -> Iterator[Report]:
    """A report that shows best, bound and gap on one line, and stops at Ctrl-C."""
    interrupts = []
    before = signal.signal(signal.SIGINT, lambda *_: interrupts.append(True))

    def report(step: Step) -> bool:
        if shown:
            click.echo(f"\r{_format_step(step):<72}", err=True, nl=False)
        return not interrupts

    try:
        yield report
    finally:
        signal.signal(signal.SIGINT, before)
        if shown:
            click.echo(f"\r{'':<72}\r", err=True, nl=False)


def _format_step(step: Step) -> str:
    best = "–" if step.best is None else f"{step.best:,.2f}"
    bound = "–" if step.bound is None else f"{step.bound:,.2f}"
    gap = "–"
    if step.best and step.bound is not None:
        gap = f"{max(0.0, (step.best - step.bound) / abs(step.best)):.3%}"
    return f"{step.seconds:6.1f} s   best {best}   bound {bound}   gap {gap}"


def _summarise_answer(problem: Problem, answer: Answer) -> str:
    if answer.status == "infeasible":
        reasons = [FieldError(pointer="", message=one.message, values=one.values).text
                   for one in answer.clash]  # fmt: skip
        return "\n".join(["Nothing fits. These cannot hold together:", *reasons])
    if answer.cost is None:
        return "Nothing was found in time."
    gap = "unknown" if answer.gap is None else f"{answer.gap * Decimal(100):.4f} %"
    return (
        f"{answer.status}: {answer.cost:,.2f} {problem.currency}, gap {gap},"
        f" {len(answer.suppliers)} suppliers, {answer.seconds:.1f} s"
    )
