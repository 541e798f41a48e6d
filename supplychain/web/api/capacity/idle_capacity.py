"""Idle capacity of one's own firm, and the open requests that fit it."""

from __future__ import annotations

from typing import Any

from supplychain.actions.capacity import idle_capacity
from supplychain.graph.engine.driver import graph
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input import versions
from supplychain.web.schemas.idle_capacity import (
    FittingLinesOut,
    IdleCapacitiesOut,
    IdleCapacityIn,
    IdleCapacityOut,
    as_fit,
    as_posted,
)

bp = Blueprint("idle_capacity", description="Idle capacity, and the open requests that fit it.")

MOST_FITS = 200


@bp.get("/idle-capacity")
@bp.response(200, IdleCapacitiesOut)
@policy("member", roles=("seller", "viewer"))
def list_idle_capacity() -> dict[str, Any]:
    """What one's firm posted, newest first, withdrawn postings too."""
    found = idle_capacity.list_own(graph(), by=actor())
    return {"items": [as_posted(each) for each in found]}


@bp.post("/idle-capacity")
@bp.arguments(IdleCapacityIn)
@bp.response(201, IdleCapacityOut)
@policy("member", roles=("seller",))
def post_idle_capacity(given: dict[str, Any]) -> Any:
    """Post idle capacity of one's firm."""
    key = once.from_header("post_idle", given)
    return _posting(idle_capacity.post_idle(graph(), **given, by=actor(), once=key))


@bp.get("/idle-capacity/<id>")
@bp.response(200, IdleCapacityOut)
@policy("member", roles=("seller", "viewer"), thing="idle_capacity", seen_by=("owner",))
def get_idle_capacity(id: str) -> Any:
    """One posting of one's own firm."""
    return _posting(id)


@bp.delete("/idle-capacity/<id>")
@bp.response(204)
@policy("member", roles=("seller",), thing="idle_capacity", seen_by=("owner",))
def withdraw_idle_capacity(id: str) -> None:
    """Withdraw it; it stays in the list."""
    idle_capacity.withdraw_idle(graph(), id, version=versions.if_match(), by=actor())


@bp.get("/idle-capacity/<id>/requests")
@bp.response(200, FittingLinesOut)
@policy("member", roles=("seller", "viewer"), thing="idle_capacity", seen_by=("owner",))
def list_fitting_requests(id: str) -> dict[str, Any]:
    """The lines of open requests, among those one's firm may bid for, that fit it; best first."""
    found = idle_capacity.fits(graph(), id, by=actor())
    return {"items": [as_fit(fit) for fit in found[:MOST_FITS]]}


def _posting(id: str) -> Any:
    found = idle_capacity.get(graph(), id, by=actor())
    return as_posted(found), versions.etag(found.version)
