"""Signing in and out, and the reader's language."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from supplychain.actions.people import passwords
from supplychain.graph.engine.driver import graph
from supplychain.web.access import devices, sessions
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import current_user, policy
from supplychain.web.input.forms import Shown, submit
from supplychain.web.pages.i18n import LANGUAGES

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in")
@policy("public")
def sign_in() -> str:
    """The sign-in page."""
    return render_template("accounts/sign_in.html", form=Shown())


@bp.post("/sign-in")
@policy("public")
@limiter.limit("10/minute;60/hour", key_func=devices.network_key, exempt_when=devices.is_known)
@limiter.limit("5/minute;30/hour", key_func=devices.account_and_network_key)
@limiter.limit("100/hour;300/day", key_func=devices.account_key, exempt_when=devices.is_known)
def check_sign_in() -> Response:
    """Sign in and go to where the reader came for."""

    def start_session() -> Response:
        sessions.start(request.form.get("email", ""), request.form.get("password", ""))
        target = keep_if_local(request.args.get("next", "")) or url_for("home.index")
        return devices.remember(redirect(target))

    return submit(start_session, lambda form: render_template("accounts/sign_in.html", form=form))


@bp.post("/sign-out")
@policy("public")
def sign_out() -> Response:
    """End the session."""
    sessions.end()
    answer = redirect(url_for("accounts.sign_in"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'  # what the browser kept of our pages
    return answer


@bp.post("/language")
@policy("public")
def choose_language() -> Response:
    """Keep the reader's language and stay on the page."""
    chosen = request.form.get("language", "en")
    session["language"] = chosen if chosen in LANGUAGES else "en"
    if current_user.is_authenticated:
        passwords.choose_language(graph(), session["language"], by=current_user.principal.actor)
    return redirect(keep_if_local(request.form.get("then", "")) or url_for("home.index"))


def keep_if_local(target: str) -> str:
    """The target if it is a path of ours, else nothing: no open redirect."""
    parts = urlsplit(target)
    harmless = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return (
        target
        if harmless and not parts.scheme and not parts.netloc and target.isprintable()
        else ""
    )
