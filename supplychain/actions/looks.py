"""Files that leave, and opened bids that are read.

Each is an event before its reader has the answer: what cannot be written down is not given out.
Repeats within the hour, of the same by the same person, are one.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from neo4j import Driver

from supplychain.graph import events, logbook
from supplychain.graph.engine.transactions import Tx, read, write
from supplychain.model.people.actors import Actor

MAX_REMEMBERED_KEYS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file as a reader takes it home; ``about_kind`` and ``about_id`` are the thing of its
    address.
    """

    name: str
    route: str
    about_kind: str = ""
    about_id: str = ""
    detail: str = ""
    """What tells two files of one address apart: its query, the id of an attachment."""


class WrittenKeys:
    """What this process wrote down already, the latest ones."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: OrderedDict[tuple[str, ...], None] = OrderedDict()

    def has(self, *key: str) -> bool:
        """Whether it is remembered."""
        with self._lock:
            return key in self._keys

    def clear(self) -> None:
        """Forget all of it."""
        with self._lock:
            self._keys.clear()

    def keep(self, *key: str) -> None:
        """Remember it, once it is written."""
        with self._lock:
            self._keys[key] = None
            while len(self._keys) > MAX_REMEMBERED_KEYS:
                self._keys.popitem(last=False)


_seen = WrittenKeys()


def forget_seen() -> None:
    """Remember nothing: for a graph that was emptied."""
    _seen.clear()


def record_download(driver: Driver, download: Download, *, by: Actor, now: datetime) -> None:
    """Write down that the actor takes a file; in the owner's log too, where it is another firm's.

    Raises:
        Unavailable: it cannot be written, so the file must not leave.
    """
    hour = f"{now:%Y-%m-%dT%H}"
    key = ("file", by.user_id, download.route, download.about_id, download.detail, hour)
    if _seen.has(*key):
        return
    write(driver, _record_download, download, by, now)
    _seen.keep(*key)


def _record_download(tx: Tx, download: Download, by: Actor, now: datetime) -> None:
    number, title, owner_id = "", "", ""
    if download.about_kind in ("parts_request", "order", "share", "award_study"):
        number, title, owner_id = logbook.name_thing(tx, download.about_id)
    facts: dict[str, object] = {
        "file": download.name,
        "number": number,
        "title": title,
        "route": download.route,
    }
    about_kind, about_id = download.about_kind or "firm", download.about_id or by.firm_id
    events.record(
        tx,
        "file.downloaded",
        about_kind=about_kind,
        about_id=about_id,
        by=by,
        at=now,
        facts=facts,
        is_news=False,
    )
    if download.about_kind == "parts_request" and owner_id not in ("", by.firm_id):
        _record_look(tx, "look.file", owner_id, (about_kind, about_id), by, now, facts)


def _record_look(
    tx: Tx,
    kind: str,
    owner_id: str,
    about: tuple[str, str],
    by: Actor,
    now: datetime,
    facts: dict[str, object],
) -> None:
    """In the owner's own chain: which firm, never which of its people."""
    firm = Actor(user_id="", firm_id=by.firm_id, role=by.role)
    events.record(
        tx,
        kind,
        about_kind=about[0],
        about_id=about[1],
        by=firm,
        at=now,
        facts=facts,
        is_news=False,
        ledger_id=owner_id,
    )


def record_operator_export(driver: Driver, name: str, *, firm_id: str, now: datetime) -> None:
    """Write down that tables were taken out at the command line.

    Args:
        driver: of the graph.
        name: of the file or folder.
        firm_id: whose tables, whose log it then is; "" for everybody's.
        now: the instant.
    """
    write(driver, _record_operator_export, name, firm_id, now)


def _record_operator_export(tx: Tx, name: str, firm_id: str, now: datetime) -> None:
    operator = Actor(user_id="", firm_id=firm_id, role="viewer", is_operator=True)
    events.record(
        tx,
        "tables.exported",
        about_kind="firm",
        about_id=firm_id,
        by=operator,
        at=now,
        facts={"file": name},
        is_news=False,
    )


def record_bids_read(driver: Driver, thing_id: str, *, by: Actor, now: datetime) -> None:
    """Write down the first time that somebody of the buyer reads the opened bids of a request.

    Args:
        driver: of the graph.
        thing_id: the request, one of its bids, or a study of them.
        by: whoever reads.
        now: the instant.

    Raises:
        Unavailable: it cannot be written.
    """
    key = ("bids", by.user_id, thing_id)
    if _seen.has(*key):
        return
    request = read(driver, logbook.find_opened_request, thing_id, viewer=by.firm_id)
    if request is None:
        return
    if not read(driver, logbook.has_read_bids, request[0], user_id=by.user_id, viewer=by.firm_id):
        write(driver, _record_bids_read, request, by, now)
    _seen.keep(*key)


def _record_bids_read(tx: Tx, request: tuple[str, str, str], by: Actor, now: datetime) -> None:
    request_id, number, title = request
    events.lock_ledger(tx, by.firm_id)
    if logbook.has_read_bids(tx, request_id, user_id=by.user_id, viewer=by.firm_id):
        return
    events.record(
        tx,
        "bids.read",
        about_kind="parts_request",
        about_id=request_id,
        by=by,
        at=now,
        facts={"number": number, "title": title},
        is_news=False,
    )
