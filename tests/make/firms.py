"""Firms and actors for tests."""

from __future__ import annotations

from neo4j import Driver

from supplychain.graph import firms
from supplychain.graph.engine.transactions import write
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


def make_actor(firm: Firm, role: str = "owner") -> Actor:
    """Somebody who works for the firm."""
    return Actor(user_id=new_id(), firm_id=firm.id, role=role)
