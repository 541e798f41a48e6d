"""``supplychain import``: tables into the graph."""  # noqa: N999 - the name of the command

from __future__ import annotations

import json
from pathlib import Path

import click
from tqdm import tqdm

from supplychain.actions.imports.imports import import_tables
from supplychain.actions.imports.report import Report
from supplychain.actions.imports.understanding.facts import read_answers
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.migrate import list_pending
from supplychain.model.imports.understanding import NO_ANSWERS, Answers, Understanding

SHOWN_ROWS = 10


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Write the good rows although there are bad ones.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Save the bad rows as a CSV file.",
)
@click.option(
    "--answers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What the files do not say themselves, as JSON (docs/import.md).",
)
@click.option("--quiet", is_flag=True, help="No progress bar.")
def command(
    path: Path, skip_bad: bool, report: Path | None, answers: Path | None, quiet: bool
) -> None:
    """Import PATH: a folder of CSV files, one CSV file, or a workbook with the tables as sheets."""
    if list_pending(graph()):
        raise click.ClickException("The schema is not up to date. Run: supplychain migrate")
    with tqdm(unit=" rows", disable=quiet or None, leave=False) as bar:

        def progress(done: int, total: int, message: str) -> None:
            bar.total = total or None
            bar.set_description(message, refresh=False)
            bar.n = done
            bar.refresh()

        said = _read_answers(answers) if answers else NO_ANSWERS
        outcome = import_tables(
            graph(), path, by=None, skip_bad=skip_bad, progress=progress, answers=said
        )
    if report is not None:
        outcome.save_csv(report)
    _print_report(outcome)
    if not outcome.written:
        raise click.exceptions.Exit(1)


def _read_answers(path: Path) -> Answers:
    try:
        return read_answers(json.loads(path.read_text(encoding="utf-8-sig")))
    except ValueError as error:
        raise click.ClickException(f"{path} is no JSON: {error}") from error


def _print_understanding(understanding: Understanding) -> None:
    for name in understanding.skipped_sheets:
        click.echo(f"not read: sheet {name}")
    for sheet in understanding.sheets:
        nearly = [one for one in sheet.columns if one.confidence < 1]
        for one in nearly:
            click.echo(f"{sheet.table}: {one.header!r} is read as {one.column}")
        if sheet.left_out:
            click.echo(f"{sheet.table}: columns left out: {', '.join(sheet.left_out)}")
        if sheet.skipped_rows:
            rows = ", ".join(map(str, sheet.skipped_rows[:SHOWN_ROWS]))
            more = ", …" if len(sheet.skipped_rows) > SHOWN_ROWS else ""
            click.echo(f"{sheet.table}: rows left out: {rows}{more}")
    for question in understanding.questions:
        choices = " or ".join(f'"{choice}"' for choice in question.choices)
        samples = ", ".join(question.samples)
        click.echo(
            f"{question.sheet}, {question.column}: {samples} could be read in two ways. "
            f'Answer once with --answers FILE: {{"{question.kind}": {choices}}}'
        )


def _print_report(outcome: Report) -> None:
    _print_understanding(outcome.understanding)
    names = ("rows", "new", "changed", "unchanged", "bad")
    click.echo(f"{'table':<18}" + "".join(f"{name:>11}" for name in names))
    for one in outcome.tables:
        click.echo(f"{one.table:<18}" + "".join(f"{getattr(one, name):>11}" for name in names))
    for bad in outcome.bad_rows[:SHOWN_ROWS]:
        click.echo(f"{bad.table}, row {bad.row}, {bad.column}: {bad.value!r}: {bad.reason}")
    for one in outcome.warnings[:SHOWN_ROWS]:
        click.echo(f"look at {one.table}, row {one.row}, {one.column}: {one.value!r}: {one.reason}")
    if len(outcome.warnings) > SHOWN_ROWS:
        click.echo(f"{len(outcome.warnings)} rows to look at in all.")
    if len(outcome.bad_rows) > SHOWN_ROWS:
        click.echo("More bad rows: save them all with --report FILE.")
    if not outcome.written:
        click.echo("Nothing was written. Mend the bad rows, or use --skip-bad.")
