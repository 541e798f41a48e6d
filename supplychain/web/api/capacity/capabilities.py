"""What one's own firm can make, and its standing prices."""

from __future__ import annotations

from typing import Any

from supplychain.actions.capacity import capabilities, offers, part_hours
from supplychain.graph.engine.driver import graph
from supplychain.model.capabilities import Capability
from supplychain.model.capacity.part_hours import PartHours, PartTime
from supplychain.model.offers import Offer, OfferTerms, OfferTier
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_today
from supplychain.web.api import Blueprint, Listed
from supplychain.web.input import cursors
from supplychain.web.input.versions import Versioned, if_match, with_etag
from supplychain.web.schemas.capabilities import (
    CapabilitiesOut,
    CapabilityChangeIn,
    CapabilityIn,
    CapabilityOut,
    OfferChangeIn,
    OfferIn,
    OfferOut,
    OfferPage,
    PartHoursIn,
    PartHoursOut,
)

bp = Blueprint("capabilities", description="What one's firm can make, and its standing prices.")


@bp.get("/capabilities")
@bp.response(200, CapabilitiesOut)
@policy("member")
def list_capabilities() -> Listed[Capability]:
    """All that one's firm can make."""
    return Listed(capabilities.list_own(graph(), by=actor(), today=reader_today()))


@bp.post("/capabilities")
@bp.arguments(CapabilityIn, as_kwargs=True)
@bp.response(201, CapabilityOut)
@policy("member", roles=("seller",))
def add_capability(
    category: str, weekly_capacity: int | None, **profile: Any
) -> Versioned[Capability]:
    """Say what one's firm can make of a category."""
    key = once.from_header("add_capability", (category, weekly_capacity, profile))
    capability_id = capabilities.add_capability(
        graph(),
        category=category,
        weekly_capacity=weekly_capacity,
        **profile,
        by=actor(),
        once=key,
    )
    return _answer_capability(capability_id)


@bp.get("/capabilities/<path:id>")
@bp.response(200, CapabilityOut)
@policy("member", thing="capability", seen_by=("owner",))
def get_capability(id: str) -> Versioned[Capability]:
    """One of one's own firm."""
    return _answer_capability(id)


@bp.put("/capabilities/<path:id>")
@bp.arguments(CapabilityChangeIn, as_kwargs=True)
@bp.response(200, CapabilityOut)
@policy("member", roles=("seller",), thing="capability", seen_by=("owner",))
def change_capability(
    id: str, weekly_capacity: int | None, **profile: Any
) -> Versioned[Capability]:
    """Change it; capacity that is booked cannot be cut."""
    capabilities.change_capability(
        graph(), id, weekly_capacity=weekly_capacity, **profile, version=if_match(), by=actor()
    )
    return _answer_capability(id)


@bp.delete("/capabilities/<path:id>")
@bp.response(204)
@policy("member", roles=("seller",), thing="capability", seen_by=("owner",))
def remove_capability(id: str) -> None:
    """Take it off the list, while nothing is booked and there is no track record."""
    capabilities.remove_capability(graph(), id, version=if_match(), by=actor())


@bp.get("/capabilities/<path:id>/part-hours")
@bp.response(200, PartHoursOut)
@policy("member", roles=("seller", "viewer"), thing="capability", seen_by=("owner",))
def list_part_hours(id: str) -> Listed[PartHours]:
    """The parts that take hours of their own; ``If-Match`` is the capability's."""
    return Listed(part_hours.list_part_hours(graph(), id, by=actor()))


@bp.put("/capabilities/<path:id>/part-hours")
@bp.arguments(PartHoursIn, as_kwargs=True)
@bp.response(200, PartHoursOut)
@policy("member", roles=("seller",), thing="capability", seen_by=("owner",))
def state_part_hours(id: str, items: list[PartTime]) -> Listed[PartHours]:
    """State which parts take hours of their own, all of them at once."""
    part_hours.state_part_hours(graph(), id, items, version=if_match(), by=actor())
    return Listed(part_hours.list_part_hours(graph(), id, by=actor()))


def _answer_capability(id: str) -> Versioned[Capability]:
    capability = capabilities.get(graph(), id, by=actor(), today=reader_today())
    return with_etag(capability, capability.version)


@bp.get("/offers")
@bp.response(200, OfferPage)
@policy("member", roles=("seller", "viewer"))
def list_offers() -> cursors.Page[Offer]:
    """The standing prices of one's firm."""
    after, limit = cursors.window()
    start = str(after[0]) if after else ""
    items = offers.list_own(graph(), after=start, limit=limit + 1, by=actor())
    return cursors.page(items, limit, lambda offer: [offer.id])


@bp.post("/offers")
@bp.arguments(OfferIn, as_kwargs=True)
@bp.response(201, OfferOut)
@policy("member", roles=("seller",))
def add_offer(
    part_id: str,
    currency: str,
    moq: int,
    lead_days: int,
    tiers: tuple[OfferTier, ...],
    terms: OfferTerms,
) -> Versioned[Offer]:
    """Offer a part at standing prices."""
    payload = (part_id, currency, moq, lead_days, tiers, terms)
    offer_id = offers.add_offer(
        graph(),
        part_id=part_id,
        currency=currency,
        moq=moq,
        lead_days=lead_days,
        tiers=tiers,
        terms=terms,
        by=actor(),
        once=once.from_header("add_offer", payload),
    )
    return _answer_offer(offer_id)


@bp.get("/offers/<path:id>")
@bp.response(200, OfferOut)
@policy("member", roles=("seller", "viewer"), thing="offer", seen_by=("owner",))
def get_offer(id: str) -> Versioned[Offer]:
    """One of one's own firm."""
    return _answer_offer(id)


@bp.put("/offers/<path:id>")
@bp.arguments(OfferChangeIn, as_kwargs=True)
@bp.response(200, OfferOut)
@policy("member", roles=("seller",), thing="offer", seen_by=("owner",))
def change_offer(
    id: str,
    currency: str,
    moq: int,
    lead_days: int,
    tiers: tuple[OfferTier, ...],
    terms: OfferTerms,
) -> Versioned[Offer]:
    """Change it."""
    offers.change_offer(
        graph(),
        id,
        currency=currency,
        moq=moq,
        lead_days=lead_days,
        tiers=tiers,
        terms=terms,
        version=if_match(),
        by=actor(),
    )
    return _answer_offer(id)


@bp.put("/offers/<path:id>/renewal")
@bp.response(200, OfferOut)
@policy("member", roles=("seller",), thing="offer", seen_by=("owner",))
def renew_offer(id: str) -> Versioned[Offer]:
    """Say it anew as it is: it counts as stated today, and holds as long again."""
    offers.renew_offer(graph(), id, version=if_match(), by=actor())
    return _answer_offer(id)


@bp.delete("/offers/<path:id>")
@bp.response(204)
@policy("member", roles=("seller",), thing="offer", seen_by=("owner",))
def remove_offer(id: str) -> None:
    """Take it away."""
    offers.remove_offer(graph(), id, version=if_match(), by=actor())


def _answer_offer(id: str) -> Versioned[Offer]:
    offer = offers.get(graph(), id, by=actor())
    return with_etag(offer, offer.version)
