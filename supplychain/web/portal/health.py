"""Whether this process lives, and whether it can work."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.wrappers import Response

from supplychain import faults
from supplychain.errors import SupplyChainError
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.schema import read_schema
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
    """The graph answers, its schema is current, and what is new can be kept; 503 otherwise."""
    status = faults.find_local() or _find_graph_fault()
    if not status:
        return jsonify(status="ready"), 200
    answer = jsonify(status=status)
    answer.headers["Retry-After"] = "5"
    return answer, 503


def _find_graph_fault() -> str:
    try:
        schema = read_schema(graph())
    except SupplyChainError:
        return "graph away"
    if schema.too_new:
        return "schema newer"
    return "schema behind" if schema.pending else ""
