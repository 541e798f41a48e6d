"""Loads the invented network, its accounts and memberships; may be broken off and run again."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import click
from neo4j import Driver
from tqdm import tqdm

from supplychain.actions import verification
from supplychain.actions.imports.imports import import_tables
from supplychain.demo import claims, network, people, sourcing
from supplychain.demo.state import password
from supplychain.demo.tables import write_folder


def load_network(driver: Driver, folder: Path, *, day: str) -> None:
    """Load firms, parts, offers, deliveries and accounts; what is there already stays as it is.

    Args:
        driver: a graph with its schema in place.
        folder: the data folder.
        day: the last day of the deliveries; the same at every try, so that ids are the same.

    Raises:
        ClickException: the tables were refused, which no installation should see.
    """
    click.echo("Loading the invented network (first start only)")
    tables = network.make_tables(date.fromisoformat(day))
    csv_folder = folder / "demo-tables"
    write_folder(csv_folder, tables)
    _import_folder(driver, csv_folder)
    shutil.rmtree(csv_folder, ignore_errors=True)
    verification.verify_imported(driver, by=verification.AT_MACHINE)
    people.add_accounts(driver, password(folder))
    people.add_site(driver)
    people.found_chain(driver, tables)
    people.found_cluster(driver)
    claims.claim_deliveries(driver, folder, day=day)
    click.echo("Asking for bids and studying the award")
    sourcing.ask_for_bids(driver, tables)


def _import_folder(driver: Driver, csv_folder: Path) -> None:
    with tqdm(unit=" rows") as bar:

        def progress(done: int, total: int, message: str) -> None:
            bar.total = total or None
            bar.set_description(message, refresh=False)
            bar.n = done
            bar.refresh()

        report = import_tables(driver, csv_folder, by=None, progress=progress)
    if not report.written:
        raise click.ClickException(f"The network was refused: {report.bad_rows[:1]}")
