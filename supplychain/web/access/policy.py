"""Who may use a route. Every route declares it; one that does not answers nobody.

``@policy("public")``                                    whoever comes
``@policy("member")``                                    any user of a firm
``@policy("member", roles=("buyer",))``                  buyers and owners of a firm
``@policy("member", thing="bid", seen_by=("bidder",))``  and the ``<id>`` in the address is a bid,
                                                         which only firms in that relation see
``@policy("member", roles=("owner",))``                  owners; a token needs ``administer``
``@policy("operator")``                                  who runs the installation
``@policy("operator", by_monitor=True)``                 and who measures it, by a key

A token reads with any scope, writes with ``trade`` or more, and reaches what owners alone may do,
and routes marked ``scope="administer"``, with ``administer``.

``thing`` and ``seen_by`` do not decide anything here: the query does. They are the contract that
the generated matrix of tests checks, cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, Literal, TypeVar

from flask import Flask, current_app, g, request
from flask_login import current_user

from supplychain.config import settings
from supplychain.errors import Forbidden, NotFound, NotSignedIn, StepNeeded
from supplychain.model.people.accounts import Principal
from supplychain.model.people.actors import Actor

Audience = Literal["public", "signed_in", "member", "operator"]
SETUP_ENDPOINTS = ("second_factors.show", "second_factors.begin", "second_factors.confirm")
"""All that is open to somebody whose firm demands the second step and who has not set it up."""
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Who may use a route; no ``roles`` means every role, ``takes_files`` that it reads much."""

    audience: Audience
    roles: tuple[str, ...] = ()
    thing: str = ""
    seen_by: tuple[str, ...] = ()
    scope: str = ""
    by_monitor: bool = False
    takes_files: bool = False

    def scope_for(self, method: str) -> str:
        """What a token must reach to to use the route."""
        if self.scope or self.roles == ("owner",):
            return self.scope or "administer"
        return "read" if method in ("GET", "HEAD", "OPTIONS") else "trade"


def policy(
    audience: Audience,
    *,
    roles: tuple[str, ...] = (),
    thing: str = "",
    seen_by: tuple[str, ...] = (),
    scope: str = "",
    by_monitor: bool = False,
    takes_files: bool = False,
) -> Callable[[F], F]:
    """Declare who may use the route below; put it directly above the function."""
    declared = Policy(
        audience=audience,
        roles=roles,
        thing=thing,
        seen_by=seen_by,
        scope=scope,
        by_monitor=by_monitor,
        takes_files=takes_files,
    )

    def mark(view: F) -> F:
        view.__dict__["policy"] = declared
        return view

    return mark


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """What the route declared."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return Policy(audience="public")
    view = app.view_functions.get(endpoint)
    return None if view is None else getattr(view, "policy", None)


def enforce() -> None:
    """Before each request: refuse who may not.

    Raises:
        NotSignedIn, Forbidden, NotFound: by the route's policy.
        StepNeeded: the firm demands the second step at signing in, and it is not set up.
    """
    if request.endpoint is None:
        return
    declared = policy_of(current_app, request.endpoint)
    if declared is None:
        raise NotFound
    if declared.audience == "public" or (declared.by_monitor and _is_monitor()):
        return
    who = principal()
    if who.must_set_up and request.endpoint not in SETUP_ENDPOINTS:
        raise StepNeeded
    if declared.audience == "operator" and not who.is_operator:
        raise NotFound
    if declared.audience == "member" and not who.firm_id:
        raise Forbidden("This page is for users of a firm.")
    if not who.may(declared.scope_for(request.method)):
        raise Forbidden("This token may not do that. Make one that may, in the portal.")
    if declared.roles:
        who.actor.check_role(*declared.roles)


def _is_monitor() -> bool:
    """Whether the request holds the key of who measures, for which no graph is needed."""
    key = settings().metrics_key
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    offered = secret.strip().encode("utf-8", "replace")
    return bool(key) and scheme.lower() == "bearer" and compare_digest(offered, key.encode())


def principal() -> Principal:
    """Who is signed in.

    Raises:
        NotSignedIn: nobody.
    """
    bearer = g.get("bearer")
    if bearer is not None:
        return bearer
    # A browser's cookie opens no API route: what a browser sends unasked needs a CSRF token.
    if request.path.startswith("/api/") or not current_user.is_authenticated:
        raise NotSignedIn
    return current_user.principal


def actor() -> Actor:
    """Who is signed in, as actions take it."""
    return principal().actor
