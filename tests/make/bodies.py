"""Bodies of parts requests as the API takes them, and files sent to it."""

from __future__ import annotations

import io
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.make.accounts import ApiClient
from tests.make.parts_requests import LINE, need_by, soon

PDF = b"%PDF-1.7 drawing"


def line_body(**values: Any) -> dict[str, Any]:
    """A line; what is not said is usual."""
    return {**LINE, "need_by": need_by().isoformat(), **values}


def request_body(**values: Any) -> dict[str, Any]:
    """A request of one line that everybody may see."""
    return {
        "title": "Rings",
        "deadline": soon(7).isoformat(),
        "audience": "all",
        "lines": [line_body()],
        **values,
    }


def send_file(
    client: ApiClient, request_id: str, name: str, content: bytes, **form: Any
) -> TestResponse:
    """Attach a file to a request."""
    file = FileStorage(io.BytesIO(content), filename=name)
    boundary, body = encode_multipart({"file": file, **form})
    return client.call(
        "post",
        f"/parts-requests/{request_id}/attachments",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
    )
