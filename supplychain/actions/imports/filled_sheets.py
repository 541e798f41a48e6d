"""The cells of a workbook as they stand, for forms that are filled in as workbooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from supplychain.actions.imports.formula_cells import read_formula_cells
from supplychain.actions.imports.understanding.grids import number_of
from supplychain.actions.imports.workbooks import open_workbook
from supplychain.model.workbooks import EMPTY, VALUE, FilledSheet, Spot


def open_filled_sheets(path: Path) -> list[FilledSheet]:
    """The sheets of a workbook that hold anything.

    Raises:
        Invalid: not a workbook, protected by a password, too large, or a zip bomb.
    """
    sheets = open_workbook(path)
    formulas = read_formula_cells(path)
    filled = []
    for name, sheet in sheets:
        top, left = sheet.start or (0, 0)
        cells: dict[Spot, str] = {}
        numbers: set[Spot] = set()
        for row, values in enumerate(sheet.iter_rows(), start=top):
            for column, value in enumerate(values, start=left):
                if value == "":
                    continue
                cells[row, column] = number_of(value)
                if isinstance(value, float):
                    numbers.add((row, column))
        filled.append(
            FilledSheet(
                name=name,
                cells=cells,
                numbers=frozenset(numbers),
                formulas={
                    spot: VALUE if state == EMPTY and spot in cells else state
                    for spot, state in formulas.get(name, {}).items()
                },
            )
        )
    return filled


def write_sheet_facts(sheet: FilledSheet) -> dict[str, Any]:
    """A sheet as it passes from one process to another."""
    return {
        "name": sheet.name,
        "cells": [[*spot, text, spot in sheet.numbers] for spot, text in sheet.cells.items()],
        "formulas": [[*spot, state] for spot, state in sheet.formulas.items()],
    }


def read_sheet_facts(facts: dict[str, Any]) -> FilledSheet:
    """What ``write_sheet_facts`` wrote."""
    cells = facts["cells"]
    return FilledSheet(
        name=facts["name"],
        cells={(row, column): text for row, column, text, _ in cells},
        numbers=frozenset((row, column) for row, column, _, is_number in cells if is_number),
        formulas={(row, column): state for row, column, state in facts["formulas"]},
    )
