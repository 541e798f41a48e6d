"""The user behind a token: profile, password, tokens.

Tokens are made in the portal alone: a token that could make tokens would outlive its own end.
"""

from __future__ import annotations

from supplychain.actions.people import accounts, passwords
from supplychain.graph.engine.driver import graph
from supplychain.model.people.accounts import Principal, Token
from supplychain.web.access.guards import limiter
from supplychain.web.access.policy import actor, policy, principal
from supplychain.web.api import Blueprint, Listed
from supplychain.web.schemas.accounts import (
    MeOut,
    PasswordIn,
    ProfileIn,
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
@bp.arguments(ProfileIn, as_kwargs=True)
@bp.response(204)
@policy("signed_in", scope="administer")
def change_me(name: str, language: str) -> None:
    """Change one's own name and language."""
    passwords.change_profile(graph(), name=name, language=language, by=actor())


@bp.put("/me/password")
@limiter.limit("10/hour", key_func=lambda: f"password|{actor().user_id}")
@bp.arguments(PasswordIn, as_kwargs=True)
@bp.response(204)
@policy("signed_in", scope="administer")
def change_password(old: str, new: str) -> None:
    """Change one's own password; all sessions and all tokens end, this one too."""
    session_id = principal().session_id
    passwords.change_password(graph(), old=old, new=new, session_id=session_id, by=actor())


@bp.get("/tokens")
@bp.response(200, TokensOut)
@policy("signed_in", scope="administer")
def list_tokens() -> Listed[Token]:
    """One's own live tokens."""
    return Listed(accounts.list_tokens(graph(), by=actor()))


@bp.delete("/tokens/<id>")
@bp.response(204)
@policy("signed_in", thing="token", seen_by=("user",), scope="administer")
def revoke_token(id: str) -> None:
    """End one of one's own tokens at once."""
    accounts.revoke_token(graph(), id, by=actor())
