"""Parts: those of one's own design, and those that trade shows."""

from __future__ import annotations

from typing import Any

from flask import request

from supplychain.actions import parts as actions
from supplychain.graph import parts
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.model.parts import TradedPart
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input import cursors
from supplychain.web.input.versions import Versioned, if_match, with_etag
from supplychain.web.schemas.parts import PartIn, TradedPartOut, TradedPartPage

bp = Blueprint("parts", description="Parts of your design: names, weights, other units.")


@bp.get("/parts")
@bp.response(200, TradedPartPage)
@policy("member")
def list_parts() -> cursors.Page[TradedPart]:
    """The parts that your firm designs, by id; ``text`` is what id or name contain."""
    after, limit = cursors.id_window()
    text = request.args.get("text", "")[:200]
    viewer = actor().firm_id
    found = read(graph(), parts.list_own, viewer=viewer, text=text, after=after, limit=limit + 1)
    return cursors.page(found, limit, lambda part: [part.id])


@bp.get("/parts/<path:id>")
@bp.response(200, TradedPartOut)
@policy("member", thing="part", seen_by=("designer", "trader"))
def get_part(id: str) -> Versioned[TradedPart]:
    """A part of the catalogue, of your design, or one that you trade in."""
    return _answer_part(id)


@bp.put("/parts/<path:id>")
@bp.arguments(PartIn)
@bp.response(200, TradedPartOut)
@policy("member", roles=("buyer", "seller"), thing="part", seen_by=("designer", "trader"))
def change_part(stated: dict[str, Any], id: str) -> Versioned[TradedPart]:
    """Say a part of your own design anew; new request lines start with it."""
    actions.change_part(graph(), id, **stated, version=if_match(), by=actor())
    return _answer_part(id)


def _answer_part(id: str) -> Versioned[TradedPart]:
    part = read(graph(), parts.get, id, viewer=actor().firm_id)
    return with_etag(part, part.version)
