"""What time alone makes due: lost hints, deadlines, expiries, reactions to events.

Each module of ``supplychain.actions`` may have ``SWEEPS``: functions ``sweep(driver, now)``
that do what is due and may be called at any time, by several processes at once. Whoever holds the
clock (``tasks.clock``) calls them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

import structlog
from neo4j import Driver

from supplychain.errors import Unavailable
from supplychain.graph.engine.driver import graph
from supplychain.model.ids import utc_now
from supplychain.tasks.app import app
from supplychain.tasks.gathering import gather_offers

Sweep = Callable[[Driver, datetime], object]
log = structlog.get_logger()


@lru_cache(maxsize=1)
def gather_sweeps() -> tuple[Sweep, ...]:
    """All sweeps of all actions."""
    return tuple(sweep for some in gather_offers("SWEEPS") for sweep in some)


@lru_cache(maxsize=1)
def gather_tidies() -> tuple[Sweep, ...]:
    """What is cleared away now and then: ``TIDIES`` of all actions."""
    return tuple(tidy for some in gather_offers("TIDIES") for tidy in some)


def run_sweep(action: Sweep) -> None:
    """Do what one action has due. A failure is noted, and stops nothing else.

    Raises:
        Unavailable: the graph is away, so that nothing was done.
    """
    try:
        action(graph(), utc_now())
    except Unavailable:
        raise
    except Exception:
        log.exception("sweep_failed", sweep=action.__name__)


def _forget_beat() -> None:
    """Nothing: a worker of before 0.1 kept time by these messages, and may do so beside us."""


for _name in ("supplychain.sweep", "supplychain.send_mails", "supplychain.tidy"):
    app.task(_forget_beat, name=_name)
