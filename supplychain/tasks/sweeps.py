"""What time alone makes due: lost hints, deadlines, expiries, reactions to events.

Each module of ``supplychain.actions`` may have ``SWEEPS``: functions ``sweep(driver, now)``
that do what is due and may be called at any time, by several workers at once.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

import structlog
from neo4j import Driver

from supplychain import actions
from supplychain.actions import jobs
from supplychain.graph.engine.driver import graph
from supplychain.model.ids import utc_now
from supplychain.tasks.app import app
from supplychain.tasks.jobs import send

Sweep = Callable[[Driver, datetime], object]
log = structlog.get_logger()


@lru_cache(maxsize=1)
def sweeps() -> tuple[Sweep, ...]:
    """All sweeps of all actions."""
    return _gather("SWEEPS")


@lru_cache(maxsize=1)
def tidies() -> tuple[Sweep, ...]:
    """What is cleared away now and then: ``TIDIES`` of all actions."""
    return _gather("TIDIES")


def _gather(name: str) -> tuple[Sweep, ...]:
    found: list[Sweep] = []
    for entry in pkgutil.walk_packages(actions.__path__, "supplychain.actions."):
        found.extend(getattr(importlib.import_module(entry.name), name, ()))
    return tuple(found)


@app.task(name="supplychain.sweep")
def sweep() -> None:
    """Every two seconds: do what is due and send lost hints again."""
    jobs.resend_stranded(graph(), send)
    _each(sweeps())


@app.task(name="supplychain.tidy")
def tidy() -> None:
    """Every ten minutes: clear away what is over."""
    _each(tidies())


def _each(due: tuple[Sweep, ...]) -> None:
    for action in due:
        try:
            action(graph(), utc_now())
        except Exception:
            # One action that fails must not stop the deadlines of all others.
            log.exception("sweep_failed", sweep=action.__name__)
