"""Tables that a firm sends through the portal or the API: kept, imported as a job, reported."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import Final, Protocol

from neo4j import Driver

from supplychain.actions.imports.imports import import_tables
from supplychain.actions.imports.reading import WORKBOOKS
from supplychain.actions.imports.report import BadRow, Progress, Report
from supplychain.actions.jobs import queue_job
from supplychain.config import settings
from supplychain.errors import Invalid
from supplychain.graph import events
from supplychain.graph.engine.transactions import Once, Tx, read, write_once
from supplychain.graph.imports import uploads
from supplychain.model.events import Facts
from supplychain.model.ids import new_id, utc_now
from supplychain.model.imports.tables import MAX_NAME_CHARS, TABLES
from supplychain.model.imports.uploads import Upload
from supplychain.model.jobs import StartedJob
from supplychain.model.people.actors import Actor

KEPT_DAYS: Final = 30
"""Reports and unfinished files are deleted after this."""
_COPY: Final = re.compile(r"\s*(\(\d+\)|- copy|副本)$")


class SentFile(Protocol):
    """A file as a web framework hands it over."""

    filename: str | None

    def save(self, dst: Path) -> None:
        """Write it to a path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Files as they were kept: ``name`` for people, ``size_bytes`` of all."""

    upload_id: str
    name: str
    size_bytes: int


def upload_tables(
    driver: Driver,
    files: Sequence[SentFile],
    *,
    skip_bad: bool,
    by: Actor,
    once: Once | None = None,
) -> str:
    """Keep the files and queue their import; returns the upload's id.

    Args:
        driver: the graph.
        files: one workbook, or CSV files named after their tables.
        skip_bad: import the good rows although there are bad ones.
        by: whose rows alone are imported.
        once: the client's key.

    Raises:
        Forbidden: the role may only look.
        Invalid: no file, or files that cannot be tables.
    """
    by.check_role("buyer", "seller")
    kept = _keep_files(files)
    told = write_once(driver, once, _create_upload, kept, skip_bad, by, new_id(), utc_now())
    if told != kept.upload_id:  # the same files were sent before under this key
        shutil.rmtree(_folder_of(kept.upload_id), ignore_errors=True)
    return told


def _create_upload(
    tx: Tx, kept: Kept, skip_bad: bool, by: Actor, job_id: str, now: datetime
) -> str:
    who = {"firm_id": by.firm_id, "user_id": by.user_id}
    uploads.create(
        tx,
        upload_id=kept.upload_id,
        name=kept.name,
        size_bytes=kept.size_bytes,
        skip_bad=skip_bad,
        job_id=job_id,
        at=now,
        **who,
    )
    queue_job(tx, job_id=job_id, kind="import", about_id=kept.upload_id, at=now, **who)
    events.record(
        tx, "upload.sent", about_kind="upload", about_id=kept.upload_id, by=by, at=now,
        facts={"name": kept.name},
    )  # fmt: skip
    return kept.upload_id


def _keep_files(files: Sequence[SentFile]) -> Kept:
    """Save files under names of our own making; nothing of a client's name reaches a path."""
    named = [(file, _clean_filename(file.filename or "")) for file in files if file.filename]
    if not named:
        raise Invalid("Choose a file.", pointer="/files")
    places = [_choose_file_name(name) for _, name in named]
    if len(set(places)) < len(places) or (len(places) > 1 and any(map(_is_workbook, places))):
        raise Invalid("Send one workbook, or CSV files of different tables.", pointer="/files")
    upload_id = new_id()
    folder = _folder_of(upload_id) / "in"
    folder.mkdir(parents=True, mode=0o700)
    for (file, _), place in zip(named, places, strict=True):
        file.save(folder / place)
    size = sum((folder / place).stat().st_size for place in places)
    name = ", ".join(name for _, name in named)
    return Kept(upload_id=upload_id, name=name[:MAX_NAME_CHARS], size_bytes=size)


def _clean_filename(filename: str) -> str:
    name = PurePath(filename.replace("\\", "/")).name
    return "".join(letter for letter in name if letter.isprintable())[-MAX_NAME_CHARS:]


def _choose_file_name(name: str) -> str:
    stem, dot, suffix = unicodedata.normalize("NFKC", name).lower().rpartition(".")
    if f"{dot}{suffix}" in WORKBOOKS:
        return f"workbook.{suffix}"
    table = _COPY.sub("", stem).strip()
    if suffix == "csv" and table in TABLES:
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


def _folder_of(upload_id: str) -> Path:
    return settings().files_dir / "uploads" / upload_id


def import_upload(driver: Driver, job: StartedJob, progress: Progress) -> Facts:
    """Do the job of an upload; run again, it finds what it wrote before unchanged.

    Raises:
        Invalid: the files are no tables.
        NotFound: the upload is gone.
    """
    by = Actor(user_id=job.user_id, firm_id=job.firm_id, role="owner")
    upload = read(driver, uploads.get, job.about_id, viewer=by.firm_id)
    folder = _folder_of(upload.id) / "in"
    books = list(folder.glob("workbook.*"))
    source = books[0] if books else folder
    report = import_tables(
        driver, source, by=by, skip_bad=upload.skip_bad, progress=progress, upload=upload
    )
    _save_report(upload.id, report)
    return report.to_facts()


def _save_report(upload_id: str, report: Report) -> None:
    for name, cells in (("warnings", report.warnings), ("report", report.bad_rows)):
        draft = _folder_of(upload_id) / f"{name}.new"
        entries = [asdict(cell) for cell in cells]
        draft.write_text(json.dumps(entries, default=str), encoding="utf-8")
        draft.replace(_folder_of(upload_id) / f"{name}.json")


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
    path = _folder_of(get(driver, upload_id, by=by).id) / file_name
    if not path.is_file():
        return []
    return [BadRow(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]


def clear_old_uploads(_driver: Driver, now: datetime) -> int:
    """Delete files of uploads that are older than 30 days; returns how many."""
    before = (now - timedelta(days=KEPT_DAYS)).timestamp()
    folders = (settings().files_dir / "uploads").glob("*")
    old = [folder for folder in folders if folder.stat().st_mtime < before]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


TIDIES = (clear_old_uploads,)
