"""Import of the tables of ``supplychain.model.imports.tables``: read, check, compare, write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from neo4j import Driver

from supplychain.actions.imports.checking import Sheet, load_sheet
from supplychain.actions.imports.comparing import Upserts
from supplychain.actions.imports.ledger import make_batch
from supplychain.actions.imports.limits import ReadingLimits
from supplychain.actions.imports.mending import mend_source
from supplychain.actions.imports.network import Network
from supplychain.actions.imports.parsing import read_file
from supplychain.actions.imports.planning import plan_upserts
from supplychain.actions.imports.reading import OpenedFile, Source
from supplychain.actions.imports.report import Findings, Progress, Report, TableCount
from supplychain.actions.imports.writing import ImportRun, write_tables
from supplychain.model.ids import new_id, utc_now
from supplychain.model.imports.mends import NO_MENDS, Mends
from supplychain.model.imports.tables import TABLES
from supplychain.model.imports.understanding import NO_ANSWERS, Answers, Understanding
from supplychain.model.imports.uploads import Upload
from supplychain.model.people.actors import Actor


def pass_over(_done: int, _total: int, _message: str) -> None:
    """The progress that nobody follows."""


def import_tables(
    driver: Driver,
    source: Path,
    *,
    by: Actor | None,
    skip_bad: bool = False,
    progress: Progress = pass_over,
    upload: Upload | None = None,
    answers: Answers = NO_ANSWERS,
    mends: Mends = NO_MENDS,
    opened: OpenedFile | None = None,
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
        answers, mends: what somebody said of the files, and mended in them.
        opened: the files, where they were opened before with these answers.

    Returns:
        Counts, bad rows, what was understood; ``written`` is False where bad rows stopped it.

    Raises:
        Invalid: the files cannot be read, or something of them must be answered first.
        Forbidden: the role may only look.
        Conflict: somebody else wrote the same things meanwhile; import again.
    """
    findings = Findings()
    plan = plan_import(
        driver,
        source,
        by=by,
        findings=findings,
        progress=progress,
        answers=answers,
        mends=mends,
        opened=opened,
    )
    written = skip_bad or not plan.bad
    if written:
        run = _begin_run(upload.name if upload else source.name, upload, by, progress)
        write_tables(driver, plan.sheets, plan.upserts, plan.network, run)
    return _report_plan(plan, findings, written=written)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What was read and checked of some files, and what would be written."""

    understanding: Understanding
    sheets: list[Sheet]
    upserts: dict[str, Upserts]
    network: Network

    @property
    def bad(self) -> int:
        """The number of bad rows."""
        return sum(len(sheet.bad) for sheet in self.sheets)

    @property
    def tables(self) -> tuple[TableCount, ...]:
        """Counts of rows by table."""
        return tuple(self.upserts[sheet.table.name].count_rows(sheet) for sheet in self.sheets)


def _report_plan(plan: ImportPlan, findings: Findings, *, written: bool) -> Report:
    return Report(
        tables=plan.tables,
        bad_rows=findings.in_order(TABLES),
        bad=plan.bad,
        written=written,
        warnings=tuple(findings.warnings),
        understanding=plan.understanding,
    )


def plan_import(
    driver: Driver,
    source: Path,
    *,
    by: Actor | None,
    findings: Findings,
    progress: Progress,
    answers: Answers = NO_ANSWERS,
    mends: Mends = NO_MENDS,
    opened: OpenedFile | None = None,
) -> ImportPlan:
    """Read and check the tables at a path, as ``import_tables`` does before it writes.

    Args:
        driver: the graph.
        source: as there.
        by: as there.
        findings: bad cells are noted here.
        progress: called with (done, total, message).
        answers: what somebody said of the files.
        mends: what somebody mended in them.
        opened: the files, where they were opened before.

    Raises:
        Invalid: the files cannot be read, or something of them must be answered first.
        Forbidden: the role may only look.
    """
    if by is not None:
        by.check_role("buyer", "seller")
    if opened is None:
        opened = open_apart(source, by, progress, answers)
    opened.check_answered()
    sources = [
        replace(mend_source(one, mends), adds_up=one.sheet in answers.added_up)
        for one in opened.sources
    ]
    sheets = _load_all(sources, findings, progress)
    upserts, network = plan_upserts(driver, sheets, by, progress)
    return ImportPlan(
        understanding=opened.understanding, sheets=sheets, upserts=upserts, network=network
    )


def _begin_run(name: str, upload: Upload | None, by: Actor | None, progress: Progress) -> ImportRun:
    run_id, now = new_id(), utc_now()
    batch = make_batch(upload.id if upload else run_id, name, by=by, at=now)
    return ImportRun(id=run_id, by=by, at=now, batch=batch, progress=progress)


def open_apart(path: Path, by: Actor | None, progress: Progress, answers: Answers) -> OpenedFile:
    """What another process reads there, which may die of it.

    Raises:
        Invalid: it cannot be read.
    """
    if by is not None:
        answers = replace(answers, own_firm=by.firm_id)
    limits = ReadingLimits.of_uploads() if by else ReadingLimits.of_operator()
    return read_file(
        path, limits, answers=answers, beat=lambda: progress(0, 0, "Reading the files")
    )


def _load_all(sources: Sequence[Source], findings: Findings, progress: Progress) -> list[Sheet]:
    read = 0

    def count_read(name: str, more: int) -> None:
        nonlocal read
        read += more
        progress(read, 0, f"Reading {name}")

    return [
        load_sheet(s, findings, lambda more, n=s.table.name: count_read(n, more)) for s in sources
    ]
