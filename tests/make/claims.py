"""Deliveries that a buyer imports about its suppliers."""

from __future__ import annotations

import tempfile
from pathlib import Path

from neo4j import Driver

from supplychain.actions.imports.imports import import_tables
from supplychain.graph.delivery_batches import list_sent
from supplychain.graph.engine.transactions import read
from supplychain.model.people.actors import Actor
from tests.make.tables import write_folder

GOOD = ("2026-05-04", "2026-05-04", "100", "0")
BAD = ("2026-05-04", "2026-06-30", "100", "90")
"""Promised, delivered, pieces that came, pieces rejected of 100 that were ordered."""


def line(
    key: str, supplier_id: str, buyer_id: str, part_id: str = "ring", how: tuple[str, ...] = GOOD
) -> list[str]:
    """A row of the table of deliveries."""
    promised, delivered, came, rejected = how
    return [
        key, supplier_id, buyer_id, part_id, "100", promised, delivered, came, rejected, "9", "CNY",
        "",
    ]  # fmt: skip


def send(driver: Driver, lines: list[list[str]], *, by: Actor | None) -> str:
    """Import these deliveries; returns the id of their batch."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_folder(Path(folder) / "in", {"deliveries": lines})
        report = import_tables(driver, path, by=by)
    assert report.written, report.bad_rows
    viewer = by.firm_id if by else ""
    return read(driver, list_sent, viewer=viewer, limit=1)[0].batch.id


def claim(
    driver: Driver,
    supplier_id: str,
    count: int,
    *,
    by: Actor,
    how: tuple[str, ...] = GOOD,
    start: str = "X",
) -> str:
    """So many deliveries of one kind that the actor's firm says it had from a supplier."""
    lines = [line(f"{start}{n}", supplier_id, by.firm_id, how=how) for n in range(count)]
    return send(driver, lines, by=by)
