"""Templates over rows: ``row.title`` of a dictionary without Jinja's detour by an exception."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.templating import Environment
from typing_extensions import override

METHODS = frozenset(dir(dict))


class RowEnvironment(Environment):
    """Flask's, with the same answers: what the graph returns are dictionaries.

    Jinja first asks for an attribute, and only when that raises, for the key: for a table of
    twenty rows a tenth of the time that the page takes besides its queries.
    """

    @override
    def getattr(self, row: Any, attribute: str) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride] # called by position
        """``row.attribute`` or ``row["attribute"]``, as Jinja would find it."""
        if type(row) is dict and attribute in row and attribute not in METHODS:
            return row[attribute]
        return super().getattr(row, attribute)


def init_app(app: Flask) -> None:
    """Attach to an app; before anything touches its templates."""
    app.jinja_environment = RowEnvironment
