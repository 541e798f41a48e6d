"""The second step at signing in: set up, used once, guessed at, lost, and demanded."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from neo4j import Driver

from supplychain.actions.people import accounts, colleagues, passwords, resets, second_factors
from supplychain.config import settings
from supplychain.errors import Conflict, Forbidden, Invalid, NotFound, NotOpen, StepNeeded
from supplychain.graph import events
from supplychain.graph.engine.transactions import read, row
from supplychain.model.firms import Firm
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from tests.make.accounts import make_user
from tests.make.firms import make_firm
from tests.make.race import at_once, raced
from tests.make.second_factors import Phone, set_up

PASSWORD = "a good long password"
EMAIL = "li@example.com"


@pytest.fixture
def li(driver: Driver) -> Actor:
    """Li, owner of a firm, with a real password."""
    firm = make_firm(driver)
    user_id = accounts.add_user(driver, email=EMAIL, password=PASSWORD, name="Li", firm_id=firm.id)
    return Actor(user_id=user_id, firm_id=firm.id, role="owner")


def _half(driver: Driver) -> str:
    step = accounts.begin_sign_in(driver, EMAIL, PASSWORD)
    assert step.needs_code
    return step.secret


def _kinds(driver: Driver, by: Actor) -> list[str]:
    return [one.kind for one in read(driver, events.list_latest, viewer=by.firm_id)]


def _started_by(driver: Driver, by: Actor) -> list[str]:
    """By what second step sessions were started, as their events say."""
    links = read(driver, events.list_links, by.firm_id)
    started = [body for body, _, _ in links if body["kind"] == "session.started"]
    return [json.loads(body["facts"]).get("second_step", "") for body in started]


def test_a_password_alone_signs_in_until_the_phone_confirmed(driver: Driver, li: Actor) -> None:
    second_factors.begin_setup(driver, by=li)
    assert not accounts.begin_sign_in(driver, EMAIL, PASSWORD).needs_code
    with pytest.raises(Invalid):
        second_factors.confirm_setup(driver, "000000", session_id="", by=li)
    phone = set_up(driver, li)
    with pytest.raises(Forbidden):
        accounts.sign_in(driver, EMAIL, PASSWORD)
    secret = second_factors.finish_sign_in(driver, _half(driver), phone.code())
    who = accounts.principal_of_session(driver, secret)
    assert who is not None
    assert (who.user_id, who.has_second_factor) == (li.user_id, True)
    assert "second_factor.started" in _kinds(driver, li)


def test_setting_up_ends_other_sessions(driver: Driver, li: Actor) -> None:
    other = accounts.sign_in(driver, EMAIL, PASSWORD)
    set_up(driver, li)
    assert accounts.principal_of_session(driver, other) is None


def test_a_code_signs_in_once_however_many_send_it_at_once(driver: Driver, li: Actor) -> None:
    phone = set_up(driver, li)
    halves = [_half(driver) for _ in range(4)]
    code = phone.code()
    got = raced(4, lambda n: second_factors.finish_sign_in(driver, halves[n], code))
    assert sum(len(one) > 20 for one in got) == 1
    with pytest.raises(Invalid):
        second_factors.finish_sign_in(driver, _half(driver), code)
    assert second_factors.finish_sign_in(driver, _half(driver), phone.code(later=1))


def test_a_recovery_code_signs_in_once_and_is_told(driver: Driver, li: Actor) -> None:
    phone = set_up(driver, li)
    code = phone.recovery[3].upper().replace("-", " ")
    assert second_factors.finish_sign_in(driver, _half(driver), code)
    with pytest.raises(Invalid):
        second_factors.finish_sign_in(driver, _half(driver), code)
    assert second_factors.get_state(driver, email="", by=li).recovery_left == 9
    assert "second_factor.recovery_used" in _kinds(driver, li)
    assert _started_by(driver, li) == ["recovery"]
    fresh = second_factors.renew_recovery(driver, by=li)
    with pytest.raises(Invalid):
        second_factors.finish_sign_in(driver, _half(driver), phone.recovery[4])
    assert second_factors.finish_sign_in(driver, _half(driver), fresh[0])


def test_five_wrong_codes_or_five_minutes_ask_for_the_password_again(
    driver: Driver, li: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = set_up(driver, li)
    half = _half(driver)
    for _ in range(5):
        with pytest.raises(Invalid):
            second_factors.finish_sign_in(driver, half, "aaaa-aaaa-aaaa-aaaa")
    for check in (
        lambda: second_factors.finish_sign_in(driver, half, phone.code()),
        lambda: second_factors.check_half(driver, half),
        lambda: second_factors.check_half(driver, "unknown"),
    ):
        with pytest.raises(NotOpen):
            check()
    late = _half(driver)
    second_factors.check_half(driver, late)
    soon = utc_now() + timedelta(minutes=5, seconds=1)
    monkeypatch.setattr(second_factors, "utc_now", lambda: soon)
    with pytest.raises(NotOpen):
        second_factors.finish_sign_in(driver, late, phone.code(now=soon))


def test_guesses_at_once_are_all_counted(driver: Driver, li: Actor) -> None:
    set_up(driver, li)
    half = _half(driver)
    guess = "aaaa-aaaa-aaaa-aaaa"
    outcomes = at_once([lambda: second_factors.finish_sign_in(driver, half, guess)] * 8)
    assert outcomes == {"Invalid": 5, "NotOpen": 3}


def test_another_password_ends_half_a_sign_in(driver: Driver, li: Actor) -> None:
    phone = set_up(driver, li)
    half = _half(driver)
    passwords.change_password(
        driver, old=PASSWORD, new="another good password", session_id="", by=li
    )
    with pytest.raises(NotOpen):
        second_factors.finish_sign_in(driver, half, phone.code())


def test_a_reset_password_still_takes_a_code(driver: Driver, li: Actor) -> None:
    set_up(driver, li)
    resets.reset_password(
        driver, resets.make_reset_by_operator(driver, EMAIL), "seven loud bicycles"
    )
    assert accounts.begin_sign_in(driver, EMAIL, "seven loud bicycles").needs_code


def test_it_is_turned_off_by_password_and_code(driver: Driver, li: Actor) -> None:
    phone = set_up(driver, li)
    for password, code in (("wrong password", phone.code()), (PASSWORD, "000000")):
        with pytest.raises(Invalid):
            second_factors.turn_off(driver, password=password, code=code, by=li)
    second_factors.turn_off(driver, password=PASSWORD, code=phone.code(), by=li)
    assert accounts.sign_in(driver, EMAIL, PASSWORD)
    for act in (
        lambda: second_factors.turn_off(driver, password=PASSWORD, code="", by=li),
        lambda: second_factors.renew_recovery(driver, by=li),
    ):
        with pytest.raises(NotOpen):
            act()


def test_who_has_it_cannot_begin_again_unseen(driver: Driver, li: Actor) -> None:
    set_up(driver, li)
    with pytest.raises(Conflict):
        second_factors.begin_setup(driver, by=li)
    with pytest.raises(NotOpen):
        second_factors.confirm_setup(driver, "000000", session_id="", by=li)


def test_an_owner_or_the_operator_ends_it_for_who_lost_the_phone(driver: Driver, li: Actor) -> None:
    firm = Firm(id=li.firm_id, name="", kind="sme")
    wu = make_user(driver, firm, "seller", name="Wu", email="wu@example.com")
    set_up(driver, wu)
    with pytest.raises(Forbidden):
        second_factors.end_for_colleague(driver, li.user_id, by=wu)
    with pytest.raises(NotFound):
        second_factors.end_for_colleague(
            driver, wu.user_id, by=make_user(driver, make_firm(driver))
        )
    with pytest.raises(Conflict):
        second_factors.end_for_colleague(driver, li.user_id, by=li)
    second_factors.end_for_colleague(driver, wu.user_id, by=li)
    with pytest.raises(NotOpen):
        second_factors.end_for_colleague(driver, wu.user_id, by=li)
    set_up(driver, wu)
    second_factors.end_by_operator(driver, "WU@example.com")
    with pytest.raises(NotFound):
        second_factors.end_by_operator(driver, "nobody@example.com")
    assert {"second_factor.ended_by_owner", "second_factor.ended_by_operator"} <= set(
        _kinds(driver, li)
    )


def test_a_firm_demands_it_of_everybody(driver: Driver, li: Actor) -> None:
    wu = make_user(driver, Firm(id=li.firm_id, name="", kind="sme"), "seller")
    before = accounts.add_session(driver, wu.user_id)
    with pytest.raises(Conflict):
        second_factors.demand(driver, demanded=True, by=li)
    phone = set_up(driver, li)
    with pytest.raises(Forbidden):
        second_factors.demand(driver, demanded=True, by=wu)
    second_factors.demand(driver, demanded=True, by=li)
    second_factors.demand(driver, demanded=True, by=li)
    assert _kinds(driver, li).count("firm.second_factor_demanded") == 1
    old = accounts.principal_of_session(driver, before)
    new = accounts.principal_of_session(driver, accounts.add_session(driver, wu.user_id))
    assert old is not None and new is not None
    assert (old.must_set_up, new.must_set_up) == (False, True)
    with pytest.raises(StepNeeded):
        accounts.create_token(driver, "ERP", days=1, by=wu)
    accounts.create_token(driver, "ERP", days=1, by=li)
    with pytest.raises(Conflict):
        second_factors.turn_off(driver, password=PASSWORD, code=phone.code(), by=li)
    second_factors.demand(driver, demanded=False, by=li)
    accounts.create_token(driver, "ERP", days=1, by=wu)
    second_factors.turn_off(driver, password=PASSWORD, code=phone.code(), by=li)


def test_nothing_that_opens_is_stored_in_clear(driver: Driver, li: Actor) -> None:
    phone, half = set_up(driver, li), _half(driver)
    secrets = [phone.totp.secret, half, *phone.recovery]
    secrets += [code.replace("-", "") for code in phone.recovery]
    query = """
    MATCH (n) UNWIND keys(n) AS k WITH n[k] AS v WHERE v IN $secrets RETURN count(v) AS n
    """
    assert read(driver, lambda tx: row(tx, query, secrets=secrets)) == {"n": 0}
    assert (settings().data_dir / "factor_keys").stat().st_mode & 0o077 == 0


def test_who_proved_lately_is_not_asked_again(driver: Driver, li: Actor) -> None:
    phone = set_up(driver, li)
    session = accounts.add_session(driver, li.user_id)
    who = accounts.principal_of_session(driver, session)
    assert who is not None
    assert second_factors.is_recent(who.proved_at)
    assert not second_factors.is_recent("2026-01-01T00:00:00.000000Z")
    for proof in ("wrong password", "000000", ""):
        with pytest.raises(Invalid):
            second_factors.prove(driver, proof, session_id=who.session_id, by=li)
    for proof in (PASSWORD, phone.code()):
        second_factors.prove(driver, proof, session_id=who.session_id, by=li)
    again = accounts.principal_of_session(driver, session)
    assert again is not None
    assert again.proved_at > who.proved_at


def test_a_closed_colleague_cannot_finish(driver: Driver, li: Actor) -> None:
    phone = set_up(driver, li)
    half = _half(driver)
    second = make_user(driver, Firm(id=li.firm_id, name="", kind="sme"))
    version = next(
        one.version
        for one in colleagues.list_colleagues(driver, by=second)
        if one.id == li.user_id and one.has_second_factor
    )
    colleagues.disable_colleague(driver, li.user_id, version=version, by=second)
    with pytest.raises(NotOpen):
        second_factors.finish_sign_in(driver, half, phone.code())


def test_a_phone_makes_other_codes_for_another_user(driver: Driver, li: Actor) -> None:
    set_up(driver, li)
    stranger: Phone = set_up(driver, make_user(driver, make_firm(driver)))
    with pytest.raises(Invalid):
        second_factors.finish_sign_in(driver, _half(driver), stranger.code())
