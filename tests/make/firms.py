"""Firms and actors for tests."""

from __future__ import annotations

from neo4j import Driver

from supplychain.graph import audiences, firms
from supplychain.graph.engine.transactions import Tx, run, write
from supplychain.model.audiences import EVERYBODY, Audience, Audiences
from supplychain.model.firms import Firm
from supplychain.model.ids import new_id, utc_now
from supplychain.model.people.actors import Actor


def make_firm(driver: Driver, *, is_open: bool = True, **values: object) -> Firm:
    """A firm in the graph, an SME in Wuxi unless told otherwise.

    An open one shows its prices and capacity to everybody; else it never chose.
    """
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
    write(driver, _create, firm, is_open)
    return firm


def _create(tx: Tx, firm: Firm, is_open: bool) -> None:
    firms.create(tx, firm, at=utc_now())
    if is_open:
        everybody = Audience.of([EVERYBODY])
        audience = Audiences(prices=everybody, capacity=everybody, version=1)
        audiences.save(tx, audience, viewer=firm.id, at=utc_now())


VERIFY = """
UNWIND $ids AS id MATCH (f:Firm {id: id}) SET f.verified_at = '2026-11-01T08:00:00.000000Z'
"""


def make_verified(driver: Driver, *firm_ids: str) -> None:
    """Have somebody verify these firms: from now on their word counts for others."""
    write(driver, lambda tx: run(tx, VERIFY, ids=list(firm_ids)))


def make_actor(firm: Firm, role: str = "owner") -> Actor:
    """Somebody who works for the firm."""
    return Actor(user_id=new_id(), firm_id=firm.id, role=role)
