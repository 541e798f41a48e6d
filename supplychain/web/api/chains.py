"""Chains: led by a core firm, joined by invitation."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.actions import chains, verification
from supplychain.graph.engine.driver import graph
from supplychain.model.chains import Chain, Member
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint, Listed
from supplychain.web.input.versions import Versioned, if_match, with_etag
from supplychain.web.schemas.firms import (
    AcceptIn,
    BarReasonIn,
    ChainCardOut,
    ChainIn,
    ChainsOut,
    FirmIdIn,
)

bp = Blueprint("chains", description="Chains, their terms and their members.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainCard:
    """A chain and those of its firms that one's own firm may see."""

    chain: Chain
    members: list[Member]


@bp.get("/chains")
@bp.response(200, ChainsOut)
@policy("member")
def list_chains() -> Listed[Chain]:
    """The chains that one's firm leads, belongs to, or is invited to."""
    return Listed(chains.list_mine(graph(), by=actor()))


@bp.post("/chains")
@bp.arguments(ChainIn, as_kwargs=True)
@bp.response(201, ChainCardOut)
@policy("member", roles=("buyer",))
def found(name: str, terms: str) -> Versioned[ChainCard]:
    """Found a chain that one's own core firm leads."""
    key = once.from_header("found_chain", {"name": name, "terms": terms})
    chain_id = chains.found_chain(graph(), name=name, terms=terms, by=actor(), once=key)
    return _answer_chain(chain_id)


@bp.get("/chains/<id>")
@bp.response(200, ChainCardOut)
@policy("member", thing="chain", seen_by=("leader", "invited", "member"))
def get_chain(id: str) -> Versioned[ChainCard]:
    """A chain and its members, as far as one's firm may see them."""
    return _answer_chain(id)


@bp.put("/chains/<id>")
@bp.arguments(ChainIn, as_kwargs=True)
@bp.response(200, ChainCardOut)
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def edit(id: str, name: str, terms: str) -> Versioned[ChainCard]:
    """Change the name, or the terms while nobody has accepted them."""
    chains.edit_chain(graph(), id, name=name, terms=terms, version=if_match(), by=actor())
    return _answer_chain(id)


@bp.post("/chains/<id>/invitations")
@bp.arguments(FirmIdIn, as_kwargs=True)
@bp.response(201, ChainCardOut)
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def invite(id: str, firm_id: str) -> Versioned[ChainCard]:
    """Invite a firm."""
    chains.invite_firm(graph(), id, firm_id, by=actor())
    return _answer_chain(id)


@bp.delete("/chains/<id>/members/<firm_id>")
@bp.response(204)
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def remove(id: str, firm_id: str) -> None:
    """Take a member or an invitation out."""
    chains.remove_firm(graph(), id, firm_id, by=actor())


@bp.put("/chains/<id>/bars/<firm_id>")
@bp.arguments(BarReasonIn, as_kwargs=True)
@bp.response(200, ChainCardOut)
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def bar(id: str, firm_id: str, reason: str) -> Versioned[ChainCard]:
    """Keep a firm out of the chain and of its requests."""
    chains.bar_firm(graph(), id, firm_id, reason, by=actor())
    return _answer_chain(id)


@bp.delete("/chains/<id>/bars/<firm_id>")
@bp.response(204)
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def unbar(id: str, firm_id: str) -> None:
    """Lift a bar."""
    chains.unbar_firm(graph(), id, firm_id, by=actor())


@bp.put("/chains/<id>/vouches/<firm_id>")
@bp.response(204)
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def vouch(id: str, firm_id: str) -> None:
    """Vouch that a member is who it says; only a leader that the operator has verified may."""
    verification.vouch_for(graph(), id, firm_id, by=actor())


@bp.delete("/chains/<id>/vouches/<firm_id>")
@bp.response(204)
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def unvouch(id: str, firm_id: str) -> None:
    """Vouch no more for a member."""
    verification.take_back_vouch(graph(), id, firm_id, by=actor())


@bp.put("/chains/<id>/acceptance")
@bp.arguments(AcceptIn, as_kwargs=True)
@bp.response(200, ChainCardOut)
@policy("member", roles=("owner",), thing="chain", seen_by=("invited",))
def accept(id: str, version: int) -> Versioned[ChainCard]:
    """Join under the terms of the version that was read."""
    chains.accept(graph(), id, version=version, by=actor())
    return _answer_chain(id)


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


def _answer_chain(id: str) -> Versioned[ChainCard]:
    chain, members = chains.get(graph(), id, by=actor())
    return with_etag(ChainCard(chain=chain, members=members), chain.version)
