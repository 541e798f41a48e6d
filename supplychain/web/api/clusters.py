"""Clusters: peers that pool capacity."""

from __future__ import annotations

from typing import Any

from supplychain.actions import clusters
from supplychain.graph.engine.driver import graph
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.input import versions
from supplychain.web.schemas.firms import ClusterCardOut, ClusterIn, ClustersOut, FirmIdIn

bp = Blueprint("clusters", description="Clusters of peers and their members.")


@bp.get("/clusters")
@bp.response(200, ClustersOut)
@policy("member")
def list_clusters() -> dict[str, Any]:
    """The clusters that one's firm belongs to, or is invited to."""
    return {"items": clusters.list_mine(graph(), by=actor())}


@bp.post("/clusters")
@bp.arguments(ClusterIn)
@bp.response(201, ClusterCardOut)
@policy("member", roles=("seller",))
def found(given: dict[str, Any]) -> Any:
    """Found a cluster with one's own firm as its first member."""
    key = once.from_header("found_cluster", given)
    return _answer(clusters.found_cluster(graph(), **given, by=actor(), once=key))


@bp.get("/clusters/<id>")
@bp.response(200, ClusterCardOut)
@policy("member", thing="cluster", seen_by=("founder", "invited", "member"))
def get_cluster(id: str) -> Any:
    """A cluster and its members, as far as one's firm may see them."""
    return _answer(id)


@bp.put("/clusters/<id>")
@bp.arguments(ClusterIn)
@bp.response(200, ClusterCardOut)
@policy("member", roles=("seller",), thing="cluster", seen_by=("founder",))
def rename(given: dict[str, Any], id: str) -> Any:
    """Give it another name."""
    version = versions.if_match()
    clusters.rename_cluster(graph(), id, name=given["name"], version=version, by=actor())
    return _answer(id)


@bp.post("/clusters/<id>/invitations")
@bp.arguments(FirmIdIn)
@bp.response(201, ClusterCardOut)
@policy("member", roles=("seller",), thing="cluster", seen_by=("founder",))
def invite(given: dict[str, Any], id: str) -> Any:
    """Invite a peer."""
    clusters.invite_firm(graph(), id, given["firm_id"], by=actor())
    return _answer(id)


@bp.delete("/clusters/<id>/members/<firm_id>")
@bp.response(204)
@policy("member", roles=("seller",), thing="cluster", seen_by=("founder",))
def remove(id: str, firm_id: str) -> None:
    """Take a member or an invitation out."""
    clusters.remove_firm(graph(), id, firm_id, by=actor())


@bp.put("/clusters/<id>/acceptance")
@bp.response(200, ClusterCardOut)
@policy("member", roles=("owner",), thing="cluster", seen_by=("invited",))
def accept(id: str) -> Any:
    """Join."""
    clusters.accept(graph(), id, by=actor())
    return _answer(id)


@bp.put("/clusters/<id>/refusal")
@bp.response(204)
@policy("member", roles=("owner",), thing="cluster", seen_by=("invited",))
def decline(id: str) -> None:
    """Decline the invitation."""
    clusters.decline(graph(), id, by=actor())


@bp.delete("/clusters/<id>/membership")
@bp.response(204)
@policy("member", roles=("owner",), thing="cluster", seen_by=("member",))
def leave(id: str) -> None:
    """Leave the cluster."""
    clusters.leave(graph(), id, by=actor())


def _answer(id: str) -> Any:
    cluster, members = clusters.get(graph(), id, by=actor())
    return {"cluster": cluster, "members": members}, versions.etag(cluster.version)
