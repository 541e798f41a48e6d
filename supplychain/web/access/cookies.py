"""Cookies of our own beside the session's; whoever sets one signs what is in it."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.wrappers import Response


def set_cookie(response: Response, name: str, text: str, *, life_s: int) -> None:
    """Have the browser keep a text for some seconds; no script reads it, no other site sends it."""
    response.set_cookie(
        _name_cookie(name),
        text,
        max_age=life_s,
        httponly=True,
        samesite="Lax",
        secure=_is_secure(),
    )


def read_cookie(name: str) -> str:
    """The text that the browser kept; empty where it has none."""
    return request.cookies.get(_name_cookie(name), "")


def _name_cookie(name: str) -> str:
    """Behind TLS with the prefix that keeps other hosts of the domain from setting it."""
    return f"__Host-{name}" if _is_secure() else name


def _is_secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
