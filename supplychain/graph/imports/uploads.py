"""Uploads in the graph; their files lie in ``data/files/uploads``."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from supplychain.errors import NotFound, NotOpen
from supplychain.graph.engine.transactions import Tx, nonce, row, rows, run
from supplychain.model.ids import to_text
from supplychain.model.imports.uploads import Upload
from supplychain.model.jobs import ACTIVE, Job

CREATE = """
CREATE (u:Upload {
    id: $id, firm_id: $firm_id, user_id: $user_id, name: $name, size_bytes: $size_bytes,
    files: $files, path: $id, skip_bad: $skip_bad, created_at: $at, job_id: $job_id,
    report_path: $report_path, by_steps: $by_steps, version: 1, answers: '', mends: '',
    remembered_at: '', remembered_by: ''})
"""


def create(
    tx: Tx,
    *,
    upload_id: str,
    at: datetime,
    files: int = 1,
    by_steps: bool = False,
    **values: Any,
) -> None:
    """Add an upload of some files: firm_id, user_id, name, size_bytes, skip_bad, job_id."""
    report_path = f"{upload_id}/report.json"
    run(
        tx,
        CREATE,
        id=upload_id,
        at=to_text(at),
        report_path=report_path,
        files=files,
        by_steps=by_steps,
        **values,
    )


GET = """
MATCH (u:Upload {id: $id}) WHERE u.firm_id = $viewer
MATCH (j:Job {id: u.job_id})
RETURN u.id AS id, u.name AS name, u.size_bytes AS size_bytes, u.skip_bad AS skip_bad,
       u.created_at AS created_at, u.cleared_at AS cleared_at,
       coalesce(u.by_steps, false) AS by_steps, coalesce(u.version, 1) AS version,
       coalesce(u.remembered_at, '') AS remembered_at,
       coalesce(u.remembered_by, '') AS remembered_by,
       j.id AS job_id, j.kind AS kind, j.state AS state, j.about_id AS about_id,
       j.firm_id AS firm_id, j.done AS done, j.total AS total, j.message AS message,
       j.result AS result, j.created_at AS queued_at, j.ended_at AS ended_at
"""


def get(tx: Tx, upload_id: str, *, viewer: str) -> Upload:
    """An upload of the viewer's firm.

    Raises:
        NotFound: no such upload, or another firm's.
    """
    found = row(tx, GET, id=upload_id, viewer=viewer)
    if found is None:
        raise NotFound
    return _read_upload(found)


SAID = """
MATCH (u:Upload {id: $id}) WHERE u.firm_id = $viewer
RETURN coalesce(u.version, 1) AS version, coalesce(u.answers, '') AS answers,
       coalesce(u.mends, '') AS mends
"""


def get_said(tx: Tx, upload_id: str, *, viewer: str) -> tuple[int, str, str]:
    """The version of what was said of an upload, the answers and the mends, as JSON texts.

    Raises:
        NotFound: no such upload, or another firm's.
    """
    found = row(tx, SAID, id=upload_id, viewer=viewer)
    if found is None:
        raise NotFound
    return found["version"], found["answers"], found["mends"]


LOCK = """
MATCH (u:Upload {id: $id}) WHERE u.firm_id = $viewer SET u.lock = $nonce
WITH u MATCH (j:Job {id: u.job_id}) SET j.lock = $nonce
"""


def lock(tx: Tx, upload_id: str, *, viewer: str) -> Upload:
    """An upload of the viewer's firm, and nobody else changes it or its job meanwhile.

    Raises:
        NotFound: no such upload, or another firm's.
    """
    run(tx, LOCK, id=upload_id, viewer=viewer, nonce=nonce())
    return get(tx, upload_id, viewer=viewer)


SAVE_SAID = """
MATCH (u:Upload {id: $id})
SET u.answers = $answers, u.mends = $mends, u.version = $version, u.job_id = $job_id
"""


def save_said(
    tx: Tx, upload_id: str, *, answers: str, mends: str, version: int, job_id: str
) -> None:
    """Keep what was said of a locked upload, and the job that reads it anew."""
    run(
        tx,
        SAVE_SAID,
        id=upload_id,
        answers=answers,
        mends=mends,
        version=version,
        job_id=job_id,
    )


SAVE_WRITING = """
MATCH (u:Upload {id: $id})
SET u.skip_bad = $skip_bad, u.version = $version, u.job_id = $job_id
"""


def save_writing(tx: Tx, upload_id: str, *, skip_bad: bool, version: int, job_id: str) -> None:
    """Keep the job that writes a locked upload."""
    run(tx, SAVE_WRITING, id=upload_id, skip_bad=skip_bad, version=version, job_id=job_id)


SAVE_REMEMBERED = """
MATCH (u:Upload {id: $id}) SET u.lock = $nonce
WITH u WHERE u.version = $version
SET u.answers = $answers, u.remembered_at = $used_at, u.remembered_by = $used_by
RETURN u.id AS id
"""


def save_remembered(
    tx: Tx, upload_id: str, *, version: int, answers: str, used_at: str, used_by: str
) -> bool:
    """Note answers of an earlier file; False where somebody said something meanwhile."""
    found = row(
        tx,
        SAVE_REMEMBERED,
        id=upload_id,
        version=version,
        answers=answers,
        used_at=used_at,
        used_by=used_by,
        nonce=nonce(),
    )
    return found is not None


CLEAR = """
MATCH (u:Upload {id: $id}) WHERE u.firm_id = $viewer SET u.lock = $nonce
WITH u MATCH (j:Job {id: u.job_id}) SET j.lock = $nonce
WITH u, j, u.cleared_at IS NULL AND NOT j.state IN $active AS may_go
SET u.cleared_at = CASE WHEN may_go THEN $now ELSE u.cleared_at END
RETURN may_go AS may_go, u.name AS name, j.state IN $active AS is_active
"""


def clear(tx: Tx, upload_id: str, *, viewer: str, now: datetime) -> str:
    """Note that the files of an upload are deleted; returns what they were called.

    Raises:
        NotFound: no such upload, or another firm's.
        NotOpen: it is still being imported, or they are deleted already.
    """
    found = row(
        tx, CLEAR, id=upload_id, viewer=viewer, now=to_text(now), nonce=nonce(),
        active=list(ACTIVE),
    )  # fmt: skip
    if found is None:
        raise NotFound
    if found["is_active"]:
        raise NotOpen("These files are still being imported. Stop that first, or wait for its end.")
    if not found["may_go"]:
        raise NotOpen("These files are deleted already.")
    return found["name"]


CLEARED = """
UNWIND $ids AS id
MATCH (u:Upload {id: id}) WHERE u.cleared_at IS NULL
SET u.cleared_at = $now
"""


def note_cleared(tx: Tx, upload_ids: list[str], *, now: datetime) -> None:
    """Note that the files of uploads, of whichever firm, are deleted, for the clock alone."""
    run(tx, CLEARED, ids=upload_ids, now=to_text(now))


KEPT = """
UNWIND $ids AS id
MATCH (u:Upload {id: id}) WHERE u.cleared_at IS NULL
RETURN u.id AS id LIMIT 1000
"""


def kept_among(tx: Tx, upload_ids: list[str]) -> set[str]:
    """Which of up to 1,000 uploads are there and keep their files, for the clock alone."""
    return {entry["id"] for entry in rows(tx, KEPT, ids=upload_ids)}


LIST = """
MATCH (u:Upload {firm_id: $viewer})
WHERE $before IS NULL OR u.created_at < $before
   OR (u.created_at = $before AND u.id < $before_id)
MATCH (j:Job {id: u.job_id})
RETURN u.id AS id, u.name AS name, u.size_bytes AS size_bytes, u.skip_bad AS skip_bad,
       u.created_at AS created_at, u.cleared_at AS cleared_at,
       coalesce(u.by_steps, false) AS by_steps, coalesce(u.version, 1) AS version,
       coalesce(u.remembered_at, '') AS remembered_at,
       coalesce(u.remembered_by, '') AS remembered_by,
       j.id AS job_id, j.kind AS kind, j.state AS state, j.about_id AS about_id,
       j.firm_id AS firm_id, j.done AS done, j.total AS total, j.message AS message,
       j.result AS result, j.created_at AS queued_at, j.ended_at AS ended_at
ORDER BY created_at DESC, id DESC LIMIT $limit
"""


def list_own(
    tx: Tx, *, viewer: str, limit: int, after: tuple[str, str] | None = None
) -> list[Upload]:
    """The uploads of the viewer's firm, newest first, after (created_at, id)."""
    before, before_id = after or (None, None)
    found = rows(tx, LIST, viewer=viewer, limit=limit, before=before, before_id=before_id)
    return [_read_upload(entry) for entry in found]


def _read_upload(values: dict[str, Any]) -> Upload:
    names = ("kind", "state", "about_id", "firm_id", "done", "total", "message", "ended_at")
    job = Job(
        id=values["job_id"],
        result=json.loads(values["result"]),
        created_at=values["queued_at"],
        **{name: values[name] for name in names},
    )
    return Upload(
        id=values["id"],
        name=values["name"],
        size_bytes=values["size_bytes"],
        skip_bad=values["skip_bad"],
        created_at=values["created_at"],
        cleared_at=values["cleared_at"],
        job=job,
        **{
            name: values[name] for name in ("by_steps", "version", "remembered_at", "remembered_by")
        },
    )
