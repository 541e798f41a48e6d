"""JSON bodies, read strictly: within limits, and one meaning, or a refusal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Request
from typing_extensions import override
from webargs.core import missing
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.exceptions import UnsupportedMediaType

from supplychain.config import settings
from supplychain.model.json_texts import BODY_LIMITS, read_json


class Bodies(FlaskParser):
    """Reads with ``read_json``; a body over the limit of its route is not read to its end."""

    @override
    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True)
        if not body:
            return missing
        if not is_json_request(req):
            raise UnsupportedMediaType
        return read_json(body, replace(BODY_LIMITS, size_bytes=settings().json_kilobytes * 1024))
