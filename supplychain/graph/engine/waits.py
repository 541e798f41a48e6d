"""Every wait for the graph has an end.

The driver bounds connecting and the wait for a free connection, not the wait for an answer: a graph
that is stopped, swaps or hangs on its disk would hold its callers for ever. Here each answer has
its time. In a portal somebody sits and waits: as soon as one answer is late, the graph is greeted
on the side. Does it greet back, the answer is only slow; does it not, all who wait are let go, and
who comes is refused at once until it greets again: else every thread of the portal would be held,
and with them what needs no graph at all.
"""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from neo4j import Session
from neo4j.exceptions import DriverError, Neo4jError, ServiceUnavailable, SessionExpired

from supplychain.config import settings
from supplychain.errors import Unavailable
from supplychain.graph.engine import driver as drivers

GREETING: Final = bytes.fromhex("6060b017 00000405 00000005 00000404 00000004")
"""The first bytes of a Bolt connection, with the versions 5.4 to 4.4.
Source: neo4j.com/docs/bolt/current/bolt/handshake."""
GREETING_S: Final = 2.0
"""A graph that works greets within milliseconds, whatever its queries take."""
LATE_S: Final = 1.5
"""After this long without an answer a portal looks whether the graph still greets."""
WATCH_PAUSE_S: Final = 0.25
"""How often it looks who waits."""
GREETING_PAUSE_S: Final = 1.0
"""How long lies between two greetings."""
PORT_NUMBER: Final = 7687
"""Where a graph listens if its address does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long this process waits.

    ``acquire_s``: for a connection. ``answer_s``: for the next bytes of an answer. ``contend_s``:
    for how long work that collides with other work is tried again. ``away_s``: for how long a graph
    that cannot be reached is. ``watched``: whether late answers are looked after.
    """

    acquire_s: float
    answer_s: float
    contend_s: float
    away_s: float
    watched: bool


WORK: Final = Patience(acquire_s=15.0, answer_s=90.0, contend_s=8.0, away_s=8.0, watched=False)
"""Of jobs and commands, where nobody sits and waits: longer than Neo4j lets a transaction run."""
PAGE: Final = Patience(acquire_s=3.0, answer_s=30.0, contend_s=8.0, away_s=3.0, watched=True)
"""Of a portal; a silent graph is found out within ``LATE_S`` and ``GREETING_S``."""


@dataclass(slots=True)
class Wait:
    """One thread's work with the graph: since when (monotonic s), and in which session."""

    since: float
    session: Session


class _Watch:
    """Who waits in this process, and whether the graph is silent."""

    def __init__(self) -> None:
        self.patience = WORK
        self.lock = threading.Lock()
        self.waits: dict[int, Wait] = {}
        self.is_silent = False
        self.process = 0


_watch = _Watch()


def limit(patience: Patience) -> None:
    """Wait no longer than this from now on, in this process."""
    _watch.patience = patience
    _watch.is_silent = False


def patience() -> Patience:
    """How long this process waits."""
    return _watch.patience


@contextlib.contextmanager
def waiting(session: Session) -> Iterator[None]:
    """While this lasts, the present thread works with the graph in this session.

    Raises:
        Unavailable: the graph is silent.
    """
    if not _watch.patience.watched:
        yield
        return
    if _watch.is_silent:
        raise Unavailable
    _start_watch()
    thread, before = threading.get_ident(), _watch.waits.get(threading.get_ident())
    _watch.waits[thread] = Wait(time.monotonic(), session)
    try:
        yield
    finally:
        if before is None:
            _watch.waits.pop(thread, None)
        else:
            _watch.waits[thread] = before


def bound_answers(connection: Any) -> None:
    """Have the next answers over a connection of the driver end in time.

    The driver sets this limit by itself where a server hints at it, which neither engine does, and
    has no setting for it: hence the reach into its connection, which a test watches.
    """
    connection.socket.set_read_timeout(_watch.patience.answer_s)


def may_come_back(error: Neo4jError | DriverError, since: float) -> bool:
    """Whether what failed is worth another try; ``since`` (monotonic s) is when the first began."""
    if not error.is_retryable() or _was_in_vain(error) or _watch.is_silent:
        return False
    away = isinstance(error, ServiceUnavailable | SessionExpired)
    limit_s = _watch.patience.away_s if away else _watch.patience.contend_s
    return time.monotonic() - since < limit_s


def _was_in_vain(error: BaseException | None) -> bool:
    """Whether an error of the driver comes from a wait that had its end."""
    while error is not None:
        if isinstance(error, TimeoutError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _start_watch() -> None:
    """Have one thread of this process look after late answers; a fork leaves threads behind."""
    with _watch.lock:
        if _watch.process != os.getpid():
            _watch.process = os.getpid()
            _watch.waits.clear()
            threading.Thread(target=_look_after_waits, name="graph-watch", daemon=True).start()


def _look_after_waits() -> None:
    while True:
        time.sleep(WATCH_PAUSE_S)
        late = time.monotonic() - LATE_S
        if not _watch.is_silent and not any(w.since < late for w in list(_watch.waits.values())):
            continue
        if greets():
            _watch.is_silent = False
        else:
            _watch.is_silent = True
            _let_go()
        time.sleep(GREETING_PAUSE_S)


def _let_go() -> None:
    """End the waits of all threads: each finds its connection closed."""
    for wait in list(_watch.waits.values()):
        connection = wait.session._connection
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.socket._socket.shutdown(socket.SHUT_RDWR)


def greets() -> bool:
    """Whether the graph answers the first bytes of the protocol.

    Of several servers behind one address (``neo4j://``) any may be the silent one: the driver finds
    its way round that, so that here they count as answering.
    """
    try:
        address = urlsplit(drivers.bolt_address(settings())[0])
    except Unavailable:
        return False
    if address.scheme.startswith("neo4j"):
        return True
    secure = "+" in address.scheme
    return _greet_host(address.hostname or "localhost", address.port or PORT_NUMBER, secure=secure)


def _greet_host(host: str, port: int, *, secure: bool) -> bool:
    try:
        with socket.create_connection((host, port), GREETING_S) as connection:
            if secure:
                context = ssl._create_unverified_context()  # noqa: S323 - nothing is told
                connection = context.wrap_socket(connection, server_hostname=host)
            connection.settimeout(GREETING_S)
            connection.sendall(GREETING)
            return len(connection.recv(4)) > 0
    except OSError:
        return False
