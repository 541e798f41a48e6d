"""A twin is taken in whole or not at all."""

from __future__ import annotations

import pytest
from neo4j import Driver

from supplychain.actions import chains, merging, verification
from supplychain.actions.people import colleagues
from supplychain.errors import Conflict, Invalid, NotFound
from supplychain.graph.engine.transactions import read
from supplychain.graph.events import list_latest
from supplychain.model.firms import Firm
from tests.make.accounts import make_user
from tests.make.chains import make_chain, make_cluster
from tests.make.firms import make_actor, make_firm
from tests.make.orders import make_order
from tests.make.parts_requests import make_part
from tests.make.verification import OPERATOR, make_verified_firm, marks_of


def _merge(driver: Driver, keep: Firm, drop: Firm, confirmed: str = "") -> None:
    merging.take_in_twin(
        driver, keep_id=keep.id, drop_id=drop.id, confirmed=confirmed or drop.id, by=OPERATOR
    )


def test_people_memberships_and_news_move(driver: Driver) -> None:
    keep, drop = make_firm(driver, name="Forge"), make_verified_firm(driver, name="Forge Ltd.")
    third = make_firm(driver, name="FORGE inc.")
    user = make_user(driver, drop, "buyer")
    colleagues.invite_colleague(
        driver, email="b@example.com", role="buyer", by=make_user(driver, drop)
    )
    leader, founder = make_verified_firm(driver, kind="core"), make_firm(driver)
    chain_id = make_chain(driver, leader, [drop])
    make_cluster(driver, founder, [drop])
    news = len(read(driver, list_latest, viewer=drop.id, limit=99))
    _merge(driver, keep, drop)
    with pytest.raises(NotFound):
        marks_of(driver, drop.id)
    people = {one.id: one.role for one in colleagues.list_people(driver, keep.id, by=OPERATOR)}
    assert people[user.user_id] == "buyer"
    assert len(people) == 2
    assert len(colleagues.list_invites(driver, by=make_actor(keep))) == 1
    assert [one.id for one in chains.list_mine(driver, by=make_actor(keep))] == [chain_id]
    assert not marks_of(driver, keep.id).is_verified
    assert marks_of(driver, third.id).alike == "Forge"
    kinds = [event.kind for event in read(driver, list_latest, viewer=keep.id, limit=99)]
    assert "firm.merged" in kinds
    assert len(kinds) > news


def test_a_twin_with_things_of_its_own_stays(driver: Driver) -> None:
    keep, drop, seller = make_firm(driver), make_firm(driver), make_firm(driver)
    make_part(driver, "catalogue-part")
    make_order(driver, make_actor(drop), make_actor(seller), state="accepted")
    with pytest.raises(Conflict, match="things of its own"):
        _merge(driver, keep, drop)
    _merge(driver, drop, keep)


def test_twins_of_one_chain_are_refused(driver: Driver) -> None:
    leader, keep, drop = make_firm(driver, kind="core"), make_firm(driver), make_firm(driver)
    make_chain(driver, leader, [keep, drop])
    with pytest.raises(Conflict, match="one chain"):
        _merge(driver, keep, drop)
    with pytest.raises(Conflict, match="one chain"):
        _merge(driver, leader, drop)


def test_it_is_confirmed_and_by_the_operator(driver: Driver) -> None:
    keep, drop = make_firm(driver), make_firm(driver)
    with pytest.raises(Invalid, match="once more"):
        _merge(driver, keep, drop, "something else")
    with pytest.raises(Invalid, match="another firm"):
        _merge(driver, keep, keep)
    with pytest.raises(NotFound):
        merging.take_in_twin(
            driver, keep_id=keep.id, drop_id=drop.id, confirmed=drop.id, by=make_actor(keep)
        )
    verification.suspend_firm(driver, drop.id, "x", by=OPERATOR)
    with pytest.raises(Conflict, match="suspended"):
        _merge(driver, keep, drop)
