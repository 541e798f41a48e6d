"""What one's own firm can make, and its standing prices."""

from __future__ import annotations

from typing import Any

from supplychain.actions.capacity import capabilities, offers
from supplychain.graph.engine.driver import graph
from supplychain.model.capabilities import Capability
from supplychain.model.weeks import monday_of
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input import cursors, versions
from supplychain.web.schemas.capabilities import (
    CapabilitiesOut,
    CapabilityChangeIn,
    CapabilityIn,
    CapabilityOut,
    OfferChangeIn,
    OfferIn,
    OfferOut,
    OfferPage,
)

bp = Blueprint("capabilities", description="What one's firm can make, and its standing prices.")


def _told(capability: Capability) -> dict[str, Any]:
    names = CapabilityOut().fields
    told = {name: getattr(capability, name) for name in names}
    return told | {"booked": _weeks(capability.booked), "held": _weeks(capability.held)}


def _weeks(pairs: tuple[tuple[int, int], ...]) -> list[dict[str, Any]]:
    return [
        {"monday": monday_of(week).isoformat(), "quantity": quantity} for week, quantity in pairs
    ]


@bp.get("/capabilities")
@bp.response(200, CapabilitiesOut)
@policy("member")
def list_capabilities() -> dict[str, Any]:
    """All that one's firm can make."""
    return {"items": [_told(each) for each in capabilities.list_own(graph(), by=actor())]}


@bp.post("/capabilities")
@bp.arguments(CapabilityIn)
@bp.response(201, CapabilityOut)
@policy("member", roles=("seller",))
def add_capability(given: dict[str, Any]) -> Any:
    """Say what one's firm can make of a category."""
    key = once.from_header("add_capability", given)
    return _capability(capabilities.add_capability(graph(), **given, by=actor(), once=key))


@bp.get("/capabilities/<path:id>")
@bp.response(200, CapabilityOut)
@policy("member", thing="capability", seen_by=("owner",))
def get_capability(id: str) -> Any:
    """One of one's own firm."""
    return _capability(id)


@bp.put("/capabilities/<path:id>")
@bp.arguments(CapabilityChangeIn)
@bp.response(200, CapabilityOut)
@policy("member", roles=("seller",), thing="capability", seen_by=("owner",))
def change_capability(given: dict[str, Any], id: str) -> Any:
    """Change it; capacity that is booked cannot be cut."""
    version = versions.if_match()
    capabilities.change_capability(graph(), id, **given, version=version, by=actor())
    return _capability(id)


@bp.delete("/capabilities/<path:id>")
@bp.response(204)
@policy("member", roles=("seller",), thing="capability", seen_by=("owner",))
def remove_capability(id: str) -> None:
    """Take it off the list, while nothing is booked and there is no track record."""
    capabilities.remove_capability(graph(), id, version=versions.if_match(), by=actor())


def _capability(id: str) -> Any:
    found = capabilities.get(graph(), id, by=actor())
    return _told(found), versions.etag(found.version)


@bp.get("/offers")
@bp.response(200, OfferPage)
@policy("member", roles=("seller", "viewer"))
def list_offers() -> dict[str, Any]:
    """The standing prices of one's firm."""
    after, limit = cursors.window()
    start = str(after[0]) if after else ""
    found = offers.list_own(graph(), after=start, limit=limit + 1, by=actor())
    return cursors.page(found, limit, lambda offer: [offer.id])


@bp.post("/offers")
@bp.arguments(OfferIn)
@bp.response(201, OfferOut)
@policy("member", roles=("seller",))
def add_offer(given: dict[str, Any]) -> Any:
    """Offer a part at standing prices."""
    key = once.from_header("add_offer", given)
    return _offer(offers.add_offer(graph(), **given, by=actor(), once=key))


@bp.get("/offers/<path:id>")
@bp.response(200, OfferOut)
@policy("member", roles=("seller", "viewer"), thing="offer", seen_by=("owner",))
def get_offer(id: str) -> Any:
    """One of one's own firm."""
    return _offer(id)


@bp.put("/offers/<path:id>")
@bp.arguments(OfferChangeIn)
@bp.response(200, OfferOut)
@policy("member", roles=("seller",), thing="offer", seen_by=("owner",))
def change_offer(given: dict[str, Any], id: str) -> Any:
    """Change it."""
    offers.change_offer(graph(), id, **given, version=versions.if_match(), by=actor())
    return _offer(id)


@bp.delete("/offers/<path:id>")
@bp.response(204)
@policy("member", roles=("seller",), thing="offer", seen_by=("owner",))
def remove_offer(id: str) -> None:
    """Take it away."""
    offers.remove_offer(graph(), id, version=versions.if_match(), by=actor())


def _offer(id: str) -> Any:
    found = offers.get(graph(), id, by=actor())
    return found, versions.etag(found.version)
