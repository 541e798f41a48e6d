"""Chains: led by a core firm, joined by invitation."""

from __future__ import annotations

from typing import Any

from supplychain.actions import chains
from supplychain.graph.engine.driver import graph
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input import versions
from supplychain.web.schemas.firms import (
    AcceptIn,
    BarReasonIn,
    ChainCardOut,
    ChainIn,
    ChainsOut,
    FirmIdIn,
)

bp = Blueprint("chains", description="Chains, their terms and their members.")


@bp.get("/chains")
@bp.response(200, ChainsOut)
@policy("member")
def list_chains() -> dict[str, Any]:
    """The chains that one's firm leads, belongs to, or is invited to."""
    return {"items": chains.list_mine(graph(), by=actor())}


@bp.post("/chains")
@bp.arguments(ChainIn)
@bp.response(201, ChainCardOut)
@policy("member", roles=("buyer",))
def found(given: dict[str, Any]) -> Any:
    """Found a chain that one's own core firm leads."""
    key = once.from_header("found_chain", given)
    return _answer(chains.found_chain(graph(), **given, by=actor(), once=key))


@bp.get("/chains/<id>")
@bp.response(200, ChainCardOut)
@policy("member", thing="chain", seen_by=("leader", "invited", "member"))
def get_chain(id: str) -> Any:
    """A chain and its members, as far as one's firm may see them."""
    return _answer(id)


@bp.put("/chains/<id>")
@bp.arguments(ChainIn)
@bp.response(200, ChainCardOut)
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def edit(given: dict[str, Any], id: str) -> Any:
    """Change the name, or the terms while nobody has accepted them."""
    chains.edit_chain(graph(), id, **given, version=versions.if_match(), by=actor())
    return _answer(id)


@bp.post("/chains/<id>/invitations")
@bp.arguments(FirmIdIn)
@bp.response(201, ChainCardOut)
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def invite(given: dict[str, Any], id: str) -> Any:
    """Invite a firm."""
    chains.invite_firm(graph(), id, given["firm_id"], by=actor())
    return _answer(id)


@bp.delete("/chains/<id>/members/<firm_id>")
@bp.response(204)
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def remove(id: str, firm_id: str) -> None:
    """Take a member or an invitation out."""
    chains.remove_firm(graph(), id, firm_id, by=actor())


@bp.put("/chains/<id>/bars/<firm_id>")
@bp.arguments(BarReasonIn)
@bp.response(200, ChainCardOut)
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def bar(given: dict[str, Any], id: str, firm_id: str) -> Any:
    """Keep a firm out of the chain and of its requests."""
    chains.bar_firm(graph(), id, firm_id, given["reason"], by=actor())
    return _answer(id)


@bp.delete("/chains/<id>/bars/<firm_id>")
@bp.response(204)
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def unbar(id: str, firm_id: str) -> None:
    """Lift a bar."""
    chains.unbar_firm(graph(), id, firm_id, by=actor())


@bp.put("/chains/<id>/acceptance")
@bp.arguments(AcceptIn)
@bp.response(200, ChainCardOut)
@policy("member", roles=("owner",), thing="chain", seen_by=("invited",))
def accept(given: dict[str, Any], id: str) -> Any:
    """Join under the terms of the version that was read."""
    chains.accept(graph(), id, version=given["version"], by=actor())
    return _answer(id)


@bp.put("/chains/<id>/refusal")
@bp.response(204)
@policy("member", roles=("owner",), thing="chain", seen_by=("invited",))
def decline(id: str) -> None:
    """Decline the invitation."""
    chains.decline(graph(), id, by=actor())


@bp.delete("/chains/<id>/membership")
@bp.response(204)
@policy("member", roles=("owner",), thing="chain", seen_by=("member",))
def leave(id: str) -> None:
    """Leave the chain."""
    chains.leave(graph(), id, by=actor())


def _answer(id: str) -> Any:
    chain, members = chains.get(graph(), id, by=actor())
    return {"chain": chain, "members": members}, versions.etag(chain.version)
