"""Users, signed-in browsers and API clients for tests, without the cost of hashing passwords."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from neo4j import Driver
from werkzeug.test import TestResponse

from supplychain.actions.people.accounts import create_token
from supplychain.graph.engine.transactions import Tx, write
from supplychain.graph.people import sessions, users
from supplychain.model.firms import Firm
from supplychain.model.ids import digest, new_id, new_secret, utc_now
from supplychain.model.people.accounts import User
from supplychain.model.people.actors import Actor


def make_user(driver: Driver, firm: Firm | None, role: str = "owner", **values: Any) -> Actor:
    """A user who works for the firm (None: an operator)."""
    user_id = new_id()
    usual = {"email": f"{user_id}@example.com", "name": "Li Wei", "password_hash": ""}
    user = User(id=user_id, is_operator=firm is None, **{**usual, **values})

    def work(tx: Tx) -> None:
        users.create(tx, user, at=utc_now())
        if firm is not None:
            users.employ(tx, user_id=user_id, firm_id=firm.id, role=role)

    write(driver, work)
    firm_id = "" if firm is None else firm.id
    return Actor(user_id=user_id, firm_id=firm_id, role=role, is_operator=firm is None)


def browser(app: Flask, driver: Driver, actor: Actor | None) -> FlaskClient:
    """A browser in which the actor is signed in; CSRF is off (it has its own tests)."""
    client = app.test_client()
    if actor is None:
        return client
    secret, now = new_secret(), utc_now()
    write(
        driver,
        sessions.open_session,
        digest=digest(secret),
        user_id=actor.user_id,
        at=now,
        ends_at=now + timedelta(hours=1),
    )
    with client.session_transaction() as session:
        session["_user_id"] = secret
        session["_fresh"] = True
    return client


@dataclass
class ApiClient:
    """Calls the API as one user; ``call("post", "/parts-requests", json={…})``."""

    client: FlaskClient
    token: str

    def call(
        self, method: str, path: str, *, key: str = "", if_match: int | None = None, **kwargs: Any
    ) -> TestResponse:
        """One call; a POST gets a fresh Idempotency-Key unless one is given."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if method == "post":
            headers["Idempotency-Key"] = key or new_id()
        if if_match is not None:
            headers["If-Match"] = f'"{if_match}"'
        headers.update(kwargs.pop("headers", {}))
        return self.client.open(f"/api/v1{path}", method=method.upper(), headers=headers, **kwargs)


def api_client(app: Flask, driver: Driver, actor: Actor | None) -> ApiClient:
    """An API client of the actor; None is nobody."""
    token = create_token(driver, "test", days=1, scope="administer", by=actor)[1] if actor else ""
    return ApiClient(client=app.test_client(), token=token)
