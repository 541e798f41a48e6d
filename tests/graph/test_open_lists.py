"""What is open to a firm is read by keys: they follow the request, and hold what the past left."""

from __future__ import annotations

from typing import Any

from neo4j import Driver

from supplychain.actions import home
from supplychain.actions.parts_requests import invitations, parts_requests
from supplychain.graph import history
from supplychain.graph.engine.transactions import read, row, rows, run, write
from supplychain.graph.parts_requests import parts_requests as stored
from supplychain.graph.rankings import rankings
from supplychain.model.ids import utc_now
from tests.make.firms import make_actor, make_firm
from tests.make.parts_requests import make_invitation, make_parts_request, soon
from tests.make.tiers import make_led_chain


def _list_open(driver: Driver, firm_id: str, **values: Any) -> list[str]:
    listed = read(driver, stored.list_open_to, viewer=firm_id, now=utc_now(), **values)
    return [one.id for one in listed]


def test_requests_of_all_three_kinds_are_listed_by_deadline_page_by_page(driver: Driver) -> None:
    firm, member = make_firm(driver), make_firm(driver)
    buyer = make_actor(firm)
    chains = [make_led_chain(driver, firm, member) for _ in range(2)]
    ids = [
        make_parts_request(driver, buyer, deadline=soon(3)),
        make_parts_request(driver, buyer, deadline=soon(4), audience="chain", chain_id=chains[0]),
        make_parts_request(driver, buyer, deadline=soon(5), audience="invited"),
        make_parts_request(driver, buyer, deadline=soon(6), audience="chain", chain_id=chains[1]),
        make_parts_request(driver, buyer, deadline=soon(7)),
    ]
    make_invitation(driver, ids[2], member.id)
    make_invitation(driver, ids[0], member.id)  # open to all, too: listed once
    assert _list_open(driver, member.id) == ids
    page = read(driver, stored.list_open_to, viewer=member.id, now=utc_now(), limit=2)
    rest = _list_open(driver, member.id, after=page[-1].deadline, after_id=page[-1].id)
    assert [*(one.id for one in page), *rest] == ids
    assert _list_open(driver, firm.id) == []


def test_a_moved_deadline_moves_the_request_in_all_lists(driver: Driver) -> None:
    buyer, supplier = make_actor(make_firm(driver)), make_firm(driver)
    first = make_parts_request(driver, buyer, deadline=soon(3), audience="invited")
    second = make_parts_request(driver, buyer, deadline=soon(5), audience="invited")
    for request_id in (first, second):
        make_invitation(driver, request_id, supplier.id)
    parts_requests.move_deadline(driver, first, soon(9), by=buyer)
    assert _list_open(driver, supplier.id) == [second, first]
    parts_requests.cancel(driver, second, "no need", by=buyer)
    assert _list_open(driver, supplier.id) == [first]


def test_home_tells_of_invitations_that_wait_for_a_bid_and_of_no_others(driver: Driver) -> None:
    buyer, supplier = make_actor(make_firm(driver)), make_actor(make_firm(driver), role="seller")
    ids = [make_parts_request(driver, buyer, audience="invited") for _ in range(3)]
    for request_id in ids:
        make_invitation(driver, request_id, supplier.firm_id)
    invitations.decline_invitation(driver, ids[0], by=supplier)
    parts_requests.cancel(driver, ids[1], "no need", by=buyer)
    told = home.read_home(driver, by=supplier).tasks
    assert [(one.kind, one.id) for one in told] == [("invitation", ids[2])]
    invited = read(driver, rankings.list_invitations, viewer=supplier.firm_id)
    assert {one["request_id"] for one in invited} == set(ids)


KEPT = """
MATCH (n:Invitation) RETURN properties(n) AS kept, n.id AS id ORDER BY id LIMIT 100
"""
KEYS = """
MATCH (r:PartsRequest)
RETURN r.id AS id, r.open_key AS key, r.open_chain AS chain ORDER BY id LIMIT 100
"""


def test_what_was_there_before_gets_the_same_keys(driver: Driver) -> None:
    firm, member, other = (make_firm(driver) for _ in range(3))
    buyer = make_actor(firm)
    chain_id = make_led_chain(driver, firm, member)
    ids = [
        make_parts_request(driver, buyer),
        make_parts_request(driver, buyer, audience="chain", chain_id=chain_id),
        *(make_parts_request(driver, buyer, audience="invited") for _ in range(2)),
    ]
    for request_id in ids[1:]:
        make_invitation(driver, request_id, other.id)
    invitations.decline_invitation(driver, ids[2], by=make_actor(other, role="seller"))
    parts_requests.cancel(driver, ids[3], "no need", by=buyer)
    fresh = read(driver, lambda tx: (rows(tx, KEPT), rows(tx, KEYS)))
    assert len(fresh[0]) == 3
    for query in (
        "MATCH (n:Invitation) DETACH DELETE n",
        "MATCH (:PartsRequest)-[i:INVITES]->(:Firm) REMOVE i.is_listed",
        "MATCH (r:PartsRequest) REMOVE r.open_key, r.open_chain",
    ):
        write(driver, lambda tx, query=query: run(tx, query))
    while write(driver, history.fill_open_lists):
        pass
    assert read(driver, lambda tx: (rows(tx, KEPT), rows(tx, KEYS))) == fresh
    assert write(driver, history.fill_open_lists) == 0


def test_the_invitations_of_the_past_are_not_looked_at(driver: Driver) -> None:
    """By the plan of the engine: a range of an index, not the relations of the firm."""
    firm = make_firm(driver)
    request_id = make_parts_request(driver, make_actor(make_firm(driver)), audience="invited")
    make_invitation(driver, request_id, firm.id)
    query = "MATCH (n:Invitation {id: $id}) RETURN n.open_key AS key"
    found = read(driver, lambda tx: row(tx, query, id=f"{request_id}|{firm.id}"))
    assert found is not None
    assert found["key"].startswith(f"{firm.id}|20")
    assert found["key"].endswith(f"|{request_id}")
