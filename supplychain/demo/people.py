"""Who can sign in to the demo, the chain its first maker leads, and a cluster of forges."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from neo4j import Driver
from tqdm import tqdm

from supplychain.actions import chains, clusters
from supplychain.actions.capacity import sites
from supplychain.actions.capacity.calendars import CalendarChoice
from supplychain.actions.people import accounts
from supplychain.demo.tables import Tables
from supplychain.errors import Conflict
from supplychain.graph.engine.transactions import Once, read
from supplychain.graph.people import users
from supplychain.model.capacity.hours import HOUR_E4
from supplychain.model.capacity.sites import SiteCapacity
from supplychain.model.chains import Chain
from supplychain.model.people.actors import Actor

LEADER: Final = "F001"
GEARS: Final = "F022"
FORGES: Final = ("F006", "F029", "F028")


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
        email="gears@demo.example",
        name="Han Rui",
        firm_id=GEARS,
        role="owner",
        does="a shop that counts hours, at two sites: Hefei Chaohu Transmission Co.",
    ),
    Account(
        email="operator@demo.example",
        name="Operator",
        firm_id="",
        role="",
        does="operator: runs the installation, sees no trade",
    ),
)


def add_accounts(driver: Driver, secret: str) -> None:
    """Add the accounts that are not there yet, all with one password."""
    for account in ACCOUNTS:
        if read(driver, users.find_by_email, account.email) is None:
            accounts.add_user(
                driver,
                email=account.email,
                password=secret,
                name=account.name,
                firm_id=account.firm_id,
                role=account.role,
                operator=not account.firm_id,
            )


def found_chain(driver: Driver, tables: Tables) -> None:
    """Found the leader's chain; all who supply it, directly or not, are members of it."""
    by = at_work_for(LEADER)
    chain_id = chains.found_chain(driver, name="Taihu press chain", by=by, once=once_key("chain"))
    chain, members = chains.get(driver, chain_id, by=by)
    there = {member.firm_id for member in members if member.state == "member"}
    for firm_id in tqdm(sorted(find_upstream(tables, LEADER) - there), desc="Chain", unit=" firms"):
        _join_chain(driver, chain, firm_id, by)


def find_upstream(tables: Tables, firm_id: str) -> set[str]:
    """Ids of all firms that supply this one, directly or through others."""
    suppliers = defaultdict(set)
    for row in tables["supply_relations"]:
        suppliers[row["buyer_id"]].add(row["supplier_id"])
    found: set[str] = set()
    edge = {firm_id}
    while edge := set().union(*(suppliers[buyer] for buyer in edge)) - found:
        found |= edge
    return found - {firm_id}


def _join_chain(driver: Driver, chain: Chain, firm_id: str, by: Actor) -> None:
    with contextlib.suppress(Conflict):  # invited by a start that was broken off
        chains.invite_firm(driver, chain.id, firm_id, by=by)
    chains.accept(driver, chain.id, version=chain.version, by=at_work_for(firm_id))


def found_cluster(driver: Driver) -> None:
    """Found the cluster in which the forges share orders."""
    founder, *peers = FORGES
    by = at_work_for(founder)
    key = once_key("cluster")
    cluster_id = clusters.found_cluster(driver, name="Taihu forging cluster", by=by, once=key)
    _, members = clusters.get(driver, cluster_id, by=by)
    states = {member.firm_id: member.state for member in members}
    for firm_id in peers:
        if firm_id not in states:
            clusters.invite_firm(driver, cluster_id, firm_id, by=by)
        if states.get(firm_id) != "member":
            clusters.accept(driver, cluster_id, by=at_work_for(firm_id))


def add_site(driver: Driver) -> None:
    """A second works of the gear shop, which works six days a week; added once."""
    by = at_work_for(GEARS)
    if not sites.list_sites(driver, by=by):
        sites.add_site(
            driver,
            name="Feidong works",
            city="Hefei",
            days=CalendarChoice(country="CN", weekdays=range(1, 7)),
            capacities=(SiteCapacity(category_id="gears", weekly_hours_e4=20 * HOUR_E4),),
            by=by,
        )


def at_work_for(firm_id: str) -> Actor:
    """Somebody who may do everything for a firm of the demo."""
    return Actor(user_id="demo", firm_id=firm_id, role="owner")


def once_key(verb: str) -> Once:
    """The key under which the demo does a thing, at every start the same."""
    return Once.of(firm_id="demo", verb=verb, client_key="demo", payload="")
