"""The reader's own account: name, language, password, and API tokens."""

from __future__ import annotations

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from supplychain.actions.people import accounts, passwords
from supplychain.graph.engine.driver import graph
from supplychain.web.access import once
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import actor, policy, principal
from supplychain.web.input.forms import Shown, load, nested, submit
from supplychain.web.pages.i18n import translate
from supplychain.web.schemas.accounts import PasswordIn, ProfileIn, TokenIn

bp = Blueprint("tokens", __name__)


@bp.get("/account")
@policy("signed_in")
def index() -> str:
    """The reader's account."""
    return _page()


@bp.post("/account")
@policy("signed_in")
def change_profile() -> Response:
    """Change name and language."""

    def do() -> Response:
        given = load(ProfileIn(), nested(request.form))
        passwords.change_profile(graph(), **given, by=actor())
        session["language"] = given["language"]
        return _done("Saved.")

    return submit(do, lambda form: _page(profile=form))


@bp.post("/account/password")
@limiter.limit("10/hour", key_func=lambda: f"password|{actor().user_id}")
@policy("signed_in")
def change_password() -> Response:
    """Change the password; all other sessions end."""

    def do() -> Response:
        given = load(PasswordIn(), nested(request.form))
        session_id = principal().session_id
        passwords.change_password(graph(), **given, session_id=session_id, by=actor())
        return _done("The password is changed. Other devices have to sign in again.")

    return submit(do, lambda form: _page(password=form))


@bp.post("/account/tokens")
@policy("signed_in")
def create() -> Response:
    """Make a token and show its secret, this once."""

    def do() -> Response:
        given = load(TokenIn(), nested(request.form))
        key = once.from_form("create_token")
        _, secret = accounts.create_token(graph(), **given, by=actor(), once=key)
        return make_response(_page(secret=secret, made=given["name"]))

    return submit(do, lambda form: _page(token=form))


@bp.post("/account/tokens/<id>/revocation")
@policy("signed_in", thing="token", seen_by=("user",))
def revoke(id: str) -> Response:
    """End a token at once."""
    accounts.revoke_token(graph(), id, by=actor())
    return _done("The token is revoked. Programs that used it are signed out.")


def _done(message: str) -> Response:
    flash(translate(message), "success")
    return redirect(url_for("tokens.index"))


def _page(
    profile: Shown | None = None,
    password: Shown | None = None,
    token: Shown | None = None,
    secret: str = "",
    made: str = "",
) -> str:
    who = principal()
    return render_template(
        "accounts/account.html",
        profile=profile or Shown(values={"name": who.name, "language": who.language}),
        password=password or Shown(),
        token=token or Shown(values={"days": 90}),
        tokens=accounts.list_tokens(graph(), by=actor()),
        secret=secret,
        made=made,
    )
