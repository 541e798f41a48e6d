"""Answering with files that users sent: as downloads, never as pages of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, send_file


def as_download(file: dict[str, Any], path: Path) -> Response:
    """A kept file under its own name; a browser saves it and runs nothing of it."""
    response = send_file(
        path,
        mimetype=file["media_type"],
        as_attachment=True,
        download_name=file["name"],
        conditional=False,
        etag=False,
        last_modified=None,
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
