"""How much a request may carry, before anything of it is read.

What a route takes is known from its policy: JSON and forms are small, only routes that take files
read more. Werkzeug holds the limit while it reads, whatever the ``Content-Length`` says and where
there is none; what is over is not read to its end. Nobody who may not use a route gets so far: the
policy is looked at first.
"""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any, Final

from flask import Flask, Request, current_app, request
from typing_extensions import override
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from supplychain.config import settings
from supplychain.errors import Invalid
from supplychain.model.json_texts import MAX_BODY_BYTES
from supplychain.web.access.policy import policy_of

MAX_FORM_BYTES: Final = 2 * MAX_BODY_BYTES
"""Of a form without files: a bid of 400 lines with everything in it, in percent signs."""
MAX_FORM_ITEMS: Final = 20_000
"""Fields of a form: 400 lines of a bid with 40 each are 16,000."""
MAX_PARTS_ITEMS: Final = 1_000
"""Parts of a form with files."""
MAX_PART_BYTES: Final = 64 * 1024
"""One plain field of a form with files."""
MAX_ADDRESS_BYTES: Final = 16 * 1024


class BoundedForms(FormDataParser):
    """Forms whose fields are counted before they are taken apart."""

    @override
    def _parse_urlencoded(self, stream: IO[bytes], *args: Any, **kwargs: Any) -> Any:
        body = stream.read()
        if body.count(b"&") >= MAX_FORM_ITEMS:
            raise RequestEntityTooLarge
        return super()._parse_urlencoded(BytesIO(body), *args, **kwargs)


class BoundedRequest(Request):
    """A request whose forms are counted, and whose body is small until its route says more."""

    form_data_parser_class = BoundedForms

    @override
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part_files: list[IO[bytes]] = []

    @override
    def _get_file_stream(self, *args: Any, **kwargs: Any) -> IO[bytes]:
        """Where a part's bytes go while they come in; the file has no name on the disk."""
        stream = super()._get_file_stream(*args, **kwargs)
        self.part_files.append(stream)
        return stream

    @override
    def close(self) -> None:
        """Let go of what came in, also where the form was refused half-way."""
        super().close()
        for stream in self.part_files:
            stream.close()


def init_app(app: Flask) -> None:
    """Attach to an app, before whatever reads of a request."""
    app.request_class = BoundedRequest
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_PART_BYTES,
        MAX_FORM_PARTS=MAX_PARTS_ITEMS,
    )
    app.before_request(limit_request)


def limit_request() -> None:
    """Say how much of the present request is read.

    Raises:
        Invalid: its address is too long.
    """
    if len(request.query_string) + len(request.path) > MAX_ADDRESS_BYTES:
        request.query_string, request.path = b"", "/"  # the page that says so links to itself
        raise Invalid("This address is too long. Ask for less at once.")
    declared = policy_of(current_app, request.endpoint) if request.endpoint else None
    if request.is_json:
        request.max_content_length = settings().json_kilobytes * 1024
    elif declared is not None and declared.takes_files and request.mimetype.startswith("multipart"):
        request.max_content_length = settings().upload_megabytes * 1024 * 1024
    else:
        request.max_content_length = MAX_FORM_BYTES
