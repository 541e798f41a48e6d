"""Idle capacity: who posts it, who sees it, and which requests it shows to whom."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions.capacity import idle_capacity
from supplychain.actions.parts_requests import invitations
from supplychain.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from supplychain.graph import events
from supplychain.graph.capacity import idle_capacity as reading
from supplychain.graph.engine.transactions import Once, read
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from supplychain.model.weeks import week_of
from tests.make.chains import make_chain
from tests.make.days import local_today
from tests.make.firms import make_actor, make_firm
from tests.make.idle_capacity import make_idle
from tests.make.parts_requests import make_invitation, make_parts_request

TODAY = local_today()
WEEK = week_of(TODAY)


@pytest.fixture
def seller(driver: Driver) -> Actor:
    """A seller of a forge."""
    return make_actor(make_firm(driver, name="Taihu Forging"), "seller")


@pytest.fixture
def buyer(driver: Driver) -> Actor:
    """A core firm that asks for forgings."""
    return make_actor(make_firm(driver, name="Press works", kind="core"))


def _fits(driver: Driver, by: Actor, **given: Any) -> list[str]:
    posted = make_idle(driver, by, **given)
    return [fit.line.request_id for fit in idle_capacity.list_fits(driver, posted, by=by)]


def test_what_is_posted_is_kept_in_whole_weeks(driver: Driver, seller: Actor) -> None:
    posted = make_idle(driver, seller, process="Five-axis milling", note=" night shift ")
    found = idle_capacity.get(driver, posted, by=seller)
    assert (found.category_id, found.process) == ("forgings", "5-axis milling")
    assert (found.from_week, found.to_week) == (WEEK, WEEK + 2)
    assert found.starts_on.weekday() == 0
    assert (found.note, found.audience, found.state) == ("night shift", "nobody", "open")
    told = [event.kind for event in read(driver, events.list_latest, viewer=seller.firm_id)]
    assert told == ["idle_capacity.posted"]


def test_posting_twice_with_one_key_posts_once(driver: Driver, seller: Actor) -> None:
    once = Once.of(firm_id=seller.firm_id, verb="post_idle", client_key="k" * 8, payload=None)
    values = {"category": "Forgings", "quantity": 5, "unit": "pieces", "starts_on": TODAY}
    first, second = (
        idle_capacity.post_idle(driver, **values, ends_on=TODAY, by=seller, once=once)
        for _ in range(2)
    )
    assert first == second
    assert len(idle_capacity.list_own(driver, by=seller)) == 1


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"category": "", "process": " "}, "/category"),
        ({"quantity": 0}, "/quantity"),
        ({"unit": "tonnes"}, "/unit"),
        ({"audience": "rivals"}, "/audience"),
        ({"ends_on": TODAY - timedelta(days=8), "starts_on": TODAY - timedelta(days=9)},
         "/ends_on"),
        ({"ends_on": TODAY + timedelta(days=7), "starts_on": TODAY + timedelta(days=21)},
         "/ends_on"),
        ({"ends_on": TODAY + timedelta(days=400)}, "/ends_on"),
        ({"starts_on": TODAY + timedelta(weeks=106), "ends_on": TODAY + timedelta(weeks=107)},
         "/starts_on"),
        ({"note": "x" * 501}, "/note"),
        ({"process": "x" * 61}, "/process"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(
    driver: Driver, seller: Actor, given: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make_idle(driver, seller, **given)
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_only_sellers_post_and_withdraw(driver: Driver, seller: Actor) -> None:
    posted = make_idle(driver, seller)
    for role in ("buyer", "viewer"):
        by = Actor(user_id="u", firm_id=seller.firm_id, role=role)
        with pytest.raises(Forbidden):
            make_idle(driver, by)
        with pytest.raises(Forbidden):
            idle_capacity.withdraw_idle(driver, posted, by=by)


def test_another_firm_finds_nothing_of_it(driver: Driver, seller: Actor, buyer: Actor) -> None:
    posted = make_idle(driver, seller, audience="all")
    for call in (idle_capacity.get, idle_capacity.list_fits, idle_capacity.withdraw_idle):
        with pytest.raises(NotFound):
            call(driver, posted, by=buyer)
    assert idle_capacity.list_own(driver, by=buyer) == []


def test_it_is_withdrawn_once_and_by_the_version_that_was_seen(
    driver: Driver, seller: Actor
) -> None:
    posted = make_idle(driver, seller)
    with pytest.raises(Stale):
        idle_capacity.withdraw_idle(driver, posted, version=7, by=seller)
    assert idle_capacity.withdraw_idle(driver, posted, version=1, by=seller) == 2
    with pytest.raises(Conflict):
        idle_capacity.withdraw_idle(driver, posted, by=seller)
    assert idle_capacity.list_fits(driver, posted, by=seller) == []


def test_a_supplier_sees_only_requests_that_are_open_to_it(
    driver: Driver, seller: Actor, buyer: Actor
) -> None:
    open_to_all = make_parts_request(driver, buyer)
    make_parts_request(driver, buyer, audience="invited")
    asked = make_parts_request(driver, buyer, audience="invited")
    make_invitation(driver, asked, seller.firm_id)
    make_parts_request(driver, buyer, publish=False)
    make_parts_request(driver, seller_as_buyer(seller))
    assert set(_fits(driver, seller)) == {open_to_all, asked}


def seller_as_buyer(seller: Actor) -> Actor:
    """An owner of the same firm, who may ask too."""
    return Actor(user_id="owner", firm_id=seller.firm_id, role="owner")


def test_a_chains_requests_are_for_its_members(driver: Driver, seller: Actor) -> None:
    leader = make_firm(driver, kind="core")
    member, stranger = (make_firm(driver) for _ in range(2))
    chain = make_chain(driver, leader, [member])
    asked = make_parts_request(driver, make_actor(leader), audience="chain", chain_id=chain)
    assert _fits(driver, make_actor(member)) == [asked]
    assert _fits(driver, make_actor(stranger)) == []


def test_a_declined_request_is_not_shown_again(driver: Driver, seller: Actor, buyer: Actor) -> None:
    asked = make_parts_request(driver, buyer, audience="invited")
    make_invitation(driver, asked, seller.firm_id)
    invitations.decline_invitation(driver, asked, by=seller)
    assert _fits(driver, seller) == []


def test_nothing_of_the_buyers_own_is_read(driver: Driver, seller: Actor, buyer: Actor) -> None:
    make_parts_request(driver, buyer, lines=[{"target_price": Decimal(77777)}])
    found = read(driver, reading.list_open_lines, viewer=seller.firm_id, now=utc_now())
    assert len(found) == 1
    assert "77777" not in str(found)
    assert not any("target" in name for name in asdict(found[0]))


def test_a_buyer_sees_room_only_where_the_firm_said_so(
    driver: Driver, seller: Actor, buyer: Actor
) -> None:
    hidden, all_of_us, chained = (make_firm(driver) for _ in range(3))
    make_chain(driver, make_firm_of(driver, buyer), [chained])
    for firm, audience in ((hidden, "nobody"), (all_of_us, "all"), (chained, "chain")):
        make_idle(driver, make_actor(firm), audience=audience, note="secret note")
    ids = [hidden.id, all_of_us.id, chained.id]

    def seen(viewer: str) -> set[str]:
        found = read(
            driver, reading.list_posted_by, ids, category_id="forgings", process="", week=WEEK,
            viewer=viewer,
        )  # fmt: skip
        assert "secret note" not in str(found)
        return set(found)

    assert seen(buyer.firm_id) == {all_of_us.id, chained.id}
    assert seen(seller.firm_id) == {all_of_us.id}


def make_firm_of(driver: Driver, by: Actor) -> Any:
    """The firm that an actor works for."""
    from supplychain.graph import firms

    return read(driver, firms.get, by.firm_id)


def test_room_of_another_category_or_a_past_week_is_not_told(driver: Driver, buyer: Actor) -> None:
    firm = make_firm(driver)
    posted = make_idle(driver, make_actor(firm), audience="all")
    asked = {"process": "", "viewer": buyer.firm_id}
    for category_id, week, told in (("forgings", WEEK, 1), ("pumps", WEEK, 0),
                                    ("forgings", WEEK + 9, 0)):  # fmt: skip
        found = read(
            driver, reading.list_posted_by, [firm.id], category_id=category_id, week=week, **asked
        )
        assert len(found) == told
    idle_capacity.withdraw_idle(driver, posted, by=make_actor(firm))
    assert not read(
        driver, reading.list_posted_by, [firm.id], category_id="forgings", week=WEEK, **asked
    )
