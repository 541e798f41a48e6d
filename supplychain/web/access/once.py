"""Exactly once: the API's Idempotency-Key header, and the hidden ``once`` field of forms."""

from __future__ import annotations

from dataclasses import asdict

from flask import request

from supplychain.actions.people.accounts import Registration
from supplychain.errors import Invalid
from supplychain.graph.engine.transactions import Once
from supplychain.model.ids import new_id
from supplychain.web.access.policy import actor

MAX_KEY_CHARS = 200


def from_header(verb: str, payload: object) -> Once:
    """The key of an API call that creates something.

    Args:
        verb: what is done.
        payload: what the call sent; the same key with another payload is refused.

    Raises:
        Invalid: there is no key, or it is longer than 200 characters.
    """
    by = actor()
    return Once.of(
        firm_id=by.firm_id or by.user_id, verb=verb, client_key=_read_header(), payload=payload
    )


def from_form(verb: str) -> Once:
    """The key of a form: a double click sends the same one twice and has one effect."""
    by = actor()
    apart = ("csrf_token", "proof")
    payload = {name: request.form.getlist(name) for name in request.form if name not in apart}
    return Once.of(
        firm_id=by.firm_id or by.user_id, verb=verb, client_key=_read_form_key(), payload=payload
    )


def registration_from_header(registration: Registration) -> Once:
    """The key of a registration by the API, where nobody is signed in yet.

    Raises:
        Invalid: there is no key, or it is longer than 200 characters.
    """
    return _key_of_registration(_read_header(), registration)


def registration_from_form(registration: Registration) -> Once:
    """The key of a registration on its page."""
    return _key_of_registration(_read_form_key(), registration)


def _key_of_registration(key: str, registration: Registration) -> Once:
    """The password is no part of what is remembered."""
    payload = {name: value for name, value in asdict(registration).items() if name != "password"}
    return Once.of(firm_id="registration", verb="register", client_key=key, payload=payload)


def _read_header() -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if not 8 <= len(key) <= MAX_KEY_CHARS or not key.isprintable():
        raise Invalid(
            "Send an Idempotency-Key header of 8 to 200 characters, a fresh one for each new thing."
        )
    return key


def _read_form_key() -> str:
    return request.form.get("once", "")[:MAX_KEY_CHARS] or new_id()
