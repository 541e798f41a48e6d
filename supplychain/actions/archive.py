"""The archive of events: the oldest links of each chain, in files that are never written again.

A part is a gzip file of JSON, one link a line, and a last line with the mark of the part before it
and its own: an HMAC-SHA-256 over that mark and the lines, by the key that signs events. The file
is whole on the disk before its events leave the graph, in one transaction that moves the chain's
own count: whoever is killed in between finds the file at the next turn, compares it and goes on.
"""

from __future__ import annotations

import gzip
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

import structlog
from neo4j import Driver

from supplychain.config import settings
from supplychain.errors import Unavailable
from supplychain.graph import events, history
from supplychain.graph.engine.transactions import read, write
from supplychain.model.ids import to_text
from supplychain.model.logbook import SignedLink

PART_EVENTS: Final = 1000
"""The most that one file holds, and one transaction takes out of the graph."""
MOST_EVENTS: Final = 10_000
"""Moved at one tidying."""
BATCH_CHAINS: Final = 50
SLACK: Final = timedelta(days=30)
"""A chain is moved on about monthly, so that the archive is no heap of tiny files."""
GONE: Final = "The archive of older events cannot be read here. Tell the operator."
WRONG_PART: Final = "its file in the archive is missing or was changed"
OTHER_PART: Final = "its file in the archive follows another one"
log = structlog.get_logger()


class ArchiveError(Exception):
    """A part of the archive is missing, or is not as it was written; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePart:
    """One file: the links ``first`` to ``last`` of a chain."""

    path: Path
    first: int
    last: int


def archive_folder() -> Path:
    """Where the archive lies: a folder a chain."""
    return settings().data_dir / "archive"


def list_parts(ledger_id: str) -> list[ArchivePart]:
    """The files of a chain, oldest first."""
    parts: list[ArchivePart] = []
    for path in sorted(
        (archive_folder() / f"chain-{quote(ledger_id, safe='')}").glob("*.jsonl.gz")
    ):
        first, _, last = path.name.removesuffix(".jsonl.gz").partition("-")
        parts.append(ArchivePart(path=path, first=int(first), last=int(last)))
    return parts


def move_old(driver: Driver, now: datetime, *, slack: timedelta = SLACK) -> int:
    """Move events that are older than the setting into the archive, some at a time; how many.

    What waits for a reaction stays, and what follows it in its chain.
    """
    days = settings().archive_after_days
    if not days:
        return 0
    before = now - timedelta(days=days)
    moved = 0
    due = read(driver, history.list_due_ledgers, before=to_text(before - slack), limit=BATCH_CHAINS)
    for ledger_id, _, _ in due:
        try:
            while moved < MOST_EVENTS and (part := _move_part(driver, ledger_id, to_text(before))):
                moved += part
        except ArchiveError as error:
            # It is not the chain's fault alone: the others go on, and `audit verify` tells this.
            log.error("archive_not_written", ledger_id=ledger_id, why=str(error))
    return moved


def _move_part(driver: Driver, ledger_id: str, before: str) -> int:
    """Move the next part of a chain; how many events."""
    archived, mark = read(driver, history.find_archived, ledger_id)
    left = next((one for one in list_parts(ledger_id) if one.first == archived + 1), None)
    last = left.last if left else archived + PART_EVENTS
    found = read(driver, history.list_whole, ledger_id, first=archived + 1, last=last)
    if left is None:
        waiting = read(driver, events.find_pending, [one["id"] for one in found])
        found = list(takewhile(lambda one: one["at"] < before and one["id"] not in waiting, found))
    if not found or found[0]["seq"] != archived + 1 or found[-1]["seq"] != archived + len(found):
        return 0
    lines = [json.dumps(one, ensure_ascii=False, sort_keys=True) for one in found]
    if left is None:
        fresh = _write_part(ledger_id, archived + 1, lines, mark)
    else:
        kept, fresh = _read_lines(left.path, mark)
        if kept != lines:
            raise ArchiveError(f"{left.path.name} holds other events than the graph")
    return len(found) if write(driver, history.drop_archived, ledger_id, found, mark=fresh) else 0


def _write_part(ledger_id: str, first: int, lines: list[str], mark: str) -> str:
    key = settings().audit_keys[-1]
    fresh = _sign_part(lines, mark, key.secret)
    last_line = json.dumps([key.id, mark, fresh])
    content = gzip.compress("\n".join([*lines, last_line]).encode(), mtime=0)
    folder = archive_folder() / f"chain-{quote(ledger_id, safe='')}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{first:012d}-{first + len(lines) - 1:012d}.jsonl.gz"
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with draft.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(0o400)
    try:
        os.link(draft, path)
    except FileExistsError:  # a twin was first: what it wrote is compared as any other
        kept, fresh = _read_lines(path, mark)
        if kept != lines:
            raise ArchiveError(f"{path.name} holds other events than the graph") from None
    finally:
        draft.unlink()
    _sync_folder(folder)
    return fresh


def _sync_folder(folder: Path) -> None:
    """Have the name of a new file outlive a loss of power."""
    if os.name != "posix":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _sign_part(lines: list[str], mark: str, secret: str) -> str:
    return hmac.new(secret.encode(), "\n".join([mark, *lines]).encode(), "sha256").hexdigest()


def _read_lines(path: Path, mark: str | None = None) -> tuple[list[str], str]:
    """The lines of a part and its mark; ``mark`` is that of the part before, None for whatever.

    Raises:
        ArchiveError: it is missing, was changed, or follows another part.
    """
    try:
        stat = path.stat()
    except OSError as error:
        raise ArchiveError(WRONG_PART) from error
    lines, before, signature = _check_part(path, (stat.st_ino, stat.st_size, stat.st_mtime_ns))
    if mark is not None and before != mark:
        raise ArchiveError(OTHER_PART)
    return lines, signature


@lru_cache(maxsize=16)
def _check_part(path: Path, _version: tuple[int, int, int]) -> tuple[list[str], str, str]:
    """The lines of a part, the mark of the one before it, and its own."""
    keys = {key.id: key.secret for key in settings().audit_keys}
    try:
        *lines, last = gzip.decompress(path.read_bytes()).decode().split("\n")
        key_id, before, signature = json.loads(last)
        if not hmac.compare_digest(_sign_part(lines, before, keys[key_id]), signature):
            raise ValueError("another signature")
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise ArchiveError(WRONG_PART) from error
    return lines, before, signature


def walk_links(ledger_id: str, *, after: int, last: int) -> Iterator[list[SignedLink]]:
    """The archived links of a chain behind ``after`` up to ``last``, a part at a time.

    Raises:
        ArchiveError: a part is missing or was changed.
    """
    place, mark = after, None if after else ""
    for part in list_parts(ledger_id):
        if part.last <= place or place >= last:
            continue
        if part.first > place + 1:
            break
        lines, mark = _read_lines(part.path, mark if part.first == place + 1 else None)
        links = [_parse_link(line) for line in lines]
        yield [link for link in links if place < link.seq <= last]
        place = part.last
    if place < last:
        raise ArchiveError(WRONG_PART)


def _parse_link(line: str) -> SignedLink:
    values: dict[str, Any] = json.loads(line)
    return SignedLink(**{name: values[name] for name in SignedLink.__dataclass_fields__})


def read_links(ledger_id: str, *, first: int, last: int) -> list[SignedLink]:
    """Archived links of a chain from one place to another, in order, for its readers.

    Raises:
        Unavailable: a part is missing here, or was changed.
    """
    if last < first:
        return []
    try:
        links = [
            link for part in walk_links(ledger_id, after=first - 1, last=last) for link in part
        ]
    except ArchiveError as error:
        log.error("archive_not_read", ledger_id=ledger_id, why=str(error))
        raise Unavailable(GONE) from error
    return links


def find_last_mark(ledger_id: str, last: int) -> str:
    """The mark of the part that ends at a place.

    Raises:
        ArchiveError: there is none, or it was changed.
    """
    part = next((one for one in list_parts(ledger_id) if one.last == last), None)
    if part is None:
        raise ArchiveError(WRONG_PART)
    return _read_lines(part.path)[1]


def count_archived() -> tuple[int, int]:
    """How many events lie in the archive, and in how many files."""
    prefix = "chain-"
    ledgers = [
        unquote(folder.name.removeprefix(prefix)) for folder in archive_folder().glob(f"{prefix}*")
    ]
    parts = [part for ledger_id in ledgers for part in list_parts(ledger_id)]
    return sum(part.last - part.first + 1 for part in parts), len(parts)


TIDIES = (move_old,)
