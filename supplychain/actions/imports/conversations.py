"""An import as a conversation: a file is read, said of, mended, and only then written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from neo4j import Driver

from supplychain.actions.imports import readings
from supplychain.actions.imports.cells import BadCell, parse_cell
from supplychain.actions.imports.faults import (
    MAX_WARNINGS_ITEMS,
    CheckedFile,
    FaultFindings,
    ask_of_repeated,
    list_faults,
)
from supplychain.actions.imports.imports import open_apart, plan_import
from supplychain.actions.imports.mappings import recall_mapping, remember_mapping
from supplychain.actions.imports.reading import OpenedFile
from supplychain.actions.imports.report import Progress
from supplychain.actions.imports.said import SaidSoFar, read_said, write_answers, write_mends
from supplychain.actions.imports.uploads import find_source, folder_of
from supplychain.actions.jobs import queue_job
from supplychain.errors import FieldError, Invalid, NotOpen
from supplychain.graph import events, jobs
from supplychain.graph.engine.transactions import Once, Tx, read, write_once
from supplychain.graph.imports import uploads
from supplychain.model.events import Facts
from supplychain.model.ids import new_id, utc_now
from supplychain.model.imports.mends import Mends
from supplychain.model.imports.tables import TABLES
from supplychain.model.imports.understanding import Answers, Understanding
from supplychain.model.imports.uploads import READING, WRITING, Upload
from supplychain.model.jobs import StartedJob
from supplychain.model.people.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """How far an upload is.

    Attributes:
        upload: the files and the job about them.
        said: what was said and mended.
        understanding: what the files are; None while they are not read.
        check: what writing would do; None while that is not worked out, or something must be said
            first.
    """

    upload: Upload
    said: SaidSoFar
    understanding: Understanding | None = None
    check: CheckedFile | None = None

    @property
    def step(self) -> str:
        """reading, failed, meaning, mending, ready, writing or written."""
        job = self.upload.job
        if job.kind == WRITING and not job.is_over:
            return "writing"
        if self.upload.is_written:
            return "written"
        if self.understanding is None or (self.check is None and not self.understanding.is_blocked):
            return "failed" if job.is_over else "reading"
        if self.check is None:
            return "meaning"
        return "mending" if self.check.bad else "ready"


def get(driver: Driver, upload_id: str, *, by: Actor) -> Conversation:
    """An upload of the actor's firm with what was understood of it.

    Raises:
        NotFound: no such upload, or another firm's.
    """
    upload, said = read(driver, _get_with_said, upload_id, by.firm_id)
    if not upload.by_steps or upload.cleared_at is not None:
        return Conversation(upload=upload, said=said)
    folder = folder_of(upload.id)
    return Conversation(
        upload=upload,
        said=said,
        understanding=readings.load_understanding(folder, said.version),
        check=readings.load_check(folder, said.version),
    )


def _get_with_said(tx: Tx, upload_id: str, firm_id: str) -> tuple[Upload, SaidSoFar]:
    upload = uploads.get(tx, upload_id, viewer=firm_id)
    return upload, read_said(*uploads.get_said(tx, upload_id, viewer=firm_id))


def answer_questions(
    driver: Driver,
    upload_id: str,
    answers: Answers,
    *,
    version: int,
    by: Actor,
    once: Once | None = None,
) -> None:
    """Say what the columns mean, and read the file anew; its mends stay.

    Raises:
        Forbidden: the role may only look.
        Invalid: two columns mean the same, or a value is none of its column.
        NotFound: no such upload of the actor's firm.
        NotOpen: it is written, is being written, or its files are deleted.
        Stale: somebody else said something meanwhile.
    """
    by.check_role("buyer", "seller")
    check_answers(answers, get(driver, upload_id, by=by).understanding)
    text = write_answers(answers)
    _read_anew(driver, upload_id, {"answers": text}, version=version, by=by, once=once)


def mend_faults(
    driver: Driver,
    upload_id: str,
    mends: Mends,
    *,
    version: int,
    by: Actor,
    once: Once | None = None,
) -> None:
    """Put other texts in place of wrong ones, in place of all earlier mends, and read anew.

    Raises:
        Forbidden: the role may only look.
        Invalid: they are too many.
        NotFound: no such upload of the actor's firm.
        NotOpen: it is written, is being written, or its files are deleted.
        Stale: somebody else said something meanwhile.
    """
    by.check_role("buyer", "seller")
    text = write_mends(mends)
    _read_anew(driver, upload_id, {"mends": text}, version=version, by=by, once=once)


def read_again(
    driver: Driver, upload_id: str, *, version: int, by: Actor, once: Once | None = None
) -> None:
    """Read a file anew, as when its reading failed or the network changed meanwhile.

    Raises:
        Forbidden: the role may only look.
        NotFound: no such upload of the actor's firm.
        NotOpen: it is written, is being written, or its files are deleted.
        Stale: somebody else said something meanwhile.
    """
    by.check_role("buyer", "seller")
    _read_anew(driver, upload_id, {}, version=version, by=by, once=once)


def _read_anew(
    driver: Driver,
    upload_id: str,
    more: Mapping[str, str],
    *,
    version: int,
    by: Actor,
    once: Once | None,
) -> None:
    write_once(driver, once, _save_said, upload_id, more, version, by, new_id(), utc_now())


def _save_said(
    tx: Tx,
    upload_id: str,
    more: Mapping[str, str],
    version: int,
    by: Actor,
    job_id: str,
    now: datetime,
) -> str:
    upload = uploads.lock(tx, upload_id, viewer=by.firm_id)
    upload.check_can_change(version)
    _version, answers, mends = uploads.get_said(tx, upload_id, viewer=by.firm_id)
    if not upload.job.is_over:
        jobs.cancel(tx, upload.job.id, viewer=by.firm_id, now=now)
    uploads.save_said(
        tx,
        upload_id,
        answers=more.get("answers", answers),
        mends=more.get("mends", mends),
        version=version + 1,
        job_id=job_id,
    )
    queue_job(
        tx, job_id=job_id, kind=READING, about_id=upload_id, firm_id=by.firm_id,
        user_id=by.user_id, at=now,
    )  # fmt: skip
    events.record(
        tx, "upload.answered", about_kind="upload", about_id=upload_id, by=by, at=now,
        facts={"name": upload.name},
    )  # fmt: skip
    return upload_id


def check_answers(answers: Answers, understanding: Understanding | None) -> None:
    """Hold that answers can be meant: by the names of sheets, columns and what these can hold.

    Raises:
        Invalid: with one FieldError for each that cannot; pointers count the sheets.
    """
    names = [head.name for head in understanding.heads] if understanding else []
    errors = []
    for name in {*answers.columns, *answers.values}:
        sheet = understanding.find_sheet(name) if understanding else None
        table = TABLES.get(answers.tables.get(name, sheet.table if sheet else ""))
        at = f"/sheets/{names.index(name) if name in names else name}"
        chosen = [one for one in answers.columns.get(name, {}).values() if one]
        twice = dict.fromkeys(one for one in chosen if chosen.count(one) > 1)
        errors.extend(_say_twice(at, column) for column in twice)
        for column, text in answers.values.get(name, {}).items():
            if table is None or column not in table.names or not text:
                continue
            try:
                parse_cell(table.get_column(column), text)
            except BadCell as bad:
                pointer = f"{at}/values/{column}"
                values = tuple(bad.values.items())
                errors.append(FieldError(pointer=pointer, message=bad.message, values=values))
    if errors:
        raise Invalid(errors=tuple(errors))


def _say_twice(at: str, column: str) -> FieldError:
    return FieldError(
        pointer=f"{at}/columns/{column}",
        message="Two columns of the file cannot both be %(column)s. Leave one out.",
        values=(("column", column),),
    )


def begin_writing(
    driver: Driver,
    upload_id: str,
    *,
    skip_bad: bool,
    version: int,
    by: Actor,
    once: Once | None = None,
) -> None:
    """Queue the writing of a file that was read, and remember what was said of it.

    Raises:
        Forbidden: the role may only look.
        Invalid: rows are bad and not to be skipped, or something must be answered first.
        NotFound: no such upload of the actor's firm.
        NotOpen: it is not read yet, is written, is being written, or its files are deleted.
        Stale: somebody else said something meanwhile.
    """
    by.check_role("buyer", "seller")
    now = get(driver, upload_id, by=by)
    understanding = now.understanding
    if now.upload.version == version and now.step in ("reading", "failed", "meaning"):
        if understanding is not None and understanding.is_blocked:
            raise Invalid("Something of this file must be said before it can be written.")
        raise NotOpen("This file is not read to its end yet.")
    if now.upload.version == version and now.check and now.check.bad and not skip_bad:
        raise Invalid(
            "Rows that cannot be written: %(n)s. Mend them, leave them out, or skip all bad rows.",
            pointer="/skip_bad",
            n=now.check.bad,
        )
    write_once(
        driver, once, _queue_writing, upload_id, skip_bad, version, by, understanding, new_id(),
        utc_now(),
    )  # fmt: skip


def _queue_writing(
    tx: Tx,
    upload_id: str,
    skip_bad: bool,
    version: int,
    by: Actor,
    understanding: Understanding | None,
    job_id: str,
    now: datetime,
) -> str:
    upload = uploads.lock(tx, upload_id, viewer=by.firm_id)
    upload.check_can_change(version)
    said = read_said(*uploads.get_said(tx, upload_id, viewer=by.firm_id))
    uploads.save_writing(tx, upload_id, skip_bad=skip_bad, version=version, job_id=job_id)
    queue_job(
        tx, job_id=job_id, kind=WRITING, about_id=upload_id, firm_id=by.firm_id,
        user_id=by.user_id, at=now,
    )  # fmt: skip
    if understanding is not None:
        remember_mapping(tx, upload.name, said.answers, understanding, by=by, at=now)
    events.record(
        tx, "upload.written", about_kind="upload", about_id=upload_id, by=by, at=now,
        facts={"name": upload.name},
    )  # fmt: skip
    return upload_id


def read_upload(driver: Driver, job: StartedJob, progress: Progress) -> Facts:
    """Do the job of reading an upload: what it is first, then what is wrong in it.

    Raises:
        Invalid: the files cannot be read.
        NotFound: the upload is gone.
    """
    by = Actor(user_id=job.user_id, firm_id=job.firm_id, role="owner")
    upload, said = read(driver, _get_with_said, job.about_id, by.firm_id)
    folder = folder_of(upload.id)
    source = find_source(folder)
    opened, said = _open_as_remembered(driver, source, upload, said, by, progress)
    readings.save_understanding(folder, said.version, opened.understanding)
    if opened.understanding.is_blocked:
        return {"questions": len(opened.understanding.questions)}
    findings = FaultFindings()
    plan = plan_import(
        driver,
        source,
        by=by,
        findings=findings,
        progress=progress,
        answers=said.answers,
        mends=said.mends,
        opened=opened,
    )
    faults = list_faults(findings, plan.sheets)
    check = CheckedFile(
        tables=plan.tables,
        faults=faults,
        bad=plan.bad,
        warnings=tuple(findings.warnings[:MAX_WARNINGS_ITEMS]),
        questions=ask_of_repeated(faults),
    )
    readings.save_check(folder, said.version, check)
    return {"questions": len(opened.understanding.questions), "bad": plan.bad}


def _open_as_remembered(
    driver: Driver, source: Path, upload: Upload, said: SaidSoFar, by: Actor, progress: Progress
) -> tuple[OpenedFile, SaidSoFar]:
    """The files opened with what was said of them, or of such files before."""
    opened = open_apart(source, by, progress, said.answers)
    if said.version > 1 or said.answers.tables:
        return opened, said
    answers = recall_mapping(driver, upload.id, opened.understanding, version=said.version, by=by)
    if answers is None:
        return opened, said
    return open_apart(source, by, progress, answers), replace(said, answers=answers)
