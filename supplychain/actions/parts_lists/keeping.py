"""A parts list kept as parts and bill of materials: written as tables and imported as a job."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO, StringIO
from typing import IO, Final

from neo4j import Driver

from supplychain.actions.imports.uploads import upload_tables
from supplychain.errors import Invalid
from supplychain.graph.engine.transactions import Once, read
from supplychain.graph.parts_requests import choices
from supplychain.model.formulas import quote_formula
from supplychain.model.imports.tables import MAX_NAME_CHARS
from supplychain.model.parts_lists.lists import ListLine
from supplychain.model.parts_lists.numbers import make_part_id
from supplychain.model.parts_lists.trees import WHOLE_PIECES, ListNode, PartsTree
from supplychain.model.people.actors import Actor
from supplychain.model.reading.numbers import number_text
from supplychain.model.units import PIECE

PARTS_HEADER: Final = ("part_id", "name", "category", "uom", "designer_id")
BATCH_PARTS: Final = 500
BOM_HEADER: Final = ("parent_part_id", "child_part_id", "quantity")


@dataclass(slots=True, kw_only=True)
class MadeTable:
    """A table that is sent as if somebody had sent its file."""

    filename: str | None
    stream: IO[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeptPart:
    """A part of a list with our own id."""

    id: str
    name: str
    category: str
    uom: str


def keep_as_parts(
    driver: Driver,
    tree: PartsTree,
    *,
    assembly: str,
    category: str,
    by: Actor,
    once: Once | None = None,
) -> str:
    """Import a list as parts of the firm and what they contain; returns the upload's id.

    Parts that are there already stay as they are. A number that cannot be an id is kept in the
    part's name, beside an id of our own.

    Args:
        driver: of the graph.
        tree: of the list.
        assembly: what a flat list is the parts of.
        category: of parts that say none.
        by: whose design they become.
        once: the client's key.

    Raises:
        Forbidden: the role may only look.
        Invalid: something lacks that a part or its place needs.
    """
    by.check_role("buyer")
    nodes = tree.nodes
    if not tree.counting and not tree.is_flat:
        raise Invalid("Say what the quantities are for.", pointer="/counting")
    _check_nodes(nodes)
    whole = None
    if tree.is_flat:
        if not assembly.strip():
            raise Invalid("Say what these are the parts of.", pointer="/assembly")
        whole = ListLine(row=0, number=" ".join(assembly.split())[:MAX_NAME_CHARS])
    lines = [*([whole] if whole else []), *(node.line for node in nodes)]
    parts = {part.id: part for part in (_make_part(line, category) for line in lines)}
    present = _find_present(driver, sorted(parts), by.firm_id)
    new = [part for part in parts.values() if part.id not in present]
    if any(not part.category for part in new):
        raise Invalid("Say the category of the parts.", pointer="/category")
    files = [_write_bom(nodes, whole)]
    if new:
        files.insert(0, _write_parts(new, by.firm_id))
    return upload_tables(driver, files, skip_bad=False, by=by, once=once)


def _find_present(driver: Driver, ids: Sequence[str], firm_id: str) -> set[str]:
    """Those of some parts that are there and that the firm may name."""
    present: set[str] = set()
    for start in range(0, len(ids), BATCH_PARTS):
        some = list(ids[start : start + BATCH_PARTS])
        present |= set(read(driver, choices.find_parts, some, viewer=firm_id))
    return present


def _check_nodes(nodes: Sequence[ListNode]) -> None:
    """Hold that each row says what it is and how many.

    Raises:
        Invalid: the first that does not.
    """
    for node in nodes:
        line = node.line
        fields = {fault.field for fault in line.faults}
        if not (line.number or line.name) or "number" in fields or "level" in fields:
            message = "Row %(row)s does not say which part it is, or of what. Mend the file."
            raise Invalid(message, row=line.row)
        if node.each is None and node.parent is not None:
            message = "Row %(row)s has no quantity that can be read. Mend the file."
            raise Invalid(message, row=line.row)


def _name_id(line: ListLine) -> str:
    return make_part_id(line.number or line.name)


def _make_part(line: ListLine, category: str) -> _KeptPart:
    """The part of a line; its number stands in its name where it is not its id."""
    own_id = _name_id(line)
    printed = line.number if line.number != own_id else ""
    name = " ".join(filter(None, (printed, line.name, line.specification))) or own_id
    return _KeptPart(
        id=own_id,
        name=name[:MAX_NAME_CHARS],
        category=line.category or category,
        uom=line.uom or PIECE,
    )


def _write_parts(parts: Iterable[_KeptPart], firm_id: str) -> MadeTable:
    rows = [
        (part.id, quote_formula(part.name), quote_formula(part.category), part.uom, firm_id)
        for part in parts
    ]
    return _write_table("parts.csv", PARTS_HEADER, rows)


def _write_bom(nodes: Sequence[ListNode], whole: ListLine | None) -> MadeTable:
    """Each part of a parent once; what is there twice is added up.

    Raises:
        Invalid: nothing contains anything.
    """
    held: dict[tuple[str, str], Decimal] = {}
    seen: set[tuple[str, int]] = set()
    for node in nodes:
        above = whole if node.parent is None else nodes[node.parent].line
        if above is None or (_name_id(above), node.line.row) in seen:
            continue
        # A part at several places of a tree has the same rows below it each time.
        seen.add((_name_id(above), node.line.row))
        key = (_name_id(above), _name_id(node.line))
        held[key] = held.get(key, Decimal(0)) + (
            node.each if node.each is not None else WHOLE_PIECES
        )
    if not held:
        raise Invalid("Nothing in this list is part of anything.")
    rows = [(*key, number_text(quantity)) for key, quantity in held.items()]
    return _write_table("bom.csv", BOM_HEADER, rows)


def _write_table(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> MadeTable:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return MadeTable(filename=name, stream=BytesIO(text.getvalue().encode()))
