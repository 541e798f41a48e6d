"""Further sites of one's own firm: what they make, and when."""

from __future__ import annotations

from typing import Any

from supplychain.actions.capacity import sites
from supplychain.graph.engine.driver import graph
from supplychain.model.capacity.sites import WorkSite
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint, Listed
from supplychain.web.input.versions import Versioned, if_match, with_etag
from supplychain.web.schemas.sites import SiteIn, SiteOut, SitesOut

bp = Blueprint("sites", description="Further sites of your firm, with capacity and days.")


@bp.get("/firm/sites")
@bp.response(200, SitesOut)
@policy("member")
def list_sites() -> Listed[WorkSite]:
    """The further sites of your firm, by name. For your firm alone."""
    return Listed(sites.list_sites(graph(), by=actor()))


@bp.post("/firm/sites")
@bp.arguments(SiteIn)
@bp.response(201, SiteOut)
@policy("member", roles=("seller",))
def add_site(stated: dict[str, Any]) -> Versioned[WorkSite]:
    """State a further site; what it makes comes on top of what your capabilities state."""
    key = once.from_header("add_site", tuple(stated.items()))
    return _answer_site(sites.add_site(graph(), **stated, by=actor(), once=key))


@bp.get("/firm/sites/<id>")
@bp.response(200, SiteOut)
@policy("member", thing="site", seen_by=("owner",))
def get_site(id: str) -> Versioned[WorkSite]:
    """One of your own."""
    return _answer_site(id)


@bp.put("/firm/sites/<id>")
@bp.arguments(SiteIn)
@bp.response(200, SiteOut)
@policy("member", roles=("seller",), thing="site", seen_by=("owner",))
def change_site(stated: dict[str, Any], id: str) -> Versioned[WorkSite]:
    """State it anew; capacity that promises need cannot be taken away, its days may change."""
    sites.change_site(graph(), id, **stated, version=if_match(), by=actor())
    return _answer_site(id)


@bp.delete("/firm/sites/<id>")
@bp.response(204)
@policy("member", roles=("seller",), thing="site", seen_by=("owner",))
def remove_site(id: str) -> None:
    """Take it off the list, where promises can be kept without it."""
    sites.remove_site(graph(), id, version=if_match(), by=actor())


def _answer_site(id: str) -> Versioned[WorkSite]:
    site = sites.get(graph(), id, by=actor())
    return with_etag(site, site.version)
