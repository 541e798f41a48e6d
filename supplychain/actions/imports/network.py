"""What a file may refer to: firms and parts that are there, or good rows of the same file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from neo4j import Driver

from supplychain.actions.imports.checking import Sheet
from supplychain.graph.engine.transactions import read
from supplychain.graph.imports import lookups
from supplychain.model.people.actors import Actor
from supplychain.model.units import PIECE

BATCH_ROWS: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPart:
    """What other tables must know of a part."""

    designer_id: str | None
    category_id: str | None
    revision: str | None
    uom: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Firms and parts that rows may refer to.

    ``old_firms`` and ``old_parts`` are the graph's rows by id, whoever they belong to; ``firms``
    and ``parts`` grow by the good rows of the file.
    """

    old_firms: dict[str, list[Any]]
    old_parts: dict[str, list[Any]]
    firms: set[str]
    parts: dict[str, KnownPart]
    may_add_firms: bool
    in_file: dict[str, set[str]] = field(default_factory=dict)


def look_around(driver: Driver, sheets: list[Sheet], by: Actor | None) -> Network:
    """Read the firms and parts that the sheets name."""
    firm_ids, part_ids = _collect_ids(sheets, "firms"), _collect_ids(sheets, "parts")
    old_firms = {row[0]: row for row in read_in_batches(driver, lookups.find_firms, firm_ids)}
    old_parts = {row[0]: row for row in read_in_batches(driver, lookups.find_parts, part_ids)}
    seen = set(old_parts)
    if by is not None:
        seen = {
            part_id
            for ids in split_batches(sorted(old_parts))
            for part_id in read(driver, lookups.seen_parts, ids, viewer=by.firm_id)
        }
    parts = {
        row[0]: KnownPart(
            category_id=row[2], uom=row[3] or PIECE, designer_id=row[4], revision=row[5]
        )
        for row in old_parts.values()
        if row[0] in seen
    }
    return Network(
        old_firms=old_firms,
        old_parts=old_parts,
        firms=set(old_firms),
        parts=parts,
        may_add_firms=by is None or read(driver, lookups.leads_a_chain, by.firm_id),
        in_file={
            sheet.table.name: set(sheet.columns[sheet.table.key[0]])
            for sheet in sheets
            if sheet.table.name in ("firms", "parts")
        },
    )


def check_references(sheet: Sheet, network: Network) -> None:
    """Refuse rows that name a firm or a part which is not there."""
    for column in sheet.table.columns:
        if not column.refers_to or column.name not in sheet.columns:
            continue
        known = network.firms if column.refers_to == "firms" else network.parts.keys()
        values = sheet.columns[column.name]
        missing = set(values) - known - {None}
        if not missing:
            continue
        in_file = network.in_file.get(column.refers_to, set())
        for place in list(sheet.good_rows()):
            if values[place] in missing:
                message = _BAD_THERE if values[place] in in_file else _MISSING[column.refers_to]
                sheet.refuse_text(place, column.name, message)


_BAD_THERE: Final = "Its row in this file is bad. Mend that one first."
_MISSING: Final = {
    "firms": "There is no such firm, in this file or in the network.",
    "parts": "There is no such part, in this file or in the network.",
}


def read_in_batches(
    driver: Driver, find: Callable[..., list[list[Any]]], ids: Iterable[str], **values: Any
) -> list[list[Any]]:
    """All rows that a ``find_*`` query has for these ids."""
    return [
        row
        for batch in split_batches(sorted(set(ids)))
        for row in read(driver, find, batch, **values)
    ]


def split_batches(entries: list[Any]) -> Iterable[list[Any]]:
    """Slices of at most ``BATCH`` entries."""
    return (entries[start : start + BATCH_ROWS] for start in range(0, len(entries), BATCH_ROWS))


def _collect_ids(sheets: list[Sheet], table: str) -> set[str]:
    names: set[str] = set()
    for sheet in sheets:
        for column in sheet.table.columns:
            is_key = sheet.table.name == table and column.name == sheet.table.key[0]
            if (is_key or column.refers_to == table) and column.name in sheet.columns:
                names.update(sheet.columns[column.name])
    return names - {None}  # type: ignore[arg-type]  # an empty cell is None
