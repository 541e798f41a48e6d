"""Files of parts requests. Bytes are kept once, by their digest, outside the graph."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from neo4j import Driver

from supplychain.actions.parts_requests.parts_requests import record_event
from supplychain.config import settings
from supplychain.errors import Invalid, NotFound
from supplychain.graph.engine.transactions import Once, Tx, read, write, write_once
from supplychain.graph.parts_requests import attachments, parts_requests
from supplychain.model.ids import new_id, to_text, utc_now
from supplychain.model.parts_requests.attachments import (
    MAX_FILES,
    Attachment,
    check_content,
    media_type,
    safe_name,
)
from supplychain.model.people.actors import Actor

BATCH_FILES = 500
UNUSED_S = 86_400
"""How long bytes are kept that no request has: whoever sends a file may still attach it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file to attach; ``line_number`` 0 is the whole request."""

    name: str
    content: bytes
    line_number: int = 0

    @property
    def sha256(self) -> str:
        """The digest by which its bytes are kept."""
        return hashlib.sha256(self.content).hexdigest()


def attach(
    driver: Driver, request_id: str, file: NewFile, *, by: Actor, once: Once | None = None
) -> str:
    """Attach a file to a draft and return the attachment's id.

    Raises:
        Forbidden: the actor is no buyer.
        NotFound: no such request of the actor's firm.
        NotOpen: it is no draft any more.
        Invalid: the kind, the size, the content, the line or the number of files.
    """
    by.check_role("buyer")
    name = safe_name(file.name)
    check_content(name, file.content)
    read(driver, parts_requests.get, request_id, viewer=by.firm_id)
    _keep_bytes(file)
    return write_once(driver, once, _attach_file, request_id, name, file, by, new_id(), utc_now())


def _keep_bytes(file: NewFile) -> None:
    """Write the bytes under their digest; a file that is there is only marked as wanted again."""
    path = path_of(file.sha256)
    if path.exists():
        os.utime(path)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{new_id()}")
    partial.write_bytes(file.content)
    partial.chmod(0o600)
    partial.replace(path)


def path_of(sha256: str) -> Path:
    """Where the bytes with this digest are."""
    return settings().files_dir / "attachments" / sha256[:2] / sha256


def _attach_file(
    tx: Tx,
    request_id: str,
    name: str,
    file: NewFile,
    by: Actor,
    attachment_id: str,
    now: datetime,
) -> str:
    request = parts_requests.lock(tx, request_id, viewer=by.firm_id)
    request.check_draft()
    if not 0 <= file.line_number <= len(request.lines):
        raise Invalid("There is no such line.", pointer="/line_number")
    if len(attachments.list_own(tx, request_id, viewer=by.firm_id)) >= MAX_FILES:
        raise Invalid(
            "A request may have at most %(most)s files. Pack them into one ZIP.",
            pointer="/file",
            most=MAX_FILES,
        )
    kept = Attachment(
        id=attachment_id,
        line_number=file.line_number,
        name=name,
        media_type=media_type(name),
        size_bytes=len(file.content),
        sha256=file.sha256,
        created_at=to_text(now),
    )
    attachments.create(tx, request_id, kept, viewer=by.firm_id)
    record_event(tx, "attached", request, by, now)
    return attachment_id


def find(
    driver: Driver, request_id: str, attachment_id: str, *, by: Actor
) -> tuple[Attachment, Path]:
    """A file's description and where its bytes are, for the buyer and for who may bid.

    Raises:
        NotFound: no such file, or not for this firm.
    """
    file = read(driver, attachments.get, request_id, attachment_id, viewer=by.firm_id)
    path = path_of(file.sha256)
    if not path.is_file():
        raise NotFound
    return file, path


def detach(driver: Driver, request_id: str, attachment_id: str, *, by: Actor) -> None:
    """Take a file off a draft.

    Raises:
        Forbidden: the actor is no buyer.
        NotFound: no such request of the actor's firm, or no such file.
        NotOpen: it is no draft any more.
    """
    by.check_role("buyer")
    write(driver, _detach_file, request_id, attachment_id, by, utc_now())


def _detach_file(tx: Tx, request_id: str, attachment_id: str, by: Actor, now: datetime) -> None:
    request = parts_requests.lock(tx, request_id, viewer=by.firm_id)
    request.check_draft()
    attachments.remove(tx, request_id, attachment_id, viewer=by.firm_id)
    record_event(tx, "detached", request, by, now)


def clear_unused_files(driver: Driver, now: datetime) -> int:
    """Delete bytes that no request has and that nobody sent for a day; returns how many."""
    before = min(now.timestamp(), time.time()) - UNUSED_S
    folder = settings().files_dir / "attachments"
    old = [path for path in sorted(folder.glob("??/*")) if path.stat().st_mtime < before]
    cleared = 0
    for start in range(0, len(old), BATCH_FILES):
        some = old[start : start + BATCH_FILES]
        used = read(driver, attachments.used_among, [path.name for path in some])
        for path in some:
            if path.name not in used:
                path.unlink(missing_ok=True)
                cleared += 1
    return cleared


TIDIES = (clear_unused_files,)
