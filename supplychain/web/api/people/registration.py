"""Registering a firm, and joining one by a colleague's link."""

from __future__ import annotations

from typing import Any

from flask import request

from supplychain.actions.people import accounts, colleagues
from supplychain.errors import Invalid
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.transactions import Once
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import policy
from supplychain.web.api import Blueprint
from supplychain.web.schemas.accounts import (
    JoinByLinkIn,
    JoinedOut,
    RegistrationIn,
    RegistrationOut,
)

bp = Blueprint("registration", description="Registering a firm, and joining one by a link.")


@bp.post("/registrations")
@limiter.limit("10/hour;30/day")
@bp.arguments(RegistrationIn)
@bp.response(201, RegistrationOut)
@policy("public")
def register(given: dict[str, Any]) -> dict[str, str]:
    """Register a firm with its first user, and get a token of that user for one day."""
    once = of_registration(request.headers.get("Idempotency-Key", ""), given)
    firm_id = accounts.register(graph(), accounts.Registration(**given), once=once)
    secret = accounts.token_for(graph(), given["email"], given["password"])
    return {"firm_id": firm_id, "token": secret}


@bp.post("/colleague-invitations/acceptances")
@limiter.limit("20/hour")
@bp.arguments(JoinByLinkIn)
@bp.response(201, JoinedOut)
@policy("public")
def join(given: dict[str, Any]) -> dict[str, str]:
    """Make the account of an invitation's link, once."""
    secret = given.pop("secret")
    return {"user_id": colleagues.accept_invite(graph(), secret, **given)}


def of_registration(key: str, given: dict[str, Any]) -> Once:
    """The key of a registration; the password is no part of what is remembered.

    Raises:
        Invalid: there is no key, or it is longer than 200 characters.
    """
    if not 8 <= len(key) <= 200 or not key.isprintable():
        raise Invalid(
            "Send an Idempotency-Key header of 8 to 200 characters, a fresh one for each new thing."
        )
    payload = {name: value for name, value in given.items() if name != "password"}
    return Once.of(firm_id="registration", verb="register", client_key=key, payload=payload)
