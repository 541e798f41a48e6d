"""Tiers: who supplies whom around a firm or a part, as far as you may see."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from supplychain.actions import tiers
from supplychain.errors import Invalid
from supplychain.graph.engine.driver import graph
from supplychain.model.tiers import TierMap
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_today
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
    state = fields.String(
        attribute="figures.state", metadata={"description": "healthy, watch, risk, unknown, hidden"}
    )
    load_share = fields.Float(  # the name "load" is the schema's own
        data_key="load",
        attribute="figures.load",
        allow_none=True,
        metadata={"description": "booked ÷ capacity, 4 weeks"},
    )
    on_time = fields.Float(
        attribute="figures.on_time", allow_none=True, metadata={"description": "share, 0 to 1"}
    )
    evidence = fields.Integer(
        attribute="figures.evidence", metadata={"description": "deliveries behind on_time"}
    )
    open_orders = fields.Integer(attribute="figures.open_orders", allow_none=True)
    scope = fields.String(
        attribute="figures.scope", metadata={"description": "own, together (what you trade), none"}
    )
    sole_links = fields.Integer(
        attribute="sole", metadata={"description": "relations where it is the only source"}
    )
    branches = fields.Integer(metadata={"description": "direct suppliers that depend on it"})
    claimed = fields.Boolean(
        metadata={"description": "here by your own word alone, which it did not confirm"}
    )


class TierLinkOut(Strict):
    """Supplier to buyer, by their keys."""

    supplier = fields.String()
    buyer = fields.String()
    parts = fields.Integer()
    sole = fields.Boolean()
    claimed = fields.Boolean(
        metadata={"description": "you say it, and the other end did not confirm it"}
    )


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
def get_tiers(query: dict[str, Any]) -> TierMap:
    """The tiers around your firm, a direct partner, a member of your chain, or a part."""
    if "firm" in query and "part" in query:
        raise Invalid("Ask for a firm or for a part, not for both.", pointer="/part")
    viewer = actor().firm_id
    steps = {"viewer": viewer, "today": reader_today(), "up": query["up"], "down": query["down"]}
    if "part" in query:
        return tiers.look_around_part(graph(), query["part"], **steps)
    return tiers.look_around_firm(graph(), query.get("firm", viewer), **steps)
