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
def gather_sweeps() -> tuple[Sweep, ...]:
    """All sweeps of all actions."""
    return _gather_actions("SWEEPS")


@lru_cache(maxsize=1)
def gather_tidies() -> tuple[Sweep, ...]:
    """What is cleared away now and then: ``TIDIES`` of all actions."""
    return _gather_actions("TIDIES")


def _gather_actions(name: str) -> tuple[Sweep, ...]:
    gathered: list[Sweep] = []
    for entry in pkgutil.walk_packages(actions.__path__, "supplychain.actions."):
        gathered.extend(getattr(importlib.import_module(entry.name), name, ()))
    return tuple(gathered)


@app.task(name="supplychain.sweep")
def sweep() -> None:
    """Every two seconds: do what is due and send lost hints again."""
    jobs.resend_stranded(graph(), send)
    _run_each(gather_sweeps())


@app.task(name="supplychain.tidy")
def tidy() -> None:
    """Every ten minutes: clear away what is over."""
    _run_each(gather_tidies())


def _run_each(due: tuple[Sweep, ...]) -> None:
    for action in due:
        try:
            action(graph(), utc_now())
        except Exception:
            # One action that fails must not stop the deadlines of all others.
            log.exception("sweep_failed", sweep=action.__name__)
