"""The directory of firms, and the profile of one's own."""

from __future__ import annotations

from typing import Any

from supplychain.actions import firms
from supplychain.graph.engine.driver import graph
from supplychain.model.firms import Firm
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input import cursors, versions
from supplychain.web.schemas.firms import CardOut, FirmIn, FirmOut, FirmPage, FirmsQuery

bp = Blueprint("firms", description="Firms: public profiles, and one's own trade with them.")


@bp.get("/firms")
@bp.arguments(FirmsQuery, location="query")
@bp.response(200, FirmPage)
@policy("member")
def list_firms(given: dict[str, Any]) -> dict[str, Any]:
    """Firms by name; filter by part of the name, place, category and kind."""
    after, limit = cursors.window()
    keys = (str(after[0]), str(after[1])) if after and len(after) == 2 else ("", "")
    filters = {key: given.get(key, "") for key in ("text", "region", "category", "kind")}
    found = firms.search(graph(), **filters, after=keys, limit=limit + 1)
    return cursors.page(found, limit, lambda firm: [firm["name"], firm["id"]])


@bp.get("/firms/<id>")
@bp.response(200, CardOut)
@policy("member")
def get_firm(id: str) -> firms.Card:
    """A firm's public profile, and what one's own firm traded with it."""
    return firms.card(graph(), id, by=actor())


@bp.get("/firm")
@bp.response(200, FirmOut)
@policy("member")
def get_own() -> Any:
    """One's own firm."""
    firm = _own()
    return firm, 200, versions.etag(firm.version)


@bp.put("/firm")
@bp.arguments(FirmIn)
@bp.response(200, FirmOut)
@policy("member", roles=("owner",))
def change_own(given: dict[str, Any]) -> Any:
    """Change the public profile of one's own firm."""
    version = firms.change_profile(
        graph(), firms.Profile(**given), version=versions.if_match(), by=actor()
    )
    return _own(), 200, versions.etag(version)


def _own() -> Firm:
    return firms.card(graph(), actor().firm_id, by=actor()).firm
