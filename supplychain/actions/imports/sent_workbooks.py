"""Forms that come back as workbooks: read while their sender waits, and kept nowhere."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import Final

from supplychain.actions.imports.limits import ReadingLimits
from supplychain.actions.imports.parsing import read_sheets
from supplychain.actions.imports.uploads import SentFile
from supplychain.actions.kept_files import keep_stream
from supplychain.errors import FieldError, Invalid, TooMany
from supplychain.model.texts import fold_short
from supplychain.model.workbooks import FilledSheet

ENDINGS: Final = (".xlsx", ".ods")
"""An ``.xls`` does not say which of its cells are formulas without a value."""
MAX_WORKBOOK_BYTES: Final = 5 * 1024 * 1024
MAX_AT_ONCE_NUMBER: Final = 2
"""Workbooks that one process of the web has read at a time: each takes some hundred megabytes."""
WAIT_S: Final = 10.0
RETRY_S: Final = 15

_turns = threading.BoundedSemaphore(MAX_AT_ONCE_NUMBER)


def read_sent_workbook(file: SentFile | None) -> list[FilledSheet]:
    """The cells of a workbook that was sent; nothing of the file stays.

    Raises:
        Invalid: no file, no workbook, a broken one, or one that is too large.
        TooMany: too many are read just now.
    """
    name = fold_short(file.filename or "").lower() if file is not None else ""
    if file is None or not name:
        raise Invalid("Choose a file.", pointer="/file")
    ending = Path(name).suffix
    if ending not in ENDINGS:
        raise Invalid("Send the workbook as .xlsx or .ods.", pointer="/file")
    if not _turns.acquire(timeout=WAIT_S):
        raise TooMany(
            "Many workbooks are being read just now. Send it again in a few seconds.",
            retry_after=RETRY_S,
        )
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"workbook{ending}"
            keep_stream(file.stream, path, most_bytes=MAX_WORKBOOK_BYTES, pointer="/file")
            return read_sheets(path, ReadingLimits.of_forms())
    except Invalid as error:
        raise point_at_file(error) from error
    finally:
        _turns.release()


def point_at_file(error: Invalid) -> Invalid:
    """The same refusal, of the field that the file was sent in."""
    values = tuple(error.values.items())
    return Invalid(errors=(FieldError(pointer="/file", message=error.message, values=values),))
