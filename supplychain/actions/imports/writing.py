"""The planned rows into the graph, 5,000 in a transaction, keys in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from neo4j import Driver

from supplychain.actions.imports.checking import Sheet
from supplychain.actions.imports.comparing import Upserts
from supplychain.actions.imports.ledger import write_ledger
from supplychain.actions.imports.network import Network, batches
from supplychain.actions.imports.report import Progress
from supplychain.graph import events
from supplychain.graph.engine.transactions import Tx, write
from supplychain.graph.imports import links
from supplychain.graph.imports import upserts as imports_write
from supplychain.model.capabilities import ends_beside
from supplychain.model.ids import to_text
from supplychain.model.imports.tables import TABLES, category_id
from supplychain.model.people.actors import Actor

OPERATOR: Final = Actor(user_id="operator", firm_id="", role="owner", is_operator=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One run: its id, who, when, and whom to tell of progress."""

    id: str
    by: Actor | None
    at: datetime
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
    run: Import,
) -> None:
    """Write what is new or changed; what was begun is told first, what was done last."""
    total = sum(len(one.new) + len(one.changed) for one in upserts.values())
    if not total:
        return
    counts = {name: one.counts for name, one in upserts.items()}
    write(driver, _tell, run, "import.started", counts)
    done = 0
    for sheet in sheets:
        name = sheet.table.name
        rows = upserts[name].new + upserts[name].changed
        if rows:
            _prepare(driver, sheet, rows, network)
        for written in _write_table(driver, sheet, upserts[name], network, run):
            done += written
            run.progress(done, total, f"Writing {name}")
    write(driver, _tell, run, "import.finished", counts)


def _write_table(
    driver: Driver, sheet: Sheet, upserts: Upserts, network: Network, run: Import
) -> Iterator[int]:
    """Write the rows of one table and yield how many each batch held."""
    name = sheet.table.name
    if name == "deliveries":
        yield from write_ledger(driver, upserts)
        return
    rows = sorted(upserts.new + upserts.changed, key=lambda row: (row[0], row[1] or ""))
    for batch in batches(rows):
        values = [_ROWS[name](row, network) for row in batch]
        write(driver, _WRITERS[name], values, owner=run.owner, at=to_text(run.at))
        yield len(batch)


def _tell(tx: Tx, run: Import, kind: str, counts: dict[str, Any]) -> None:
    by = run.by or OPERATOR
    events.record(tx, kind, about_kind="import", about_id=run.id, by=by, at=run.at, facts=counts)


def _prepare(driver: Driver, sheet: Sheet, rows: list[list[Any]], network: Network) -> None:
    """Categories before what needs them, revisions before what they contain."""
    if sheet.table.name in ("parts", "capabilities"):
        texts = {sheet.columns["category"][place] for place in sheet.good()}
        wanted = {row[2 if sheet.table.name == "parts" else 1] for row in rows}
        names: dict[str, str] = {}
        for text in sorted(texts):
            if category_id(text) in wanted:
                names.setdefault(category_id(text), text)
        write(driver, imports_write.write_categories, names)
    if sheet.table.name == "bom":
        bare = sorted({row[0] for row in rows if network.parts[row[0]].revision is None})
        values = [{"id": f"{part}|A", "part_id": part, "revision": "A"} for part in bare]
        for batch in batches(values):
            write(driver, imports_write.write_revisions, batch, known=set())


def _plain(name: str) -> Callable[[list[Any], Network], dict[str, Any]]:
    fields = TABLES[name].fields

    def to_row(row: list[Any], _network: Network) -> dict[str, Any]:
        return dict(zip(fields, row, strict=True))

    return to_row


def _with_id(name: str) -> Callable[[list[Any], Network], dict[str, Any]]:
    fields = TABLES[name].fields

    def to_row(row: list[Any], _network: Network) -> dict[str, Any]:
        return {"id": f"{row[0]}|{row[1]}", **dict(zip(fields, row, strict=True))}

    return to_row


def _capability(row: list[Any], _network: Network) -> dict[str, Any]:
    """The ends of certificates beside their names; what is empty is not stored."""
    values = dict(zip(TABLES["capabilities"].fields, row, strict=True))
    beside = ends_beside(values["certificates"], values["certificate_ends"])
    lists = {"certificate_ends": beside if any(beside) else None}
    lists |= {name: values[name] or None for name in ("processes", "materials")}
    return {"id": f"{row[0]}|{row[1]}", **values, **lists}


def _bom(row: list[Any], network: Network) -> dict[str, Any]:
    revision = network.parts[row[0]].revision or "A"
    return {
        "parent_part_id": row[0],
        "child_part_id": row[1],
        "quantity_e4": row[2],
        "revision_id": f"{row[0]}|{revision}",
    }


_OFFER_FIELDS: Final = (
    "firm_id",
    "part_id",
    "tier_from",
    "tier_prices_e4",
    "currency",
    "moq",
    "lead_days",
    "tier_rule",
    "incoterm",
    "payment_days",
    "freight_e4",
    "tooling_e4",
)


def _offer(row: list[Any], _network: Network) -> dict[str, Any]:
    return {"id": f"{row[0]}|{row[1]}", **dict(zip(_OFFER_FIELDS, row, strict=True))}


def _rate(row: list[Any], _network: Network) -> dict[str, Any]:
    names = TABLES["exchange_rates"].fields
    return {"id": "|".join(row[:4]), **dict(zip(names, row, strict=True))}


_ROWS: Final[dict[str, Callable[[list[Any], Network], dict[str, Any]]]] = {
    "firms": _plain("firms"),
    "parts": _plain("parts"),
    "bom": _bom,
    "capabilities": _capability,
    "offers": _offer,
    "supply_relations": _plain("supply_relations"),
    "stocks": _with_id("stocks"),
    "exchange_rates": _rate,
}
_WRITERS: Final[dict[str, Callable[..., None]]] = {
    "firms": imports_write.write_firms,
    "parts": imports_write.write_parts,
    "bom": links.write_bom,
    "capabilities": imports_write.write_capabilities,
    "offers": imports_write.write_offers,
    "supply_relations": links.write_supply_relations,
    "stocks": imports_write.write_stocks,
    "exchange_rates": imports_write.write_exchange_rates,
}
