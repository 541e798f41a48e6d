"""The user behind a token: profile, password, tokens."""

from __future__ import annotations

from typing import Any

from supplychain.actions.people import accounts, passwords
from supplychain.graph.engine.driver import graph
from supplychain.model.people.accounts import Principal
from supplychain.web.access import once
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import actor, policy, principal
from supplychain.web.api import Blueprint
from supplychain.web.schemas.accounts import (
    MadeTokenOut,
    MeOut,
    PasswordIn,
    ProfileIn,
    TokenIn,
    TokensOut,
)

bp = Blueprint("accounts", description="The user behind a token.")


@bp.get("/me")
@bp.response(200, MeOut)
@policy("signed_in")
def get_me() -> Principal:
    """Who the token belongs to."""
    return principal()


@bp.put("/me")
@bp.arguments(ProfileIn)
@bp.response(204)
@policy("signed_in")
def change_me(given: dict[str, Any]) -> None:
    """Change one's own name and language."""
    passwords.change_profile(graph(), **given, by=actor())


@bp.put("/me/password")
@limiter.limit("10/hour", key_func=lambda: f"password|{actor().user_id}")
@bp.arguments(PasswordIn)
@bp.response(204)
@policy("signed_in")
def change_password(given: dict[str, Any]) -> None:
    """Change one's own password; all sessions in browsers end."""
    session_id = principal().session_id
    passwords.change_password(graph(), **given, session_id=session_id, by=actor())


@bp.get("/tokens")
@bp.response(200, TokensOut)
@policy("signed_in")
def list_tokens() -> dict[str, Any]:
    """One's own live tokens."""
    return {"items": accounts.list_tokens(graph(), by=actor())}


@bp.post("/tokens")
@bp.arguments(TokenIn)
@bp.response(201, MadeTokenOut)
@policy("signed_in")
def create_token(given: dict[str, Any]) -> dict[str, str]:
    """Make a token; its secret is told this once."""
    key = once.from_header("create_token", given)
    token_id, secret = accounts.create_token(graph(), **given, by=actor(), once=key)
    return {"id": token_id, "secret": secret}


@bp.delete("/tokens/<id>")
@bp.response(204)
@policy("signed_in", thing="token", seen_by=("user",))
def revoke_token(id: str) -> None:
    """End one of one's own tokens at once."""
    accounts.revoke_token(graph(), id, by=actor())
