"""Whether this process lives, and whether it can work."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.wrappers import Response

from supplychain.errors import SupplyChainError
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.migrate import list_pending
from supplychain.web.access.policy import policy

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@policy("public")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="alive")


@bp.get("/readyz")
@policy("public")
def ready() -> tuple[Response, int]:
    """The graph answers and its schema is current; 503 otherwise."""
    try:
        behind = bool(list_pending(graph()))
    except SupplyChainError:
        return jsonify(status="graph away"), 503
    return jsonify(status="schema behind" if behind else "ready"), 503 if behind else 200
