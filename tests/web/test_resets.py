"""A forgotten password: a link by an owner or the operator, used once, by whoever has it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from neo4j import Driver

from supplychain.actions.people import accounts, colleagues, resets
from supplychain.commands import user as user_command
from supplychain.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn
from supplychain.graph import events
from supplychain.graph.engine.transactions import read, row
from supplychain.model.firms import Firm
from supplychain.model.ids import utc_now
from supplychain.model.people.actors import Actor
from tests.make.accounts import api_client, browser, make_user
from tests.make.firms import make_firm
from tests.make.race import raced

NEW = "seven loud bicycles"


@pytest.fixture
def owner(driver: Driver) -> Actor:
    return make_user(driver, make_firm(driver))


@pytest.fixture
def wu(driver: Driver, owner: Actor) -> Actor:
    firm = Firm(id=owner.firm_id, name="", kind="sme")
    return make_user(driver, firm, "seller", email="wu@example.com")


def test_an_owner_makes_a_link_and_a_colleague_sets_a_password(
    app: Flask, driver: Driver, owner: Actor, wu: Actor
) -> None:
    lost, desk = browser(app, driver, wu), browser(app, driver, owner)
    token = accounts.create_token(driver, "ERP", days=9, by=wu)[1]
    page = desk.post(f"/colleagues/{wu.user_id}/password-reset").text
    link = re.search(r'id="reset-link" value="http://localhost(/reset/[^"]+)"', page)
    assert link is not None
    assert lost.get("/account").status_code == 200
    somebody = app.test_client()
    assert "wu@example.com" in somebody.get(link[1]).text
    assert somebody.post(link[1], data={"password": "password12"}).status_code == 422
    assert somebody.post(link[1], data={"password": NEW}).status_code == 302
    assert accounts.sign_in(driver, "wu@example.com", NEW)
    assert lost.get("/account").status_code == 302
    with pytest.raises(NotSignedIn):
        accounts.principal_of_token(driver, token)
    assert somebody.get(link[1]).status_code == 404
    assert somebody.post(link[1], data={"password": NEW}).status_code == 404
    told = [one.kind for one in read(driver, events.list_latest, viewer=owner.firm_id)]
    assert {"colleague.reset_made", "password.reset"} <= set(told)


def test_the_api_makes_the_same_link(app: Flask, driver: Driver, owner: Actor, wu: Actor) -> None:
    made = api_client(app, driver, owner).call("put", f"/colleagues/{wu.user_id}/password-reset")
    assert (made.status_code, made.json["hours"]) == (200, 24)
    secret = made.json["link"].rpartition("/")[2]
    assert resets.find_reset(driver, secret).user_id == wu.user_id


def test_a_newer_link_ends_the_older_and_a_day_ends_both(
    driver: Driver, owner: Actor, wu: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, newer = (resets.make_reset(driver, wu.user_id, by=owner) for _ in range(2))
    with pytest.raises(NotFound):
        resets.find_reset(driver, older)
    assert resets.find_reset(driver, newer).email == "wu@example.com"
    tomorrow = utc_now() + timedelta(hours=24, seconds=1)
    monkeypatch.setattr(resets, "utc_now", lambda: tomorrow)
    for use in (resets.find_reset, lambda d, s: resets.reset_password(d, s, NEW)):
        with pytest.raises(NotFound):
            use(driver, newer)


def test_only_owners_of_the_same_firm_make_links(driver: Driver, owner: Actor, wu: Actor) -> None:
    with pytest.raises(Forbidden):
        resets.make_reset(driver, owner.user_id, by=wu)
    stranger = make_user(driver, make_firm(driver))
    for target in (wu.user_id, "nobody"):
        with pytest.raises(NotFound):
            resets.make_reset(driver, target, by=stranger)


def test_a_closed_account_gets_no_link_and_its_link_is_dead(
    driver: Driver, owner: Actor, wu: Actor
) -> None:
    secret = resets.make_reset(driver, wu.user_id, by=owner)
    colleagues.disable_colleague(driver, wu.user_id, version=1, by=owner)
    with pytest.raises(NotFound):
        resets.reset_password(driver, secret, NEW)
    with pytest.raises(Conflict):
        resets.make_reset(driver, wu.user_id, by=owner)
    with pytest.raises(NotFound):
        resets.make_reset_by_operator(driver, "wu@example.com")


def test_eight_at_once_set_one_password(driver: Driver, owner: Actor, wu: Actor) -> None:
    secret = resets.make_reset(driver, wu.user_id, by=owner)
    passwords = [f"{NEW} number {n}" for n in range(8)]
    got = raced(8, lambda n: resets.reset_password(driver, secret, passwords[n]))
    assert got.count("NotFound") == 7
    winner = passwords[next(n for n, one in enumerate(got) if one is None)]
    assert accounts.sign_in(driver, "wu@example.com", winner)


def test_only_a_digest_of_the_link_is_stored(driver: Driver, owner: Actor, wu: Actor) -> None:
    secret = resets.make_reset(driver, wu.user_id, by=owner)
    query = "MATCH (n) UNWIND keys(n) AS k WITH n[k] AS v WHERE v = $secret RETURN count(v) AS n"
    assert read(driver, lambda tx: row(tx, query, secret=secret)) == {"n": 0}


def test_the_operator_adds_a_user_and_resets_a_password(driver: Driver, owner: Actor) -> None:
    run = CliRunner()
    added = run.invoke(
        user_command.command,
        ["add", "zhao@example.com", "--name", "Zhao", "--firm", owner.firm_id, "--role", "buyer"],
    )
    secret = re.search(r"/reset/(\S+)", added.output)
    assert added.exit_code == 0 and secret is not None
    resets.reset_password(driver, secret[1], NEW)
    assert accounts.sign_in(driver, "zhao@example.com", NEW)
    again = run.invoke(user_command.command, ["reset", "zhao@example.com"])
    assert again.exit_code == 0 and "/reset/" in again.output
    unknown = run.invoke(user_command.command, ["reset", "no@example.com"])
    assert isinstance(unknown.exception, NotFound)
    nowhere = run.invoke(user_command.command, ["add", "y@e.com", "--name", "Y", "--firm", "none"])
    assert isinstance(nowhere.exception, NotFound)
    neither = run.invoke(user_command.command, ["add", "x@example.com", "--name", "X"])
    assert neither.exit_code == 2
    with pytest.raises(Invalid):
        resets.reset_password(driver, "unknown", "short")
