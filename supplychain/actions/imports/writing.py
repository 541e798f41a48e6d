"""The planned rows into the graph, 5,000 in a transaction, keys in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from neo4j import Driver

from supplychain.actions.imports.checking import Sheet
from supplychain.actions.imports.claims import write_claims
from supplychain.actions.imports.comparing import Upserts
from supplychain.actions.imports.ledger import OPERATOR, write_ledger
from supplychain.actions.imports.network import Network, split_batches
from supplychain.actions.imports.report import Progress
from supplychain.graph import events
from supplychain.graph.engine.transactions import Tx, write
from supplychain.graph.imports import links
from supplychain.graph.imports import upserts as imports_write
from supplychain.graph.imports.rows import PropertyRows, to_contained, to_properties
from supplychain.model.delivery_claims import DeliveryBatch
from supplychain.model.ids import to_text
from supplychain.model.imports.tables import category_id
from supplychain.model.people.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRun:
    """One run: its id, who, when, the batch of its deliveries, and whom to tell of progress."""

    id: str
    by: Actor | None
    at: datetime
    batch: DeliveryBatch
    progress: Progress

    @property
    def owner(self) -> str | None:
        """The firm that may write; None is the operator at the machine."""
        return self.by.firm_id if self.by else None


def write_tables(
    driver: Driver,
    sheets: list[Sheet],
    upserts: dict[str, Upserts],
    network: Network,
    run: ImportRun,
) -> None:
    """Write what is new or changed; what was begun is told first, what was done last."""
    total = sum(len(one.new) + len(one.changed) for one in upserts.values())
    if not total:
        return
    counts = {name: one.counts for name, one in upserts.items()}
    write(driver, _record_event, run, "import.started", counts)
    done = 0
    for sheet in sheets:
        name = sheet.table.name
        rows = upserts[name].new + upserts[name].changed
        if rows:
            _write_needed(driver, sheet, rows, network, owner=run.owner)
        for written in _write_table(driver, sheet, upserts[name], network, run):
            done += written
            run.progress(done, total, f"Writing {name}")
    write(driver, _record_event, run, "import.finished", counts)


def _write_table(
    driver: Driver, sheet: Sheet, upserts: Upserts, network: Network, run: ImportRun
) -> Iterator[int]:
    """Write the rows of one table and yield how many each batch held."""
    name = sheet.table.name
    if name == "deliveries":
        yield from write_ledger(driver, upserts, run.batch, by=run.by, at=run.at)
        return
    if name == "supply_relations":
        yield from write_claims(driver, upserts, by=run.by, at=run.at)
        return
    rows = sorted(upserts.new + upserts.changed, key=lambda row: (row[0], row[1] or ""))
    for batch in split_batches(rows):
        values = _to_properties(name, batch, network)
        write(driver, _WRITERS[name], values, owner=run.owner, at=to_text(run.at))
        yield len(batch)


def _to_properties(name: str, rows: list[list[Any]], network: Network) -> PropertyRows:
    if name == "bom":
        revisions = {row[0]: network.parts[row[0]].revision or "A" for row in rows}
        return [to_contained(row, revisions[row[0]]) for row in rows]
    return [to_properties(name, row) for row in rows]


def _record_event(tx: Tx, run: ImportRun, kind: str, counts: dict[str, dict[str, int]]) -> None:
    by = run.by or OPERATOR
    events.record(tx, kind, about_kind="import", about_id=run.id, by=by, at=run.at, facts=counts)


def _write_needed(
    driver: Driver, sheet: Sheet, rows: list[list[Any]], network: Network, *, owner: str | None
) -> None:
    """Categories before what needs them, revisions before what they contain."""
    if sheet.table.name in ("parts", "capabilities"):
        texts = {sheet.columns["category"][place] for place in sheet.good_rows()}
        wanted = {row[2 if sheet.table.name == "parts" else 1] for row in rows}
        names: dict[str, str] = {}
        for text in sorted(texts):
            if category_id(text) in wanted:
                names.setdefault(category_id(text), text)
        write(driver, imports_write.write_categories, names, owner=owner)
    if sheet.table.name == "bom":
        bare = sorted({row[0] for row in rows if network.parts[row[0]].revision is None})
        values = [{"id": f"{part}|A", "part_id": part, "revision": "A"} for part in bare]
        for batch in split_batches(values):
            write(driver, imports_write.write_revisions, batch, existing=set())


_WRITERS: Final[dict[str, Callable[..., None]]] = {
    "firms": imports_write.write_firms,
    "parts": imports_write.write_parts,
    "bom": links.write_bom,
    "capabilities": imports_write.write_capabilities,
    "part_hours": imports_write.write_part_hours,
    "offers": imports_write.write_offers,
    "stocks": imports_write.write_stocks,
    "exchange_rates": imports_write.write_exchange_rates,
}
