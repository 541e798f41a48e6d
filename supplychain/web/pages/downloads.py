"""Answering with files, which a browser saves; those that users sent never become pages."""

from __future__ import annotations

from pathlib import Path

from flask import Response, send_file


def send_csv(body: bytes, name: str) -> Response:
    """A table as a file that a browser saves under this name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, mimetype="text/csv", headers=headers)


def send_kept_file(path: Path, *, name: str, media_type: str) -> Response:
    """A kept file under its sender's name for it; a browser saves it and runs nothing of it."""
    response = send_file(
        path,
        mimetype=media_type,
        as_attachment=True,
        download_name=name,
        conditional=False,
        etag=False,
        last_modified=None,
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
