"""What the portal and the API share about files of tables: reading what was sent, answering."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from flask import Response, request

from supplychain.actions.imports.report import BadRow, report_csv
from supplychain.errors import Invalid
from supplychain.web.pages.i18n import translate

WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sent_payload() -> dict[str, Any]:
    """What was sent, for the key under which it is done once."""
    digests = []
    for file in request.files.getlist("files"):
        digests.append(hashlib.file_digest(file.stream, "sha256").hexdigest())  # type: ignore[arg-type]
        file.stream.seek(0)
    return {
        "files": digests,
        "skip_bad": wants_skip(),
        **({"write": "later"} if wants_steps() else {}),
    }


def wants_steps() -> bool:
    """Whether the files are to be read only, and written when somebody says so.

    Raises:
        Invalid: ``write`` says something else.
    """
    word = request.form.get("write", "at once")
    if word not in ("at once", "later"):
        raise Invalid("Write at once, or later.", pointer="/write")
    return word == "later"


def wants_skip() -> bool:
    """Whether good rows are wanted although there are bad ones."""
    return request.form.get("skip_bad", "") in ("true", "on", "1", "yes")


def as_csv(bad_rows: list[BadRow]) -> Response:
    """The bad rows as a file in the reader's language."""
    text = report_csv(bad_rows, lambda bad: translate(bad.message, **bad.values))
    return _make_download(text.encode("utf-8-sig"), "bad-rows.csv", "text/csv; charset=utf-8")


def as_workbook(write: Callable[[Path], object], name: str) -> Response:
    """A workbook that ``write`` makes, as a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        return _make_download(path.read_bytes(), name, WORKBOOK)


def _make_download(content: bytes, name: str, media_type: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    headers = {"Content-Disposition": disposition, "Content-Type": media_type}
    return Response(content, headers=headers)
