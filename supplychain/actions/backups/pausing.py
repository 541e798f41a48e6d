"""Hold all writes back for as long as a backup reads, and know that none came through."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from neo4j import Driver

from supplychain.errors import Conflict, SupplyChainError
from supplychain.graph.backup import loading
from supplychain.graph.engine import gate
from supplychain.model.ids import new_id

MOVER = "move"
"""Holds the gate of a graph that was left for another one."""
RENEW_S = 3.0
TRY_S = 30.0
"""For how long a backup waits for another one to end."""


@dataclass(slots=True, kw_only=True)
class Pause:
    """A pause of writes; ``is_lost`` once its holder could not keep it."""

    since: float
    is_lost: bool = False
    ended: threading.Event = field(default_factory=threading.Event)


@contextmanager
def pause_writes(driver: Driver) -> Iterator[Pause]:
    """Shut the gate, wait until nothing is under way, and open it at the end.

    Raises:
        Conflict: another backup or a restore holds the gate.
    """
    holder = new_id()
    token = gate.holder_here.set(holder)
    try:
        _shut_gate(driver, holder)
        pause = Pause(since=time.monotonic())
        keeper = threading.Thread(target=_keep_shut, args=(driver, holder, pause), daemon=True)
        keeper.start()
        try:
            time.sleep(gate.LOOK_S + gate.COMMIT_S)
            yield pause
        finally:
            pause.ended.set()
            keeper.join()
            loading.open_gate(driver, holder)
    finally:
        gate.forget_look()
        gate.holder_here.reset(token)


@contextmanager
def stop_writes(driver: Driver) -> Iterator[Pause]:
    """Shut the gate of a graph that is left for another one, and open it only if that failed.

    Raises:
        Conflict: another backup or a restore holds the gate.
    """
    gate.forget_look()
    token = gate.holder_here.set(MOVER)
    held = loading.look_at_gate(driver)
    if held is not None and held.is_shut and held.holder != MOVER:
        raise Conflict(f"Writes are held back here ({held.name}). Wait for its end.")
    try:
        loading.shut_gate(driver, gate.MOVED, MOVER, until=gate.FOR_EVER_S)
        time.sleep(gate.LOOK_S + gate.COMMIT_S)
        yield Pause(since=time.monotonic())
    except Exception:
        loading.open_gate(driver, MOVER)
        raise
    finally:
        gate.holder_here.reset(token)


def undo_move(driver: Driver) -> bool:
    """Let a graph be written again that was left for another one; False where none was."""
    held = loading.look_at_gate(driver)
    if held is None or not held.is_shut or held.holder != MOVER:
        return False
    token = gate.holder_here.set(MOVER)
    try:
        loading.open_gate(driver, MOVER)
    finally:
        gate.holder_here.reset(token)
    return True


def _shut_gate(driver: Driver, holder: str) -> None:
    gate.forget_look()
    until = time.monotonic() + TRY_S
    while True:
        held = loading.look_at_gate(driver)
        if held is not None and held.is_shut and held.name != gate.BACKUP:
            raise Conflict(f"Writes are held back here ({held.name}). Wait for its end.")
        with contextlib.suppress(gate.WritesPaused):  # another backup is at work
            if loading.shut_gate(driver, gate.BACKUP, holder, until=time.time() + gate.LEASE_S):
                return
        if time.monotonic() > until:
            raise Conflict("Another backup is at work here. Wait for its end.")
        time.sleep(0.5)


def _keep_shut(driver: Driver, holder: str, pause: Pause) -> None:
    """Renew the lease until the pause ends: if this process dies, writes go on by themselves."""
    gate.holder_here.set(holder)  # a thread begins with an empty context
    kept_at = time.monotonic()
    while not pause.ended.wait(RENEW_S):
        try:
            kept = loading.shut_gate(driver, gate.BACKUP, holder, until=time.time() + gate.LEASE_S)
        except SupplyChainError:
            kept = True  # busy; the lease says whether it came too late
        else:
            late = time.monotonic() - kept_at > gate.LEASE_S
            kept_at = time.monotonic()
            if late or not kept:
                pause.is_lost = True
                return
