"""Import of the tables of ``supplychain.model.imports.tables``: read, check, compare, write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from neo4j import Driver

from supplychain.actions.imports.checking import Sheet, load_sheet
from supplychain.actions.imports.ledger import make_batch
from supplychain.actions.imports.limits import ReadingLimits
from supplychain.actions.imports.parsing import read_file
from supplychain.actions.imports.planning import plan_upserts
from supplychain.actions.imports.reading import OpenedFile, Source
from supplychain.actions.imports.report import Findings, Progress, Report
from supplychain.actions.imports.writing import ImportRun, write_tables
from supplychain.model.ids import new_id, utc_now
from supplychain.model.imports.tables import TABLES
from supplychain.model.imports.understanding import NO_ANSWERS, Answers
from supplychain.model.imports.uploads import Upload
from supplychain.model.people.actors import Actor


def import_tables(
    driver: Driver,
    source: Path,
    *,
    by: Actor | None,
    skip_bad: bool = False,
    progress: Progress | None = None,
    upload: Upload | None = None,
    answers: Answers = NO_ANSWERS,
) -> Report:
    """Upsert the tables at a path by their keys; importing them again changes nothing.

    All is read and checked before the first row is written. A run that broke off is run again.

    Args:
        driver: the graph.
        source: a folder of CSV files, one CSV file, or a workbook.
        by: the firm's user whose rows alone may be written; None is the operator at the machine.
        skip_bad: write the good rows although there are bad ones.
        progress: called with (done, total, message).
        upload: what the files were sent as; its deliveries are one batch however often it runs.
        answers: what somebody said of the files.

    Returns:
        Counts, bad rows, what was understood; ``written`` is False where bad rows stopped it.

    Raises:
        Invalid: the files cannot be read, or something of them must be answered first.
        Forbidden: the role may only look.
        Conflict: somebody else wrote the same things meanwhile; import again.
    """
    if by is not None:
        by.check_role("buyer", "seller")
    told = progress or (lambda _done, _total, _message: None)
    findings = Findings()
    opened = _read_apart(source, by, told, answers)
    sheets = _load_all(opened.sources, findings, told)
    upserts, network = plan_upserts(driver, sheets, by, told)
    bad = sum(len(sheet.bad) for sheet in sheets)
    if skip_bad or not bad:
        run = _begin_run(upload.name if upload else source.name, upload, by, told)
        write_tables(driver, sheets, upserts, network, run)
    return Report(
        tables=tuple(upserts[sheet.table.name].count_rows(sheet) for sheet in sheets),
        bad_rows=findings.in_order(TABLES),
        bad=bad,
        written=skip_bad or not bad,
        warnings=tuple(findings.warnings),
        understanding=opened.understanding,
    )


def _begin_run(name: str, upload: Upload | None, by: Actor | None, progress: Progress) -> ImportRun:
    run_id, now = new_id(), utc_now()
    batch = make_batch(upload.id if upload else run_id, name, by=by, at=now)
    return ImportRun(id=run_id, by=by, at=now, batch=batch, progress=progress)


def _read_apart(path: Path, by: Actor | None, progress: Progress, answers: Answers) -> OpenedFile:
    """What another process reads there, which may die of it.

    Raises:
        Invalid: it cannot be read, or something of it must be answered first.
    """
    if by is not None:
        answers = replace(answers, own_firm=by.firm_id)
    limits = ReadingLimits.of_uploads() if by else ReadingLimits.of_operator()
    opened = read_file(
        path, limits, answers=answers, beat=lambda: progress(0, 0, "Reading the files")
    )
    opened.check_answered()
    return opened


def _load_all(sources: Sequence[Source], findings: Findings, progress: Progress) -> list[Sheet]:
    read = 0

    def count_read(name: str, more: int) -> None:
        nonlocal read
        read += more
        progress(read, 0, f"Reading {name}")

    return [
        load_sheet(s, findings, lambda more, n=s.table.name: count_read(n, more)) for s in sources
    ]
