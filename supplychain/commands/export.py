"""``supplychain export``: the tables out of the graph."""

from __future__ import annotations

from pathlib import Path

import click

from supplychain.actions import looks
from supplychain.actions.imports.exports import export_tables
from supplychain.graph.engine.driver import graph
from supplychain.model.ids import utc_now


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--xlsx", is_flag=True, help="PATH is one workbook instead of a folder of CSV files.")
@click.option("--firm", "firm_id", help="Only what the firm with this id may take home.")
def command(path: Path, xlsx: bool, firm_id: str | None) -> None:
    """Write the tables that ``supplychain import`` reads to PATH."""
    counts = export_tables(graph(), path, workbook=xlsx, firm_id=firm_id)
    looks.record_operator_export(graph(), path.name, firm_id=firm_id or "", now=utc_now())
    for name, count in counts.items():
        click.echo(f"{name:<18}{count:>11}")
