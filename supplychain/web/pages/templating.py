"""Templates over rows: ``row.title`` of a dictionary without Jinja's detour by an exception."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.templating import Environment

METHODS = frozenset(dir(dict))


class RowEnvironment(Environment):
    """Flask's, with the same answers: what the graph returns are dictionaries.

    Jinja first asks for an attribute, and only when that raises, for the key: for a table of
    twenty rows a tenth of the time that the page takes besides its queries.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        """``obj.attribute`` or ``obj["attribute"]``, as Jinja would find it."""
        if type(obj) is dict and attribute in obj and attribute not in METHODS:
            return obj[attribute]
        return super().getattr(obj, attribute)


def init_app(app: Flask) -> None:
    """Attach to an app; before anything touches its templates."""
    app.jinja_environment = RowEnvironment
