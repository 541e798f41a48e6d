"""Who brings the schema up to date: one at a time, and it shows that it lives.

The holder writes a fresh value, its beat, every two seconds. Whoever waits looks at it twice a
second and takes over what did not change for 20 looks. No clock of another machine is trusted: a
look that hung, because the engine was building an index, counts as one.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from neo4j import Driver

from supplychain.errors import Conflict, SupplyChainError, Unavailable
from supplychain.graph.engine.transactions import Tx, nonce, read, row, write
from supplychain.model.ids import utc_now

BEAT_S: Final = 2.0
POLL_S: Final = 0.5
LOST_TRIES: Final = 20
"""Looks without a new beat after which a holder counts as ended: 10 s."""
SAY_EVERY_S: Final = 5.0
WAIT_S: Final = 1800.0
"""Nobody waits longer, whatever the holder shows."""
OLD_LEASE_S: Final = 10.0
"""For programs before V0019, which look at ``until`` alone."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds the lock: ``by`` names it, ``since`` is seconds of its clock, ``step`` its work."""

    id: str
    beat: str
    by: str
    since: float
    step: str

    @property
    def text(self) -> str:
        """The holder in words."""
        seconds = max(0, round(utc_now().timestamp() - self.since)) if self.since else None
        at = f", now at {self.step}" if self.step else ""
        age = f" for {seconds} s" if seconds is not None else ""
        return f"{self.by or 'another program'} holds the lock{age}{at}"


class LockWatch:
    """Looks at the holder again and again; ``lost`` once it shows no sign of life."""

    def __init__(self, driver: Driver, say: Say) -> None:
        self.driver = driver
        self.say = say
        self.seen: tuple[str, str] = ("", "")
        self.silent = 0
        self.until = time.monotonic() + WAIT_S
        self.said_at = 0.0

    @property
    def lost(self) -> bool:
        """Whether the holder ended without giving the lock back."""
        return self.silent >= LOST_TRIES

    def look(self) -> Holder | None:
        """Who holds it now; None: nobody.

        Raises:
            Unavailable: it is held for longer than anybody waits.
        """
        holder = read(self.driver, find_holder)
        if holder is None:
            return None
        now = (holder.id, holder.beat)
        self.silent = self.silent + 1 if now == self.seen else 0
        self.seen = now
        if time.monotonic() > self.until:
            raise Unavailable(f"Another migration is running: {holder.text}. Look what it does.")
        if time.monotonic() - self.said_at >= SAY_EVERY_S:
            self.said_at = time.monotonic()
            self.say(f"Waiting for another migration: {holder.text}")
        return holder


class MigrationLock:
    """The lock, taken on entry and given back on exit; a thread keeps it alive meanwhile."""

    def __init__(self, driver: Driver, say: Say) -> None:
        self.driver = driver
        self.say = say
        self.holder = nonce()
        self.step = ""
        self.ends = threading.Event()
        self.keeper = threading.Thread(target=self._keep_alive, name="migration-lock", daemon=True)

    def __enter__(self) -> Self:
        """Wait until it is free, saying who holds it and for how long.

        Raises:
            Unavailable: it is held for longer than anybody waits.
        """
        watch = LockWatch(self.driver, self.say)
        while not write(
            self.driver,
            take_lock,
            self.holder,
            by=f"process {os.getpid()} on {socket.gethostname()}",
            lost=watch.seen if watch.lost else ("", ""),
            now=utc_now().timestamp(),
        ):
            watch.look()
            if watch.lost:
                self.say("The other migration ended without a word. Going on where it stopped.")
            else:
                time.sleep(POLL_S)
        self.keeper.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give it back."""
        self.ends.set()
        self.keeper.join(BEAT_S)
        try:
            write(self.driver, release_lock, self.holder)
        except SupplyChainError:
            if error is None:  # else that one says what happened; the next waits 10 s
                raise

    def tell(self, step: str) -> None:
        """What is done now, for those who wait.

        Raises:
            Conflict: another took the lock over meanwhile.
        """
        self.step = step
        if not self._beat_once():
            raise Conflict("Another migration took over. Run supplychain migrate once more.")

    def _beat_once(self) -> bool:
        until = utc_now().timestamp() + OLD_LEASE_S
        return write(self.driver, beat, self.holder, step=self.step, until=until)

    def _keep_alive(self) -> None:
        while not self.ends.wait(BEAT_S):
            try:
                if not self._beat_once():
                    return  # another took over; the next step finds out
            except SupplyChainError:
                continue  # the graph is away for a moment


HOLDER = """
MATCH (m:Migration {version: 0}) WHERE m.holder <> ''
RETURN m.holder AS id, coalesce(m.beat, '') AS beat, coalesce(m.by, '') AS by,
       coalesce(m.since, 0.0) AS since, coalesce(m.step, '') AS step LIMIT 1
"""


def find_holder(tx: Tx) -> Holder | None:
    """Who holds the lock; None: nobody."""
    record = row(tx, HOLDER)
    return None if record is None else Holder(**record)


LOCK = """
MERGE (m:Migration {version: 0}) SET m.lock = $nonce
WITH m WHERE coalesce(m.holder, '') = ''
    OR (m.holder = $lost_holder AND coalesce(m.beat, '') = $lost_beat)
SET m.holder = $holder, m.beat = $nonce, m.by = $by, m.since = $now, m.until = $until, m.step = ''
RETURN m.holder AS holder
"""


def take_lock(tx: Tx, holder: str, *, by: str, lost: tuple[str, str], now: float) -> bool:
    """Take it where it is free or where the holder is the one that was lost."""
    record = row(
        tx,
        LOCK,
        nonce=nonce(),
        holder=holder,
        by=by,
        lost_holder=lost[0],
        lost_beat=lost[1],
        now=now,
        until=now + OLD_LEASE_S,
    )
    return record is not None


BEAT = """
MATCH (m:Migration {version: 0}) SET m.lock = $nonce
WITH m WHERE m.holder = $holder
SET m.beat = $nonce, m.until = $until, m.step = $step
RETURN m.holder AS holder
"""


def beat(tx: Tx, holder: str, *, step: str, until: float) -> bool:
    """Show that the holder lives; False where another has taken over."""
    return row(tx, BEAT, nonce=nonce(), holder=holder, step=step, until=until) is not None


RELEASE = """
MATCH (m:Migration {version: 0}) SET m.lock = $nonce
WITH m WHERE m.holder = $holder
SET m.holder = '', m.step = ''
RETURN m.version AS version
"""


def release_lock(tx: Tx, holder: str) -> None:
    """Give it back, if it is still the holder's."""
    row(tx, RELEASE, nonce=nonce(), holder=holder)
