"""``supplychain import``: tables into the graph."""  # noqa: N999 - the name of the command

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from tqdm import tqdm

from supplychain.actions.imports.asking import (
    ask_question,
    draft_answers,
    questions_key,
)
from supplychain.actions.imports.imports import import_tables, open_apart
from supplychain.actions.imports.reading import OpenedFile, say_question
from supplychain.actions.imports.report import Report
from supplychain.actions.imports.understanding.facts import answers_facts, read_answers
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
    "--map",
    "--answers",
    "map_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="What the files do not say themselves, as JSON (docs/import.md). On a terminal it is "
    "asked for and written there.",
)
@click.option("--quiet", is_flag=True, help="No progress bar.")
def command(
    path: Path, skip_bad: bool, report: Path | None, map_file: Path | None, quiet: bool
) -> None:
    """Import PATH: a folder of CSV files, one CSV file, or a workbook with the tables as sheets."""
    if list_pending(graph()):
        raise click.ClickException("The schema is not up to date. Run: supplychain migrate")
    said = _read_answers(map_file) if map_file and map_file.exists() else NO_ANSWERS
    opened, said = _settle_questions(path, said, map_file)
    with tqdm(unit=" rows", disable=quiet or None, leave=False) as bar:

        def progress(done: int, total: int, message: str) -> None:
            bar.total = total or None
            bar.set_description(message, refresh=False)
            bar.n = done
            bar.refresh()

        outcome = import_tables(
            graph(),
            path,
            by=None,
            skip_bad=skip_bad,
            progress=progress,
            answers=said,
            opened=opened,
        )
    if report is not None:
        outcome.save_csv(report)
    _print_report(outcome)
    if not outcome.written:
        raise click.exceptions.Exit(1)


def _settle_questions(
    path: Path, answers: Answers, map_file: Path | None
) -> tuple[OpenedFile, Answers]:
    """The files opened with all that must be said of them: by a map, or by who is at the terminal.

    Without a terminal the questions are printed with a map to fill in, and the command ends.
    """
    opened = open_apart(path, None, lambda _done, _total, _message: None, answers)
    left: set[tuple[str, str, str]] = set()
    while questions := [
        one for one in opened.understanding.questions if questions_key(one) not in left
    ]:
        if not _is_at_terminal():
            if opened.understanding.is_blocked:
                _print_questions(path, opened.understanding, answers)
                raise click.exceptions.Exit(2)
            break
        question = questions[0]
        left.add(questions_key(question))
        answers = ask_question(question, opened.understanding, answers, _ClickTerminal())
        opened = open_apart(path, None, lambda _done, _total, _message: None, answers)
    opened.check_answered()
    if left and map_file is not None:
        _write_map(map_file, answers)
    return opened, answers


class _ClickTerminal:
    """Whoever sits before the machine."""

    def say(self, text: str) -> None:
        """Tell one line."""
        click.echo(text)

    def choose(self, lines: Sequence[str]) -> int:
        """Which of some lines is chosen, from 0 on."""
        for number, line in enumerate(lines, start=1):
            click.echo(f"  {number}  {line}")
        chosen: int = click.prompt("Number", type=click.IntRange(1, len(lines)))
        return chosen - 1

    def type_text(self, label: str) -> str:
        """What is typed."""
        text: str = click.prompt(label, type=str)
        return text


def _is_at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _write_map(path: Path, answers: Answers) -> None:
    text = json.dumps(answers_facts(answers), ensure_ascii=False, indent=1)
    path.write_text(f"{text}\n", encoding="utf-8")
    click.echo(f"{path} holds what was answered, for the next such file.")


def _print_questions(path: Path, understanding: Understanding, answers: Answers) -> None:
    for question in understanding.questions:
        click.echo(say_question(question, understanding).text if question.blocks else "", err=True)
    click.echo(f"Fill in and import again with: supplychain import {path} --map FILE", err=True)
    facts = json.dumps(
        answers_facts(draft_answers(understanding, answers)), ensure_ascii=False, indent=1
    )
    click.echo(facts)


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
            f'Answer once with --map FILE: {{"{question.kind}": {choices}}}'
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
