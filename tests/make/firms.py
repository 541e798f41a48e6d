"""Firms and actors for tests."""

from __future__ import annotations

from neo4j import Driver

from supplychain.graph import firms
from supplychain.graph.engine.transactions import run, write
from supplychain.model.firms import Firm
from supplychain.model.ids import new_id, utc_now
from supplychain.model.people.actors import Actor


def make_firm(driver: Driver, **values: object) -> Firm:
    """A firm in the graph, an SME in Wuxi unless told otherwise."""
    given = {
        "id": new_id(),
        "name": "Taihu Forging",
        "kind": "sme",
        "country": "CN",
        "region": "Jiangsu",
        "city": "Wuxi",
        "latitude": 31.57,
        "longitude": 120.3,
        "employees": 60,
        **values,
    }
    firm = Firm(**given)
    write(driver, lambda tx: firms.create(tx, firm, at=utc_now()))
    return firm


VERIFY = """
UNWIND $ids AS id MATCH (f:Firm {id: id}) SET f.verified_at = '2026-11-01T08:00:00.000000Z'
"""


def make_verified(driver: Driver, *firm_ids: str) -> None:
    """Have somebody verify these firms: from now on their word counts for others."""
    write(driver, lambda tx: run(tx, VERIFY, ids=list(firm_ids)))


def make_actor(firm: Firm, role: str = "owner") -> Actor:
    """Somebody who works for the firm."""
    return Actor(user_id=new_id(), firm_id=firm.id, role=role)
