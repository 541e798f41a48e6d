"""A suspended firm is out of everything until the suspension ends, and all it concerns are told."""

from __future__ import annotations

import pytest
from neo4j import Driver

from supplychain.actions import bids, chains, clusters, verification
from supplychain.actions.awards import awards, studies
from supplychain.actions.people import accounts, colleagues
from supplychain.actions.rankings.rankings import invite
from supplychain.award.scenarios.plan import Wishes
from supplychain.errors import Conflict, Invalid, NotFound, NotSignedIn
from supplychain.graph.engine.transactions import read, run, write
from supplychain.graph.events import list_latest
from supplychain.graph.rankings import candidates
from tests.make.accounts import make_user
from tests.make.awards import make_choice, make_opened_request
from tests.make.bids import make_content
from tests.make.chains import make_chain
from tests.make.firms import make_actor, make_firm
from tests.make.parts_requests import make_parts_request
from tests.make.verification import OPERATOR, marks_of

CAPABILITY = """
CREATE (:Capability {id: 'k', firm_id: $firm_id, category_id: 'forgings', weekly_capacity: 9})
"""
PASSWORD = "correct horse battery staple"


def _suspend(driver: Driver, firm_id: str) -> None:
    verification.suspend_firm(driver, firm_id, "Not who it says", by=OPERATOR)


def _kinds(driver: Driver, firm_id: str) -> set[str]:
    return {event.kind for event in read(driver, list_latest, viewer=firm_id)}


def test_its_people_are_out_at_once_and_told_why(driver: Driver) -> None:
    firm = make_firm(driver)
    address = "li@example.com"
    values = {"email": address, "password_hash": accounts.hash_password(PASSWORD)}
    user = make_user(driver, firm, **values)
    session = accounts.sign_in(driver, address, PASSWORD)
    token = accounts.create_token(driver, "t", days=1, by=user)[1]
    _suspend(driver, firm.id)
    assert accounts.principal_of_session(driver, session) is None
    with pytest.raises(NotSignedIn, match="Not who it says"):
        accounts.principal_of_token(driver, token)
    with pytest.raises(Invalid, match="Not who it says"):
        accounts.sign_in(driver, address, PASSWORD)
    with pytest.raises(Invalid, match="not right"):
        accounts.sign_in(driver, address, "a wrong password")
    verification.end_suspension(driver, firm.id, by=OPERATOR)
    assert accounts.principal_of_session(driver, session) is None
    assert accounts.principal_of_token(driver, token).firm_id == firm.id
    assert accounts.sign_in(driver, address, PASSWORD)
    assert {"firm.suspended", "firm.suspension_ended"} <= _kinds(driver, firm.id)


def test_nobody_joins_it(driver: Driver) -> None:
    firm = make_firm(driver)
    owner = make_user(driver, firm)
    _, secret = colleagues.invite_colleague(driver, email="a@example.com", role="buyer", by=owner)
    _suspend(driver, firm.id)
    with pytest.raises(Conflict, match="suspended"):
        colleagues.accept_invite(driver, secret, name="Wang", password=PASSWORD)


def test_a_reason_is_needed_and_twice_is_refused(driver: Driver) -> None:
    firm = make_firm(driver)
    with pytest.raises(Invalid):
        verification.suspend_firm(driver, firm.id, "  ", by=OPERATOR)
    with pytest.raises(Conflict):
        verification.end_suspension(driver, firm.id, by=OPERATOR)
    _suspend(driver, firm.id)
    with pytest.raises(Conflict):
        _suspend(driver, firm.id)
    with pytest.raises(NotFound):
        _suspend(driver, "nobody")


def test_it_is_in_no_ranking_and_cannot_be_invited(driver: Driver) -> None:
    leader = make_firm(driver, kind="core")
    firm, peer = make_firm(driver), make_firm(driver)
    write(driver, lambda tx: run(tx, CAPABILITY, firm_id=firm.id))
    chain_id = make_chain(driver, leader)
    cluster_id = clusters.found_cluster(driver, name="Peers", by=make_actor(peer))
    request_id = make_parts_request(driver, make_actor(leader))
    values = {"category_id": "forgings", "viewer": leader.id}
    assert firm.id in read(driver, candidates.read_capabilities, **values)[0].firm_ids
    _suspend(driver, firm.id)
    assert firm.id not in read(driver, candidates.read_capabilities, **values)[0].firm_ids
    with pytest.raises(Conflict, match="suspended"):
        chains.invite_firm(driver, chain_id, firm.id, by=make_actor(leader))
    with pytest.raises(Conflict, match="suspended"):
        clusters.invite_firm(driver, cluster_id, firm.id, by=make_actor(peer))
    with pytest.raises(Invalid) as refused:
        invite(driver, request_id, [firm.id], by=make_actor(leader))
    assert "suspended" in refused.value.errors[0].message


def test_the_requests_of_a_suspended_buyer_take_no_bids(driver: Driver) -> None:
    buyer, seller = (make_actor(make_firm(driver)) for _ in range(2))
    request_id = make_parts_request(driver, buyer)
    bid_id = bids.place_bid(driver, request_id, make_content(driver, request_id), by=seller)
    _suspend(driver, buyer.firm_id)
    with pytest.raises(Conflict, match="suspended this buyer"):
        bids.submit_bid(driver, bid_id, version=1, by=seller)
    other = make_actor(make_firm(driver))
    with pytest.raises(Conflict, match="suspended this buyer"):
        bids.place_bid(driver, request_id, make_content(driver, request_id), by=other)
    bids.withdraw_bid(driver, bid_id, version=1, by=seller)


def test_its_bid_stays_and_cannot_win(driver: Driver) -> None:
    buyer, suspended, other = (make_actor(make_firm(driver)) for _ in range(3))
    request_id, placed = make_opened_request(driver, buyer, {suspended: [{}], other: [{}]})
    _suspend(driver, suspended.firm_id)
    assert "firm.suspended" in _kinds(driver, buyer.firm_id)
    found = awards.compare(driver, request_id, by=buyer)
    assert len(found.opened) == 2
    assert {each.bid_id for each in found.proposal} == {placed[other]}
    choice = make_choice(driver, request_id, (placed[suspended], 1, 500))
    with pytest.raises(Conflict, match="cannot win"):
        awards.award(driver, request_id, choice, by=buyer)
    studies.ask(driver, request_id, Wishes(), by=buyer)
    verification.end_suspension(driver, suspended.firm_id, by=OPERATOR)
    awards.award(driver, request_id, choice, by=buyer)


def test_the_mark_says_so_to_all(driver: Driver) -> None:
    firm = make_firm(driver)
    _suspend(driver, firm.id)
    assert marks_of(driver, firm.id).suspended_at
