"""What an operation takes besides its body, for the OpenAPI document: seen in what it calls."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final

from supplychain.model.parts_requests.parts_request import MAX_LINES
from supplychain.web.input.cursors import MAX_ROWS, USUAL_ROWS
from supplychain.web.input.line_spans import USUAL_LINES, USUAL_WIDE_LINES

IF_MATCH: Final = [
    {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "schema": {"type": "string"},
        "description": "The ETag of what you saw.",
    }
]
IDEMPOTENCY_KEY: Final = [
    {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "schema": {"type": "string", "minLength": 8, "maxLength": 200},
        "description": "A fresh one for each new thing; the same one when you try again.",
    }
]
WINDOW: Final = [
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": MAX_ROWS, "default": USUAL_ROWS},
    },
    {
        "name": "cursor",
        "in": "query",
        "schema": {"type": "string"},
        "description": "The next_cursor of the page before.",
    },
]


def _describe_lines(usual: int) -> list[dict[str, Any]]:
    """The window of the lines of one thing."""
    return [
        {
            "name": "limit",
            "in": "query",
            "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LINES, "default": usual},
            "description": "How many lines come in one answer.",
        },
        {
            "name": "cursor",
            "in": "query",
            "schema": {"type": "string"},
            "description": "The next_cursor of the answer before: its lines go on after those.",
        },
    ]


READ_BY: Final = {
    "if_match": IF_MATCH,
    "from_header": IDEMPOTENCY_KEY,
    "registration_from_header": IDEMPOTENCY_KEY,
    "window": WINDOW,
    "text_window": WINDOW,
    "line_span": _describe_lines(USUAL_LINES),
    "wide_line_span": _describe_lines(USUAL_WIDE_LINES),
}
"""By the name of the function that reads them (``web/input/versions.py``, ``web/access/once.py``,
``web/input/cursors.py``, ``web/input/line_spans.py``): a view takes what the functions that it
calls read."""


def list_parameters(view: Callable[..., Any]) -> list[dict[str, Any]]:
    """The parameters of a route's function that its own decorators do not describe.

    A list whose query has a schema of its own describes its cursor there.
    """
    described = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", [])
    has_query = any(one.get("in") == "query" for one in described)
    called = inspect.unwrap(view).__code__.co_names
    return [
        parameter
        for name in called
        for parameter in READ_BY.get(name, ())
        if not (has_query and parameter["in"] == "query")
    ]
