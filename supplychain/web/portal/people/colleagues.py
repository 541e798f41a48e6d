"""Our firm: its profile, its people, and joining it by a link."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions import firms
from supplychain.actions.people import accounts, colleagues, resets, second_factors
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.model.ids import to_text, utc_now
from supplychain.web.access import once, sessions
from supplychain.web.access.guards import limiter
from supplychain.web.access.hosts import public_link
from supplychain.web.access.policy import actor, policy, principal
from supplychain.web.access.proofs import check_recent, has_no_proof, proof_key
from supplychain.web.access.reader_days import reader_today
from supplychain.web.input import versions
from supplychain.web.input.forms import Shown, load, load_form, nested, say_done, submit
from supplychain.web.pages.i18n import language
from supplychain.web.schemas.accounts import ColleagueInviteIn, FactorDemandIn, JoinIn, RoleIn

bp = Blueprint("colleagues", __name__)


@bp.get("/colleagues")
@policy("member")
def index() -> str:
    """The firm's people and open invitations."""
    return _render_firm(Shown())


@bp.post("/colleagues/invitations")
@policy("member", roles=("owner",))
def invite() -> Response:
    """Invite a colleague and show the link, this once."""

    def invite_colleague() -> Response:
        invite = load_form(ColleagueInviteIn())
        key = once.from_form("invite_colleague")
        _, secret = colleagues.invite_colleague(graph(), **invite, by=actor(), once=key)
        link = public_link("colleagues.join", secret=secret) if secret else ""
        return make_response(_render_firm(Shown(), link=link, invited=invite["email"]))

    return submit(invite_colleague, _render_firm)


@bp.post("/colleagues/invitations/<id>/withdrawal")
@policy("member", roles=("owner",), thing="colleague_invite", seen_by=("firm",))
def withdraw(id: str) -> Response:
    """Take an open invitation back."""
    colleagues.withdraw_invite(graph(), id, by=actor())
    return _return_to_firm("The invitation is withdrawn. Its link no longer works.")


@bp.post("/colleagues/<id>/role")
@policy("member", roles=("owner",), thing="user", seen_by=("firm",))
def change_role(id: str) -> Response:
    """Give a colleague another role."""

    def change_colleague_role() -> Response:
        role = load(RoleIn(), {"role": request.form.get("role", "")})["role"]
        version = versions.from_form()
        colleagues.change_role(graph(), id, role=role, version=version, by=actor())
        return _return_to_firm("The role is changed.")

    return submit(change_colleague_role, _render_firm)


@bp.post("/colleagues/<id>/closure")
@policy("member", roles=("owner",), thing="user", seen_by=("firm",))
def disable(id: str) -> Response:
    """Close a colleague's account."""

    def disable_account() -> Response:
        colleagues.disable_colleague(graph(), id, version=versions.from_form(), by=actor())
        return _return_to_firm("The account is closed. Its sessions and tokens have ended.")

    return submit(disable_account, _render_firm)


@bp.post("/colleagues/<id>/reopening")
@policy("member", roles=("owner",), thing="user", seen_by=("firm",))
def enable(id: str) -> Response:
    """Open a closed account again."""

    def enable_account() -> Response:
        colleagues.enable_colleague(graph(), id, version=versions.from_form(), by=actor())
        return _return_to_firm("The account is open again.")

    return submit(enable_account, _render_firm)


@bp.post("/colleagues/<id>/password-reset")
@limiter.limit("10/hour", key_func=proof_key, exempt_when=has_no_proof)
@policy("member", roles=("owner",), thing="user", seen_by=("firm",))
def make_reset(id: str) -> Response:
    """Make a link by which a colleague sets a new password, and show it, this once."""

    def make_link() -> Response:
        check_recent()
        link = public_link("resets.show", secret=resets.make_reset(graph(), id, by=actor()))
        return make_response(_render_firm(Shown(), reset_link=link))

    return submit(make_link, _render_firm)


@bp.post("/colleagues/<id>/second-step/end")
@limiter.limit("10/hour", key_func=proof_key, exempt_when=has_no_proof)
@policy("member", roles=("owner",), thing="user", seen_by=("firm",))
def end_second_step(id: str) -> Response:
    """End the second step of a colleague who lost the phone."""

    def end_step() -> Response:
        check_recent()
        second_factors.end_for_colleague(graph(), id, by=actor())
        return _return_to_firm("The second step is ended. Your colleague signs in by password.")

    return submit(end_step, _render_firm)


@bp.post("/colleagues/second-step")
@limiter.limit("10/hour", key_func=proof_key, exempt_when=has_no_proof)
@policy("member", roles=("owner",))
def demand_second_step() -> Response:
    """Demand the second step of everybody in the firm, or no more."""

    def set_demand() -> Response:
        check_recent()
        second_factors.demand(graph(), **load_form(FactorDemandIn()), by=actor())
        return _return_to_firm("Saved.")

    return submit(set_demand, _render_firm)


def _return_to_firm(message: str) -> Response:
    return say_done(message, "colleagues.index")


def _render_firm(form: Shown, link: str = "", invited: str = "", reset_link: str = "") -> str:
    by = actor()
    card, people, invites, demanded_at = together(
        lambda: firms.get_card(graph(), by.firm_id, by=by, today=reader_today()),
        lambda: colleagues.list_colleagues(graph(), by=by),
        lambda: colleagues.list_invites(graph(), by=by) if by.role == "owner" else [],
        lambda: second_factors.find_demand(graph(), by=by),
    )
    return render_template(
        "firms/own.html",
        form=form,
        firm=card.firm,
        colleagues=people,
        invites=invites,
        now=to_text(utc_now()),
        link=link,
        invited=invited,
        reset_link=reset_link,
        is_owner=by.role == "owner",
        may_reckon=by.role in ("owner", "buyer"),
        sees_audiences=by.role in ("owner", "seller", "viewer"),
        own_id=by.user_id,
        has_second_factor=principal().has_second_factor,
        demanded_at=demanded_at,
    )


@bp.get("/join/<secret>")
@limiter.limit("60/hour")
@policy("public")
def join(secret: str) -> str:
    """The page of a colleague's link."""
    return _render_join(secret, Shown())


@bp.post("/join/<secret>")
@limiter.limit("20/hour")
@policy("public")
def accept(secret: str) -> Response:
    """Make the account of the link and sign in."""

    def accept_invite() -> Response:
        person = load(JoinIn(), {**nested(request.form), "language": language()})
        user_id = colleagues.accept_invite(graph(), secret, **person)
        sessions.adopt(accounts.add_session(graph(), user_id))
        return redirect(url_for("home.index"))

    return submit(accept_invite, lambda form: _render_join(secret, form))


def _render_join(secret: str, form: Shown) -> str:
    invite = colleagues.find_invite(graph(), secret)
    return render_template("accounts/join.html", form=form, invite=invite, secret=secret)
