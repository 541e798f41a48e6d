"""Looking after firms, for the operator: marks, verifying, suspending, merging; no trade at all."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.actions import merging, verification
from supplychain.actions.people import claims
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import Once
from supplychain.model.people.colleagues import Invite
from supplychain.model.verification import WatchedFirm
from supplychain.web.access import once
from supplychain.web.access.hosts import public_link
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint, Listed
from supplychain.web.input import cursors
from supplychain.web.schemas.operator_firms import (
    ClaimIn,
    ClaimsOut,
    ConfirmedIn,
    MadeClaimOut,
    SuspensionIn,
    WatchedFirmOut,
    WatchedFirmPage,
    WatchQuery,
)

bp = Blueprint("operator_firms", description="Looking after firms: for the operator alone.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeClaim:
    """A link just made; secret and link are empty when the call is repeated."""

    id: str
    secret: str
    link: str


@bp.get("/operator/firms")
@bp.arguments(WatchQuery, location="query", as_kwargs=True)
@bp.response(200, WatchedFirmPage)
@policy("operator")
def list_watched(text: str = "", mark: str = "", **_window: str) -> cursors.Page[WatchedFirm]:
    """Firms by name, all or those with a mark."""
    after, limit = cursors.text_window()
    watched = verification.watch_firms(
        graph(), by=actor(), text=text, mark=mark, after=after or ("", ""), limit=limit + 1
    )
    return cursors.page(watched, limit, lambda firm: [firm.name, firm.id])


@bp.get("/operator/firms/<id>")
@bp.response(200, WatchedFirmOut)
@policy("operator")
def get_watched(id: str) -> WatchedFirm:
    """One firm with its marks."""
    return verification.watch_firm(graph(), id, by=actor())[0]


@bp.put("/operator/firms/<id>/verification")
@bp.response(204)
@policy("operator", scope="administer")
def verify(id: str) -> None:
    """Note that the firm is who it says."""
    verification.verify_firm(graph(), id, by=actor())


@bp.delete("/operator/firms/<id>/verification")
@bp.response(204)
@policy("operator", scope="administer")
def unverify(id: str) -> None:
    """Take the verification back."""
    verification.take_back_verification(graph(), id, by=actor())


@bp.put("/operator/firms/<id>/suspension")
@bp.arguments(SuspensionIn, as_kwargs=True)
@bp.response(204)
@policy("operator", scope="administer")
def suspend(id: str, reason: str) -> None:
    """Keep the firm out, with a reason that its people read."""
    verification.suspend_firm(graph(), id, reason, by=actor())


@bp.delete("/operator/firms/<id>/suspension")
@bp.response(204)
@policy("operator", scope="administer")
def end_suspension(id: str) -> None:
    """Let the firm in again."""
    verification.end_suspension(graph(), id, by=actor())


@bp.put("/operator/firms/<id>/twins/<twin_id>")
@bp.arguments(ConfirmedIn, as_kwargs=True)
@bp.response(204)
@policy("operator", scope="administer")
def take_in(id: str, twin_id: str, confirmed: str) -> None:
    """Take a twin in, for good; ``confirmed`` is its id once more."""
    merging.take_in_twin(graph(), keep_id=id, drop_id=twin_id, confirmed=confirmed, by=actor())


@bp.get("/operator/firms/<id>/claims")
@bp.response(200, ClaimsOut)
@policy("operator")
def list_operator_claims(id: str) -> Listed[Invite]:
    """The open links to an unclaimed firm that the operator made."""
    return Listed(claims.list_claims(graph(), id, by=actor()))


@bp.post("/operator/firms/<id>/claims")
@bp.arguments(ClaimIn, as_kwargs=True)
@bp.response(201, MadeClaimOut)
@policy("operator", scope="administer")
def invite_by_operator(id: str, email: str) -> MadeClaim:
    """Invite the first user of an unclaimed firm."""
    key = once.from_header("invite_first_user", {"firm_id": id, "email": email})
    return make_claim(id, email, key)


@bp.delete("/operator/firms/<id>/claims/<claim_id>")
@bp.response(204)
@policy("operator", scope="administer")
def withdraw_by_operator(id: str, claim_id: str) -> None:
    """Take an open link back."""
    claims.withdraw_claim(graph(), id, claim_id, by=actor())


def make_claim(firm_id: str, email: str, key: Once) -> MadeClaim:
    """Invite the first user of a firm, as whoever is signed in."""
    made, secret = claims.invite_first_user(graph(), firm_id, email=email, by=actor(), once=key)
    link = public_link("colleagues.join", secret=secret) if secret else ""
    return MadeClaim(id=made, secret=secret, link=link)
