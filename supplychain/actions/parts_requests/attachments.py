"""Files of parts requests. Bytes are kept once, by their digest, outside the graph."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from neo4j import Driver

from supplychain.actions.kept_files import (
    HALF,
    blocks_of,
    count_kept,
    keep_stream,
    lock_room,
    say_full,
)
from supplychain.actions.parts_requests.parts_requests import record_event
from supplychain.config import settings
from supplychain.errors import Invalid, NotFound
from supplychain.graph import kept_files
from supplychain.graph.engine.transactions import Once, Tx, is_done, read, write, write_once
from supplychain.graph.parts_requests import attachments, parts_requests
from supplychain.model.ids import new_id, to_text, utc_now
from supplychain.model.parts_requests.attachments import (
    MAX_BYTES,
    MAX_FILES,
    Attachment,
    ContentCheck,
    media_type,
    safe_name,
)
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.model.people.actors import Actor

BATCH_FILES = 500
UNUSED_S = 86_400
"""How long bytes are kept that no request has: whoever sends a file may still attach it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file to attach, which was looked at: it fits its name and is not too large.

    ``stream`` holds its bytes, ``sha256`` is their digest; ``line_number`` 0 is the whole request.
    """

    name: str
    stream: IO[bytes]
    size_bytes: int
    sha256: str
    line_number: int = 0

    @classmethod
    def of(cls, filename: str, stream: IO[bytes], line_number: int = 0) -> NewFile:
        """Look at a file as it was sent, block by block; nothing of it is kept yet.

        Raises:
            Invalid: the kind, the size or the content.
        """
        name = safe_name(filename)
        check, sha256 = ContentCheck(name), hashlib.sha256()
        for block in blocks_of(stream):
            check.add(block)
            sha256.update(block)
        check.finish()
        return cls(
            name=name,
            stream=stream,
            size_bytes=check.size_bytes,
            sha256=sha256.hexdigest(),
            line_number=line_number,
        )


def attach(
    driver: Driver, request_id: str, file: NewFile, *, by: Actor, once: Once | None = None
) -> str:
    """Attach a file to a draft and return the attachment's id.

    What refuses it is asked before its bytes are kept, and again in the transaction.

    Raises:
        Forbidden: the actor is no buyer.
        NotFound: no such request of the actor's firm.
        NotOpen: it is no draft any more.
        Invalid: the line, the number of files, or what the firm keeps in files already.
        Unavailable: the disk is full.
    """
    by.check_role("buyer")
    kept = Attachment(
        id=new_id(),
        line_number=file.line_number,
        name=file.name,
        media_type=media_type(file.name),
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        created_at=to_text(utc_now()),
    )
    if once is None or not read(driver, is_done, once):
        read(driver, _check_attachable, request_id, kept, by, utc_now())
    _keep_bytes(file)
    return write_once(driver, once, _attach_file, request_id, kept, by, utc_now())


def _keep_bytes(file: NewFile) -> None:
    """Write the bytes under their digest; a file that is there is only marked as wanted again."""
    path = path_of(file.sha256)
    with say_full():
        if path.exists():
            os.utime(path)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
    keep_stream(file.stream, path, most_bytes=MAX_BYTES, pointer="/file")
    path.chmod(0o600)


def path_of(sha256: str) -> Path:
    """Where the bytes with this digest are."""
    return settings().files_dir / "attachments" / sha256[:2] / sha256


def _check_attachable(tx: Tx, request_id: str, kept: Attachment, by: Actor, now: datetime) -> None:
    request = parts_requests.get(tx, request_id, viewer=by.firm_id)
    _check_fits(tx, request, kept, by)
    if not kept_files.has_attached(tx, by.firm_id, kept.sha256):
        count_kept(tx, by.firm_id, now).check_room(kept.size_bytes, 1, pointer="/file")


def _check_fits(tx: Tx, request: PartsRequest, kept: Attachment, by: Actor) -> None:
    request.check_draft()
    if not 0 <= kept.line_number <= len(request.lines):
        raise Invalid("There is no such line.", pointer="/line_number")
    if len(attachments.list_own(tx, request.id, viewer=by.firm_id)) >= MAX_FILES:
        raise Invalid(
            "A request may have at most %(most)s files. Pack them into one ZIP.",
            pointer="/file",
            most=MAX_FILES,
        )


def _attach_file(tx: Tx, request_id: str, kept: Attachment, by: Actor, now: datetime) -> str:
    request = parts_requests.lock(tx, request_id, viewer=by.firm_id)
    _check_fits(tx, request, kept, by)
    if not kept_files.has_attached(tx, by.firm_id, kept.sha256):
        lock_room(tx, by.firm_id, size_bytes=kept.size_bytes, files=1, now=now, pointer="/file")
    attachments.create(tx, request_id, kept, viewer=by.firm_id)
    record_event(tx, "attached", request, by, now)
    return kept.id


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
    old = [
        path
        for path in sorted(folder.glob("??/*"))
        if path.suffix != HALF and path.stat().st_mtime < before
    ]
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
