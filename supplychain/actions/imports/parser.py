"""The process that reads files of tables: ``python -m supplychain.actions.imports.parser``.

Files come from outside, and what reads them is large: here it may take its limits of time and
memory and die of it, and nobody else is held up. It knows no key, no graph and no network, only
the path that it reads. It writes lines of JSON to its output:

- ``{"understood": …, "tables": [[name, header, habits, sheet], …]}`` first; without tables where
  something must be answered before anything can be read,
- ``{"table": number, "numbers": […], "rows": [[…], …]}`` for each chunk, table after table,
- with ``cells`` or ``list`` as its last argument ``{"sheets": […]}`` instead: the cells of a
  workbook as they stand, or its rows as a parts list has them,
- ``{"end": true}`` last; or ``{"refused": {"message": …, "values": …}}`` in place of any of these.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from supplychain.actions.imports.reading import OpenedFile

OWN_MB: Final = 256
"""Address space that the process has before it reads anything."""
TABLES: Final = "tables"
CELLS: Final = "cells"
LIST: Final = "list"
"""What is wanted of a file: tables of the import, the cells of a workbook, the rows of a list."""


def main(path: str, limits: dict[str, int], answers: dict[str, Any], wanted: str = TABLES) -> None:
    """Read what is at a path and write it down, within the limits."""
    _limit_process(limits)
    try:
        _write_line(_write_wanted(Path(path), limits, answers, wanted))
    except MemoryError:
        os._exit(MEMORY_EXIT_NUMBER)
    except BrokenPipeError:
        os._exit(0)  # nobody reads any more


MEMORY_EXIT_NUMBER: Final = 86
"""The exit code of a reader that ran out of memory."""


def _limit_process(limits: dict[str, int]) -> None:
    """Take the limits as far as the system has them; whoever started the process watches too."""
    try:
        import resource
    except ImportError:
        return
    memory = (limits["megabytes"] + OWN_MB) * 1024 * 1024
    seconds = limits["seconds"]
    for name, soft, hard in (
        ("RLIMIT_CORE", 0, 0),
        ("RLIMIT_CPU", seconds, seconds + 1),
        ("RLIMIT_AS", memory, memory),
        ("RLIMIT_FSIZE", 0, 0),
    ):
        kind = getattr(resource, name, None)
        if kind is not None:
            try:
                resource.setrlimit(kind, (soft, hard))
            except (ValueError, OSError):
                continue  # a stricter one holds already
    if hasattr(os, "nice"):
        os.nice(5)


def _write_wanted(
    path: Path, limits: dict[str, int], answers: dict[str, Any], wanted: str
) -> dict[str, Any]:
    """Write what is wanted of a file; what comes last: the end, or what refuses the file."""
    # After the limits, so that all that reads is held by them; so do those who write.
    from supplychain.errors import Invalid

    try:
        if wanted == CELLS:
            _write_cells(path, limits)
        elif wanted == LIST:
            _write_list(path)
        else:
            _write_tables(path, limits, answers)
    except Invalid as error:
        return {"refused": {"message": error.message, "values": error.values}}
    return {"end": True}


def _write_tables(path: Path, limits: dict[str, int], answers: dict[str, Any]) -> None:
    from supplychain.actions.imports.reading import open_file
    from supplychain.actions.imports.understanding.facts import read_answers

    _write_sources(open_file(path, read_answers(answers)), limits)


def _write_cells(path: Path, limits: dict[str, int]) -> None:
    """Write the cells of all sheets."""
    from supplychain.actions.imports.filled_sheets import open_filled_sheets, write_sheet_facts

    sheets = open_filled_sheets(path)
    cells = sum(len(sheet.cells) for sheet in sheets)
    chars = sum(len(text) for sheet in sheets for text in sheet.cells.values())
    _check_size(cells, chars, limits)
    _write_line({"sheets": [write_sheet_facts(sheet) for sheet in sheets]})


def _check_size(cells: int, chars: int, limits: dict[str, int]) -> None:
    from supplychain.errors import Invalid

    if cells > limits["cells"] or chars > limits["chars"]:
        raise Invalid(
            "This holds more than %(cells)s cells or %(chars)s characters. Split it.",
            cells=limits["cells"],
            chars=limits["chars"],
        )


def _write_list(path: Path) -> None:
    """Write the sheets of a file."""
    from supplychain.actions.parts_lists.sheets import open_sheets, sheet_facts

    _write_line({"sheets": [sheet_facts(sheet) for sheet in open_sheets(path)]})


def _write_sources(opened: OpenedFile, limits: dict[str, int]) -> None:
    from supplychain.actions.imports.understanding.facts import habits_facts, understanding_facts

    sources = opened.sources
    tables = [[one.table.name, one.header, habits_facts(one.habits), one.sheet] for one in sources]
    _write_line({"understood": understanding_facts(opened.understanding), "tables": tables})
    cells = chars = 0
    for number, source in enumerate(sources):
        for numbers, rows in source.chunks:
            cells += sum(map(len, rows))
            chars += sum(sum(map(len, row)) for row in rows)
            _check_size(cells, chars, limits)
            _write_line({"table": number, "numbers": numbers, "rows": rows})


def _write_line(message: dict[str, Any]) -> None:
    line = json.dumps(message, separators=(",", ":"), default=str)
    sys.stdout.buffer.write(line.encode("ascii") + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(
        sys.argv[1],
        json.loads(sys.argv[2]),
        json.loads(sys.stdin.read()),
        sys.argv[3],
    )
