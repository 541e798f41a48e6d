"""Our firm: its profile, its people, and joining it by a link."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions import firms
from supplychain.actions.people import accounts, colleagues
from supplychain.errors import Invalid
from supplychain.graph.engine.driver import graph
from supplychain.model.ids import to_text, utc_now
from supplychain.web.access import once, sessions
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import actor, policy
from supplychain.web.input.forms import Shown, load, nested, submit
from supplychain.web.pages.i18n import language, translate
from supplychain.web.schemas.accounts import ColleagueInviteIn, JoinIn, RoleIn

bp = Blueprint("colleagues", __name__)


@bp.get("/colleagues")
@policy("member")
def index() -> str:
    """The firm's people and open invitations."""
    return _page(Shown())


@bp.post("/colleagues/invitations")
@policy("member", roles=("owner",))
def invite() -> Response:
    """Invite a colleague and show the link, this once."""

    def do() -> Response:
        given = load(ColleagueInviteIn(), nested(request.form))
        key = once.from_form("invite_colleague")
        _, secret = colleagues.invite_colleague(graph(), **given, by=actor(), once=key)
        link = url_for(".join", secret=secret, _external=True) if secret else ""
        return make_response(_page(Shown(), link=link, invited=given["email"]))

    return submit(do, _page)


@bp.post("/colleagues/invitations/<id>/withdrawal")
@policy("member", roles=("owner",), thing="colleague_invite", seen_by=("firm",))
def withdraw(id: str) -> Response:
    """Take an open invitation back."""
    colleagues.withdraw_invite(graph(), id, by=actor())
    return _done("The invitation is withdrawn. Its link no longer works.")


@bp.post("/colleagues/<id>/role")
@policy("member", roles=("owner",), thing="user", seen_by=("firm",))
def change_role(id: str) -> Response:
    """Give a colleague another role."""

    def do() -> Response:
        given = load(RoleIn(), {"role": request.form.get("role", "")})
        colleagues.change_role(graph(), id, role=given["role"], version=_version(), by=actor())
        return _done("The role is changed.")

    return submit(do, _page)


@bp.post("/colleagues/<id>/closure")
@policy("member", roles=("owner",), thing="user", seen_by=("firm",))
def disable(id: str) -> Response:
    """Close a colleague's account."""

    def do() -> Response:
        colleagues.disable(graph(), id, version=_version(), by=actor())
        return _done("The account is closed. Its sessions and tokens have ended.")

    return submit(do, _page)


@bp.post("/colleagues/<id>/reopening")
@policy("member", roles=("owner",), thing="user", seen_by=("firm",))
def enable(id: str) -> Response:
    """Open a closed account again."""

    def do() -> Response:
        colleagues.enable(graph(), id, version=_version(), by=actor())
        return _done("The account is open again.")

    return submit(do, _page)


def _version() -> int:
    text = request.form.get("version", "")
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise Invalid("Reload the page and try again.")
    return int(text)


def _done(message: str) -> Response:
    flash(translate(message), "success")
    return redirect(url_for("colleagues.index"))


def _page(form: Shown, link: str = "", invited: str = "") -> str:
    by = actor()
    return render_template(
        "firms/own.html",
        form=form,
        firm=firms.card(graph(), by.firm_id, by=by).firm,
        colleagues=colleagues.list_colleagues(graph(), by=by),
        invites=colleagues.list_invites(graph(), by=by) if by.role == "owner" else [],
        now=to_text(utc_now()),
        link=link,
        invited=invited,
        is_owner=by.role == "owner",
        may_reckon=by.role in ("owner", "buyer"),
        own_id=by.user_id,
    )


@bp.get("/join/<secret>")
@limiter.limit("60/hour")
@policy("public")
def join(secret: str) -> str:
    """The page of a colleague's link."""
    return _join_page(secret, Shown())


@bp.post("/join/<secret>")
@limiter.limit("20/hour")
@policy("public")
def accept(secret: str) -> Response:
    """Make the account of the link and sign in."""

    def do() -> Response:
        given = load(JoinIn(), {**nested(request.form), "language": language()})
        user_id = colleagues.accept_invite(graph(), secret, **given)
        sessions.adopt(accounts.add_session(graph(), user_id))
        return redirect(url_for("home.index"))

    return submit(do, lambda form: _join_page(secret, form))


def _join_page(secret: str, form: Shown) -> str:
    invite = colleagues.find_invite(graph(), secret)
    return render_template("accounts/join.html", form=form, invite=invite, secret=secret)
