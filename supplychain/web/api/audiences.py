"""Who reads one's own firm's prices and capacity, and who did."""

from __future__ import annotations

from supplychain.actions import audiences
from supplychain.graph.engine.driver import graph
from supplychain.model.audiences import Audience, Audiences, Look
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input import cursors
from supplychain.web.input.versions import Versioned, if_match, with_etag
from supplychain.web.schemas.audiences import AudiencesIn, AudiencesOut, LooksPage

bp = Blueprint("audiences", description="Who reads your prices and your capacity, and who did.")


@bp.get("/firm/audiences")
@bp.response(200, AudiencesOut)
@policy("member")
def get_audiences() -> Versioned[Audiences]:
    """Who reads your firm's standing prices and capacity; all others read "on request"."""
    chosen = audiences.get(graph(), by=actor())
    return with_etag(chosen, chosen.version)


@bp.put("/firm/audiences")
@bp.arguments(AudiencesIn, as_kwargs=True)
@bp.response(200, AudiencesOut)
@policy("member", roles=("owner",))
def change_audiences(prices: Audience, capacity: Audience) -> Versioned[Audiences]:
    """Replace both audiences; it counts at once, also for rankings made before."""
    audiences.change(graph(), prices=prices, capacity=capacity, version=if_match(), by=actor())
    return get_audiences()


@bp.get("/firm/looks")
@bp.response(200, LooksPage)
@policy("member", roles=("seller", "viewer"))
def list_looks() -> cursors.Page[Look]:
    """Which firms read your prices or capacity, the latest first."""
    after, limit = cursors.text_window()
    before, after_id = after or (None, "")
    looks = audiences.list_looks(
        graph(), before=before, after_id=after_id, limit=limit + 1, by=actor()
    )
    return cursors.page(looks, limit, lambda look: [look.last_at, look.id])
