"""Files that go with a parts request: which kinds, how large, how they may be called."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from supplychain.errors import Invalid

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_FILES: Final = 20
MAX_START_BYTES: Final = 64 * 1024
"""Where what a file begins with must stand, behind blanks if it is text."""
MAX_NAME_CHARS: Final = 120
MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "step": "model/step",
    "stp": "model/step",
    "dxf": "image/vnd.dxf",
    "dwg": "image/vnd.dwg",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "zip": "application/zip",
}
"""Ending of the name to the type it is answered with; what the sender claims does not count."""
BEGINNINGS: Final = {
    "pdf": (b"%PDF-",),
    "step": (b"ISO-10303-21;",),
    "stp": (b"ISO-10303-21;",),
    "dxf": (b"0\n", b"0\r\n", b"999\n", b"999\r\n", b"AutoCAD Binary DXF"),
    "dwg": (b"AC1", b"AC2"),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "xlsx": (b"PK\x03\x04",),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
}
"""What a file of an ending begins with: STEP by ISO 10303-21, DXF by its first group code (0 a
section, 999 a comment), DWG by its version. A table in CSV is text: it holds no zero byte.
"""
_DRAWN_AS_TEXT: Final = ("step", "stp", "dxf")
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"
"""What may stand before a text: a byte-order mark and blanks."""
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
"""How text of two bytes a letter begins."""
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\ud800-\udfff]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of a parts request; its bytes are kept by their digest.

    ``line_number`` 0 is the whole request; ``created_at`` is text as the graph keeps it.
    """

    id: str
    line_number: int
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    created_at: str


def safe_name(name: str) -> str:
    """The file's own name: no folder, no control, format or reserved characters, 120 at most.

    Raises:
        Invalid: nothing is left of it, or its kind is not taken.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name[:1000]))[-1]
    shown = "".join(c for c in _UNSAFE.sub("", last) if unicodedata.category(c) != "Cf")
    stem, dot, ending = shown.strip(" .").rpartition(".")
    if not dot or not stem.strip(" .") or ending.lower() not in MEDIA_TYPES:
        raise Invalid(
            "Send PDF, STEP, DXF, DWG, PNG, JPEG, XLSX, CSV or ZIP files.", pointer="/file"
        )
    return f"{stem.strip(' .')[: MAX_NAME_CHARS - len(ending) - 1]}.{ending.lower()}"


class ContentCheck:
    """Looks at the bytes of a file while they go by: fits its name, not empty, not too large."""

    def __init__(self, name: str) -> None:
        self.ending = name.rpartition(".")[2]
        self.size_bytes = 0
        self.start = b""
        self.has_zero = False

    def add(self, block: bytes) -> None:
        """Look at the next bytes.

        Raises:
            Invalid: it is too large, or not what its name says.
        """
        self.size_bytes += len(block)
        if self.size_bytes > MAX_BYTES:
            raise Invalid("A file may have at most 20 MB. Send a smaller one.", pointer="/file")
        if len(self.start) < MAX_START_BYTES:
            self.start += block[:MAX_START_BYTES]
        self.has_zero = self.has_zero or b"\0" in block

    def finish(self) -> None:
        """Say what all of it comes to.

        Raises:
            Invalid: it is empty, or not what its name says.
        """
        if not self.size_bytes:
            raise Invalid("The file is empty. Choose another.", pointer="/file")
        if not self._fits_ending():
            raise Invalid(
                "The file is not what its name says. Save it again in the right format.",
                pointer="/file",
            )

    def _fits_ending(self) -> bool:
        if self.ending == "csv":
            return not self.has_zero or self.start.startswith(_WIDE)
        is_text = self.ending in _DRAWN_AS_TEXT
        start = self.start.lstrip(_BLANK) if is_text else self.start
        return start.startswith(BEGINNINGS[self.ending])


def check_content(name: str, content: bytes) -> None:
    """Refuse a file that is empty, too large, or not what its name says.

    Raises:
        Invalid: with what to do about it.
    """
    check = ContentCheck(name)
    check.add(content)
    check.finish()


def media_type(name: str) -> str:
    """The type a file of this name is answered with."""
    return MEDIA_TYPES[name.rpartition(".")[2]]
