"""Idle capacity of one's own firm, and the open requests that fit it."""

from __future__ import annotations

from typing import Any

from supplychain.actions.capacity import idle_capacity
from supplychain.graph.engine.driver import graph
from supplychain.matching.idle import Fit
from supplychain.model.capacity.idle_capacity import IdleCapacity
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint, Listed
from supplychain.web.input.versions import Versioned, if_match, with_etag
from supplychain.web.schemas.idle_capacity import (
    FittingLinesOut,
    IdleCapacitiesOut,
    IdleCapacityIn,
    IdleCapacityOut,
)

bp = Blueprint("idle_capacity", description="Idle capacity, and the open requests that fit it.")

MAX_FITTING_LINES = 200


@bp.get("/idle-capacity")
@bp.response(200, IdleCapacitiesOut)
@policy("member", roles=("seller", "viewer"))
def list_idle_capacity() -> Listed[IdleCapacity]:
    """What one's firm posted, newest first, withdrawn postings too."""
    return Listed(idle_capacity.list_own(graph(), by=actor()))


@bp.post("/idle-capacity")
@bp.arguments(IdleCapacityIn, as_kwargs=True)
@bp.response(201, IdleCapacityOut)
@policy("member", roles=("seller",))
def post_idle_capacity(**posting: Any) -> Versioned[IdleCapacity]:
    """Post idle capacity of one's firm."""
    key = once.from_header("post_idle", posting)
    return _answer_posting(idle_capacity.post_idle(graph(), **posting, by=actor(), once=key))


@bp.get("/idle-capacity/<id>")
@bp.response(200, IdleCapacityOut)
@policy("member", roles=("seller", "viewer"), thing="idle_capacity", seen_by=("owner",))
def get_idle_capacity(id: str) -> Versioned[IdleCapacity]:
    """One posting of one's own firm."""
    return _answer_posting(id)


@bp.delete("/idle-capacity/<id>")
@bp.response(204)
@policy("member", roles=("seller",), thing="idle_capacity", seen_by=("owner",))
def withdraw_idle_capacity(id: str) -> None:
    """Withdraw it; it stays in the list."""
    idle_capacity.withdraw_idle(graph(), id, version=if_match(), by=actor())


@bp.get("/idle-capacity/<id>/requests")
@bp.response(200, FittingLinesOut)
@policy("member", roles=("seller", "viewer"), thing="idle_capacity", seen_by=("owner",))
def list_fitting_requests(id: str) -> Listed[Fit]:
    """The lines of open requests, among those one's firm may bid for, that fit it; best first."""
    return Listed(idle_capacity.list_fits(graph(), id, by=actor())[:MAX_FITTING_LINES])


def _answer_posting(id: str) -> Versioned[IdleCapacity]:
    posting = idle_capacity.get(graph(), id, by=actor())
    return with_etag(posting, posting.version)
