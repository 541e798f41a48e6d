"""Registering a firm: who registers is signed in at once."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from supplychain.actions.people import accounts
from supplychain.config import settings
from supplychain.errors import NotFound
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import Once
from supplychain.model.ids import new_id
from supplychain.web.access import sessions
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import policy
from supplychain.web.input.forms import Shown, load, nested, submit
from supplychain.web.pages.i18n import language, translate
from supplychain.web.schemas.accounts import RegistrationIn

bp = Blueprint("registration", __name__)


@bp.get("/registration")
@policy("public")
def show() -> str:
    """The form."""
    if not settings().open_registration:
        raise NotFound(accounts.CLOSED)
    return _page(Shown())


@bp.post("/registration")
@limiter.limit("10/hour;30/day")
@policy("public")
def register() -> Response:
    """Register the firm and its first user, and sign that user in."""

    def do() -> Response:
        given = load(RegistrationIn(), {**nested(request.form), "language": language()})
        accounts.register(graph(), accounts.Registration(**given), once=_once(given))
        sessions.start(given["email"], given["password"])
        flash(translate("Your firm is registered and you are signed in."), "success")
        return redirect(url_for("home.index"))

    return submit(do, _page)


def _once(given: dict[str, str]) -> Once:
    key = request.form.get("once", "")[:200] or new_id()
    payload = {name: value for name, value in given.items() if name != "password"}
    return Once.of(firm_id="registration", verb="register", client_key=key, payload=payload)


def _page(form: Shown) -> str:
    return render_template("accounts/registration.html", form=form)
