"""Registering a firm, and joining one by a colleague's link."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.actions.people import accounts, colleagues, registrations
from supplychain.config import settings
from supplychain.graph.engine.driver import graph
from supplychain.web.access import once
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import policy
from supplychain.web.api import Blueprint
from supplychain.web.schemas.accounts import (
    ConfirmationIn,
    JoinByLinkIn,
    JoinedOut,
    RegistrationIn,
    RegistrationOut,
)

bp = Blueprint("registration", description="Registering a firm, and joining one by a link.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A new firm, and a token of its owner for one day; both empty until a mail is confirmed."""

    firm_id: str
    token: str
    is_mailed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A new user."""

    user_id: str


@bp.post("/registrations")
@limiter.limit("10/hour;30/day")
@bp.arguments(RegistrationIn)
@bp.response(201, RegistrationOut)
@policy("public")
def register(registration: accounts.Registration) -> Registered:
    """Register a firm with its first user, and get a token of that user for one day.

    Where mail is sent, the answer is the same for every address: ``is_mailed``, and no token. The
    link in the mail, or its secret with the password, makes the firm.
    """
    key = once.registration_from_header(registration)
    if settings().sends_mail:
        registrations.begin_registration(graph(), registration, once=key)
        return Registered(firm_id="", token="", is_mailed=True)
    firm_id = accounts.register_firm(graph(), registration, once=key)
    secret = accounts.token_for(graph(), registration.email, registration.password)
    return Registered(firm_id=firm_id, token=secret)


@bp.post("/registrations/confirmations")
@limiter.limit("20/hour")
@bp.arguments(ConfirmationIn, as_kwargs=True)
@bp.response(201, RegistrationOut)
@policy("public")
def confirm(secret: str, password: str) -> Registered:
    """Confirm the address of a registration by the secret at the end of the mailed link."""
    firm_id, session = registrations.confirm_registration(graph(), secret, password)
    return Registered(firm_id=firm_id, token=accounts.token_of_session(graph(), session))


@bp.post("/colleague-invitations/acceptances")
@limiter.limit("20/hour")
@bp.arguments(JoinByLinkIn, as_kwargs=True)
@bp.response(201, JoinedOut)
@policy("public")
def join(secret: str, name: str, password: str, language: str) -> Joined:
    """Make the account of an invitation's link, once."""
    user_id = colleagues.accept_invite(
        graph(), secret, name=name, password=password, language=language
    )
    return Joined(user_id=user_id)
