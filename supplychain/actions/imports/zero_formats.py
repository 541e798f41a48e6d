"""Number formats of a workbook that show leading zeros: ``00000`` makes 412 read 00412.

The reader of workbooks gives values alone. A part number that is kept as 412 and shown as 00412 is
00412 to whoever sees it, so the formats are read beside it; nothing else of them counts.
"""

from __future__ import annotations

import re
import zipfile
from abc import ABC, abstractmethod
from pathlib import Path, PurePosixPath
from typing import Final
from xml.parsers import expat

from typing_extensions import override

_WINDOW_BYTES: Final = 1 << 20
_ZEROS: Final = re.compile(r"0{2,15}")


def read_zero_formats(path: Path) -> dict[str, dict[tuple[int, int], int]]:
    """Digits shown by cells whose format has leading zeros, by sheet and (row, column) from 0 on.

    Args:
        path: of a workbook that was looked at before: no bomb. What is no ``.xlsx`` has none.
    """
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if not {"xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        styles = _Styles()
        parse_entry(archive, "xl/styles.xml", styles)
        digits = styles.digits_by_style()
        if not digits:
            return {}
        sheets = SheetEntries()
        parse_entry(archive, "xl/workbook.xml", sheets)
        parse_entry(archive, "xl/_rels/workbook.xml.rels", sheets)
        cells: dict[str, dict[tuple[int, int], int]] = {}
        for name, entry in sheets.list_entries():
            if entry in names:
                reader = _Cells(digits)
                parse_entry(archive, entry, reader)
                cells[name] = reader.digits
    return cells


class XmlListener(ABC):
    """Hears of each element of an XML file."""

    @abstractmethod
    def hear(self, name: str, attributes: dict[str, str]) -> None:
        """Take what an element says."""


def parse_entry(archive: zipfile.ZipFile, name: str, reader: XmlListener) -> None:
    """Let a listener hear of the elements of one entry, as far as it is XML."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: reader.hear(
        tag.rpartition(":")[2], attributes
    )
    with archive.open(name) as file:
        try:
            while block := file.read(_WINDOW_BYTES):
                parser.Parse(block)
        except expat.ExpatError:
            return  # the reader of workbooks says what is wrong with it


class _Styles(XmlListener):
    def __init__(self) -> None:
        self.formats: dict[str, int] = {}
        self.cell_formats: list[str] = []
        self.is_cells = False

    @override
    def hear(self, name: str, attributes: dict[str, str]) -> None:
        code = attributes.get("formatCode", "").replace('"', "").replace("\\", "")
        if name == "numFmt" and _ZEROS.fullmatch(code):
            self.formats[attributes.get("numFmtId", "")] = len(code)
        elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            self.is_cells = name == "cellXfs"
        elif name == "xf" and self.is_cells:
            self.cell_formats.append(attributes.get("numFmtId", ""))

    def digits_by_style(self) -> dict[str, int]:
        return {
            str(number): self.formats[one]
            for number, one in enumerate(self.cell_formats)
            if one in self.formats
        }


class SheetEntries(XmlListener):
    """Which entry of an ``.xlsx`` holds which sheet."""

    def __init__(self) -> None:
        """Before anything was heard."""
        self.names: list[tuple[str, str]] = []
        self.targets: dict[str, str] = {}

    @override
    def hear(self, name: str, attributes: dict[str, str]) -> None:
        """Take the name of a sheet, or the entry of a relation."""
        if name == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            self.names.append((attributes.get("name", ""), relation))
        elif name == "Relationship":
            target = attributes.get("Target", "")
            path = PurePosixPath("xl") / target if not target.startswith("/") else target[1:]
            self.targets[attributes.get("Id", "")] = str(path)

    def list_entries(self) -> list[tuple[str, str]]:
        """(name of a sheet, its entry in the archive)."""
        return [(name, self.targets.get(relation, "")) for name, relation in self.names]


class _Cells(XmlListener):
    def __init__(self, digits_by_style: dict[str, int]) -> None:
        self.by_style = digits_by_style
        self.digits: dict[tuple[int, int], int] = {}
        self.row = self.column = -1

    @override
    def hear(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            number = attributes.get("r", "")
            self.row = int(number) - 1 if number.isdigit() else self.row + 1
            self.column = -1
        elif name == "c":
            self.column = column_of(attributes.get("r", ""), self.column + 1)
            shown = self.by_style.get(attributes.get("s", ""))
            if shown:
                self.digits[self.row, self.column] = shown


def column_of(reference: str, otherwise: int) -> int:
    """The column of a cell's reference, from 0 on; ``otherwise`` where it has none."""
    letters = reference.rstrip("0123456789").upper()
    if not letters.isalpha() or not letters.isascii():
        return otherwise
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
