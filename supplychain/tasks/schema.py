"""Waiting for a graph whose schema is that of this program: nobody works on an older one."""

from __future__ import annotations

import time
from typing import Final

import structlog

from supplychain.errors import SupplyChainError
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.migrate import list_pending

log = structlog.get_logger()

SCHEMA_LOOK_S: Final = 1.0
"""How often a part that waits for the schema looks again."""


def wait_for_schema() -> None:
    """Wait until the graph answers and its schema is that of this program; say so once."""
    is_noted = False
    while True:
        try:
            behind = len(list_pending(graph()))
            why = f"{behind} migrations to apply: supplychain migrate" if behind else ""
        except SupplyChainError as error:
            why = error.text
        if not why:
            return
        if not is_noted:
            log.warning("worker_waits", why=why)
        is_noted = True
        time.sleep(SCHEMA_LOOK_S)
