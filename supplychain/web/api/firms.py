"""The directory of firms, and the profile of one's own."""

from __future__ import annotations

from supplychain.actions import firms
from supplychain.graph.engine.driver import graph
from supplychain.model.firms import Firm, ListedFirm
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input import cursors
from supplychain.web.input.versions import Versioned, if_match, with_etag
from supplychain.web.schemas.firms import CardOut, FirmIn, FirmOut, FirmPage, FirmsQuery

bp = Blueprint("firms", description="Firms: public profiles, and one's own trade with them.")


@bp.get("/firms")
@bp.arguments(FirmsQuery, location="query", as_kwargs=True)
@bp.response(200, FirmPage)
@policy("member")
def list_firms(
    text: str = "", region: str = "", category: str = "", kind: str = "", **_window: str
) -> cursors.Page[ListedFirm]:
    """Firms by name; filter by part of the name, place, category and kind."""
    after, limit = cursors.text_window()
    items = firms.search(
        graph(),
        text=text,
        region=region,
        category=category,
        kind=kind,
        after=after or ("", ""),
        limit=limit + 1,
    )
    return cursors.page(items, limit, lambda firm: [firm.name, firm.id])


@bp.get("/firms/<id>")
@bp.response(200, CardOut)
@policy("member")
def get_firm(id: str) -> firms.FirmCard:
    """A firm's public profile, and what one's own firm traded with it."""
    return firms.get_card(graph(), id, by=actor())


@bp.get("/firm")
@bp.response(200, FirmOut)
@policy("member")
def get_own() -> Versioned[Firm]:
    """One's own firm."""
    firm = _read_own_firm()
    return with_etag(firm, firm.version)


@bp.put("/firm")
@bp.arguments(FirmIn)
@bp.response(200, FirmOut)
@policy("member", roles=("owner",))
def change_own(profile: firms.FirmProfile) -> Versioned[Firm]:
    """Change the public profile of one's own firm."""
    version = firms.change_profile(graph(), profile, version=if_match(), by=actor())
    return with_etag(_read_own_firm(), version)


def _read_own_firm() -> Firm:
    return firms.get_card(graph(), actor().firm_id, by=actor()).firm
