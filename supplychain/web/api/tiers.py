"""Tiers: who supplies whom around a firm or a part, as far as you may see."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from supplychain.errors import Invalid
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import read
from supplychain.graph.tiers.tiers import around_firm, around_part
from supplychain.model.ids import utc_now
from supplychain.model.tiers import TierMap, TierNode
from supplychain.model.weeks import week_of
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input.fields import Strict, Text, WholeNumber

bp = Blueprint("tiers", description="Tiers of suppliers and customers.")


class TiersIn(Strict):
    """The firm or the part in the middle; neither is your own firm."""

    firm = Text(least=1, most=200)
    part = Text(least=1, most=200)
    up = WholeNumber(least=0, most=6, load_default=4)
    down = WholeNumber(least=0, most=6, load_default=3)


class TierNodeOut(Strict):
    """A firm; a hidden one has no name, city, category or figures, and its key means nothing."""

    key = fields.String(metadata={"description": "the firm's id, unless it is hidden"})
    tier = fields.Integer(metadata={"description": "-1 direct supplier, 0 the middle, 1 customer"})
    hidden = fields.Boolean()
    name = fields.String(allow_none=True)
    number = fields.Integer(metadata={"description": "of a hidden firm, within its tier"})
    city = fields.String()
    category = fields.String()
    state = fields.String(metadata={"description": "healthy, watch, risk, unknown, hidden"})
    load_share = fields.Float(  # the name "load" is the schema's own
        data_key="load",
        attribute="load",
        allow_none=True,
        metadata={"description": "booked ÷ capacity, 4 weeks"},
    )
    on_time = fields.Float(allow_none=True, metadata={"description": "share, 0 to 1"})
    evidence = fields.Integer(metadata={"description": "deliveries behind on_time"})
    open_orders = fields.Integer(allow_none=True)
    scope = fields.String(metadata={"description": "own, together (what you trade), none"})
    sole_links = fields.Integer(metadata={"description": "relations where it is the only source"})
    branches = fields.Integer(metadata={"description": "direct suppliers that depend on it"})


class TierLinkOut(Strict):
    """Supplier to buyer, by their keys."""

    supplier = fields.String()
    buyer = fields.String()
    parts = fields.Integer()
    sole = fields.Boolean()


class TiersOut(Strict):
    """The tiers around the firm in the middle."""

    focal = fields.String()
    part_id = fields.String(allow_none=True)
    coverage = fields.String(metadata={"description": "COMPLETE or PARTIAL"})
    hidden = fields.Integer(metadata={"description": "how many firms are without a name"})
    cut = fields.Boolean(metadata={"description": "there is more than this answer holds"})
    nodes = fields.List(fields.Nested(TierNodeOut))
    links = fields.List(fields.Nested(TierLinkOut))


@bp.get("/tiers")
@bp.arguments(TiersIn, location="query", unknown="raise")
@bp.response(200, TiersOut)
@policy("member")
def get_tiers(asked: dict[str, Any]) -> dict[str, Any]:
    """The tiers around your firm, a direct partner, a member of your chain, or a part."""
    if "firm" in asked and "part" in asked:
        raise Invalid("Ask for a firm or for a part, not for both.", pointer="/part")
    viewer = actor().firm_id
    now = week_of(utc_now().date())
    steps = {"viewer": viewer, "week": now, "up": asked["up"], "down": asked["down"]}
    if "part" in asked:
        return told(read(graph(), around_part, asked["part"], **steps))
    return told(read(graph(), around_firm, asked.get("firm", viewer), **steps))


def told(picture: TierMap) -> dict[str, Any]:
    """A picture as the API answers it."""
    return {
        "focal": picture.focal,
        "part_id": picture.part_id,
        "coverage": picture.coverage,
        "hidden": picture.hidden,
        "cut": picture.cut,
        "nodes": [_node(node) for node in picture.nodes],
        "links": picture.links,
    }


def _node(node: TierNode) -> dict[str, Any]:
    figures = node.figures
    return {
        "key": node.key,
        "tier": node.tier,
        "hidden": node.hidden,
        "name": node.name,
        "number": node.number,
        "city": node.city,
        "category": node.category,
        "state": figures.state,
        "load": figures.load,
        "on_time": figures.on_time,
        "evidence": figures.evidence,
        "open_orders": figures.open_orders,
        "scope": figures.scope,
        "sole_links": node.sole,
        "branches": node.branches,
    }
