"""Opening the bids of a request that two people open."""

from __future__ import annotations

from supplychain.actions.parts_requests import openings as actions
from supplychain.graph.engine.driver import graph
from supplychain.model.parts_requests.openings import Opening
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.schemas.parts_requests.parts_requests import OpeningOut

bp = Blueprint("openings", description="Opening bids by two people.")


@bp.get("/parts-requests/<id>/opening")
@bp.response(200, OpeningOut)
@policy("member", thing="parts_request", seen_by=("buyer",))
def look(id: str) -> Opening:
    """What opens the bids of your request, and who agreed."""
    return actions.look_at_opening(graph(), id, by=actor())


@bp.put("/parts-requests/<id>/opening")
@bp.response(200, OpeningOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def agree(id: str) -> Opening:
    """Agree to open the bids after the deadline; with a second, different user they are open."""
    actions.agree_to_open(graph(), id, by=actor())
    return actions.look_at_opening(graph(), id, by=actor())


@bp.delete("/parts-requests/<id>/opening")
@bp.response(200, OpeningOut)
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def take_back(id: str) -> Opening:
    """Take your agreement back, while nobody else has agreed."""
    actions.take_back(graph(), id, by=actor())
    return actions.look_at_opening(graph(), id, by=actor())
