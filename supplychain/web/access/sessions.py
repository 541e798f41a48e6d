"""Signed-in sessions over flask-login: the cookie holds a random secret, the graph the session.

flask-login is imported here (and its ``current_user`` in ``policy``), nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, g, request, session
from flask_login import LoginManager, UserMixin, login_user, logout_user
from typing_extensions import override

from supplychain.actions.people import accounts
from supplychain.graph.engine.driver import graph
from supplychain.model.ids import digest
from supplychain.model.people.accounts import Principal


@dataclass(eq=False)
class SignedIn(UserMixin):
    """What flask-login carries: the session's secret is its id."""

    secret: str
    principal: Principal

    @override
    def get_id(self) -> str:
        """The session's secret, kept in the signed cookie."""
        return self.secret


manager = LoginManager()
manager.session_protection = None  # pyright: ignore[reportAttributeAccessIssue] # the session lives in the graph; its secret is the protection


@manager.user_loader
def _load_session(secret: str) -> SignedIn | None:
    if g.get("graph_is_away"):
        return None  # the page that says so must not ask the graph who reads it
    principal = accounts.principal_of_session(graph(), secret)
    return None if principal is None else SignedIn(secret=secret, principal=principal)


def start(email: str, password: str) -> bool:
    """Sign in: a new session in the graph and in a fresh cookie.

    Returns:
        False where the account takes a code as well: the cookie holds half a sign-in.

    Raises:
        Invalid: the address or the password is not right.
    """
    step = accounts.begin_sign_in(graph(), email, password)
    if not step.needs_code:
        adopt(step.secret)
        return True
    end()
    session["half"], session["half_account"] = step.secret, digest(email.strip().lower()[:254])
    return False


def half_secret() -> str:
    """The secret of the half sign-in that this browser holds; empty where there is none."""
    return str(session.get("half", ""))


def adopt(secret: str) -> None:
    """Put a session of the graph into a fresh cookie; nothing but the language is carried over."""
    language, before = session.get("language"), session.get("_user_id")
    if before:
        accounts.sign_out(graph(), before)
    session.clear()
    if language:
        session["language"] = language
    principal = accounts.principal_of_session(graph(), secret)
    assert principal is not None
    login_user(SignedIn(secret=secret, principal=principal))


def end() -> None:
    """Sign out: the session is over in the graph, not only in this browser."""
    language, secret = session.get("language"), session.get("_user_id")
    if secret:
        accounts.sign_out(graph(), secret)
    logout_user()
    session.clear()
    if language:
        session["language"] = language


def read_bearer() -> None:
    """Before each request: who the bearer token of an API call belongs to."""
    g.bearer = None
    if not request.path.startswith("/api/"):
        return
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret:
        g.bearer = accounts.principal_of_token(graph(), secret.strip())


def init_app(app: Flask) -> None:
    """Attach to an app."""
    manager.init_app(app)
