"""Two people of the buyer's firm open the bids, where the buyer chose so."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions.parts_requests import openings, parts_requests
from supplychain.actions.people import colleagues
from supplychain.errors import Forbidden, Invalid, NotFound, NotOpen
from supplychain.graph import home
from supplychain.graph.bids import opened_bids
from supplychain.graph.engine.transactions import read
from supplychain.model.firms import Firm
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from tests.make.accounts import make_user
from tests.make.bids import make_bid
from tests.make.firms import make_firm
from tests.make.parts_requests import kinds_of, make_parts_request, pass_deadline, request_of


def make_office(driver: Driver) -> tuple[Firm, Actor, Actor]:
    """A firm with an owner and a buyer."""
    firm = make_firm(driver)
    return firm, make_user(driver, firm), make_user(driver, firm, "buyer")


def make_waiting(driver: Driver, owner: Actor, **values: Any) -> str:
    """A request that two people open, past its deadline, with one bid."""
    request_id = make_parts_request(driver, owner, opening="two_people", **values)
    make_bid(driver, make_user(driver, make_firm(driver)), request_id)
    pass_deadline(driver, request_id)
    return request_id


def state_of(driver: Driver, request_id: str, by: Actor) -> str:
    return request_of(driver, request_id, by).state


def test_the_deadline_alone_does_not_open(driver: Driver) -> None:
    _, owner, _ = make_office(driver)
    request_id = make_waiting(driver, owner)
    assert state_of(driver, request_id, owner) == "open"
    with pytest.raises(NotOpen):
        read(driver, opened_bids.list_opened, request_id, viewer=owner.firm_id)
    tasks = read(driver, home.list_waiting, viewer=owner.firm_id, now=utc_now())
    assert [(task.kind, task.id) for task in tasks] == [("bids_to_open", request_id)]


def test_two_different_people_open_and_one_twice_does_not(driver: Driver) -> None:
    firm, owner, buyer = make_office(driver)
    request_id = make_waiting(driver, owner)
    assert openings.agree_to_open(driver, request_id, by=owner) is False
    assert openings.agree_to_open(driver, request_id, by=owner) is False
    assert state_of(driver, request_id, owner) == "open"
    assert openings.agree_to_open(driver, request_id, by=buyer) is True
    assert state_of(driver, request_id, owner) == "evaluating"
    assert len(read(driver, opened_bids.list_opened, request_id, viewer=firm.id)) == 1
    kinds = kinds_of(driver, request_id, firm.id)
    assert sorted(kinds[-3:]) == ["opened", "opening_agreed", "opening_agreed"]
    with pytest.raises(NotOpen):
        openings.agree_to_open(driver, request_id, by=owner)
    with pytest.raises(NotOpen):
        openings.take_back(driver, request_id, by=owner)


def test_before_the_deadline_nobody_can_agree(driver: Driver) -> None:
    _, owner, _ = make_office(driver)
    request_id = make_parts_request(driver, owner, opening="two_people")
    with pytest.raises(NotOpen):
        openings.agree_to_open(driver, request_id, by=owner)
    usual = make_parts_request(driver, owner)
    pass_deadline(driver, usual, sweep=False)
    with pytest.raises(NotOpen):
        openings.agree_to_open(driver, usual, by=owner)


def test_only_buyers_of_the_own_firm_agree(driver: Driver) -> None:
    firm, owner, _ = make_office(driver)
    request_id = make_waiting(driver, owner)
    for role in ("seller", "viewer"):
        with pytest.raises(Forbidden):
            openings.agree_to_open(driver, request_id, by=make_user(driver, firm, role))
    stranger = make_user(driver, make_firm(driver))
    for act in (openings.agree_to_open, openings.take_back, openings.look_at_opening):
        with pytest.raises(NotFound):
            act(driver, request_id, by=stranger)


def test_an_agreement_can_be_taken_back(driver: Driver) -> None:
    _, owner, buyer = make_office(driver)
    request_id = make_waiting(driver, owner)
    openings.agree_to_open(driver, request_id, by=owner)
    openings.take_back(driver, request_id, by=owner)
    with pytest.raises(NotFound):
        openings.take_back(driver, request_id, by=owner)
    assert openings.agree_to_open(driver, request_id, by=buyer) is False
    assert state_of(driver, request_id, owner) == "open"


def test_who_left_does_not_count_and_an_owner_names_another(driver: Driver) -> None:
    firm, owner, buyer = make_office(driver)
    viewer = make_user(driver, firm, "viewer")
    request_id = make_waiting(driver, owner)
    openings.agree_to_open(driver, request_id, by=buyer)
    colleagues.disable_colleague(driver, buyer.user_id, version=1, by=owner)
    assert openings.agree_to_open(driver, request_id, by=owner) is False
    seen = openings.look_at_opening(driver, request_id, by=owner)
    assert (seen.openers, [one.user_id for one in seen.agreements]) == (1, [owner.user_id])
    colleagues.change_role(driver, viewer.user_id, role="buyer", version=1, by=owner)
    named = Actor(user_id=viewer.user_id, firm_id=firm.id, role="buyer")
    assert openings.agree_to_open(driver, request_id, by=named) is True


def test_a_firm_of_one_cannot_publish_so(driver: Driver) -> None:
    firm = make_firm(driver)
    owner = make_user(driver, firm)
    request_id = make_parts_request(driver, owner, opening="two_people", publish=False)
    gaps = parts_requests.list_missing(driver, request_id, by=owner)
    assert "/opening" in {gap.pointer for gap in gaps if gap.blocks}
    with pytest.raises(Invalid):
        parts_requests.publish(driver, request_id, by=owner)
    make_user(driver, firm, "buyer")
    parts_requests.publish(driver, request_id, by=owner, despite_nobody=True)


def test_where_nobody_bid_the_clock_ends_it(driver: Driver) -> None:
    _, owner, _ = make_office(driver)
    request_id = make_parts_request(driver, owner, opening="two_people")
    pass_deadline(driver, request_id)
    assert state_of(driver, request_id, owner) == "failed"


def test_two_at_once_open_once(driver: Driver) -> None:
    firm, owner, _ = make_office(driver)
    people = [owner, *(make_user(driver, firm, "buyer") for _ in range(5))]
    request_id = make_waiting(driver, owner)
    answers: list[bool | str] = []

    def agree(who: Actor) -> None:
        try:
            answers.append(openings.agree_to_open(driver, request_id, by=who))
        except NotOpen:
            answers.append("late")

    threads = [threading.Thread(target=agree, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, answers)) == ["False", "True", *["late"] * 4]
    assert kinds_of(driver, request_id, firm.id).count("opened") == 1
