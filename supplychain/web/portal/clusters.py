"""Clusters: founding, inviting peers, joining, leaving. Their list is on the page of chains."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from supplychain.actions import clusters
from supplychain.errors import Conflict
from supplychain.graph.engine.driver import graph
from supplychain.model.chains import CLUSTER_TERMS
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.forms import Shown, load, load_form, say_done, submit
from supplychain.web.schemas.firms import ClusterIn, FirmIdIn

bp = Blueprint("clusters", __name__)


@bp.get("/clusters/new")
@policy("member", roles=("seller",))
def new() -> str:
    """The form to found a cluster."""
    return _render_form(Shown())


@bp.post("/clusters")
@policy("member", roles=("seller",))
def found() -> Response:
    """Found a cluster."""

    def found_cluster() -> Response:
        key = once.from_form("found_cluster")
        cluster_id = clusters.found_cluster(graph(), **load_form(ClusterIn()), by=actor(), once=key)
        return _return_to_cluster(cluster_id, "The cluster is founded. Invite its first peer.")

    return submit(found_cluster, _render_form)


def _render_form(form: Shown) -> str:
    return render_template("clusters/form.html", form=form, terms=CLUSTER_TERMS)


@bp.get("/clusters/<id>")
@policy("member", thing="cluster", seen_by=("founder", "invited", "member"))
def show(id: str) -> str:
    """A cluster: its members, and what the reader may do."""
    return _render_cluster(id, Shown())


def _render_cluster(id: str, form: Shown) -> str:
    cluster, members = clusters.get(graph(), id, by=actor())
    return render_template(
        "clusters/show.html",
        cluster=cluster,
        members=members,
        form=form,
        founded=cluster.founder_id == actor().firm_id,
        terms=CLUSTER_TERMS,
    )


@bp.post("/clusters/<id>/invitations")
@policy("member", roles=("seller",), thing="cluster", seen_by=("founder",))
def invite(id: str) -> Response:
    """Invite a peer of the directory."""

    def invite_firm() -> Response:
        firm_id = load(FirmIdIn(), {"firm_id": request.form.get("firm_id", "")})["firm_id"]
        clusters.invite_firm(graph(), id, firm_id, by=actor())
        return _return_to_cluster(id, "The firm is invited.")

    return submit(invite_firm, lambda form: _render_cluster(id, form))


@bp.post("/clusters/<id>/removals")
@policy("member", roles=("seller",), thing="cluster", seen_by=("founder",))
def remove(id: str) -> Response:
    """Take a member or an invitation out."""

    def remove_firm() -> Response:
        clusters.remove_firm(graph(), id, request.form.get("firm_id", ""), by=actor())
        return _return_to_cluster(id, "The firm is taken out of the cluster.")

    return submit(remove_firm, lambda form: _render_cluster(id, form))


@bp.post("/clusters/<id>/acceptance")
@policy("member", roles=("owner",), thing="cluster", seen_by=("invited",))
def accept(id: str) -> Response:
    """Join."""

    def accept_terms() -> Response:
        if request.form.get("agreed") != "yes":
            raise Conflict("Tick that you agree to the terms first.")
        clusters.accept(graph(), id, by=actor())
        return _return_to_cluster(id, "Your firm is a member now.")

    return submit(accept_terms, lambda form: _render_cluster(id, form))


@bp.post("/clusters/<id>/refusal")
@policy("member", roles=("owner",), thing="cluster", seen_by=("invited",))
def decline(id: str) -> Response:
    """Decline the invitation."""
    clusters.decline(graph(), id, by=actor())
    return say_done("The invitation is declined.", "chains.index")


@bp.post("/clusters/<id>/departure")
@policy("member", roles=("owner",), thing="cluster", seen_by=("member",))
def leave(id: str) -> Response:
    """Leave the cluster."""
    clusters.leave(graph(), id, by=actor())
    return say_done("Your firm has left the cluster.", "chains.index")


def _return_to_cluster(id: str, message: str) -> Response:
    return say_done(message, "clusters.show", id=id)
