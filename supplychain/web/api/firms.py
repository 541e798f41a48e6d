"""The directory of firms, and the profile of one's own."""

from __future__ import annotations

from supplychain.actions import firms
from supplychain.actions.people import claims
from supplychain.graph.engine.driver import graph
from supplychain.model.firms import Firm, ListedFirm
from supplychain.model.people.colleagues import Invite
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.access.reader_days import reader_today
from supplychain.web.api import Blueprint, Listed
from supplychain.web.api.operator_firms import MadeClaim, make_claim
from supplychain.web.input import cursors
from supplychain.web.input.versions import Versioned, if_match, with_etag
from supplychain.web.schemas.firms import CardOut, FirmIn, FirmOut, FirmPage, FirmsQuery
from supplychain.web.schemas.operator_firms import ClaimIn, ClaimsOut, MadeClaimOut

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
    return firms.get_card(graph(), id, by=actor(), today=reader_today())


@bp.get("/firms/<id>/claims")
@bp.response(200, ClaimsOut)
@policy("member")
def list_claims(id: str) -> Listed[Invite]:
    """The open links to an unclaimed firm that one's own firm made."""
    return Listed(claims.list_claims(graph(), id, by=actor()))


@bp.post("/firms/<id>/claims")
@bp.arguments(ClaimIn, as_kwargs=True)
@bp.response(201, MadeClaimOut)
@policy("member", roles=("buyer",))
def invite_first_user(id: str, email: str) -> MadeClaim:
    """Invite the first user of a firm that one's own firm brought in by import."""
    key = once.from_header("invite_first_user", {"firm_id": id, "email": email})
    return make_claim(id, email, key)


@bp.delete("/firms/<id>/claims/<claim_id>")
@bp.response(204)
@policy("member", roles=("buyer",))
def withdraw_claim(id: str, claim_id: str) -> None:
    """Take an open link back."""
    claims.withdraw_claim(graph(), id, claim_id, by=actor())


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
    return firms.get_card(graph(), actor().firm_id, by=actor(), today=reader_today()).firm
