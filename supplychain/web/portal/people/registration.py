"""Registering a firm: who registers is signed in at once, or by a mail where mail is sent."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from supplychain.actions.people import accounts, registrations
from supplychain.config import settings
from supplychain.errors import NotFound
from supplychain.graph.engine.driver import graph
from supplychain.web.access import devices, once, sessions
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import policy
from supplychain.web.input.forms import Shown, load, load_form, nested, say_done, submit
from supplychain.web.pages.i18n import language
from supplychain.web.schemas.accounts import NewPasswordIn, RegistrationIn

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
@limiter.limit("5/day", key_func=devices.account_key, exempt_when=devices.names_nobody)
@policy("public")
def register() -> Response:
    """Register the firm and its first user, and sign that user in; by mail where mail is sent."""

    def register_firm() -> Response:
        fields = {**nested(request.form), "language": language()}
        registration = load(RegistrationIn(), fields)
        key = once.registration_from_form(registration)
        if settings().sends_mail:
            registrations.begin_registration(graph(), registration, once=key)
            return make_response(_render_mailed(registration.email))
        accounts.register_firm(graph(), registration, once=key)
        sessions.start(registration.email, registration.password)
        return say_done("Your firm is registered and you are signed in.", "home.index")

    return submit(register_firm, _render_form)


@bp.get("/registration/<secret>")
@limiter.limit("60/hour")
@policy("public")
def ask_password(secret: str) -> str:
    """The page of the link in the mail."""
    return _render_confirmation(secret, Shown())


@bp.post("/registration/<secret>")
@limiter.limit("20/hour")
@policy("public")
def confirm(secret: str) -> Response:
    """Make the firm, and sign its owner in."""

    def confirm_registration() -> Response:
        password = load_form(NewPasswordIn())["password"]
        _, session = registrations.confirm_registration(graph(), secret, password)
        sessions.adopt(session)
        return say_done("Your firm is registered and you are signed in.", "home.index")

    return submit(confirm_registration, lambda form: _render_confirmation(secret, form))


def _render_confirmation(secret: str, form: Shown) -> str:
    waiting = registrations.find_waiting(graph(), secret)
    return render_template("accounts/confirmation.html", form=form, waiting=waiting, secret=secret)


def _render_mailed(email: str) -> str:
    hours = registrations.CONFIRM_HOURS
    return render_template("accounts/mailed.html", email=email, hours=hours)


def _render_form(form: Shown) -> str:
    return render_template("accounts/registration.html", form=form)
