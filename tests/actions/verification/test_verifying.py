"""Who verifies and vouches, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from neo4j import Driver

from supplychain.actions import chains, firms, verification
from supplychain.errors import Conflict, Forbidden, Invalid, NotFound
from supplychain.graph.engine.transactions import read
from supplychain.graph.events import list_latest
from supplychain.model.firms import Firm, FirmProfile
from tests.make.accounts import make_user
from tests.make.chains import make_chain
from tests.make.firms import make_actor, make_firm
from tests.make.verification import OPERATOR, make_verified_firm, marks_of


def _kinds(driver: Driver, firm: Firm) -> set[str]:
    return {event.kind for event in read(driver, list_latest, viewer=firm.id)}


def test_the_operator_verifies_and_takes_it_back(driver: Driver) -> None:
    firm = make_firm(driver)
    assert marks_of(driver, firm.id).state == "unverified"
    verification.verify_firm(driver, firm.id, by=OPERATOR)
    assert marks_of(driver, firm.id).state == "operator"
    with pytest.raises(Conflict):
        verification.verify_firm(driver, firm.id, by=OPERATOR)
    verification.take_back_verification(driver, firm.id, by=OPERATOR)
    assert marks_of(driver, firm.id).state == "unverified"
    with pytest.raises(Conflict):
        verification.take_back_verification(driver, firm.id, by=OPERATOR)
    assert {"firm.verified", "firm.unverified"} <= _kinds(driver, firm)


@pytest.mark.parametrize(
    "act",
    [
        verification.verify_firm,
        verification.take_back_verification,
        verification.end_suspension,
        lambda driver, firm_id, *, by: verification.suspend_firm(driver, firm_id, "no", by=by),
        lambda driver, _firm_id, *, by: verification.verify_imported(driver, by=by),
        lambda driver, _firm_id, *, by: verification.watch_firms(driver, by=by),
        lambda driver, firm_id, *, by: verification.watch_firm(driver, firm_id, by=by),
    ],
)
def test_nobody_but_an_operator_does(driver: Driver, act: Callable[..., object]) -> None:
    firm = make_firm(driver)
    with pytest.raises(NotFound):
        act(driver, firm.id, by=make_actor(firm))


def test_a_verified_leader_vouches_for_its_members(driver: Driver) -> None:
    leader = make_verified_firm(driver, kind="core", name="Presses")
    member, stranger = make_firm(driver), make_firm(driver)
    chain_id = make_chain(driver, leader, [member])
    verification.vouch_for(driver, chain_id, member.id, by=make_actor(leader))
    mark = marks_of(driver, member.id)
    assert (mark.state, mark.verified_by, mark.verifier) == ("vouched", leader.id, "Presses")
    assert "firm.vouched" in _kinds(driver, member)
    with pytest.raises(Conflict):
        verification.vouch_for(driver, chain_id, member.id, by=make_actor(leader))
    with pytest.raises(NotFound):
        verification.vouch_for(driver, chain_id, stranger.id, by=make_actor(leader))
    with pytest.raises(NotFound):
        verification.vouch_for(driver, chain_id, member.id, by=make_actor(member))
    verification.take_back_vouch(driver, chain_id, member.id, by=make_actor(leader))
    assert marks_of(driver, member.id).state == "unverified"
    with pytest.raises(NotFound):
        verification.take_back_vouch(driver, chain_id, member.id, by=make_actor(leader))


def test_a_leader_that_nobody_verified_vouches_for_nobody(driver: Driver) -> None:
    leader, member = make_firm(driver, kind="core"), make_firm(driver)
    chain_id = make_chain(driver, leader, [member])
    with pytest.raises(Forbidden):
        verification.vouch_for(driver, chain_id, member.id, by=make_actor(leader))


def test_who_is_vouched_for_does_not_vouch(driver: Driver) -> None:
    first, second = make_verified_firm(driver, kind="core"), make_firm(driver, kind="core")
    third = make_firm(driver)
    upper, lower = make_chain(driver, first, [second]), make_chain(driver, second, [third])
    verification.vouch_for(driver, upper, second.id, by=make_actor(first))
    with pytest.raises(Forbidden):
        verification.vouch_for(driver, lower, third.id, by=make_actor(second))


def _take_back(driver: Driver, leader: Firm, member: Firm, chain_id: str) -> None:
    verification.take_back_verification(driver, leader.id, by=OPERATOR)


def _suspend(driver: Driver, leader: Firm, member: Firm, chain_id: str) -> None:
    verification.suspend_firm(driver, leader.id, "Not who it says", by=OPERATOR)


def _rename(driver: Driver, leader: Firm, member: Firm, chain_id: str) -> None:
    profile = FirmProfile(name="Quite another", kind="core", country="CN")
    firms.change_profile(driver, profile, version=1, by=make_actor(leader))


def _leave(driver: Driver, leader: Firm, member: Firm, chain_id: str) -> None:
    chains.leave(driver, chain_id, by=make_actor(member))


def _remove(driver: Driver, leader: Firm, member: Firm, chain_id: str) -> None:
    chains.remove_firm(driver, chain_id, member.id, by=make_actor(leader))


@pytest.mark.parametrize("end", [_take_back, _suspend, _rename, _leave, _remove])
def test_a_vouch_ends_with_what_it_rests_on(driver: Driver, end: Callable[..., None]) -> None:
    leader, member = make_verified_firm(driver, kind="core", name="Presses"), make_firm(driver)
    chain_id = make_chain(driver, leader, [member])
    verification.vouch_for(driver, chain_id, member.id, by=make_actor(leader))
    end(driver, leader, member, chain_id)
    assert marks_of(driver, member.id).state == "unverified"


def test_a_member_of_two_chains_of_one_leader_stays_vouched_for(driver: Driver) -> None:
    leader, member = make_verified_firm(driver, kind="core"), make_firm(driver)
    first, _second = (make_chain(driver, leader, [member], name=name) for name in "AB")
    verification.vouch_for(driver, first, member.id, by=make_actor(leader))
    chains.leave(driver, first, by=make_actor(member))
    assert marks_of(driver, member.id).state == "vouched"


def test_another_name_or_number_ends_the_verification(driver: Driver) -> None:
    firm = make_verified_firm(driver, name="Taihu Forging Co., Ltd.")
    same = FirmProfile(name="TAIHU FORGING", kind="sme", country="CN")
    version = firms.change_profile(driver, same, version=1, by=make_actor(firm))
    assert marks_of(driver, firm.id).is_verified
    numbered = replace(same, registration_id="91110000600037341L")
    firms.change_profile(driver, numbered, version=version, by=make_actor(firm))
    assert not marks_of(driver, firm.id).is_verified
    assert "firm.unverified" in _kinds(driver, firm)


def test_a_wrong_number_is_refused(driver: Driver) -> None:
    firm = make_firm(driver)
    wrong = FirmProfile(
        name=firm.name, kind="sme", country="CN", registration_id="91110000600037341K"
    )
    with pytest.raises(Invalid, match="check digit"):
        firms.change_profile(driver, wrong, version=1, by=make_actor(firm))


def test_a_firm_that_takes_anothers_name_is_told_and_marked(driver: Driver) -> None:
    first = make_firm(driver, name="Bosch GmbH")
    other = make_firm(driver, name="Quite another")
    profile = FirmProfile(name="BOSCH Ltd.", kind="sme")
    with pytest.raises(Invalid, match="here already: Bosch GmbH"):
        firms.change_profile(driver, profile, version=1, by=make_actor(other))
    named = replace(profile, is_namesake=True)
    firms.change_profile(driver, named, version=1, by=make_actor(other))
    mark = marks_of(driver, other.id)
    assert (mark.alike_id, mark.alike) == (first.id, "Bosch GmbH")
    assert marks_of(driver, first.id).alike == ""
    verification.verify_firm(driver, other.id, by=OPERATOR)
    assert marks_of(driver, other.id).alike == ""


def test_the_mark_ends_with_the_name(driver: Driver) -> None:
    make_firm(driver, name="Bosch")
    other = make_firm(driver, name="ВОSСН")
    assert marks_of(driver, other.id).alike == "Bosch"
    profile = FirmProfile(name="Quite another", kind="sme")
    firms.change_profile(driver, profile, version=1, by=make_actor(other))
    assert marks_of(driver, other.id).alike == ""


def test_two_firms_with_one_number_are_marked_and_not_named(driver: Driver) -> None:
    number = "91110000600037341L"
    first = make_firm(driver, name="First", registration_id=number)
    second = make_firm(driver, name="Second", registration_id=number.lower(), country="")
    assert not marks_of(driver, first.id).shares_number
    mark = marks_of(driver, second.id)
    assert mark.shares_number
    assert first.id not in repr(mark)
    listed = verification.watch_firms(driver, mark="number", by=OPERATOR)
    assert [one.id for one in listed] == [second.id]
    _, twins = verification.watch_firm(driver, second.id, by=OPERATOR)
    assert [one.id for one in twins] == [first.id]


def test_a_firm_without_users_is_unclaimed(driver: Driver) -> None:
    firm = make_firm(driver)
    assert marks_of(driver, firm.id).is_unclaimed
    make_user(driver, firm)
    assert not marks_of(driver, firm.id).is_unclaimed


def test_the_operators_list_finds_by_mark(driver: Driver) -> None:
    plain, verified = make_firm(driver, name="Plain"), make_verified_firm(driver, name="Verified")
    alike = make_firm(driver, name="PLAIN Inc.")
    verification.suspend_firm(driver, plain.id, "A test", by=OPERATOR)

    def ids(mark: str) -> set[str]:
        return {one.id for one in verification.watch_firms(driver, mark=mark, by=OPERATOR)}

    assert ids("") == {plain.id, verified.id, alike.id}
    assert ids("unverified") == {plain.id, alike.id}
    assert ids("alike") == {alike.id}
    assert ids("suspended") == {plain.id}
    assert ids("unclaimed") == {plain.id, verified.id, alike.id}
    assert [one.id for one in verification.watch_firms(driver, text=alike.id, by=OPERATOR)] == [
        alike.id
    ]
