"""Tables that a firm sends through the portal or the API: kept, imported as a job, reported."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from io import SEEK_END, BytesIO
from pathlib import Path, PurePath
from typing import IO, Final, Protocol

from neo4j import Driver

from supplychain.actions.imports.imports import import_tables
from supplychain.actions.imports.reading import TEXTS, WORKBOOKS
from supplychain.actions.imports.readings import READ
from supplychain.actions.imports.report import BadRow, Progress, Report
from supplychain.actions.imports.said import read_said
from supplychain.actions.imports.understanding.headers import find_table
from supplychain.actions.jobs import queue_job
from supplychain.actions.kept_files import (
    HALF_KEPT_S,
    UPLOADS_KEPT,
    count_kept,
    keep_stream,
    lock_room,
    say_full,
)
from supplychain.config import settings
from supplychain.errors import Invalid
from supplychain.graph import events
from supplychain.graph.engine.transactions import Once, Tx, is_done, read, write, write_once
from supplychain.graph.imports import uploads
from supplychain.model.events import Facts
from supplychain.model.ids import new_id, utc_now
from supplychain.model.imports.tables import MAX_NAME_CHARS, TABLES
from supplychain.model.imports.uploads import READING, WRITING, Upload
from supplychain.model.jobs import StartedJob
from supplychain.model.people.actors import Actor
from supplychain.model.texts import fold_short

BATCH_FILES: Final = 500


class SentFile(Protocol):
    """A file as a web framework hands it over: what it came in as, in memory or on the disk."""

    filename: str | None
    stream: IO[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Files as they are kept: ``name`` for people, ``size_bytes`` of all, how many ``files``."""

    upload_id: str
    name: str
    size_bytes: int
    files: int
    by_steps: bool = False


def upload_tables(
    driver: Driver,
    files: Sequence[SentFile],
    *,
    skip_bad: bool,
    by: Actor,
    by_steps: bool = False,
    once: Once | None = None,
) -> str:
    """Keep the files and queue their import, or their reading; returns the upload's id.

    Args:
        driver: the graph.
        files: one workbook, or CSV files named after their tables.
        skip_bad: import the good rows although there are bad ones.
        by: whose rows alone are imported.
        by_steps: read them and write nothing yet; then they may be called as they like.
        once: the client's key.

    Raises:
        Forbidden: the role may only look.
        Invalid: no file, files that cannot be tables, or no room for them.
        Unavailable: the disk is full.
    """
    by.check_role("buyer", "seller")
    named = _name_files(files, by_steps=by_steps)
    size_bytes = sum(_measure_stream(file) for file, _ in named)
    if once is None or not read(driver, is_done, once):
        read(driver, count_kept, by.firm_id, utc_now()).check_room(
            size_bytes, len(named), pointer="/files"
        )
    kept = Kept(
        upload_id=new_id(),
        name=", ".join(_clean_filename(file.filename or "") for file, _ in named)[:MAX_NAME_CHARS],
        size_bytes=size_bytes,
        files=len(named),
        by_steps=by_steps,
    )
    done_id = ""
    try:
        _keep_files(kept, named)
        done_id = write_once(driver, once, _create_upload, kept, skip_bad, by, new_id(), utc_now())
    finally:
        if done_id != kept.upload_id:  # refused, failed, or sent before under this key
            shutil.rmtree(folder_of(kept.upload_id), ignore_errors=True)
    return done_id


def _create_upload(
    tx: Tx, kept: Kept, skip_bad: bool, by: Actor, job_id: str, now: datetime
) -> str:
    who = {"firm_id": by.firm_id, "user_id": by.user_id}
    lock_room(
        tx,
        by.firm_id,
        size_bytes=kept.size_bytes,
        files=kept.files,
        now=now,
        pointer="/files",
    )
    uploads.create(
        tx,
        upload_id=kept.upload_id,
        name=kept.name,
        size_bytes=kept.size_bytes,
        files=kept.files,
        skip_bad=skip_bad,
        job_id=job_id,
        at=now,
        by_steps=kept.by_steps,
        **who,
    )
    kind = READING if kept.by_steps else WRITING
    queue_job(tx, job_id=job_id, kind=kind, about_id=kept.upload_id, at=now, **who)
    events.record(
        tx, "upload.sent", about_kind="upload", about_id=kept.upload_id, by=by, at=now,
        facts={"name": kept.name},
    )  # fmt: skip
    return kept.upload_id


def _name_files(files: Sequence[SentFile], *, by_steps: bool) -> list[tuple[SentFile, str]]:
    """The files with names of our own making; nothing of a client's name reaches a path."""
    named: list[tuple[SentFile, str]] = []
    for file in files:
        if file.filename:
            count = len(named) + 1
            name = _clean_filename(file.filename)
            named.append((file, _choose_file_name(name, f"list-{count}" if by_steps else "")))
    if not named:
        raise Invalid("Choose a file.", pointer="/files")
    names = [name for _, name in named]
    if len(set(names)) < len(names) or (len(names) > 1 and any(map(_is_workbook, names))):
        raise Invalid("Send one workbook, or CSV files of different tables.", pointer="/files")
    return named


def _measure_stream(file: SentFile) -> int:
    return file.stream.seek(0, SEEK_END)


def _keep_files(kept: Kept, named: list[tuple[SentFile, str]]) -> None:
    folder = folder_of(kept.upload_id) / "in"
    with say_full():
        folder.mkdir(parents=True, mode=0o700)
        (folder.parent / READ).mkdir(mode=0o700)
    for file, name in named:
        keep_stream(file.stream, folder / name, most_bytes=kept.size_bytes, pointer="/files")


def _clean_filename(filename: str) -> str:
    name = PurePath(filename.replace("\\", "/")).name
    return "".join(letter for letter in name if letter.isprintable())[-MAX_NAME_CHARS:]


def _choose_file_name(name: str, otherwise: str) -> str:
    """What a file is called by us: ``otherwise`` where its own name is that of no table."""
    stem, dot, suffix = fold_short(name).lower().rpartition(".")
    if f"{dot}{suffix}" in WORKBOOKS:
        return f"workbook.{suffix}"
    table = find_table(stem) or otherwise
    if f"{dot}{suffix}" in TEXTS and table:
        return f"{table}.csv"
    raise Invalid(
        "%(name)s cannot be read. Send a workbook (.xlsx), or CSV files named after their table: "
        "%(known)s.",
        pointer="/files",
        name=name,
        known=", ".join(TABLES),
    )


def _is_workbook(file_name: str) -> bool:
    return file_name.startswith("workbook.")


def folder_of(upload_id: str) -> Path:
    """Where the files of an upload lie, and what reading them found."""
    return settings().files_dir / "uploads" / upload_id


def import_upload(driver: Driver, job: StartedJob, progress: Progress) -> Facts:
    """Do the job of an upload; run again, it finds what it wrote before unchanged.

    Raises:
        Invalid: the files are no tables.
        NotFound: the upload is gone.
    """
    by = Actor(user_id=job.user_id, firm_id=job.firm_id, role="owner")
    upload = read(driver, uploads.get, job.about_id, viewer=by.firm_id)
    said = read_said(*read(driver, uploads.get_said, upload.id, viewer=by.firm_id))
    report = import_tables(
        driver,
        find_source(folder_of(upload.id)),
        by=by,
        skip_bad=upload.skip_bad,
        progress=progress,
        upload=upload,
        answers=said.answers,
        mends=said.mends,
    )
    _save_report(upload.id, report)
    return report.to_facts()


def find_source(folder: Path) -> Path:
    """What is read of an upload: its workbook, or the folder of its CSV files."""
    books = list((folder / "in").glob("workbook.*"))
    return books[0] if books else folder / "in"


def _save_report(upload_id: str, report: Report) -> None:
    for name, cells in (("warnings", report.warnings), ("report", report.bad_rows)):
        text = json.dumps([asdict(cell) for cell in cells], default=str)
        keep_stream(
            BytesIO(text.encode()),
            folder_of(upload_id) / f"{name}.json",
            most_bytes=len(text),
            pointer="/files",
        )


def get(driver: Driver, upload_id: str, *, by: Actor) -> Upload:
    """An upload of the actor's firm, or NotFound."""
    return read(driver, uploads.get, upload_id, viewer=by.firm_id)


def bad_rows(driver: Driver, upload_id: str, *, by: Actor) -> list[BadRow]:
    """The bad cells of an upload, at most 10,000; none while it is not known.

    Raises:
        NotFound: no such upload, or another firm's.
    """
    return _read_cells(driver, upload_id, "report.json", by)


def list_warnings(driver: Driver, upload_id: str, *, by: Actor) -> list[BadRow]:
    """Cells of an upload that were written and need a look, at most 10,000.

    Raises:
        NotFound: no such upload, or another firm's.
    """
    return _read_cells(driver, upload_id, "warnings.json", by)


def _read_cells(driver: Driver, upload_id: str, file_name: str, by: Actor) -> list[BadRow]:
    path = folder_of(get(driver, upload_id, by=by).id) / file_name
    if not path.is_file():
        return []
    return [BadRow(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]


def remove_files(driver: Driver, upload_id: str, *, by: Actor) -> None:
    """Delete the files of an upload and its report of bad rows; what was written stays.

    Raises:
        Forbidden: the role may only look.
        NotFound: no such upload of the actor's firm.
        NotOpen: it is still being imported, or they are deleted already.
    """
    by.check_role("buyer", "seller")
    write(driver, _note_removed, upload_id, by, utc_now())
    shutil.rmtree(folder_of(upload_id), ignore_errors=True)


def _note_removed(tx: Tx, upload_id: str, by: Actor, now: datetime) -> None:
    name = uploads.clear(tx, upload_id, viewer=by.firm_id, now=now)
    events.record(
        tx, "upload.files_removed", about_kind="upload", about_id=upload_id, by=by, at=now,
        facts={"name": name},
    )  # fmt: skip


def clear_old_uploads(driver: Driver, now: datetime) -> int:
    """Delete files of uploads that are older than 30 days; returns how many uploads."""
    before = (now - UPLOADS_KEPT).timestamp()
    old = _list_folders(before)
    for start in range(0, len(old), BATCH_FILES):
        some = old[start : start + BATCH_FILES]
        write(driver, uploads.note_cleared, [folder.name for folder in some], now=now)
        for folder in some:
            shutil.rmtree(folder, ignore_errors=True)
    return len(old)


def clear_left_uploads(driver: Driver, _now: datetime) -> int:
    """Delete folders that belong to no upload: their process died; returns how many."""
    left = _list_folders(time.time() - HALF_KEPT_S)
    cleared = 0
    for start in range(0, len(left), BATCH_FILES):
        some = left[start : start + BATCH_FILES]
        kept = read(driver, uploads.kept_among, [folder.name for folder in some])
        for folder in some:
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)
                cleared += 1
    return cleared


def _list_folders(before: float) -> list[Path]:
    """Folders of uploads that nobody changed since an instant, in seconds of the epoch."""
    listed: list[Path] = []
    for folder in sorted((settings().files_dir / "uploads").glob("*")):
        with contextlib.suppress(FileNotFoundError):  # another worker clears it just now
            if folder.stat().st_mtime < before:
                listed.append(folder)
    return listed


TIDIES = (clear_old_uploads, clear_left_uploads)
