"""Addresses on pages: a plain one is built once and kept.

A table of twenty rows asks for some forty of them; building them all anew is a tenth of the time
that such a page takes besides its queries.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Flask, has_request_context, request

MAX_KEPT_CHARS = 64
"""Characters of a value up to which its address is kept, so that what is kept stays small."""


def init_app(app: Flask) -> None:
    """Attach to an app: ``url_for`` of its templates, the same answers as Flask's."""

    @lru_cache(maxsize=8192)
    def build_plain(_root_path: str, endpoint: str, /, **values: str) -> str:
        return app.url_for(endpoint, **values)  # pyright: ignore[reportArgumentType] # no option

    def url_for(endpoint: str, /, **values: Any) -> str:
        if has_request_context() and _is_plain(endpoint, values):
            now = request._get_current_object()  # type: ignore[attr-defined]  # it is a LocalProxy
            if now.method == "GET":  # an endpoint may have another address for another method
                return build_plain(now.root_path, endpoint, **values)
        return app.url_for(endpoint, **values)

    app.jinja_env.globals["url_for"] = url_for


def _is_plain(endpoint: str, values: Mapping[str, object]) -> bool:
    """Whether the address hangs on these alone: no relative name, no option, short texts only."""
    if endpoint[:1] == ".":
        return False
    for name, value in values.items():
        if type(value) is not str or len(value) > MAX_KEPT_CHARS or name[:1] == "_":
            return False
    return True
