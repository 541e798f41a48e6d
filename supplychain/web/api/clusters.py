"""Clusters: peers that pool capacity."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.actions import clusters
from supplychain.graph.engine.driver import graph
from supplychain.model.chains import Cluster, Member
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint, Listed
from supplychain.web.input.versions import Versioned, if_match, with_etag
from supplychain.web.schemas.firms import ClusterCardOut, ClusterIn, ClustersOut, FirmIdIn

bp = Blueprint("clusters", description="Clusters of peers and their members.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterCard:
    """A cluster and those of its firms that one's own firm may see."""

    cluster: Cluster
    members: list[Member]


@bp.get("/clusters")
@bp.response(200, ClustersOut)
@policy("member")
def list_clusters() -> Listed[Cluster]:
    """The clusters that one's firm belongs to, or is invited to."""
    return Listed(clusters.list_mine(graph(), by=actor()))


@bp.post("/clusters")
@bp.arguments(ClusterIn, as_kwargs=True)
@bp.response(201, ClusterCardOut)
@policy("member", roles=("seller",))
def found(name: str) -> Versioned[ClusterCard]:
    """Found a cluster with one's own firm as its first member."""
    key = once.from_header("found_cluster", {"name": name})
    return _answer_cluster(clusters.found_cluster(graph(), name=name, by=actor(), once=key))


@bp.get("/clusters/<id>")
@bp.response(200, ClusterCardOut)
@policy("member", thing="cluster", seen_by=("founder", "invited", "member"))
def get_cluster(id: str) -> Versioned[ClusterCard]:
    """A cluster and its members, as far as one's firm may see them."""
    return _answer_cluster(id)


@bp.put("/clusters/<id>")
@bp.arguments(ClusterIn, as_kwargs=True)
@bp.response(200, ClusterCardOut)
@policy("member", roles=("seller",), thing="cluster", seen_by=("founder",))
def rename(id: str, name: str) -> Versioned[ClusterCard]:
    """Give it another name."""
    clusters.rename_cluster(graph(), id, name=name, version=if_match(), by=actor())
    return _answer_cluster(id)


@bp.post("/clusters/<id>/invitations")
@bp.arguments(FirmIdIn, as_kwargs=True)
@bp.response(201, ClusterCardOut)
@policy("member", roles=("seller",), thing="cluster", seen_by=("founder",))
def invite(id: str, firm_id: str) -> Versioned[ClusterCard]:
    """Invite a peer."""
    clusters.invite_firm(graph(), id, firm_id, by=actor())
    return _answer_cluster(id)


@bp.delete("/clusters/<id>/members/<firm_id>")
@bp.response(204)
@policy("member", roles=("seller",), thing="cluster", seen_by=("founder",))
def remove(id: str, firm_id: str) -> None:
    """Take a member or an invitation out."""
    clusters.remove_firm(graph(), id, firm_id, by=actor())


@bp.put("/clusters/<id>/acceptance")
@bp.response(200, ClusterCardOut)
@policy("member", roles=("owner",), thing="cluster", seen_by=("invited",))
def accept(id: str) -> Versioned[ClusterCard]:
    """Join."""
    clusters.accept(graph(), id, by=actor())
    return _answer_cluster(id)


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


def _answer_cluster(id: str) -> Versioned[ClusterCard]:
    cluster, members = clusters.get(graph(), id, by=actor())
    return with_etag(ClusterCard(cluster=cluster, members=members), cluster.version)
