"""Chains: what waits, founding, inviting, joining with the terms in view, leaving."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions import chains, clusters
from supplychain.errors import Conflict, Stale
from supplychain.graph.engine.driver import graph
from supplychain.model.chains import TERMS
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy, principal
from supplychain.web.input.forms import Shown, load, nested, submit
from supplychain.web.pages.i18n import translate
from supplychain.web.schemas.firms import BarIn, ChainIn, FirmIdIn

bp = Blueprint("chains", __name__)


@bp.get("/chains")
@policy("member")
def index() -> str:
    """The chains and clusters of the reader's firm, with what waits on top."""
    return render_template(
        "chains/index.html",
        chains=chains.list_mine(graph(), by=actor()),
        clusters=clusters.list_mine(graph(), by=actor()),
        can_lead=principal().firm_kind == "core",
    )


@bp.get("/chains/new")
@policy("member", roles=("buyer",))
def new() -> str:
    """The form to found a chain."""
    return _form(Shown(values={"terms": translate(TERMS)}))


@bp.post("/chains")
@policy("member", roles=("buyer",))
def found() -> Response:
    """Found a chain."""

    def do() -> Response:
        given = load(ChainIn(), nested(request.form))
        key = once.from_form("found_chain")
        chain_id = chains.found_chain(graph(), **given, by=actor(), once=key)
        flash(translate("The chain is founded. Invite its first firm."), "success")
        return redirect(url_for("chains.show", id=chain_id))

    return submit(do, _form)


def _form(form: Shown, id: str = "") -> str:
    return render_template("chains/form.html", form=form, id=id)


@bp.get("/chains/<id>")
@policy("member", thing="chain", seen_by=("leader", "invited", "member"))
def show(id: str) -> str:
    """A chain: its terms, its members, and what the reader may do."""
    return _page(id, Shown())


def _page(id: str, form: Shown) -> str:
    chain, members = chains.get(graph(), id, by=actor())
    return render_template("chains/show.html", chain=chain, members=members, form=form)


@bp.get("/chains/<id>/edit")
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def edit(id: str) -> str:
    """The form to change name and terms."""
    chain, _ = chains.get(graph(), id, by=actor())
    chain.check_leader(actor().firm_id)
    return _form(
        Shown(values={"name": chain.name, "terms": chain.terms, "version": chain.version}), id
    )


@bp.post("/chains/<id>")
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def change(id: str) -> Response:
    """Change name and terms."""

    def do() -> Response:
        values = nested(request.form)
        version = _version(values.pop("version", ""))
        given = load(ChainIn(), values)
        chains.edit_chain(graph(), id, **given, version=version, by=actor())
        return _done(id, "Saved.")

    return submit(do, lambda form: _form(form, id))


@bp.post("/chains/<id>/invitations")
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def invite(id: str) -> Response:
    """Invite a firm of the directory."""

    def do() -> Response:
        given = load(FirmIdIn(), {"firm_id": request.form.get("firm_id", "")})
        chains.invite_firm(graph(), id, given["firm_id"], by=actor())
        return _done(id, "The firm is invited. It decides after reading the terms.")

    return submit(do, lambda form: _page(id, form))


@bp.post("/chains/<id>/removals")
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def remove(id: str) -> Response:
    """Take a member or an invitation out."""

    def do() -> Response:
        chains.remove_firm(graph(), id, request.form.get("firm_id", ""), by=actor())
        return _done(id, "The firm is taken out of the chain.")

    return submit(do, lambda form: _page(id, form))


@bp.post("/chains/<id>/bars")
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def bar(id: str) -> Response:
    """Keep a firm out of the chain and of its requests."""

    def do() -> Response:
        given = load(BarIn(), nested(request.form))
        chains.bar_firm(graph(), id, given["firm_id"], given["reason"], by=actor())
        return _done(id, "The firm is barred and told why. It is not ranked for your requests.")

    return submit(do, lambda form: _page(id, form))


@bp.post("/chains/<id>/bars/removal")
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def unbar(id: str) -> Response:
    """Lift a bar."""

    def do() -> Response:
        chains.unbar_firm(graph(), id, request.form.get("firm_id", ""), by=actor())
        return _done(id, "The bar is lifted. You may invite the firm again.")

    return submit(do, lambda form: _page(id, form))


@bp.post("/chains/<id>/acceptance")
@policy("member", roles=("owner",), thing="chain", seen_by=("invited",))
def accept(id: str) -> Response:
    """Join under the terms that were shown."""

    def do() -> Response:
        if request.form.get("agreed") != "yes":
            raise Conflict("Tick that you agree to the terms first.")
        chains.accept(graph(), id, version=_version(request.form.get("version")), by=actor())
        return _done(id, "Your firm is a member now.")

    return submit(do, lambda form: _page(id, form))


@bp.post("/chains/<id>/refusal")
@policy("member", roles=("owner",), thing="chain", seen_by=("invited",))
def decline(id: str) -> Response:
    """Decline the invitation."""
    chains.decline(graph(), id, by=actor())
    flash(translate("The invitation is declined. The leader sees nothing of your firm."), "success")
    return redirect(url_for("chains.index"))


@bp.post("/chains/<id>/departure")
@policy("member", roles=("owner",), thing="chain", seen_by=("member",))
def leave(id: str) -> Response:
    """Leave the chain."""
    chains.leave(graph(), id, by=actor())
    flash(translate("Your firm has left. The leader sees nothing more of it."), "success")
    return redirect(url_for("chains.index"))


def _version(given: object) -> int:
    text = str(given or "")
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise Stale
    return int(text)


def _done(id: str, message: str) -> Response:
    flash(translate(message), "success")
    return redirect(url_for("chains.show", id=id))
