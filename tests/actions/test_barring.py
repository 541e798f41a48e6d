"""A chain's leader bars a firm and lifts the bar."""

from __future__ import annotations

import pytest
from neo4j import Driver

from supplychain.actions import chains
from supplychain.errors import Conflict, Forbidden, Invalid, NotFound
from supplychain.graph import events
from supplychain.graph.engine.transactions import read
from supplychain.graph.parts_requests import parts_requests as requests
from supplychain.model.firms import Firm
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from tests.make.chains import make_chain
from tests.make.firms import make_actor, make_firm
from tests.make.parts_requests import make_parts_request


@pytest.fixture
def leader(driver: Driver) -> Firm:
    """A core firm."""
    return make_firm(driver, name="Press works", kind="core")


def _states(driver: Driver, chain: str, by: Actor) -> dict[str, tuple[str, str]]:
    _, members = chains.get(driver, chain, by=by)
    return {member.firm_id: (member.state, member.reason) for member in members}


def test_a_barred_member_is_none_any_more_and_reads_why(driver: Driver, leader: Firm) -> None:
    firm = make_firm(driver)
    chain = make_chain(driver, leader, [firm])
    asked = make_parts_request(driver, make_actor(leader), audience="chain", chain_id=chain)
    assert len(read(driver, requests.list_open_to, viewer=firm.id, now=utc_now())) == 1
    chains.bar_firm(driver, chain, firm.id, "  Late five times. ", by=make_actor(leader))
    states = _states(driver, chain, make_actor(leader))
    assert states[firm.id] == ("barred", "Late five times.")
    with pytest.raises(NotFound):
        chains.get(driver, chain, by=make_actor(firm))
    assert read(driver, requests.list_open_to, viewer=firm.id, now=utc_now()) == []
    with pytest.raises(NotFound):
        read(driver, requests.view_for_supplier, asked, viewer=firm.id)
    newest = read(driver, events.list_latest, viewer=firm.id)[0]
    assert (newest.kind, newest.facts["reason"]) == ("chain.barred", "Late five times.")


def test_any_firm_can_be_barred_and_then_neither_invited_nor_join(
    driver: Driver, leader: Firm
) -> None:
    firm, by = make_firm(driver), make_actor(leader)
    chain = make_chain(driver, leader)
    chains.invite_firm(driver, chain, firm.id, by=by)
    chains.bar_firm(driver, chain, firm.id, "Copies drawings.", by=by)
    with pytest.raises(Conflict, match="barred"):
        chains.invite_firm(driver, chain, firm.id, by=by)
    with pytest.raises(NotFound):
        chains.accept(driver, chain, version=1, by=make_actor(firm))
    with pytest.raises(Conflict):
        chains.bar_firm(driver, chain, firm.id, "Again.", by=by)


def test_a_lifted_bar_lets_the_firm_be_invited_again(driver: Driver, leader: Firm) -> None:
    firm, by = make_firm(driver), make_actor(leader)
    chain = make_chain(driver, leader)
    with pytest.raises(Conflict, match="not barred"):
        chains.unbar_firm(driver, chain, firm.id, by=by)
    chains.bar_firm(driver, chain, firm.id, "Late.", by=by)
    chains.unbar_firm(driver, chain, firm.id, by=by)
    assert _states(driver, chain, by)[firm.id] == ("left", "")
    chains.invite_firm(driver, chain, firm.id, by=by)
    assert _states(driver, chain, by)[firm.id] == ("invited", "")


def test_only_the_leaders_buyers_bar(driver: Driver, leader: Firm) -> None:
    firm, member = make_firm(driver), make_firm(driver)
    chain = make_chain(driver, leader, [member])
    with pytest.raises(NotFound):
        chains.bar_firm(driver, chain, firm.id, "A rival.", by=make_actor(member))
    with pytest.raises(Forbidden):
        chains.bar_firm(driver, chain, firm.id, "A rival.", by=make_actor(leader, "seller"))


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_bar_needs_a_reason(driver: Driver, leader: Firm, reason: str) -> None:
    chain = make_chain(driver, leader)
    with pytest.raises(Invalid) as refused:
        chains.bar_firm(driver, chain, make_firm(driver).id, reason, by=make_actor(leader))
    assert refused.value.errors[0].pointer == "/reason"


def test_members_do_not_see_who_is_barred(driver: Driver, leader: Firm) -> None:
    firm, member = make_firm(driver), make_firm(driver)
    chain = make_chain(driver, leader, [member])
    chains.bar_firm(driver, chain, firm.id, "Late.", by=make_actor(leader))
    assert firm.id not in _states(driver, chain, make_actor(member))
