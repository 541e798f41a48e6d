"""Loads the invented network and its accounts; may be interrupted and run again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import click
from neo4j import Driver

from supplychain.actions import accounts
from supplychain.demo import network
from supplychain.demo.state import password
from supplychain.graph import users
from supplychain.graph.transactions import read


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user to try the product as; ``does`` says what for."""

    email: str
    name: str
    firm_id: str
    role: str
    does: str


ACCOUNTS: Final = (
    Account(
        email="leader@demo.example",
        name="Lin Yue",
        firm_id="F001",
        role="owner",
        does="chain leader and buyer: Wuxi Taihu Heavy Press Works",
    ),
    Account(
        email="forge@demo.example",
        name="Zhao Min",
        firm_id="F006",
        role="owner",
        does="supplier: Wuxi Taihu Forging Co.",
    ),
    Account(
        email="heavyforge@demo.example",
        name="Sun Lei",
        firm_id="F028",
        role="owner",
        does="a second supplier: Zhenjiang Beigu Heavy Forge Co.",
    ),
    Account(
        email="peer@demo.example",
        name="Ma Chao",
        firm_id="F029",
        role="owner",
        does="a peer who takes shares: Jinan Lixia Ring Forging Co.",
    ),
    Account(
        email="machines@demo.example",
        name="Gu Qing",
        firm_id="F002",
        role="owner",
        does="another buyer: Nantong Jianghai Machine Tool Works",
    ),
    Account(
        email="operator@demo.example",
        name="Operator",
        firm_id="",
        role="",
        does="operator: runs the installation, sees no trade",
    ),
)


def today() -> date:
    """The day of this machine, on which a new demo's deliveries end."""
    return datetime.now().astimezone().date()


def load(driver: Driver, folder: Path, *, day: str) -> None:
    """Load firms, parts, offers, deliveries and accounts; what is there already stays as it is.

    Args:
        driver: a graph with its schema in place.
        folder: the data folder.
        day: the last day of the deliveries; the same at every try, so that ids are the same.
    """
    click.echo("Loading the invented network (first start only) …")
    csv_folder = folder / "demo-tables"
    network.write(csv_folder, date.fromisoformat(day))
    _import(driver, csv_folder)
    shutil.rmtree(csv_folder, ignore_errors=True)
    secret = password(folder)
    for account in ACCOUNTS:
        _add(driver, account, secret)


def _add(driver: Driver, account: Account, secret: str) -> None:
    if read(driver, users.find_by_email, account.email) is not None:
        return
    accounts.add_user(
        driver,
        email=account.email,
        password=secret,
        name=account.name,
        firm_id=account.firm_id,
        role=account.role,
        operator=not account.firm_id,
    )
