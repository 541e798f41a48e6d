"""Who wrote through one portal reads it through another: the graph's bookmarks travel along.

A browser carries them in a cookie, a program in the header ``Graph-Bookmark``, which it sends back
as it got it. Both are signed: what the graph is made to wait for comes from the graph alone.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from supplychain.graph.engine import bookmarks
from supplychain.web.access import cookies

COOKIE: Final = "bookmark"
HEADER: Final = "Graph-Bookmark"
LIFE_S: Final = 3600
"""By then every server has long got what was written."""


def init_app(app: Flask) -> None:
    """Attach to an app."""
    app.before_request(_take_along)
    app.after_request(_hand_out)


def _take_along() -> None:
    g.bookmarks = frozenset()
    text = request.headers.get(HEADER) or cookies.read_cookie(COOKIE)
    if text and bookmarks.are_needed():
        g.bookmarks = _read_text(text)
    bookmarks.carry(g.bookmarks)


def _hand_out(response: Response) -> Response:
    latest = bookmarks.list_carried()
    if not bookmarks.are_needed() or not latest or latest == g.get("bookmarks"):
        return response
    text = _make_serializer().dumps(sorted(latest))
    if request.path.startswith("/api/"):
        response.headers[HEADER] = str(text)
    else:
        cookies.set_cookie(response, COOKIE, str(text), life_s=LIFE_S)
    return response


def _read_text(text: str) -> frozenset[str]:
    try:
        values = _make_serializer().loads(text, max_age=LIFE_S)
    except BadSignature:
        return frozenset()
    return frozenset(str(value) for value in values)


def _make_serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="graph-bookmark")
