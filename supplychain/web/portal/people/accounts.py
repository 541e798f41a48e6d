"""Signing in and out, and the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

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

from supplychain.actions.people import passwords, second_factors
from supplychain.errors import NotOpen
from supplychain.graph.engine.driver import graph
from supplychain.web.access import devices, sessions
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import current_user, policy
from supplychain.web.input.forms import Shown, submit
from supplychain.web.pages.i18n import LANGUAGES, translate

bp = Blueprint("accounts", __name__)

View = Callable[[], Response]


def _limit_guesses(view: View) -> View:
    """Slow down who guesses: passwords and codes alike (``access/devices.py``)."""
    limits = (
        limiter.limit(
            "100/hour;300/day", key_func=devices.account_key, exempt_when=devices.is_known
        ),
        limiter.limit("5/minute;30/hour", key_func=devices.account_and_network_key),
        limiter.limit(
            "10/minute;60/hour", key_func=devices.network_key, exempt_when=devices.is_known
        ),
    )
    for limit in limits:
        view = limit(view)
    return view


@bp.get("/sign-in")
@policy("public")
def sign_in() -> str:
    """The sign-in page."""
    return render_template("accounts/sign_in.html", form=Shown())


@bp.post("/sign-in")
@policy("public")
@_limit_guesses
def check_sign_in() -> Response:
    """Sign in and go to where the reader came for."""

    def start_session() -> Response:
        account, wanted = devices.tried_account(), request.args.get("next", "")
        if not sessions.start(request.form.get("email", ""), request.form.get("password", "")):
            return redirect(url_for("accounts.ask_code", next=keep_if_local(wanted) or None))
        return devices.remember(redirect(_find_target(wanted)), account)

    return submit(start_session, lambda form: render_template("accounts/sign_in.html", form=form))


@bp.get("/sign-in/code")
@policy("public")
def ask_code() -> Response:
    """The second step: the page that asks for the code."""
    try:
        second_factors.check_half(graph(), sessions.half_secret())
    except NotOpen:
        return redirect(url_for("accounts.sign_in"))
    return make_response(render_template("accounts/code.html", form=Shown()))


@bp.post("/sign-in/code")
@policy("public")
@_limit_guesses
def check_code() -> Response:
    """Check the code, sign in, and go to where the reader came for."""

    def finish_session() -> Response:
        account, wanted = devices.tried_account(), request.args.get("next", "")
        code = request.form.get("code", "")
        try:
            secret = second_factors.finish_sign_in(graph(), sessions.half_secret(), code)
        except NotOpen as error:
            flash(translate(error.message), "warning")
            return redirect(url_for("accounts.sign_in", next=keep_if_local(wanted) or None))
        sessions.adopt(secret)
        return devices.remember(redirect(_find_target(wanted)), account)

    return submit(finish_session, lambda form: render_template("accounts/code.html", form=form))


def _find_target(wanted: str) -> str:
    return keep_if_local(wanted) or url_for("home.index")


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
