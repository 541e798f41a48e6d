"""``supplychain import``: tables into the graph."""  # noqa: N999 - the name of the command

from __future__ import annotations

from pathlib import Path

import click
from tqdm import tqdm

from supplychain.actions.imports.imports import import_tables
from supplychain.actions.imports.report import Report
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.migrate import list_pending

SHOWN_ROWS = 10


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Write the good rows although there are bad ones.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Save the bad rows as a CSV file.",
)
@click.option("--quiet", is_flag=True, help="No progress bar.")
def command(path: Path, skip_bad: bool, report: Path | None, quiet: bool) -> None:
    """Import PATH: a folder of CSV files, one CSV file, or a workbook with the tables as sheets."""
    if list_pending(graph()):
        raise click.ClickException("The schema is not up to date. Run: supplychain migrate")
    with tqdm(unit=" rows", disable=quiet or None, leave=False) as bar:

        def progress(done: int, total: int, message: str) -> None:
            bar.total = total or None
            bar.set_description(message, refresh=False)
            bar.n = done
            bar.refresh()

        outcome = import_tables(graph(), path, by=None, skip_bad=skip_bad, progress=progress)
    if report is not None:
        outcome.save_csv(report)
    _print_report(outcome)
    if not outcome.written:
        raise click.exceptions.Exit(1)


def _print_report(outcome: Report) -> None:
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
