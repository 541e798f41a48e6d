"""JSON bodies, read strictly: one meaning, or a refusal."""

from __future__ import annotations

import json
from typing import Any

from flask import Request
from typing_extensions import override
from webargs.core import missing
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.exceptions import UnsupportedMediaType

from supplychain.errors import Invalid


class Bodies(FlaskParser):
    """Refuses what Python's own reader lets pass: names said twice, NaN, endless numbers."""

    @override
    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True)
        if not body:
            return missing
        if not is_json_request(req):
            raise UnsupportedMediaType
        return loads(body)


def loads(body: bytes) -> Any:
    """What a JSON text says.

    Raises:
        Invalid: it is no JSON, not in UTF-8, nested too deep, or names a field twice.
    """
    try:
        text = body.decode("utf-8")
        return json.loads(
            text, object_pairs_hook=_refuse_repeated_names, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as error:
        raise Invalid(
            "The body cannot be read as JSON. Name each field once, and send plain numbers."
        ) from error


def _refuse_repeated_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a name is said twice")
    return fields


def _refuse_constant(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
