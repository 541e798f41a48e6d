"""Registering, inviting colleagues, roles and closing accounts."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from neo4j import Driver

from supplychain.actions.people import accounts, colleagues
from supplychain.config import settings
from supplychain.errors import Conflict, Forbidden, Invalid, NotFound, NotOpen, Stale
from supplychain.graph.engine.transactions import Once, Tx, read, row, run, write
from supplychain.graph.people import users
from supplychain.model.firms import Firm
from supplychain.model.ids import to_text, utc_now
from supplychain.model.people.accounts import Credentials
from supplychain.model.people.actors import Actor
from tests.make.accounts import make_user
from tests.make.firms import make_firm
from tests.make.race import at_once

PASSWORD = "a good long password"
GIVEN: dict[str, Any] = {
    "firm_name": "Taihu Forging",
    "kind": "sme",
    "country": "CN",
    "region": "Jiangsu",
    "city": "Wuxi",
    "user_name": "Li Wei",
    "email": "Li@Example.com ",
    "password": PASSWORD,
}


def _register(driver: Driver, once: Once | None = None, **values: Any) -> str:
    return accounts.register_firm(driver, accounts.Registration(**{**GIVEN, **values}), once=once)


def _count(driver: Driver, query: str) -> int:
    found = read(driver, lambda tx: row(tx, query))
    assert found is not None
    return found["n"]


def test_who_registers_owns_the_firm_and_can_sign_in(driver: Driver) -> None:
    firm_id = _register(driver)
    who = accounts.principal_of_session(
        driver, accounts.sign_in(driver, "li@example.com", PASSWORD)
    )
    assert who is not None
    assert (who.firm_id, who.role, who.firm_name) == (firm_id, "owner", "Taihu Forging")


@pytest.mark.parametrize(
    "values",
    [
        {"email": "no address"},
        {"email": "a@b"},
        {"email": "x" * 250 + "@example.com"},
        {"password": "short"},
        {"password": "aaaaaaaaaaaaaaa"},
        {"kind": "bank"},
        {"firm_name": "  "},
    ],
)
def test_a_wrong_registration_writes_nothing(driver: Driver, values: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        _register(driver, **values)
    assert _count(driver, "MATCH (n) WHERE NOT n:Migration RETURN count(n) AS n") == 0


def test_an_address_registers_once_however_it_is_spelled(driver: Driver) -> None:
    _register(driver)
    with pytest.raises(Invalid):
        _register(driver, email="LI@EXAMPLE.COM")


def test_racing_registrations_of_one_address_make_one_firm(driver: Driver) -> None:
    outcomes = at_once([lambda: _register(driver)] * 6)
    assert outcomes["done"] == 1
    assert _count(driver, "MATCH (f:Firm) RETURN count(f) AS n") == 1
    assert _count(driver, "MATCH (u:User) RETURN count(u) AS n") == 1


def test_a_double_click_registers_once(driver: Driver) -> None:
    once = Once.of(firm_id="registration", verb="register", client_key="k" * 8, payload={})
    assert _register(driver, once) == _register(driver, once)


def test_a_closed_installation_takes_no_registration(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPLYCHAIN_OPEN_REGISTRATION", "false")
    settings.cache_clear()
    try:
        with pytest.raises(NotFound):
            _register(driver)
    finally:
        monkeypatch.undo()
        settings.cache_clear()


@pytest.fixture
def firm(driver: Driver) -> Firm:
    """A firm."""
    return make_firm(driver)


@pytest.fixture
def owner(driver: Driver, firm: Firm) -> Actor:
    """Its owner."""
    return make_user(driver, firm, name="Owner")


def _invite(driver: Driver, owner: Actor, email: str = "wu@example.com", role: str = "seller"):
    return colleagues.invite_colleague(driver, email=email, role=role, by=owner)


def test_an_invited_colleague_joins_with_the_role(driver: Driver, owner: Actor) -> None:
    _, link = _invite(driver, owner)
    user_id = colleagues.accept_invite(driver, link, name="Wu", password=PASSWORD)
    found = {one.id: one for one in colleagues.list_colleagues(driver, by=owner)}
    assert (found[user_id].email, found[user_id].role) == ("wu@example.com", "seller")
    assert colleagues.list_invites(driver, by=owner) == []
    accounts.sign_in(driver, "wu@example.com", PASSWORD)


def test_a_link_works_once_however_many_use_it_at_once(driver: Driver, owner: Actor) -> None:
    _, link = _invite(driver, owner)
    join = partial(colleagues.accept_invite, driver, link, password=PASSWORD)
    outcomes = at_once([partial(join, name=f"Wu {at}") for at in range(6)])
    assert outcomes == {"done": 1, "NotOpen": 5}
    assert _count(driver, "MATCH (u:User {email: 'wu@example.com'}) RETURN count(u) AS n") == 1


def test_who_is_overtaken_between_lock_and_look_is_refused_as_a_second_user(
    driver: Driver, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A twin commits when the first has read the invitation and not yet looked for the address."""
    _, link = _invite(driver, owner)
    join = partial(colleagues.accept_invite, driver, link, password=PASSWORD)
    look, runs = users.find_by_email, count(1)

    def look_late(tx: Tx, email: str) -> Credentials | None:
        if next(runs) == 1:
            twins.append(pool.submit(join, name="Twin"))
            wait(twins, timeout=2)  # on Neo4j the twin waits for the lock instead
        return look(tx, email)

    twins: list[Future[str]] = []
    monkeypatch.setattr(users, "find_by_email", look_late)
    with ThreadPoolExecutor(1) as pool:
        outcomes = at_once([partial(join, name="Wu")])
        outcomes += at_once([lambda: twins[0].result(timeout=20)])
    assert outcomes == {"done": 1, "NotOpen": 1}
    assert _count(driver, "MATCH (u:User {email: 'wu@example.com'}) RETURN count(u) AS n") == 1


def test_a_link_ends_after_seven_days(driver: Driver, owner: Actor) -> None:
    _, link = _invite(driver, owner)
    soon = to_text(utc_now() + timedelta(days=7, minutes=1))
    late = to_text(utc_now() - timedelta(seconds=1))
    assert colleagues.list_invites(driver, by=owner)[0].ends_at < soon

    def expire(tx: Tx) -> None:
        run(tx, "MATCH (i:ColleagueInvite) SET i.ends_at = $late", late=late)

    write(driver, expire)
    with pytest.raises(NotOpen):
        colleagues.accept_invite(driver, link, name="Wu", password=PASSWORD)


def test_a_newer_link_ends_the_older_and_a_withdrawn_one_is_unknown(
    driver: Driver, owner: Actor
) -> None:
    _, older = _invite(driver, owner)
    invite_id, newer = _invite(driver, owner, role="buyer")
    with pytest.raises(NotFound):
        colleagues.find_invite(driver, older)
    assert colleagues.find_invite(driver, newer).role == "buyer"
    colleagues.withdraw_invite(driver, invite_id, by=owner)
    with pytest.raises(NotFound):
        colleagues.find_invite(driver, newer)


def test_a_repeated_invitation_shows_no_second_link(driver: Driver, owner: Actor) -> None:
    once = Once.of(firm_id=owner.firm_id, verb="invite", client_key="k" * 8, payload={})
    values = {"email": "wu@example.com", "role": "seller", "by": owner, "once": once}
    first, second = (
        colleagues.invite_colleague(driver, **values),
        colleagues.invite_colleague(driver, **values),
    )
    assert first[0] == second[0]
    assert first[1]
    assert second[1] == ""


@pytest.mark.parametrize("role", ["buyer", "seller", "viewer"])
def test_only_an_owner_invites_and_changes(driver: Driver, firm: Firm, role: str) -> None:
    by = make_user(driver, firm, role)
    for attempt in (
        lambda: _invite(driver, by),
        lambda: colleagues.change_role(driver, by.user_id, role="owner", version=1, by=by),
        lambda: colleagues.disable_colleague(driver, by.user_id, version=1, by=by),
        lambda: colleagues.withdraw_invite(driver, "x", by=by),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_another_firms_people_are_not_found(driver: Driver, owner: Actor) -> None:
    stranger = make_user(driver, make_firm(driver))
    invite_id, _ = _invite(driver, owner)
    with pytest.raises(NotFound):
        colleagues.change_role(driver, owner.user_id, role="viewer", version=1, by=stranger)
    with pytest.raises(NotFound):
        colleagues.disable_colleague(driver, owner.user_id, version=1, by=stranger)
    with pytest.raises(NotFound):
        colleagues.withdraw_invite(driver, invite_id, by=stranger)


def test_the_last_owner_stays(driver: Driver, firm: Firm, owner: Actor) -> None:
    with pytest.raises(Conflict):
        colleagues.change_role(driver, owner.user_id, role="viewer", version=1, by=owner)
    with pytest.raises(Conflict):
        colleagues.disable_colleague(driver, owner.user_id, version=1, by=owner)
    second = make_user(driver, firm)
    colleagues.disable_colleague(driver, owner.user_id, version=1, by=second)
    with pytest.raises(Conflict):
        colleagues.disable_colleague(driver, second.user_id, version=1, by=second)


def test_two_owners_who_close_each_other_at_once_leave_one(driver: Driver, firm: Firm) -> None:
    for _ in range(3):
        one, two = make_user(driver, firm), make_user(driver, firm)
        others = [
            person
            for person in colleagues.list_colleagues(driver, by=one)
            if person.id not in (one.user_id, two.user_id) and person.disabled_at is None
        ]
        for person in others:
            colleagues.disable_colleague(driver, person.id, version=person.version, by=one)
        pairs = [(one, two), (two, one)]
        at_once(
            [
                partial(colleagues.disable_colleague, driver, whom.user_id, version=1, by=by)
                for by, whom in pairs
            ]
        )
        left = [
            person
            for person in colleagues.list_colleagues(driver, by=one)
            if person.role == "owner" and person.disabled_at is None
        ]
        assert left


def test_an_old_version_changes_nothing(driver: Driver, firm: Firm, owner: Actor) -> None:
    wu = make_user(driver, firm, "seller")
    version = colleagues.change_role(driver, wu.user_id, role="buyer", version=1, by=owner)
    assert version == 2
    with pytest.raises(Stale):
        colleagues.change_role(driver, wu.user_id, role="viewer", version=1, by=owner)


def test_a_colleague_is_not_invited_again(driver: Driver, firm: Firm, owner: Actor) -> None:
    make_user(driver, firm, "seller", email="wu@example.com")
    with pytest.raises(Conflict):
        _invite(driver, owner)


@pytest.mark.parametrize(("name", "days"), [("", 1), ("x" * 81, 1), ("x", 0), ("x", 366)])
def test_a_token_has_a_name_and_an_end(driver: Driver, owner: Actor, name: str, days: int) -> None:
    with pytest.raises(Invalid):
        accounts.create_token(driver, name, days=days, by=owner)


def test_a_user_keeps_at_most_twenty_tokens(driver: Driver, owner: Actor) -> None:
    for at in range(20):
        accounts.create_token(driver, f"t{at}", days=1, by=owner)
    with pytest.raises(Conflict):
        accounts.create_token(driver, "one more", days=1, by=owner)
    accounts.revoke_token(driver, accounts.list_tokens(driver, by=owner)[0].id, by=owner)
    accounts.create_token(driver, "one more", days=1, by=owner)
