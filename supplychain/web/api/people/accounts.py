"""The user behind a token: profile, password, tokens."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.actions.people import accounts, passwords
from supplychain.graph.engine.driver import graph
from supplychain.model.people.accounts import Principal, Token
from supplychain.web.access import once
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import actor, policy, principal
from supplychain.web.api import Blueprint, Listed
from supplychain.web.schemas.accounts import (
    MadeTokenOut,
    MeOut,
    PasswordIn,
    ProfileIn,
    TokenIn,
    TokensOut,
)

bp = Blueprint("accounts", description="The user behind a token.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeToken:
    """A token just made; the secret is empty when the call is repeated."""

    id: str
    secret: str


@bp.get("/me")
@bp.response(200, MeOut)
@policy("signed_in")
def get_me() -> Principal:
    """Who the token belongs to."""
    return principal()


@bp.put("/me")
@bp.arguments(ProfileIn, as_kwargs=True)
@bp.response(204)
@policy("signed_in")
def change_me(name: str, language: str) -> None:
    """Change one's own name and language."""
    passwords.change_profile(graph(), name=name, language=language, by=actor())


@bp.put("/me/password")
@limiter.limit("10/hour", key_func=lambda: f"password|{actor().user_id}")
@bp.arguments(PasswordIn, as_kwargs=True)
@bp.response(204)
@policy("signed_in")
def change_password(old: str, new: str) -> None:
    """Change one's own password; all sessions in browsers end."""
    session_id = principal().session_id
    passwords.change_password(graph(), old=old, new=new, session_id=session_id, by=actor())


@bp.get("/tokens")
@bp.response(200, TokensOut)
@policy("signed_in")
def list_tokens() -> Listed[Token]:
    """One's own live tokens."""
    return Listed(accounts.list_tokens(graph(), by=actor()))


@bp.post("/tokens")
@bp.arguments(TokenIn, as_kwargs=True)
@bp.response(201, MadeTokenOut)
@policy("signed_in")
def create_token(name: str, days: int) -> MadeToken:
    """Make a token; its secret is told this once."""
    key = once.from_header("create_token", {"name": name, "days": days})
    token_id, secret = accounts.create_token(graph(), name, days=days, by=actor(), once=key)
    return MadeToken(id=token_id, secret=secret)


@bp.delete("/tokens/<id>")
@bp.response(204)
@policy("signed_in", thing="token", seen_by=("user",))
def revoke_token(id: str) -> None:
    """End one of one's own tokens at once."""
    accounts.revoke_token(graph(), id, by=actor())
