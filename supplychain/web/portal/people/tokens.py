"""The reader's own account: name, language, password, and API tokens."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, session
from werkzeug.wrappers import Response

from supplychain.actions.people import accounts, open_sessions, passwords
from supplychain.graph.engine.driver import graph
from supplychain.web.access import once
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import actor, policy, principal
from supplychain.web.access.proofs import check_recent, has_no_proof, proof_key
from supplychain.web.input.forms import Shown, load_form, say_done, submit
from supplychain.web.schemas.accounts import PasswordIn, ProfileIn, TokenIn

bp = Blueprint("tokens", __name__)


@bp.get("/account")
@policy("signed_in")
def index() -> str:
    """The reader's account."""
    return _render_account()


@bp.post("/account")
@policy("signed_in")
def change_profile() -> Response:
    """Change name and language."""

    def save_profile() -> Response:
        changed = load_form(ProfileIn())
        passwords.change_profile(graph(), **changed, by=actor())
        session["language"] = changed["language"]
        return _return_to_account("Saved.")

    return submit(save_profile, lambda form: _render_account(profile=form))


@bp.post("/account/password")
@limiter.limit("10/hour", key_func=lambda: f"password|{actor().user_id}")
@policy("signed_in")
def change_password() -> Response:
    """Change the password; all other sessions and all tokens end."""

    def save_password() -> Response:
        words = load_form(PasswordIn())
        session_id = principal().session_id
        passwords.change_password(graph(), **words, session_id=session_id, by=actor())
        return _return_to_account(
            "The password is changed. Other devices have to sign in again, and all tokens are "
            "ended."
        )

    return submit(save_password, lambda form: _render_account(password=form))


@bp.post("/account/tokens")
@limiter.limit("10/hour", key_func=proof_key, exempt_when=has_no_proof)
@policy("signed_in")
def create() -> Response:
    """Make a token and show its secret, this once."""

    def create_token() -> Response:
        check_recent()
        token = load_form(TokenIn())
        key = once.from_form("create_token")
        _, secret = accounts.create_token(graph(), **token, by=actor(), once=key)
        return make_response(_render_account(secret=secret, made=token["name"]))

    return submit(create_token, lambda form: _render_account(token=form))


@bp.post("/account/tokens/<id>/revocation")
@policy("signed_in", thing="token", seen_by=("user",))
def revoke(id: str) -> Response:
    """End a token at once."""
    accounts.revoke_token(graph(), id, by=actor())
    return _return_to_account("The token is revoked. Programs that used it are signed out.")


@bp.post("/account/sessions/<id>/end")
@policy("signed_in", thing="session", seen_by=("user",))
def end_session(id: str) -> Response:
    """Sign a browser out."""
    open_sessions.end_session(graph(), id, by=actor())
    return _return_to_account("That browser is signed out.")


@bp.post("/account/sessions/end")
@policy("signed_in")
def end_other_sessions() -> Response:
    """Sign all other browsers out."""
    open_sessions.end_other_sessions(graph(), present=principal().session_id, by=actor())
    return _return_to_account("All other browsers are signed out.")


def _return_to_account(message: str) -> Response:
    return say_done(message, "tokens.index")


def _render_account(
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
        sessions=open_sessions.list_sessions(graph(), present=who.session_id, by=actor()),
        has_second_factor=who.has_second_factor,
        secret=secret,
        made=made,
    )
