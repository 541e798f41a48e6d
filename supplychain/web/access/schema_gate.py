"""While the graph is of another version than this program, nobody reads or writes it.

The start of the process looked already (``supplychain web``); this looks again twice a minute, for
the graph may have been away then, or a newer program may have brought it up to date since.
"""

from __future__ import annotations

from typing import Final

import structlog
from flask import Flask, request

from supplychain.errors import Unavailable
from supplychain.graph.engine.starting import SchemaGate

log = structlog.get_logger()

OPEN_ENDPOINTS: Final = frozenset({"static", "health.alive", "health.ready"})
"""What needs no graph, or says itself how it stands."""


def init_app(app: Flask, gate: SchemaGate | None = None) -> None:
    """Attach to an app; tests bring a gate of their own, or have none."""
    held = gate or SchemaGate()

    @app.before_request
    def check_schema() -> None:
        """Refuse what would meet a graph of another version."""
        if request.endpoint in OPEN_ENDPOINTS or (app.testing and gate is None):
            return
        before, refusal = held.refusal, held.find_refusal()
        if refusal is None:
            return
        if before is None:
            log.error("schema_refused", why=refusal.text)
        raise Unavailable("This portal is being brought up to date. Try again in a few minutes.")
