"""The first user of an unclaimed firm: invited by who brought it in, once, for a time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from neo4j import Driver

from supplychain.actions.imports.imports import import_tables
from supplychain.actions.people import claims, colleagues
from supplychain.errors import Conflict, NotFound, NotOpen
from supplychain.graph.engine.transactions import read
from supplychain.graph.events import list_latest
from supplychain.model.firms import Firm
from supplychain.model.ids import utc_now
from supplychain.model.people.colleagues import CLAIM_DAYS, MAX_CLAIM_LINKS
from tests.make.chains import make_chain
from tests.make.firms import make_actor, make_firm
from tests.make.verification import OPERATOR, marks_of

PASSWORD = "correct horse battery staple"


@pytest.fixture
def leader(driver: Driver, tmp_path: Path) -> Firm:
    """A leader that brought in the firm S; the operator brought in the firm T."""
    firm = make_firm(driver, kind="core", name="Presses")
    make_chain(driver, firm)
    path = tmp_path / "firms.csv"
    for by, line in ((make_actor(firm), "S,Forge,sme"), (None, "T,Foundry,sme")):
        path.write_text(f"firm_id,name,kind\n{line}\n", encoding="utf-8")
        import_tables(driver, path, by=by)
    return firm


def _invite(driver: Driver, by: object, firm_id: str = "S", email: str = "a@example.com") -> str:
    return claims.invite_first_user(driver, firm_id, email=email, by=by)[1]  # type: ignore[arg-type]


def test_who_brought_it_in_invites_its_owner(driver: Driver, leader: Firm) -> None:
    secret = _invite(driver, make_actor(leader))
    invite = colleagues.find_invite(driver, secret)
    assert (invite.firm_name, invite.role, invite.claim_by) == ("Forge", "owner", leader.id)
    user_id = colleagues.accept_invite(driver, secret, name="Wang", password=PASSWORD)
    assert not marks_of(driver, "S").is_unclaimed
    kinds = {event.kind for event in read(driver, list_latest, viewer=leader.id)}
    assert {"firm.claim_invited", "firm.claimed"} <= kinds
    with pytest.raises(NotOpen):
        colleagues.accept_invite(driver, secret, name="Wang", password=PASSWORD)
    with pytest.raises(Conflict):
        _invite(driver, make_actor(leader), email="b@example.com")
    assert user_id


def test_the_operator_invites_for_any(driver: Driver, leader: Firm) -> None:
    for firm_id in ("S", "T"):
        assert _invite(driver, OPERATOR, firm_id)


@pytest.mark.parametrize("firm_id", ["T", "nobody"])
def test_not_yours_and_not_there_are_one_answer(driver: Driver, leader: Firm, firm_id: str) -> None:
    with pytest.raises(NotFound):
        _invite(driver, make_actor(leader), firm_id)
    with pytest.raises(NotFound):
        _invite(driver, make_actor(make_firm(driver)), "S")


def test_of_two_links_one_makes_the_owner(driver: Driver, leader: Firm) -> None:
    first, second = (
        _invite(driver, make_actor(leader), email=f"{one}@example.com") for one in "ab"
    )
    colleagues.accept_invite(driver, first, name="Wang", password=PASSWORD)
    with pytest.raises(NotOpen, match="already"):
        colleagues.accept_invite(driver, second, name="Li", password=PASSWORD)


def test_a_link_is_withdrawn(driver: Driver, leader: Firm) -> None:
    secret = _invite(driver, make_actor(leader))
    (link,) = claims.list_claims(driver, "S", by=make_actor(leader))
    assert claims.list_claims(driver, "S", by=OPERATOR) == []
    with pytest.raises(NotFound):
        claims.withdraw_claim(driver, "S", link.id, by=make_actor(make_firm(driver)))
    claims.withdraw_claim(driver, "S", link.id, by=make_actor(leader))
    with pytest.raises(NotFound):
        colleagues.find_invite(driver, secret)


def test_a_link_ends(driver: Driver, leader: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = _invite(driver, make_actor(leader))
    later = utc_now() + timedelta(days=CLAIM_DAYS, minutes=1)
    monkeypatch.setattr(colleagues, "utc_now", lambda: later)
    with pytest.raises(NotOpen):
        colleagues.find_invite(driver, secret)


def test_few_links_are_open_at_once(driver: Driver, leader: Firm) -> None:
    for n in range(MAX_CLAIM_LINKS):
        _invite(driver, make_actor(leader), email=f"a{n}@example.com")
    _invite(driver, make_actor(leader), email="a0@example.com")
    with pytest.raises(Conflict):
        _invite(driver, make_actor(leader), email="more@example.com")
