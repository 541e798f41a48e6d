"""What an operation takes besides its body, for the OpenAPI document: told by what it calls."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final

from supplychain.web.input.cursors import MOST, USUAL

TAKEN: Final[dict[str, list[dict[str, Any]]]] = {
    "if_match": [
        {
            "name": "If-Match",
            "in": "header",
            "required": True,
            "schema": {"type": "string"},
            "description": "The ETag of what you saw.",
        }
    ],
    "from_header": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "schema": {"type": "string", "minLength": 8, "maxLength": 200},
            "description": "A fresh one for each new thing; the same one when you try again.",
        }
    ],
    "window": [
        {
            "name": "limit",
            "in": "query",
            "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
        },
        {
            "name": "cursor",
            "in": "query",
            "schema": {"type": "string"},
            "description": "The next_cursor of the page before.",
        },
    ],
}
"""By the name of the function that reads it: ``versions.if_match``, ``once.from_header``,
``paging.window``."""
TAKEN["of_registration"] = TAKEN["from_header"]


def parameters(view: Callable[..., Any]) -> list[dict[str, Any]]:
    """The parameters of a route's function that its own decorators do not describe.

    A list whose query has a schema of its own describes its cursor there.
    """
    called = inspect.unwrap(view).__code__.co_names
    described = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", [])
    if any(one.get("in") == "query" for one in described):
        called = tuple(name for name in called if name != "window")
    return [taken for name in called for taken in TAKEN.get(name, [])]
