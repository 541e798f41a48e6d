"""Registering a firm: who registers is signed in at once."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from supplychain.actions.people import accounts
from supplychain.config import settings
from supplychain.errors import NotFound
from supplychain.graph.engine.driver import graph
from supplychain.web.access import once, sessions
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import policy
from supplychain.web.input.forms import Shown, load, nested, say_done, submit
from supplychain.web.pages.i18n import language
from supplychain.web.schemas.accounts import RegistrationIn

bp = Blueprint("registration", __name__)


@bp.get("/registration")
@policy("public")
def show() -> str:
    """The form."""
    if not settings().open_registration:
        raise NotFound(accounts.CLOSED)
    return _render_form(Shown())


@bp.post("/registration")
@limiter.limit("10/hour;30/day")
@policy("public")
def register() -> Response:
    """Register the firm and its first user, and sign that user in."""

    def register_firm() -> Response:
        fields = {**nested(request.form), "language": language()}
        registration = load(RegistrationIn(), fields)
        key = once.registration_from_form(registration)
        accounts.register_firm(graph(), registration, once=key)
        sessions.start(registration.email, registration.password)
        return say_done("Your firm is registered and you are signed in.", "home.index")

    return submit(register_firm, _render_form)


def _render_form(form: Shown) -> str:
    return render_template("accounts/registration.html", form=form)
