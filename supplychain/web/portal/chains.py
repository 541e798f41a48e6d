"""Chains: what waits, founding, inviting, joining with the terms in view, leaving."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from supplychain.actions import chains, clusters, verification
from supplychain.errors import Conflict
from supplychain.graph.engine.driver import graph
from supplychain.model.chains import TERMS
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy, principal
from supplychain.web.input import versions
from supplychain.web.input.forms import Shown, load, load_form, say_done, submit
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
    return _render_form(Shown(values={"terms": translate(TERMS)}))


@bp.post("/chains")
@policy("member", roles=("buyer",))
def found() -> Response:
    """Found a chain."""

    def found_chain() -> Response:
        key = once.from_form("found_chain")
        chain_id = chains.found_chain(graph(), **load_form(ChainIn()), by=actor(), once=key)
        return _return_to_chain(chain_id, "The chain is founded. Invite its first firm.")

    return submit(found_chain, _render_form)


def _render_form(form: Shown, id: str = "") -> str:
    return render_template("chains/form.html", form=form, id=id)


@bp.get("/chains/<id>")
@policy("member", thing="chain", seen_by=("leader", "invited", "member"))
def show(id: str) -> str:
    """A chain: its terms, its members, and what the reader may do."""
    return _render_chain(id, Shown())


def _render_chain(id: str, form: Shown) -> str:
    chain, members = chains.get(graph(), id, by=actor())
    marks = verification.list_marks(graph(), [one.firm_id for one in members])
    return render_template("chains/show.html", chain=chain, members=members, marks=marks, form=form)


@bp.get("/chains/<id>/edit")
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def edit(id: str) -> str:
    """The form to change name and terms."""
    chain, _ = chains.get(graph(), id, by=actor())
    chain.check_leader(actor().firm_id)
    return _render_form(
        Shown(values={"name": chain.name, "terms": chain.terms, "version": chain.version}), id
    )


@bp.post("/chains/<id>")
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def change(id: str) -> Response:
    """Change name and terms."""

    def change_chain() -> Response:
        version = versions.from_form()
        chains.edit_chain(graph(), id, **load_form(ChainIn()), version=version, by=actor())
        return _return_to_chain(id, "Saved.")

    return submit(change_chain, lambda form: _render_form(form, id))


@bp.post("/chains/<id>/invitations")
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def invite(id: str) -> Response:
    """Invite a firm of the directory."""

    def invite_firm() -> Response:
        firm_id = load(FirmIdIn(), {"firm_id": request.form.get("firm_id", "")})["firm_id"]
        chains.invite_firm(graph(), id, firm_id, by=actor())
        return _return_to_chain(id, "The firm is invited. It decides after reading the terms.")

    return submit(invite_firm, lambda form: _render_chain(id, form))


@bp.post("/chains/<id>/removals")
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def remove(id: str) -> Response:
    """Take a member or an invitation out."""

    def remove_firm() -> Response:
        chains.remove_firm(graph(), id, request.form.get("firm_id", ""), by=actor())
        return _return_to_chain(id, "The firm is taken out of the chain.")

    return submit(remove_firm, lambda form: _render_chain(id, form))


@bp.post("/chains/<id>/bars")
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def bar(id: str) -> Response:
    """Keep a firm out of the chain and of its requests."""

    def bar_firm() -> Response:
        bar = load_form(BarIn())
        chains.bar_firm(graph(), id, bar["firm_id"], bar["reason"], by=actor())
        return _return_to_chain(
            id, "The firm is barred and told why. It is not ranked for your requests."
        )

    return submit(bar_firm, lambda form: _render_chain(id, form))


@bp.post("/chains/<id>/bars/removal")
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def unbar(id: str) -> Response:
    """Lift a bar."""

    def lift_bar() -> Response:
        chains.unbar_firm(graph(), id, request.form.get("firm_id", ""), by=actor())
        return _return_to_chain(id, "The bar is lifted. You may invite the firm again.")

    return submit(lift_bar, lambda form: _render_chain(id, form))


@bp.post("/chains/<id>/vouches")
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def vouch(id: str) -> Response:
    """Vouch that a member is who it says."""

    def vouch_for_firm() -> Response:
        verification.vouch_for(graph(), id, request.form.get("firm_id", ""), by=actor())
        return _return_to_chain(id, "Your firm vouches for it now. Every firm sees that.")

    return submit(vouch_for_firm, lambda form: _render_chain(id, form))


@bp.post("/chains/<id>/vouches/removal")
@policy("member", roles=("buyer",), thing="chain", seen_by=("leader",))
def unvouch(id: str) -> Response:
    """Vouch no more for a member."""

    def take_vouch_back() -> Response:
        verification.take_back_vouch(graph(), id, request.form.get("firm_id", ""), by=actor())
        return _return_to_chain(id, "Your firm vouches for it no more.")

    return submit(take_vouch_back, lambda form: _render_chain(id, form))


@bp.post("/chains/<id>/acceptance")
@policy("member", roles=("owner",), thing="chain", seen_by=("invited",))
def accept(id: str) -> Response:
    """Join under the terms that were shown."""

    def accept_terms() -> Response:
        if request.form.get("agreed") != "yes":
            raise Conflict("Tick that you agree to the terms first.")
        chains.accept(graph(), id, version=versions.from_form(), by=actor())
        return _return_to_chain(id, "Your firm is a member now.")

    return submit(accept_terms, lambda form: _render_chain(id, form))


@bp.post("/chains/<id>/refusal")
@policy("member", roles=("owner",), thing="chain", seen_by=("invited",))
def decline(id: str) -> Response:
    """Decline the invitation."""
    chains.decline(graph(), id, by=actor())
    return say_done(
        "The invitation is declined. The leader sees nothing of your firm.", "chains.index"
    )


@bp.post("/chains/<id>/departure")
@policy("member", roles=("owner",), thing="chain", seen_by=("member",))
def leave(id: str) -> Response:
    """Leave the chain."""
    chains.leave(graph(), id, by=actor())
    return say_done("Your firm has left. The leader sees nothing more of it.", "chains.index")


def _return_to_chain(id: str, message: str) -> Response:
    return say_done(message, "chains.show", id=id)
