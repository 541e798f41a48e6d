"""Exactly once: the API's Idempotency-Key header, and the hidden ``once`` field of forms."""

from __future__ import annotations

from typing import Any

from flask import request

from supplychain.errors import Invalid
from supplychain.graph.engine.transactions import Once
from supplychain.model.ids import new_id
from supplychain.web.access.policy import actor


def from_header(verb: str, payload: Any) -> Once:
    """The key of an API call that creates something.

    Raises:
        Invalid: there is none, or it is longer than 200 characters.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if not 8 <= len(key) <= 200 or not key.isprintable():
        raise Invalid(
            "Send an Idempotency-Key header of 8 to 200 characters, a fresh one for each new thing."
        )
    return Once.of(firm_id=_who(), verb=verb, client_key=key, payload=payload)


def from_form(verb: str) -> Once:
    """The key of a form: a double click sends the same one twice and has one effect."""
    key = request.form.get("once", "") or new_id()
    payload = {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}
    return Once.of(firm_id=_who(), verb=verb, client_key=key[:200], payload=payload)


def _who() -> str:
    by = actor()
    return by.firm_id or by.user_id
