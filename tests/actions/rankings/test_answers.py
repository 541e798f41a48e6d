"""Answers to invitations and orders are counted once, for those who were asked."""

from __future__ import annotations

from datetime import timedelta

from neo4j import Driver

from supplychain.actions.awards.awards import award_nothing
from supplychain.actions.orders.orders import decline_order, expire_due
from supplychain.actions.orders.reactions import react
from supplychain.graph.engine.transactions import read, row
from supplychain.model.ids import utc_now
from tests.make.awards import make_opened_request
from tests.make.firms import make_actor, make_firm, make_verified
from tests.make.matches import make_ability
from tests.make.orders import make_firms, make_order
from tests.make.parts_requests import make_invitation

COUNTERS = """
MATCH (c:Capability {id: $id})
RETURN c.asked AS asked, c.answered AS answered, c.answer_hours_sum AS hours
"""


def _counted(driver: Driver, firm_id: str, category_id: str) -> tuple[int, int]:
    found = read(driver, lambda tx: row(tx, COUNTERS, id=f"{firm_id}|{category_id}"))
    assert found is not None
    return found["asked"] or 0, found["answered"] or 0


def test_accepted_and_declined_orders_are_answered_and_expired_ones_are_not(
    driver: Driver,
) -> None:
    buyer, supplier = make_firms(driver, "Press Works", "Taihu Forging")
    make_verified(driver, buyer.firm_id)
    make_ability(driver, supplier.firm_id, "forging")
    make_order(driver, buyer, supplier, state="accepted")
    decline_order(driver, make_order(driver, buyer, supplier), reason="Full.", by=supplier)
    make_order(driver, buyer, supplier, ends_in=timedelta(seconds=-1))
    assert expire_due(driver, utc_now()) == 1
    assert _counted(driver, supplier.firm_id, "forging") == (0, 0)
    react(driver, utc_now())
    assert _counted(driver, supplier.firm_id, "forging") == (3, 2)
    react(driver, utc_now())
    assert _counted(driver, supplier.firm_id, "forging") == (3, 2)


def test_an_invitation_counts_when_the_request_is_decided(driver: Driver) -> None:
    buyer = make_actor(make_firm(driver))
    make_verified(driver, buyer.firm_id)
    bidder, silent = (make_actor(make_firm(driver)) for _ in range(2))
    for firm in (bidder, silent):
        make_ability(driver, firm.firm_id, "forgings")
    request_id, _ = make_opened_request(
        driver, buyer, {bidder: [{}]}, lines=[{"category": "Forging"}], audience="all"
    )
    for firm in (bidder, silent):
        make_invitation(driver, request_id, firm.firm_id)
    react(driver, utc_now())
    assert _counted(driver, bidder.firm_id, "forgings") == (0, 0)
    award_nothing(driver, request_id, reason="No need any more.", by=buyer)
    react(driver, utc_now())
    assert _counted(driver, bidder.firm_id, "forgings") == (1, 1)
    assert _counted(driver, silent.firm_id, "forgings") == (1, 0)


def test_what_a_firm_asks_that_nobody_verified_counts_for_nobody(driver: Driver) -> None:
    stranger, puppet, victim = (make_actor(make_firm(driver)) for _ in range(3))
    make_ability(driver, victim.firm_id, "forging")
    request_id, _ = make_opened_request(
        driver, stranger, {puppet: [{}]}, lines=[{"category": "Forging"}], audience="all"
    )
    make_invitation(driver, request_id, victim.firm_id)
    award_nothing(driver, request_id, reason="Never wanted any.", by=stranger)
    make_order(driver, stranger, victim, ends_in=timedelta(seconds=-1))
    assert expire_due(driver, utc_now()) == 1
    react(driver, utc_now())
    assert _counted(driver, victim.firm_id, "forging") == (0, 0)
