"""Colleagues of one's own firm."""

from __future__ import annotations

from typing import Any

from flask import url_for

from supplychain.actions.people import colleagues
from supplychain.graph.engine.driver import graph
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input import versions
from supplychain.web.schemas.accounts import (
    ColleagueInviteIn,
    ColleagueInvitesOut,
    ColleagueOut,
    ColleaguesOut,
    MadeColleagueInviteOut,
    RoleIn,
)

bp = Blueprint("colleagues", description="Colleagues of one's own firm and their roles.")


@bp.get("/colleagues")
@bp.response(200, ColleaguesOut)
@policy("member")
def list_colleagues() -> dict[str, Any]:
    """Who works, or worked, for the firm."""
    return {"items": colleagues.list_colleagues(graph(), by=actor())}


@bp.put("/colleagues/<id>/role")
@bp.arguments(RoleIn)
@bp.response(200, ColleagueOut)
@policy("member", roles=("owner",), thing="user", seen_by=("firm",))
def change_role(given: dict[str, Any], id: str) -> Any:
    """Give a colleague another role, in force at their next request."""
    version = colleagues.change_role(
        graph(), id, role=given["role"], version=versions.if_match(), by=actor()
    )
    return _one(id), 200, versions.etag(version)


@bp.put("/colleagues/<id>/closure")
@bp.response(200, ColleagueOut)
@policy("member", roles=("owner",), thing="user", seen_by=("firm",))
def disable(id: str) -> Any:
    """Close a colleague's account: sessions and tokens end at once."""
    version = colleagues.disable(graph(), id, version=versions.if_match(), by=actor())
    return _one(id), 200, versions.etag(version)


@bp.delete("/colleagues/<id>/closure")
@bp.response(200, ColleagueOut)
@policy("member", roles=("owner",), thing="user", seen_by=("firm",))
def enable(id: str) -> Any:
    """Open a closed account again."""
    version = colleagues.enable(graph(), id, version=versions.if_match(), by=actor())
    return _one(id), 200, versions.etag(version)


def _one(id: str) -> Any:
    found = colleagues.list_colleagues(graph(), by=actor())
    return next(each for each in found if each.id == id)


@bp.get("/colleague-invitations")
@bp.response(200, ColleagueInvitesOut)
@policy("member", roles=("owner",))
def list_invites() -> dict[str, Any]:
    """The firm's open invitations."""
    return {"items": colleagues.list_invites(graph(), by=actor())}


@bp.post("/colleague-invitations")
@bp.arguments(ColleagueInviteIn)
@bp.response(201, MadeColleagueInviteOut)
@policy("member", roles=("owner",))
def invite(given: dict[str, Any]) -> dict[str, str]:
    """Invite a colleague; the link is told this once, lives 7 days, and works once."""
    key = once.from_header("invite_colleague", given)
    invite_id, secret = colleagues.invite_colleague(graph(), **given, by=actor(), once=key)
    link = url_for("colleagues.join", secret=secret, _external=True) if secret else ""
    return {"id": invite_id, "secret": secret, "link": link}


@bp.delete("/colleague-invitations/<id>")
@bp.response(204)
@policy("member", roles=("owner",), thing="colleague_invite", seen_by=("firm",))
def withdraw(id: str) -> None:
    """Take an open invitation back."""
    colleagues.withdraw_invite(graph(), id, by=actor())
