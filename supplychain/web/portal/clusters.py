"""Clusters: founding, inviting peers, joining, leaving. Their list is on the page of chains."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions import clusters
from supplychain.errors import Conflict
from supplychain.graph.engine.driver import graph
from supplychain.model.chains import CLUSTER_TERMS
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.forms import Shown, load, nested, submit
from supplychain.web.pages.i18n import translate
from supplychain.web.schemas.firms import ClusterIn, FirmIdIn

bp = Blueprint("clusters", __name__)


@bp.get("/clusters/new")
@policy("member", roles=("seller",))
def new() -> str:
    """The form to found a cluster."""
    return _form(Shown())


@bp.post("/clusters")
@policy("member", roles=("seller",))
def found() -> Response:
    """Found a cluster."""

    def do() -> Response:
        given = load(ClusterIn(), nested(request.form))
        key = once.from_form("found_cluster")
        cluster_id = clusters.found_cluster(graph(), **given, by=actor(), once=key)
        return _done(cluster_id, "The cluster is founded. Invite its first peer.")

    return submit(do, _form)


def _form(form: Shown) -> str:
    return render_template("clusters/form.html", form=form, terms=CLUSTER_TERMS)


@bp.get("/clusters/<id>")
@policy("member", thing="cluster", seen_by=("founder", "invited", "member"))
def show(id: str) -> str:
    """A cluster: its members, and what the reader may do."""
    return _page(id, Shown())


def _page(id: str, form: Shown) -> str:
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

    def do() -> Response:
        given = load(FirmIdIn(), {"firm_id": request.form.get("firm_id", "")})
        clusters.invite_firm(graph(), id, given["firm_id"], by=actor())
        return _done(id, "The firm is invited.")

    return submit(do, lambda form: _page(id, form))


@bp.post("/clusters/<id>/removals")
@policy("member", roles=("seller",), thing="cluster", seen_by=("founder",))
def remove(id: str) -> Response:
    """Take a member or an invitation out."""

    def do() -> Response:
        clusters.remove_firm(graph(), id, request.form.get("firm_id", ""), by=actor())
        return _done(id, "The firm is taken out of the cluster.")

    return submit(do, lambda form: _page(id, form))


@bp.post("/clusters/<id>/acceptance")
@policy("member", roles=("owner",), thing="cluster", seen_by=("invited",))
def accept(id: str) -> Response:
    """Join."""

    def do() -> Response:
        if request.form.get("agreed") != "yes":
            raise Conflict("Tick that you agree to the terms first.")
        clusters.accept(graph(), id, by=actor())
        return _done(id, "Your firm is a member now.")

    return submit(do, lambda form: _page(id, form))


@bp.post("/clusters/<id>/refusal")
@policy("member", roles=("owner",), thing="cluster", seen_by=("invited",))
def decline(id: str) -> Response:
    """Decline the invitation."""
    clusters.decline(graph(), id, by=actor())
    flash(translate("The invitation is declined."), "success")
    return redirect(url_for("chains.index"))


@bp.post("/clusters/<id>/departure")
@policy("member", roles=("owner",), thing="cluster", seen_by=("member",))
def leave(id: str) -> Response:
    """Leave the cluster."""
    clusters.leave(graph(), id, by=actor())
    flash(translate("Your firm has left the cluster."), "success")
    return redirect(url_for("chains.index"))


def _done(id: str, message: str) -> Response:
    flash(translate(message), "success")
    return redirect(url_for("clusters.show", id=id))
