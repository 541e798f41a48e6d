"""Setting a new password by a link."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from supplychain.actions.people import resets
from supplychain.graph.engine.driver import graph
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import policy
from supplychain.web.input.forms import Shown, load_form, say_done, submit
from supplychain.web.schemas.accounts import NewPasswordIn

bp = Blueprint("resets", __name__)


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
