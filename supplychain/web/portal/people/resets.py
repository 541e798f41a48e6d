"""Setting a new password by a link."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from supplychain.actions.people import resets
from supplychain.config import settings
from supplychain.graph.engine.driver import graph
from supplychain.web.access import devices
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import policy
from supplychain.web.input.forms import Shown, load_form, say_done, submit
from supplychain.web.schemas.accounts import ForgotIn, NewPasswordIn

bp = Blueprint("resets", __name__)


@bp.get("/forgot")
@policy("public")
def ask() -> str:
    """The page for who forgot the password."""
    return _render_forgot(Shown())


@bp.post("/forgot")
@limiter.limit("20/hour;50/day", key_func=devices.network_key)
@limiter.limit("3/hour", key_func=devices.account_and_network_key)
@limiter.limit("10/day", key_func=devices.account_key, exempt_when=devices.is_known)
@policy("public")
def ask_for_mail() -> Response:
    """Have a link mailed; the answer is the same whether or not the address has an account."""

    def send_link() -> Response:
        email = load_form(ForgotIn())["email"]
        resets.ask_for_mail(graph(), email)
        return make_response(_render_forgot(Shown(), asked_for=email))

    return submit(send_link, _render_forgot)


def _render_forgot(form: Shown, asked_for: str = "") -> str:
    return render_template(
        "accounts/forgot.html",
        form=form,
        asked_for=asked_for,
        sends_mail=settings().sends_mail,
        hours=resets.RESET_HOURS,
    )


@bp.get("/reset/<secret>")
@limiter.limit("60/hour")
@policy("public")
def show(secret: str) -> str:
    """The page of a link."""
    return _render_reset(secret, Shown())


@bp.post("/reset/<secret>")
@limiter.limit("20/hour")
@policy("public")
def save(secret: str) -> Response:
    """Set the password, and go to sign in with it."""

    def save_password() -> Response:
        resets.reset_password(graph(), secret, load_form(NewPasswordIn())["password"])
        return say_done("The password is set. Sign in with it.", "accounts.sign_in")

    return submit(save_password, lambda form: _render_reset(secret, form))


def _render_reset(secret: str, form: Shown) -> str:
    reset = resets.find_reset(graph(), secret)
    return render_template("accounts/reset.html", form=form, reset=reset, secret=secret)
