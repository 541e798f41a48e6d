"""The operator, and firms that it verified, for tests."""

from __future__ import annotations

from neo4j import Driver

from supplychain.actions import verification
from supplychain.graph.engine.transactions import read
from supplychain.graph.verification import get_marks
from supplychain.model.firms import Firm
from supplychain.model.people.actors import Actor
from supplychain.model.verification import Verification
from tests.make.firms import make_firm

OPERATOR = Actor(user_id="operator", firm_id="", role="owner", is_operator=True)


def make_verified_firm(driver: Driver, **values: object) -> Firm:
    """A firm that the operator has verified."""
    firm = make_firm(driver, **values)
    verification.verify_firm(driver, firm.id, by=OPERATOR)
    return firm


def marks_of(driver: Driver, firm_id: str) -> Verification:
    """The marks of a firm."""
    return read(driver, get_marks, firm_id)
