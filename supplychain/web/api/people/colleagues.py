"""Colleagues of one's own firm."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.actions.people import colleagues, resets, second_factors
from supplychain.graph.engine.driver import graph
from supplychain.model.people.colleagues import Colleague, Invite
from supplychain.web.access import once
from supplychain.web.access.hosts import public_link
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint, Listed
from supplychain.web.input.versions import Versioned, if_match, with_etag
from supplychain.web.schemas.accounts import (
    ColleagueInviteIn,
    ColleagueInvitesOut,
    ColleagueOut,
    ColleaguesOut,
    FactorDemandIn,
    FactorDemandOut,
    MadeColleagueInviteOut,
    ResetOut,
    RoleIn,
)

bp = Blueprint("colleagues", description="Colleagues of one's own firm and their roles.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeInvite:
    """An invitation just made; secret and link are empty when the call is repeated."""

    id: str
    secret: str
    link: str


@bp.get("/colleagues")
@bp.response(200, ColleaguesOut)
@policy("member")
def list_colleagues() -> Listed[Colleague]:
    """Who works, or worked, for the firm."""
    return Listed(colleagues.list_colleagues(graph(), by=actor()))


@bp.put("/colleagues/<id>/role")
@bp.arguments(RoleIn, as_kwargs=True)
@bp.response(200, ColleagueOut)
@policy("member", roles=("owner",), thing="user", seen_by=("firm",))
def change_role(id: str, role: str) -> Versioned[Colleague]:
    """Give a colleague another role, in force at their next request."""
    version = colleagues.change_role(graph(), id, role=role, version=if_match(), by=actor())
    return with_etag(_find_colleague(id), version)


@bp.put("/colleagues/<id>/closure")
@bp.response(200, ColleagueOut)
@policy("member", roles=("owner",), thing="user", seen_by=("firm",))
def disable(id: str) -> Versioned[Colleague]:
    """Close a colleague's account: sessions and tokens end at once."""
    version = colleagues.disable_colleague(graph(), id, version=if_match(), by=actor())
    return with_etag(_find_colleague(id), version)


@bp.delete("/colleagues/<id>/closure")
@bp.response(200, ColleagueOut)
@policy("member", roles=("owner",), thing="user", seen_by=("firm",))
def enable(id: str) -> Versioned[Colleague]:
    """Open a closed account again."""
    version = colleagues.enable_colleague(graph(), id, version=if_match(), by=actor())
    return with_etag(_find_colleague(id), version)


@bp.put("/colleagues/<id>/password-reset")
@bp.response(200, ResetOut)
@policy("member", roles=("owner",), thing="user", seen_by=("firm",))
def make_reset(id: str) -> dict[str, str | int]:
    """Make a link by which a colleague sets a new password; an older one ends."""
    secret = resets.make_reset(graph(), id, by=actor())
    return {"link": public_link("resets.show", secret=secret), "hours": resets.RESET_HOURS}


@bp.delete("/colleagues/<id>/second-step")
@bp.response(204)
@policy("member", roles=("owner",), thing="user", seen_by=("firm",))
def end_second_step(id: str) -> None:
    """End the second step at signing in of a colleague who lost the phone."""
    second_factors.end_for_colleague(graph(), id, by=actor())


@bp.get("/second-step-demand")
@bp.response(200, FactorDemandOut)
@policy("member")
def get_demand() -> dict[str, str]:
    """Since when the firm demands the second step at signing in of its users."""
    return {"demanded_at": second_factors.find_demand(graph(), by=actor())}


@bp.put("/second-step-demand")
@bp.arguments(FactorDemandIn, as_kwargs=True)
@bp.response(200, FactorDemandOut)
@policy("member", roles=("owner",))
def set_demand(demanded: bool) -> dict[str, str]:
    """Demand the second step of all users of the firm, or no more; its owner must have it."""
    second_factors.demand(graph(), demanded=demanded, by=actor())
    return get_demand()


def _find_colleague(id: str) -> Colleague:
    return next(one for one in colleagues.list_colleagues(graph(), by=actor()) if one.id == id)


@bp.get("/colleague-invitations")
@bp.response(200, ColleagueInvitesOut)
@policy("member", roles=("owner",))
def list_invites() -> Listed[Invite]:
    """The firm's open invitations."""
    return Listed(colleagues.list_invites(graph(), by=actor()))


@bp.post("/colleague-invitations")
@bp.arguments(ColleagueInviteIn, as_kwargs=True)
@bp.response(201, MadeColleagueInviteOut)
@policy("member", roles=("owner",))
def invite(email: str, role: str) -> MadeInvite:
    """Invite a colleague; the link is told this once, lives 7 days, and works once."""
    key = once.from_header("invite_colleague", {"email": email, "role": role})
    invite_id, secret = colleagues.invite_colleague(
        graph(), email=email, role=role, by=actor(), once=key
    )
    link = public_link("colleagues.join", secret=secret) if secret else ""
    return MadeInvite(id=invite_id, secret=secret, link=link)


@bp.delete("/colleague-invitations/<id>")
@bp.response(204)
@policy("member", roles=("owner",), thing="colleague_invite", seen_by=("firm",))
def withdraw(id: str) -> None:
    """Take an open invitation back."""
    colleagues.withdraw_invite(graph(), id, by=actor())
